using System.Globalization;
using System.Xml.Linq;
using Prickle.Pictures.Typefaces;
using SkiaSharp;

namespace Prickle.Pictures.Charts;

/// <summary>Draws what the chart library writes: shapes, texts, clips, no images and no gradients.</summary>
sealed class SvgPainter
{
    readonly Ink _ink;
    readonly Dictionary<string, XElement> _named;

    SvgPainter(Ink ink, XElement root)
    {
        _ink = ink;
        _named = root.Descendants().Where(element => element.Attribute("id") is not null).DistinctBy(element => element.Attribute("id")!.Value)
            .ToDictionary(element => element.Attribute("id")!.Value);
    }

    /// <summary>Draws it where the canvas stands.</summary>
    public static void Paint(Ink ink, string svg)
    {
        var root = XDocument.Parse(svg).Root!;
        var painter = new SvgPainter(ink, root);
        foreach (var element in root.Elements())
        {
            painter.Draw(element);
        }
    }

    void Draw(XElement element)
    {
        if (element.Name.LocalName is "defs" or "style" or "clipPath" || element.Attribute("visibility")?.Value == "hidden")
        {
            return;
        }
        _ink.Canvas.Save();
        Clip(element);
        if (element.Attribute("transform") is { } transform)
        {
            _ink.Canvas.Concat(MatrixOf(transform.Value));
        }
        switch (element.Name.LocalName)
        {
            case "g":
                foreach (var child in element.Elements())
                {
                    Draw(child);
                }
                break;
            case "text":
                Text(element);
                break;
            default:
                Shape(element);
                break;
        }
        _ink.Canvas.Restore();
    }

    void Clip(XElement element)
    {
        if (element.Attribute("clip-path")?.Value is not { } reference || !_named.TryGetValue(reference[(reference.IndexOf('#') + 1)..].TrimEnd(')', '"', '\''), out var clip))
        {
            return;
        }
        foreach (var shape in clip.Elements())
        {
            using var path = PathOf(shape);
            if (path is not null)
            {
                _ink.Canvas.ClipPath(path, antialias: true);
            }
        }
    }

    void Shape(XElement element)
    {
        using var path = PathOf(element);
        if (path is null)
        {
            return;
        }
        if (ColourOf(element, "fill", SKColors.Black) is { } fill)
        {
            using var paint = new SKPaint { Color = fill, IsAntialias = true };
            _ink.Canvas.DrawPath(path, paint);
        }
        if (StrokeOf(element) is { } stroke)
        {
            using (stroke)
            {
                _ink.Canvas.DrawPath(path, stroke);
            }
        }
    }

    void Text(XElement element)
    {
        var style = TextStyleOf(element);
        var (x, y) = (Number(element, "x"), Number(element, "y"));
        var width = _ink.Measure(element.Value, style);
        x -= element.Attribute("text-anchor")?.Value switch { "middle" => width / 2, "end" => width, _ => 0 };
        // Middles are those of capital letters, which is where browsers put them for these typefaces.
        y += element.Attribute("dominant-baseline")?.Value is "central" or "middle" ? style.Size * .364f : 0;
        if (StrokeOf(element) is { } stroke)
        {
            using (stroke)
            {
                _ink.Text(element.Value, x, y, style, stroke);
            }
        }
        _ink.Text(element.Value, x, y, style);
    }

