using Prickle.Pictures.Typefaces;
using SkiaSharp;

namespace Prickle.Pictures.Contents;

/// <summary>Where a link leads.</summary>
static class LinkPainter
{
    public static float HeightOf(Ink ink, LinkContent link, float width) => 20 * Math.Max(1, ink.Wrap(link.Text, width, ink.Plain()).Count) + (link.Text.Length > 0 ? 22 : 0);

    public static void Paint(Ink ink, LinkContent link, SKRect place)
    {
        var hasAddress = link.Address.Length > 0 && place.Height >= 42;
        var lines = ink.Wrap(link.Text, place.Width, ink.Plain(), Math.Max(1, (int)((place.Height - (hasAddress ? 22 : 0)) / 20)));
        foreach (var (index, line) in lines.Index())
        {
            ink.Text(line, place.Left, place.Top + 14 + 20 * index, ink.Plain() with { Colour = ink.Colours.Quiet });
        }
        if (hasAddress || lines.Count == 0)
        {
            ink.Text(ink.Cut(link.Address, place.Width, ink.Quiet()), place.Left, place.Top + 14 + 20 * lines.Count, ink.Quiet() with { Colour = ink.Colours["primary"] });
        }
    }
}
