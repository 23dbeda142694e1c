using System.Globalization;
using System.Text;
using Prickle.Pictures.Typefaces;
using SkiaSharp;

namespace Prickle.Pictures;

/// <summary>What pictures are drawn with: texts that find their letters, and the few shapes of the product, in its colours.</summary>
sealed class Ink(SKCanvas canvas, Palette palette, TypefaceShelf typefaces)
{
    // What stands for a letter of which no typeface has a form, in parts of the size.
    const float BoxWidth = .62f;
    const float BoxHeight = .72f;

    public SKCanvas Canvas => canvas;

    public Palette Colours => palette;

    /// <summary>The same with another canvas.</summary>
    public Ink On(SKCanvas other) => new(other, palette, typefaces);

    public TextStyle Plain(float size = 13) => new(size, 400, palette.Text);

    public TextStyle Quiet(float size = 12) => new(size, 500, palette.Quiet);

    public TextStyle Strong(float size = 13) => new(size, 600, palette.Text);

    public TextStyle Heading(float size) => new(size, 700, palette.Text, Family.Heading);

    public float Measure(string text, TextStyle style)
    {
        var width = 0f;
        foreach (var (part, font) in Parts(text, style))
        {
            width += font?.MeasureText(part) ?? BoxWidth * style.Size;
        }
        return width;
    }

    /// <summary>Draws a line of text from its left end.</summary>
    public void Text(string text, float x, float baseline, TextStyle style)
    {
        using var paint = new SKPaint { Color = style.Colour, IsAntialias = true };
        Text(text, x, baseline, style, paint);
    }

    /// <summary>Draws a line of text with a paint of one's own: an outline, for one.</summary>
    public void Text(string text, float x, float baseline, TextStyle style, SKPaint paint)
    {
        foreach (var (part, font) in Parts(text, style))
        {
            if (font is not null)
            {
                canvas.DrawText(part, x, baseline, SKTextAlign.Left, font, paint);
                x += font.MeasureText(part);
                continue;
            }
            Box(x, baseline, style, paint);
            x += BoxWidth * style.Size;
        }
    }

    public void TextRight(string text, float right, float baseline, TextStyle style) => Text(text, right - Measure(text, style), baseline, style);

    public void TextCentre(string text, float middle, float baseline, TextStyle style) => Text(text, middle - Measure(text, style) / 2, baseline, style);

    /// <summary>The text, or as much of it as fits, with an ellipsis.</summary>
    public string Cut(string text, float width, TextStyle style)
    {
        text = OneLine(text);
        if (Measure(text, style) <= width)
        {
            return text;
        }
        var starts = StringInfo.ParseCombiningCharacters(text);
        var (least, most) = (0, starts.Length);
        while (least < most)
        {
            var middle = (least + most + 1) / 2;
            var end = middle < starts.Length ? starts[middle] : text.Length;
            (least, most) = Measure(text[..end].TrimEnd() + "…", style) <= width ? (middle, most) : (least, middle - 1);
        }
        return (least < starts.Length ? text[..starts[least]] : text).TrimEnd() + "…";
    }

    /// <summary>The text in lines, at most so many; the last one ends in an ellipsis where there is more.</summary>
    public IReadOnlyList<string> Wrap(string text, float width, TextStyle style, int atMost = int.MaxValue)
    {
        var lines = new List<string>();
        var line = "";
        foreach (var word in OneLine(text).Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            var longer = line.Length == 0 ? word : $"{line} {word}";
            if (line.Length > 0 && Measure(longer, style) > width)
            {
                lines.Add(line);
                line = word;
            }
            else
            {
                line = longer;
            }
        }
        if (line.Length > 0)
        {
            lines.Add(line);
        }
        var shown = lines.Take(atMost).Select(one => Cut(one, width, style)).ToList();
        if (lines.Count > atMost && atMost > 0)
        {
            shown[^1] = Cut(string.Join(' ', lines.Skip(atMost - 1)), width, style);
        }
        return shown;
    }