    static TextStyle TextStyleOf(XElement element)
    {
        var css = (element.Attribute("style")?.Value ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(part => part.Split(':', 2)).Where(part => part.Length == 2).ToDictionary(part => part[0].Trim(), part => part[1].Trim());
        var size = css.TryGetValue("font-size", out var pixels) ? Float(pixels.Replace("px", "", StringComparison.Ordinal)) : 12;
        var weight = css.TryGetValue("font-weight", out var word) ? ChartScript.WeightOf(word) ?? 400 : 400;
        var family = css.GetValueOrDefault("font-family")?.Contains("heading", StringComparison.Ordinal) == true ? Family.Heading : Family.Body;
        return new(size, weight, ColourOf(element, "fill", SKColors.Black) ?? SKColors.Transparent, family);
    }

    static SKPath? PathOf(XElement element)
    {
        using var path = new SKPathBuilder();
        switch (element.Name.LocalName)
        {
            case "path":
                return SKPath.ParseSvgPathData(element.Attribute("d")?.Value ?? "");
            case "rect":
                var radius = Math.Max(Number(element, "rx"), Number(element, "ry"));
                path.AddRoundRect(SKRect.Create(Number(element, "x"), Number(element, "y"), Number(element, "width"), Number(element, "height")), radius, radius);
                break;
            case "circle":
                path.AddCircle(Number(element, "cx"), Number(element, "cy"), Number(element, "r"));
                break;
            case "ellipse":
                var (x, y, halfX, halfY) = (Number(element, "cx"), Number(element, "cy"), Number(element, "rx"), Number(element, "ry"));
                path.AddOval(new SKRect(x - halfX, y - halfY, x + halfX, y + halfY));
                break;
            case "line":
                path.MoveTo(Number(element, "x1"), Number(element, "y1"));
                path.LineTo(Number(element, "x2"), Number(element, "y2"));
                break;
            case "polyline" or "polygon":
                path.AddPoly(PointsOf(element.Attribute("points")?.Value ?? ""), element.Name.LocalName == "polygon");
                break;
            default:
                return null;
        }
        return path.Detach();
    }

    static SKPoint[] PointsOf(string text)
    {
        var numbers = text.Split([' ', ',', '\n'], StringSplitOptions.RemoveEmptyEntries).Select(Float).ToArray();
        return [.. numbers.Chunk(2).Where(pair => pair.Length == 2).Select(pair => new SKPoint(pair[0], pair[1]))];
    }

    static SKPaint? StrokeOf(XElement element)
    {
        // A line without width is none; the drawing library takes it for the thinnest one.
        if (ColourOf(element, "stroke", null) is not { } colour || element.Attribute("stroke-width")?.Value == "0")
        {
            return null;
        }
        var paint = new SKPaint
        {
            Color = colour,
            IsAntialias = true,
            Style = SKPaintStyle.Stroke,
            StrokeWidth = element.Attribute("stroke-width") is { } width ? Float(width.Value) : 1,
            StrokeJoin = element.Attribute("stroke-linejoin")?.Value switch { "round" => SKStrokeJoin.Round, "bevel" => SKStrokeJoin.Bevel, _ => SKStrokeJoin.Miter },
            StrokeCap = element.Attribute("stroke-linecap")?.Value switch { "round" => SKStrokeCap.Round, "square" => SKStrokeCap.Square, _ => SKStrokeCap.Butt },
        };
        if (element.Attribute("stroke-dasharray")?.Value is { } dashes && dashes != "none")
        {
            var lengths = dashes.Split([' ', ','], StringSplitOptions.RemoveEmptyEntries).Select(Float).ToArray();
            paint.PathEffect = SKPathEffect.CreateDash(lengths.Length % 2 == 0 ? lengths : [.. lengths, .. lengths], Number(element, "stroke-dashoffset"));
        }
        return paint;
    }

    static SKColor? ColourOf(XElement element, string kind, SKColor? otherwise)
    {
        var text = element.Attribute(kind)?.Value;
        if ((text is null ? otherwise : Palette.ReadCss(text)) is not { } colour)
        {
            return null;
        }
        var opacity = (element.Attribute($"{kind}-opacity") is { } own ? Float(own.Value) : 1) * (element.Attribute("opacity") is { } whole ? Float(whole.Value) : 1);
        return colour.WithAlpha((byte)Math.Round(colour.Alpha * Math.Clamp(opacity, 0, 1)));
    }

    /// <summary>A transform as drawings write it.</summary>
    public static SKMatrix MatrixOf(string text)
    {
        var matrix = SKMatrix.Identity;
        foreach (var step in text.Split(')', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var open = step.IndexOf('(', StringComparison.Ordinal);
            var numbers = step[(open + 1)..].Split([' ', ','], StringSplitOptions.RemoveEmptyEntries).Select(Float).ToArray();
            matrix = matrix.PreConcat(step[..open].Trim() switch
            {
                "translate" => SKMatrix.CreateTranslation(numbers[0], numbers.ElementAtOrDefault(1)),
                "scale" => SKMatrix.CreateScale(numbers[0], numbers.Length > 1 ? numbers[1] : numbers[0]),
                "rotate" => SKMatrix.CreateRotationDegrees(numbers[0], numbers.ElementAtOrDefault(1), numbers.ElementAtOrDefault(2)),
                "matrix" => new SKMatrix(numbers[0], numbers[2], numbers[4], numbers[1], numbers[3], numbers[5], 0, 0, 1),
                var other => throw new NotSupportedException($"Nobody knows the transform {other}."),
            });
        }
        return matrix;
    }

    static float Number(XElement element, string name) => element.Attribute(name) is { } attribute ? Float(attribute.Value) : 0;

    static float Float(string text) => float.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture);
}
