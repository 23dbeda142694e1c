using Prickle.Pictures.Typefaces;
using SkiaSharp;

namespace Prickle.Pictures.Contents;

/// <summary>A sentence in the middle of its place.</summary>
static class NoticePainter
{
    const float Widest = 420;
    const int MostLines = 5;

    public static float HeightOf(Ink ink, NoticeContent notice, float width) =>
        24 + 22 + 19 * ink.Wrap(notice.Text, Math.Min(width, Widest), ink.Plain(), MostLines).Count + 24 + (notice.IsFailure ? 34 : 0);

    public static void Paint(Ink ink, NoticeContent notice, SKRect place)
    {
        var lines = ink.Wrap(notice.Text, Math.Min(place.Width, Widest), ink.Plain(), Math.Clamp((int)((place.Height - 24) / 19), 1, MostLines));
        var hasSign = notice.IsFailure && place.Height > 34 + 22 + 19 * lines.Count;
        var top = place.MidY - (22 + 19 * lines.Count + (hasSign ? 34 : 0)) / 2f;
        if (hasSign)
        {
            Sign(ink, place.MidX, top + 12);
            top += 34;
        }
        ink.TextCentre(ink.Cut(notice.Title, place.Width, ink.Heading(14)), place.MidX, top + 15, ink.Heading(14));
        foreach (var (index, line) in lines.Index())
        {
            ink.TextCentre(line, place.MidX, top + 22 + 14 + 19 * index, ink.Plain() with { Colour = ink.Colours.Quiet });
        }
    }

    static void Sign(Ink ink, float x, float y)
    {
        using var paint = new SKPaint { Color = ink.Colours["error"], IsAntialias = true };
        ink.Canvas.DrawCircle(x, y, 12, paint);
        ink.TextCentre("!", x, y + 6, new TextStyle(17, 800, ink.Colours["on-status"], Family.Heading));
    }
}
