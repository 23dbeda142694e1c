namespace Prickle.Pictures.Typefaces;

/// <summary>The outlines of a typeface, put together again from the streams into which WOFF2 takes them apart.</summary>
sealed class Glyphs
{
    const ushort HasInstructions = 0x100;
    readonly List<uint> _places = [];

    public byte[] Outlines { get; private set; } = [];

    /// <summary>The left edge of each glyph, which its bearing may repeat.</summary>
    public List<short> LeftEdges { get; } = [];

    ref struct Streams
    {
        public ByteReader Contours;
        public ByteReader Points;
        public ByteReader Flags;
        public ByteReader Coordinates;
        public ByteReader Composites;
        public ReadOnlySpan<byte> BoxBits;
        public ByteReader Boxes;
        public ByteReader Instructions;
    }

    readonly record struct Point(int X, int Y, bool IsOnCurve);

    readonly record struct Box(short Left, short Bottom, short Right, short Top);

    public static Glyphs Read(ReadOnlySpan<byte> table)
    {
        var reader = new ByteReader(table);
        reader.Skip(4);
        int count = reader.UInt16();
        reader.Skip(2);
        Span<int> sizes = stackalloc int[7];
        for (var index = 0; index < sizes.Length; index++)
        {
            sizes[index] = (int)reader.UInt32();
        }
        var streams = new Streams
        {
            Contours = new(reader.Bytes(sizes[0])),
            Points = new(reader.Bytes(sizes[1])),
            Flags = new(reader.Bytes(sizes[2])),
            Coordinates = new(reader.Bytes(sizes[3])),
            Composites = new(reader.Bytes(sizes[4])),
        };
        var boxes = reader.Bytes(sizes[5]);
        var bits = (count + 31) / 32 * 4;
        streams.BoxBits = boxes[..bits];
        streams.Boxes = new(boxes[bits..]);
        streams.Instructions = new(reader.Bytes(sizes[6]));
        var glyphs = new Glyphs();
        var written = new ByteWriter();
        for (var glyph = 0; glyph < count; glyph++)
        {
            glyphs._places.Add((uint)written.Length);
            glyphs.LeftEdges.Add(Restore(ref streams, glyph, written));
            written.Pad(4);
        }
        glyphs._places.Add((uint)written.Length);
        glyphs.Outlines = written.ToArray();
        return glyphs;
    }

    /// <summary>Where each outline begins, and where the last one ends.</summary>
    public byte[] Places()
    {
        var written = new ByteWriter();
        _places.ForEach(written.UInt32);
        return written.ToArray();
    }

    static short Restore(ref Streams streams, int glyph, ByteWriter written)
    {
        var contours = streams.Contours.Int16();
        var hasBox = (streams.BoxBits[glyph >> 3] & 0x80 >> (glyph & 7)) != 0;
        if (contours == 0)
        {
            return 0;
        }
        if (contours < 0)
        {
            return Composite(ref streams, written);
        }
        var ends = new int[contours];
        var points = 0;
        for (var contour = 0; contour < contours; contour++)
        {
            points += streams.Points.Packed();
            ends[contour] = points - 1;
        }
        var outline = new Point[points];
        var (x, y) = (0, 0);
        for (var index = 0; index < points; index++)
        {
            var step = Step(ref streams);
            (x, y) = (x + step.X, y + step.Y);
            outline[index] = new(x, y, step.IsOnCurve);
        }
        var instructions = streams.Instructions.Bytes(streams.Coordinates.Packed());
        var box = hasBox ? ReadBox(ref streams) : BoxOf(outline);
        Simple(written, box, ends, instructions, outline);
        return box.Left;
    }

