using System.Buffers.Binary;

namespace Prickle.Pictures.Typefaces;

/// <summary>Reads the numbers of a typeface, high byte first.</summary>
ref struct ByteReader(ReadOnlySpan<byte> source)
{
    readonly ReadOnlySpan<byte> _source = source;

    public int Position { get; private set; }

    public void Skip(int count) => Position += count;

    public byte Byte() => _source[Position++];

    public ReadOnlySpan<byte> Bytes(int count)
    {
        var bytes = _source.Slice(Position, count);
        Position += count;
        return bytes;
    }

    public ushort UInt16() => BinaryPrimitives.ReadUInt16BigEndian(Bytes(2));

    public short Int16() => BinaryPrimitives.ReadInt16BigEndian(Bytes(2));

    public uint UInt32() => BinaryPrimitives.ReadUInt32BigEndian(Bytes(4));

    /// <summary>Seven bits a byte, the highest says that more follow.</summary>
    public int Base128()
    {
        var value = 0;
        for (var count = 0; count < 5; count++)
        {
            var part = Byte();
            value = checked(value << 7 | part & 0x7F);
            if ((part & 0x80) == 0)
            {
                return value;
            }
        }
        throw new InvalidDataException("A number of the typeface does not end.");
    }

    /// <summary>Small numbers in one byte, larger ones in two or three.</summary>
    public int Packed() => Byte() switch
    {
        253 => UInt16(),
        254 => Byte() + 506,
        255 => Byte() + 253,
        var small => small,
    };
}
