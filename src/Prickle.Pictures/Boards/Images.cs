using Prickle.Pictures.Contents;
using SkiaSharp;

namespace Prickle.Pictures.Boards;

/// <summary>Cards and boards as PNG.</summary>
static class Images
{
    const int BoardWidth = 1440;
    const float Margin = 32;

    /// <summary>How dense a picture is; less where it would be larger than this many points.</summary>
    const float Density = 2;
    const float MostPoints = 32_000_000;

    // Nothing sensible is higher, and a picture has an end.
    const float Highest = 4_000;

    public static Picture Card(Desk desk, PictureCard card, int width)
    {
        var height = (int)Math.Ceiling(Math.Min(Highest, CardPainter.HeightOf(desk, card, width)));
        return new Picture(Draw(desk, width, height, SKColors.Transparent, on => CardPainter.Paint(on, card, new SKRect(0, 0, width, height))), width, height);
    }

    public static byte[] Board(Desk desk, PictureBoard board)
    {
        var width = BoardWidth - 2 * Margin;
        var head = BoardHead.HeightOf(desk.Ink, board, width);
        var column = (width + board.Gap) / board.Columns;
        var rows = board.Cards.Select(card => card.Y + card.Height).DefaultIfEmpty().Max();
        var height = (int)Math.Ceiling(Margin + head + rows * board.RowHeight - (rows > 0 ? board.Gap : 0) + Margin);
        return Draw(desk, BoardWidth, height, desk.Ink.Colours["background"], on =>
        {
            BoardHead.Paint(on.Ink, board, Margin, Margin, width);
            foreach (var card in board.Cards)
            {
                on.CancellationToken.ThrowIfCancellationRequested();
                CardPainter.Paint(on, card.Card, SKRect.Create(
                    Margin + card.X * column, Margin + head + card.Y * board.RowHeight, card.Width * column - board.Gap, card.Height * board.RowHeight - board.Gap));
            }
        });
    }

    static byte[] Draw(Desk desk, int width, int height, SKColor ground, Action<Desk> draw)
    {
        var scale = Math.Min(Density, (float)Math.Sqrt(MostPoints / ((float)width * height)));
        using var surface = SKSurface.Create(new SKImageInfo((int)(width * scale), (int)(height * scale)))
            ?? throw new InvalidOperationException($"There is no memory for a picture of {width} by {height}.");
        surface.Canvas.Clear(ground);
        surface.Canvas.Scale(scale);
        draw(desk with { Ink = desk.Ink.On(surface.Canvas) });
        using var pixels = surface.PeekPixels();
        using var png = pixels.Encode(new SKPngEncoderOptions(SKPngEncoderFilterFlags.AllFilters, 6));
        return png?.ToArray() ?? throw new InvalidOperationException("The picture could not be written as PNG.");
    }
}