    static short Composite(ref Streams streams, ByteWriter written)
    {
        var box = ReadBox(ref streams);
        written.Int16(-1);
        WriteBox(written, box);
        var (goesOn, isInstructed) = (true, false);
        while (goesOn)
        {
            var flags = streams.Composites.UInt16();
            written.UInt16(flags);
            // The glyph, its offset (words or bytes), and a scale of one, two or four numbers.
            var size = 2 + ((flags & 1) != 0 ? 4 : 2) + ((flags & 0x08) != 0 ? 2 : (flags & 0x40) != 0 ? 4 : (flags & 0x80) != 0 ? 8 : 0);
            written.Bytes(streams.Composites.Bytes(size));
            isInstructed |= (flags & HasInstructions) != 0;
            goesOn = (flags & 0x20) != 0;
        }
        if (isInstructed)
        {
            var length = streams.Coordinates.Packed();
            written.UInt16((ushort)length);
            written.Bytes(streams.Instructions.Bytes(length));
        }
        return box.Left;
    }

    // The step to the next point takes one to four bytes; the flag says how many, and how the bits lie in them.
    static Point Step(ref Streams streams)
    {
        int flag = streams.Flags.Byte();
        var isOnCurve = (flag & 0x80) == 0;
        flag &= 0x7F;
        ref var source = ref streams.Coordinates;
        static int Signed(int flag, int size) => (flag & 1) != 0 ? size : -size;
        if (flag < 10)
        {
            return new(0, Signed(flag, ((flag & 14) << 7) + source.Byte()), isOnCurve);
        }
        if (flag < 20)
        {
            return new(Signed(flag, ((flag - 10 & 14) << 7) + source.Byte()), 0, isOnCurve);
        }
        if (flag < 84)
        {
            var (kind, both) = (flag - 20, source.Byte());
            return new(Signed(flag, 1 + (kind & 0x30) + (both >> 4)), Signed(flag >> 1, 1 + ((kind & 0x0C) << 2) + (both & 0x0F)), isOnCurve);
        }
        if (flag < 120)
        {
            var kind = flag - 84;
            var horizontal = 1 + (kind / 12 << 8) + source.Byte();
            return new(Signed(flag, horizontal), Signed(flag >> 1, 1 + (kind % 12 >> 2 << 8) + source.Byte()), isOnCurve);
        }
        int first = source.Byte(), second = source.Byte(), third = source.Byte();
        return flag < 124
            ? new(Signed(flag, (first << 4) + (second >> 4)), Signed(flag >> 1, ((second & 0x0F) << 8) + third), isOnCurve)
            : new(Signed(flag, (first << 8) + second), Signed(flag >> 1, (third << 8) + source.Byte()), isOnCurve);
    }

    static void Simple(ByteWriter written, Box box, int[] ends, ReadOnlySpan<byte> instructions, Point[] outline)
    {
        written.Int16((short)ends.Length);
        WriteBox(written, box);
        foreach (var end in ends)
        {
            written.UInt16((ushort)end);
        }
        written.UInt16((ushort)instructions.Length);
        written.Bytes(instructions);
        foreach (var point in outline)
        {
            written.Byte(point.IsOnCurve ? (byte)1 : (byte)0);
        }
        var before = default(Point);
        foreach (var point in outline)
        {
            written.Int16((short)(point.X - before.X));
            before = point;
        }
        before = default;
        foreach (var point in outline)
        {
            written.Int16((short)(point.Y - before.Y));
            before = point;
        }
    }

    static Box BoxOf(Point[] outline) => outline.Length == 0 ? default : new(
        (short)outline.Min(point => point.X), (short)outline.Min(point => point.Y), (short)outline.Max(point => point.X), (short)outline.Max(point => point.Y));

    static Box ReadBox(ref Streams streams) => new(streams.Boxes.Int16(), streams.Boxes.Int16(), streams.Boxes.Int16(), streams.Boxes.Int16());

    static void WriteBox(ByteWriter written, Box box)
    {
        written.Int16(box.Left);
        written.Int16(box.Bottom);
        written.Int16(box.Right);
        written.Int16(box.Top);
    }
}
