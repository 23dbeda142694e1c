using System.Buffers.Binary;
using Prickle.Pictures;
using Prickle.Pictures.Charts;
using Prickle.Pictures.Typefaces;
using SkiaSharp;

namespace Prickle.Tests.Pictures;

public sealed class TypefaceTests
{
    [Theory]
    [InlineData("typefaces/inter-latin-wght-normal.woff2")]
    [InlineData("typefaces/nunito-latin-wght-normal.woff2")]
    public void Letters_of_a_typeface_of_the_web_are_as_high_as_it_says_itself(string name)
    {
        using var data = SKData.CreateCopy(Woff2.ToTrueType(Resources.Bytes(name)));
        using var typeface = SKTypeface.FromData(data);
        using var font = new SKFont(typeface, typeface.UnitsPerEm);

        // The table OS/2 says the height of capital letters (at 88) and of small ones without strokes above (at 86), for the
        // middle of the weights: the lightest, which comes first in the file, differs by less than a fiftieth of the size.
        var heights = typeface.GetTableData(0x4F532F32u);
        using var capital = font.GetGlyphPath(font.GetGlyph('H'));
        using var small = font.GetGlyphPath(font.GetGlyph('x'));
        ((double)capital!.TightBounds.Height).ShouldBe(BinaryPrimitives.ReadInt16BigEndian(heights.AsSpan(88)), typeface.UnitsPerEm / 50d);
        ((double)small!.TightBounds.Height).ShouldBe(BinaryPrimitives.ReadInt16BigEndian(heights.AsSpan(86)), typeface.UnitsPerEm / 50d);
        // é is made of two glyphs.
        using var accented = font.GetGlyphPath(font.GetGlyph('é'));
        accented!.TightBounds.Height.ShouldBeGreaterThan(small.TightBounds.Height);
    }

    [Fact]
    public void A_heavier_weight_is_wider()
    {
        using var shelf = new TypefaceShelf();
        float WidthAt(int weight) => shelf.Fonts(Family.Body, weight, 100)[0].MeasureText("Hamburgefonts");

        WidthAt(700).ShouldBeGreaterThan(WidthAt(400) * 1.02f);
        WidthAt(400).ShouldBeGreaterThan(WidthAt(100) * 1.02f);
    }

    [Fact]
    public void The_thinned_map_keeps_every_country_and_a_fraction_of_the_points()
    {
        var whole = System.Text.Json.JsonDocument.Parse(Resources.Bytes("world.json")).RootElement;
        var thinned = System.Text.Json.JsonDocument.Parse(WorldAtlas.Thinned()).RootElement;

        static int Countries(System.Text.Json.JsonElement atlas) => atlas.GetProperty("objects").GetProperty("countries").GetProperty("geometries").GetArrayLength();
        static int Points(System.Text.Json.JsonElement atlas) => atlas.GetProperty("arcs").EnumerateArray().Sum(border => border.GetArrayLength());
        Countries(thinned).ShouldBe(Countries(whole));
        Points(thinned).ShouldBeLessThan(Points(whole) / 4);
        // A ring of fewer than four points has no inside.
        thinned.GetProperty("arcs").EnumerateArray().Where(border => border[0].ToString() == border[border.GetArrayLength() - 1].ToString())
            .ShouldAllBe(ring => ring.GetArrayLength() >= 4);
    }

    [Theory]
    [InlineData(PictureTheme.Light, "primary", "#B54018")]
    [InlineData(PictureTheme.Dark, "primary", "#F0774A")]
    [InlineData(PictureTheme.Light, "tint", "#14D9572B")]
    [InlineData(PictureTheme.Dark, "tint", "#1FF0774A")]
    public void Colours_are_those_of_the_style_sheet(PictureTheme theme, string name, string colour) =>
        // .08 of 255 is 20 (14 hexadecimal), .12 is 31 (1F).
        new Palette(theme)[name].ShouldBe(SKColor.Parse(colour));
}
