using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Prickle.Pictures;
using Prickle.Ui.Charts;
using SkiaSharp;

namespace Prickle.Tests.Pictures;

/// <summary>A chart as it was drawn: its texts, and its shapes with their colours and places.</summary>
sealed partial class Drawn
{
    readonly XElement _root;

    Drawn(string svg) => _root = XDocument.Parse(svg).Root!;

    /// <param name="Fill">As the drawing says it: "#D9572B", "rgb(217,87,43)", "none".</param>
    public sealed record Shape(string Fill, double Opacity, string Stroke, string Dashes, SKRect Place);

    public IReadOnlyList<string> Texts => [.. _root.Descendants().Where(element => element.Name.LocalName == "text").Select(element => element.Value)];

    public IReadOnlyList<Shape> Shapes =>
    [
        .. _root.Descendants().Where(element => element.Name.LocalName == "path" && element.Parent!.Name.LocalName != "clipPath").Select(element => new Shape(
            Of(element, "fill"), element.Attribute("fill-opacity") is { } opacity ? double.Parse(opacity.Value, CultureInfo.InvariantCulture) : 1,
            Of(element, "stroke"), Of(element, "stroke-dasharray"), PlaceOf(element))),
    ];

    public IReadOnlyList<Shape> Filled(string colour) => [.. Shapes.Where(shape => string.Equals(shape.Fill, colour, StringComparison.OrdinalIgnoreCase))];

    public static async Task<Drawn> OfAsync(PicturePainter painter, ChartData data, int width = 640, int height = 320) =>
        new(await painter.SvgAsync(data, width, height, TestContext.Current.CancellationToken));

    // Colours are compared as six hexadecimal digits, however they are written.
    static string Of(XElement element, string name)
    {
        var text = element.Attribute(name)?.Value ?? "";
        return Rgb.Match(text) is { Success: true } match
            ? string.Concat("#", string.Concat(match.Groups.Cast<Group>().Skip(1).Take(3).Select(part => int.Parse(part.Value, CultureInfo.InvariantCulture).ToString("X2", CultureInfo.InvariantCulture))))
            : text;
    }

    static SKRect PlaceOf(XElement element)
    {
        using var path = SKPath.ParseSvgPathData(element.Attribute("d")!.Value);
        return Prickle.Pictures.Charts.SvgPainter.MatrixOf(element.Attribute("transform")?.Value ?? "").MapRect(path.TightBounds);
    }

    [GeneratedRegex(@"^rgba?\((\d+),\s*(\d+),\s*(\d+)")]
    static partial Regex Rgb { get; }
}
