using Prickle.Pictures.Typefaces;
using Prickle.Ui.Charts;
using SkiaSharp;

namespace Prickle.Pictures.Contents;

/// <summary>Large numbers beside one another.</summary>
static class NumbersPainter
{
    const float RowHeight = 92;
    const float Narrowest = 170;

    public static float HeightOf(NumbersContent numbers, float width) => RowHeight * (float)Math.Ceiling(numbers.Numbers.Count / (double)AcrossOf(numbers, width));

    public static void Paint(Ink ink, NumbersContent numbers, SKRect place)
    {
        var across = AcrossOf(numbers, place.Width);
        var rows = Math.Max(1, (int)(place.Height / RowHeight));
        var shown = Math.Min(numbers.Numbers.Count, rows * across);
        var width = place.Width / across;
        foreach (var (index, number) in numbers.Numbers.Take(shown).Index())
        {
            Paint(ink, number, place.Left + index % across * width, place.Top + index / across * RowHeight, width - 16);
        }
        if (numbers.Numbers.Count > shown)
        {
            ink.TextRight($"and {numbers.Numbers.Count - shown} more", place.Right, place.Bottom - 4, ink.Quiet());
        }
    }

    static int AcrossOf(NumbersContent numbers, float width) => Math.Clamp((int)(width / Narrowest), 1, Math.Max(1, numbers.Numbers.Count));

    static void Paint(Ink ink, PictureNumber number, float left, float top, float width)
    {
        var change = new NumberChange(number.Value, number.Previous, number.Period, number.Unit.Style);
        ink.Text(ink.Cut(number.Label, width, ink.Quiet(13)), left, top + 16, ink.Quiet(13));
        var size = 30f;
        var text = number.Unit.Full(number.Value);
        while (size > 16 && ink.Measure(text, ink.Heading(size)) > width)
        {
            size -= 2;
        }
        ink.Text(text, left, top + 50, ink.Heading(size));
        var colour = change.IsBetter switch { true => ink.Colours["success"], false => ink.Colours["error"], null => ink.Colours.Quiet };
        ink.Text(ink.Cut(change.Words, width, ink.Plain(12)), left, top + 72, new TextStyle(12, 400, colour));
    }
}
