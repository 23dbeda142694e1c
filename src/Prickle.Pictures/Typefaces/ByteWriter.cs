using System.Buffers.Binary;

namespace Prickle.Pictures.Typefaces;

/// <summary>Writes the numbers of a typeface, high byte first.</summary>
sealed class ByteWriter
{
    readonly List<byte> _written = [];

    public int Length => _written.Count;

    public void Byte(byte value) => _written.Add(value);

    public void Bytes(ReadOnlySpan<byte> bytes) => _written.AddRange(bytes);

    public void UInt16(ushort value)
    {
        Span<byte> bytes = stackalloc byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(bytes, value);
        _written.AddRange(bytes);
    }

    public void Int16(short value) => UInt16(unchecked((ushort)value));

    public void UInt32(uint value)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
        _written.AddRange(bytes);
    }

    public void Pad(int to)
    {
        while (_written.Count % to != 0)
        {
            _written.Add(0);
        }
    }

    public byte[] ToArray() => _written.ToArray();
}
