using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace Prickle.Pictures.Typefaces;

/// <summary>
/// A typeface as the web has it (WOFF2) → as drawing libraries read it (TrueType). Made for the files that the product brings
/// along, so a broken one is a bug and an exception.
/// </summary>
static class Woff2
{
    const uint Signature = 0x774F4632;
    const int HeaderBytes = 48;

    static readonly string[] KnownTags =
    [
        "cmap", "head", "hhea", "hmtx", "maxp", "name", "OS/2", "post", "cvt ", "fpgm", "glyf", "loca", "prep", "CFF ", "VORG", "EBDT",
        "EBLC", "gasp", "hdmx", "kern", "LTSH", "PCLT", "VDMX", "vhea", "vmtx", "BASE", "GDEF", "GPOS", "GSUB", "EBSC", "JSTF", "MATH",
        "CBDT", "CBLC", "COLR", "CPAL", "SVG ", "sbix", "acnt", "avar", "bdat", "bloc", "bsln", "cvar", "fdsc", "feat", "fmtx", "fvar",
        "gvar", "hsty", "just", "lcar", "mort", "morx", "opbd", "prop", "trak", "Zapf", "Silf", "Glat", "Gloc", "Feat", "Sill",
    ];

    sealed record Table(string Tag, int Length, bool IsTransformed);

    public static byte[] ToTrueType(ReadOnlySpan<byte> file)
    {
        var header = new ByteReader(file);
        if (header.UInt32() != Signature)
        {
            throw new InvalidDataException("This is no WOFF2 file.");
        }
        var flavour = header.UInt32();
        header.Skip(4);
        var count = header.UInt16();
        header.Skip(6);
        var compressed = (int)header.UInt32();
        header.Skip(HeaderBytes - 24);
        var tables = new List<Table>();
        for (var index = 0; index < count; index++)
        {
            tables.Add(ReadTable(ref header));
        }
        var content = Decompress(file.Slice(header.Position, compressed), tables.Sum(table => table.Length));
        return Write(flavour, Restore(tables, content));
    }

    static Table ReadTable(ref ByteReader header)
    {
        var flags = header.Byte();
        var tag = (flags & 0x3F) == 0x3F ? Encoding.ASCII.GetString(header.Bytes(4)) : KnownTags[flags & 0x3F];
        var version = flags >> 6;
        // Of these two, version 0 is the transformed one; of all others it is the plain one.
        var isTransformed = tag is "glyf" or "loca" ? version == 0 : version != 0;
        var length = header.Base128();
        return new(tag, isTransformed ? header.Base128() : length, isTransformed);
    }

    static byte[] Decompress(ReadOnlySpan<byte> source, int length)
    {
        var content = new byte[length];
        return BrotliDecoder.TryDecompress(source, content, out var written) && written == length
            ? content
            : throw new InvalidDataException("The tables of the typeface are broken.");
    }

    static List<(string Tag, byte[] Data)> Restore(List<Table> tables, byte[] content)
    {
        var restored = new List<(string Tag, byte[] Data)>();
        Glyphs? glyphs = null;
        var at = 0;
        foreach (var table in tables)
        {
            var data = content.AsSpan(at, table.Length);
            at += table.Length;
            switch (table)
            {
                case { Tag: "glyf", IsTransformed: true }:
                    glyphs = Glyphs.Read(data);
                    restored.Add(("glyf", glyphs.Outlines));
                    break;
                case { Tag: "loca", IsTransformed: true }:
                    restored.Add(("loca", (glyphs ?? throw new InvalidDataException("The places of glyphs come before the glyphs.")).Places()));
                    break;
                case { IsTransformed: true, Tag: not "hmtx" }:
                    throw new InvalidDataException($"Nobody knows how the table {table.Tag} was transformed.");
                default:
                    restored.Add((table.Tag, data.ToArray()));
                    break;
            }
        }
        if (glyphs is not null)
        {
            // Places are written as whole numbers of four bytes.
            BinaryPrimitives.WriteInt16BigEndian(restored.Find(table => table.Tag == "head").Data.AsSpan(50), 1);
            RestoreWidths(tables, restored, glyphs);
        }
        return restored;
    }

    // Bearings that equal the left edge of their glyph are left out of the file.
    static void RestoreWidths(List<Table> tables, List<(string Tag, byte[] Data)> restored, Glyphs glyphs)
    {
        var index = tables.FindIndex(table => table is { Tag: "hmtx", IsTransformed: true });
        if (index < 0)
        {
            return;
        }
        var widths = BinaryPrimitives.ReadUInt16BigEndian(restored.Find(table => table.Tag == "hhea").Data.AsSpan(34));
        var source = new ByteReader(restored[index].Data);
        var flags = source.Byte();
        var advances = new ushort[widths];
        for (var glyph = 0; glyph < widths; glyph++)
        {
            advances[glyph] = source.UInt16();
        }
        var metrics = new ByteWriter();
        for (var glyph = 0; glyph < glyphs.LeftEdges.Count; glyph++)
        {
            var isLeftOut = (flags & (glyph < widths ? 1 : 2)) != 0;
            var bearing = isLeftOut ? glyphs.LeftEdges[glyph] : source.Int16();
            if (glyph < widths)
            {
                metrics.UInt16(advances[glyph]);
            }
            metrics.Int16(bearing);
        }
        restored[index] = ("hmtx", metrics.ToArray());
    }

    static byte[] Write(uint flavour, List<(string Tag, byte[] Data)> tables)
    {
        // Readers look tables up by halving, so they stand in the order of their names.
        tables.Sort((one, other) => string.CompareOrdinal(one.Tag, other.Tag));
        var halvings = (int)Math.Log2(tables.Count);
        var file = new ByteWriter();
        file.UInt32(flavour);
        file.UInt16((ushort)tables.Count);
        file.UInt16((ushort)((1 << halvings) * 16));
        file.UInt16((ushort)halvings);
        file.UInt16((ushort)(tables.Count * 16 - (1 << halvings) * 16));
        var at = 12 + tables.Count * 16;
        foreach (var (tag, data) in tables)
        {
            file.Bytes(Encoding.ASCII.GetBytes(tag));
            // Checksums are for files on their way; this one is in memory.
            file.UInt32(0);
            file.UInt32((uint)at);
            file.UInt32((uint)data.Length);
            at += (data.Length + 3) / 4 * 4;
        }
        foreach (var (_, data) in tables)
        {
            file.Bytes(data);
            file.Pad(4);
        }
        return file.ToArray();
    }
}
