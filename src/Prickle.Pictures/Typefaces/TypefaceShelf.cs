using System.Reflection;
using SkiaSharp;

namespace Prickle.Pictures.Typefaces;

/// <summary>The two families of the product.</summary>
enum Family
{
    /// <summary>Inter: what is read.</summary>
    Body,

    /// <summary>Nunito: headings and large numbers.</summary>
    Heading,
}

/// <summary>
/// The typefaces that browsers are served, one file per range of letters, in the weights that were asked for. Letters of no
/// file are drawn as the box that the first one has for them.
/// </summary>
sealed class TypefaceShelf : IDisposable
{
    const uint WeightAxis = 0x77676874;
    readonly Dictionary<Family, List<SKTypeface>> _families = [];
    readonly Dictionary<(Family Family, int Weight), List<SKTypeface>> _weights = [];
    readonly Dictionary<(SKTypeface Typeface, float Size), SKFont> _fonts = [];

    /// <summary>The fonts of a text in the order in which they are tried.</summary>
    public IReadOnlyList<SKFont> Fonts(Family family, int weight, float size)
    {
        if (!_weights.TryGetValue((family, weight), out var typefaces))
        {
            var position = new SKFontVariationPositionCoordinate { Axis = WeightAxis, Value = weight };
            _weights[(family, weight)] = typefaces = [.. Files(family).Select(file => file.Clone([position]) ?? file)];
        }
        return [.. typefaces.Select(typeface => Font(typeface, size))];
    }

    SKFont Font(SKTypeface typeface, float size)
    {
        if (!_fonts.TryGetValue((typeface, size), out var font))
        {
            _fonts[(typeface, size)] = font = new SKFont(typeface, size) { Edging = SKFontEdging.Antialias, Subpixel = true, Hinting = SKFontHinting.None };
        }
        return font;
    }

    List<SKTypeface> Files(Family family)
    {
        if (!_families.TryGetValue(family, out var files))
        {
            var prefix = family is Family.Body ? "typefaces/inter-" : "typefaces/nunito-";
            _families[family] = files =
            [
                .. typeof(TypefaceShelf).Assembly.GetManifestResourceNames().Where(name => name.StartsWith(prefix, StringComparison.Ordinal))
                    .OrderBy(name => name.Contains("-latin-wght", StringComparison.Ordinal) ? 0 : name.Contains("-latin-ext-", StringComparison.Ordinal) ? 1 : 2)
                    .ThenBy(name => name, StringComparer.Ordinal).Select(Read),
            ];
        }
        return files;
    }

    static SKTypeface Read(string name)
    {
        using var data = SKData.CreateCopy(Woff2.ToTrueType(Resources.Bytes(name)));
        return SKTypeface.FromData(data) ?? throw new InvalidDataException($"The typeface {name} cannot be read.");
    }

    public void Dispose()
    {
        foreach (var font in _fonts.Values)
        {
            font.Dispose();
        }
        foreach (var typeface in _weights.Values.Concat(_families.Values).SelectMany(all => all).Distinct())
        {
            typeface.Dispose();
        }
    }
}