    public void Fill(SKRect place, SKColor colour, float radius = 0)
    {
        using var paint = new SKPaint { Color = colour, IsAntialias = true };
        canvas.DrawRoundRect(place, radius, radius, paint);
    }

    public void Frame(SKRect place, SKColor colour, float radius = 0, bool isDashed = false)
    {
        using var dashes = isDashed ? SKPathEffect.CreateDash([3, 3], 0) : null;
        using var paint = new SKPaint { Color = colour, IsAntialias = true, Style = SKPaintStyle.Stroke, StrokeWidth = 1, PathEffect = dashes };
        canvas.DrawRoundRect(place.Left + .5f, place.Top + .5f, place.Width - 1, place.Height - 1, radius, radius, paint);
    }

    public void Rule(float left, float right, float y, SKColor colour) => Fill(new SKRect(left, y, right, y + 1), colour);

    /// <summary>Slanted stripes over a ground: for what was lost, and for what has not ended.</summary>
    public void Hatch(SKRect place, SKColor stripe, SKColor ground, float width, float period, float radius = 0)
    {
        canvas.Save();
        canvas.ClipRoundRect(new SKRoundRect(place, radius), antialias: true);
        Fill(place, ground);
        using var paint = new SKPaint { Color = stripe, IsAntialias = true, Style = SKPaintStyle.Stroke, StrokeWidth = width };
        var step = period * 1.41421f;
        for (var x = place.Left - place.Height; x < place.Right + step; x += step)
        {
            canvas.DrawLine(x, place.Bottom, x + place.Height, place.Top, paint);
        }
        canvas.Restore();
    }

    /// <summary>One colour over another, as style sheets mix them.</summary>
    public static SKColor Mix(SKColor colour, SKColor ground, double part) => new(
        (byte)Math.Round(ground.Red + (colour.Red - ground.Red) * part), (byte)Math.Round(ground.Green + (colour.Green - ground.Green) * part),
        (byte)Math.Round(ground.Blue + (colour.Blue - ground.Blue) * part));

    void Box(float x, float baseline, TextStyle style, SKPaint paint)
    {
        using var outline = paint.Clone();
        (outline.Style, outline.StrokeWidth) = (SKPaintStyle.Stroke, Math.Max(.75f, style.Size / 16));
        canvas.DrawRect(x + style.Size * .06f, baseline - BoxHeight * style.Size, style.Size * (BoxWidth - .12f), BoxHeight * style.Size, outline);
    }

    // Neighbours of one typeface together; no font where none has the letter. What has no form (joiners, controls) is left out.
    List<(string Text, SKFont? Font)> Parts(string text, TextStyle style)
    {
        var fonts = typefaces.Fonts(style.Family, style.Weight, style.Size);
        var parts = new List<(string Text, SKFont? Font)>();
        var run = new StringBuilder();
        SKFont? current = null;
        foreach (var rune in text.EnumerateRunes())
        {
            if (Rune.GetUnicodeCategory(rune) is UnicodeCategory.Format or UnicodeCategory.Control || rune.Value is >= 0xFE00 and <= 0xFE0F)
            {
                continue;
            }
            var font = current is not null && current.GetGlyph(rune.Value) != 0 ? current : fonts.FirstOrDefault(one => one.GetGlyph(rune.Value) != 0);
            if (font is null || font != current)
            {
                Flush();
                current = font;
            }
            if (font is null)
            {
                parts.Add((rune.ToString(), null));
                continue;
            }
            run.Append(rune.ToString());
        }
        Flush();
        return parts;

        void Flush()
        {
            if (run.Length > 0)
            {
                parts.Add((run.ToString(), current));
                run.Clear();
            }
        }
    }

    static string OneLine(string text) => text.AsSpan().IndexOfAny('\n', '\r', '\t') < 0 ? text : text.Replace('\n', ' ').Replace('\r', ' ').Replace('\t', ' ');
}
