using System.Buffers.Binary;

namespace Prickle.Engine.NativeBlocks;

/// <summary>
/// ClickHouse's compressed blocks, as in its data files and on the wire with <c>compress=1</c>: a checksum of what follows, the
/// method, the size of the rest of the block (this header counted), the size unpacked, the packed bytes.
/// </summary>
static class BlockFormat
{
    public const int ChecksumBytes = 16;
    public const int HeaderBytes = 9;

    /// <summary>The size that writers of ClickHouse fill before they pack.</summary>
    public const int OrdinarySize = 1 << 20;

    /// <summary>The largest block that is read, packed or unpacked: it is held in memory, and a stranger's word says how large it is.</summary>
    public const int LargestSize = 128 << 20;

    public static void WriteHeader(Span<byte> block, Method method, int packed, int unpacked)
    {
        block[ChecksumBytes] = (byte)method;
        BinaryPrimitives.WriteInt32LittleEndian(block[(ChecksumBytes + 1)..], HeaderBytes + packed);
        BinaryPrimitives.WriteInt32LittleEndian(block[(ChecksumBytes + 5)..], unpacked);
        var (low, high) = CityHash.Hash128(block.Slice(ChecksumBytes, HeaderBytes + packed));
        BinaryPrimitives.WriteUInt64LittleEndian(block, low);
        BinaryPrimitives.WriteUInt64LittleEndian(block[8..], high);
    }

    /// <summary>Method and sizes, from a block's first <see cref="ChecksumBytes"/> + <see cref="HeaderBytes"/> bytes.</summary>
    public static (Method Method, uint Packed, uint Unpacked) ReadHeader(ReadOnlySpan<byte> block) => (
        (Method)block[ChecksumBytes],
        BinaryPrimitives.ReadUInt32LittleEndian(block[(ChecksumBytes + 1)..]) - HeaderBytes,
        BinaryPrimitives.ReadUInt32LittleEndian(block[(ChecksumBytes + 5)..]));

    /// <summary>Whether the checksum is right of a whole block.</summary>
    public static bool IsSound(ReadOnlySpan<byte> block)
    {
        var (low, high) = CityHash.Hash128(block[ChecksumBytes..]);
        return low == BinaryPrimitives.ReadUInt64LittleEndian(block) && high == BinaryPrimitives.ReadUInt64LittleEndian(block[8..]);
    }
}

/// <summary>How a block is packed.</summary>
enum Method : byte
{
    None = 0x02,
    Lz4 = 0x82,
    Zstandard = 0x90,
}
