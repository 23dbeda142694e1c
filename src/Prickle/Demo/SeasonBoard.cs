using SkiaSharp;

namespace Prickle.Demo;

/// <summary>Draws what a preview of the demo shows: a board of beds by seasons.</summary>
static class SeasonBoard
{
    const int Width = 960;
    const int Height = 540;
    const int Left = 150;
    const int Top = 76;

    static readonly string[] Seasons = ["#DDEBD3", "#F6E7B8", "#F2D3B5", "#DDE5EC"];
    static readonly string[] Plants = ["#6E9B57", "#D9572B", "#E0A526", "#2F7F79", "#B04A7A"];

    /// <summary>A PNG. There is no writing in it: it needs no font.</summary>
    public static byte[] Draw()
    {
        using var surface = SKSurface.Create(new SKImageInfo(Width, Height));
        var canvas = surface.Canvas;
        canvas.Clear(SKColor.Parse("#FAF7F1"));
        const float Column = (Width - Left - 24) / 4f;
        const float Row = (Height - Top - 20) / 5f;
        for (var season = 0; season < 4; season++)
        {
            Block(canvas, Left + (season * Column), 20, Column - 10, Height - 40, Seasons[season], 14);
            Block(canvas, Left + (season * Column) + 16, 38, Column / 2, 14, "#8C7B66", 7);
        }
        for (var bed = 0; bed < 5; bed++)
        {
            var y = Top + (bed * Row);
            Block(canvas, 24, y + 22, 84, 14, "#8C7B66", 7);
            Block(canvas, 24, y + 44, 56, 10, "#CFC5B3", 5);
            // Each bed holds two or three plants, one after the other.
            var from = bed * 37 % 120;
            for (var plant = 0; plant < 2 + (bed % 2); plant++)
            {
                var length = 130 + ((bed * 53) + (plant * 71)) % 110;
                Block(canvas, Left + 14 + from, y + 16, length, Row - 34, Plants[(bed + (plant * 2)) % Plants.Length], 12);
                Block(canvas, Left + 30 + from, y + 30, length / 2f, 10, "#FFFFFF", 5);
                from += length + 36;
            }
        }
        using var image = surface.Snapshot();
        using var data = image.Encode(SKEncodedImageFormat.Png, 90);
        return data.ToArray();
    }

    static void Block(SKCanvas canvas, float x, float y, float width, float height, string colour, float radius)
    {
        using var paint = new SKPaint { Color = SKColor.Parse(colour), IsAntialias = true };
        canvas.DrawRoundRect(x, y, width, height, radius, radius, paint);
    }
}
