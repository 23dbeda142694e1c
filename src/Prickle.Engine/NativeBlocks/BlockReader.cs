using K4os.Compression.LZ4;
using Prickle.Engine.Native;

namespace Prickle.Engine.NativeBlocks;

/// <summary>Reads what came in blocks, one block at a time.</summary>
/// <param name="source">The blocks.</param>
/// <param name="isChecked">Whether a block whose checksum is wrong is refused.</param>
sealed class BlockReader(Stream source, bool isChecked) : Stream
{
    const int Start = BlockFormat.ChecksumBytes + BlockFormat.HeaderBytes;

    byte[] block = new byte[Start];
    byte[] plain = [];
    int position;
    int length;

    public override bool CanRead => true;

    public override bool CanWrite => false;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <exception cref="BrokenBlockException">What came is no block, or not a whole one.</exception>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        // A block of nothing is allowed, and is not the end.
        while (position == length)
        {
            if (!await ReadBlockAsync(cancellationToken))
            {
                return 0;
            }
        }
        var count = Math.Min(buffer.Length, length - position);
        plain.AsSpan(position, count).CopyTo(buffer.Span);
        position += count;
        return count;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Flush() { }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("Read asynchronously.");

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    async Task<bool> ReadBlockAsync(CancellationToken cancellationToken)
    {
        var head = await source.ReadAtLeastAsync(block.AsMemory(0, Start), Start, throwOnEndOfStream: false, cancellationToken);
        if (head == 0)
        {
            return false;
        }
        if (head < Start)
        {
            throw Cut();
        }
        var (method, packed, unpacked) = BlockFormat.ReadHeader(block);
        if (method is not (Method.None or Method.Lz4 or Method.Zstandard))
        {
            throw new BrokenBlockException(89, "UNKNOWN_COMPRESSION_METHOD", $"Unknown compression method: {(byte)method}");
        }
        if (packed > BlockFormat.LargestSize || unpacked > BlockFormat.LargestSize)
        {
            throw new BrokenBlockException(131, "TOO_LARGE_SIZE_COMPRESSED",
                $"A compressed block of {packed} bytes, unpacked {unpacked}, is too large; {BlockFormat.LargestSize} is the most.");
        }
        await ReadRestAsync((int)packed, cancellationToken);
        if (isChecked && !BlockFormat.IsSound(block.AsSpan(0, Start + (int)packed)))
        {
            throw new BrokenBlockException(40, "CHECKSUM_DOESNT_MATCH", "Checksum doesn't match: corrupted data.");
        }
        Unpack(method, block.AsSpan(Start, (int)packed), (int)unpacked);
        return true;
    }

    async Task ReadRestAsync(int packed, CancellationToken cancellationToken)
    {
        if (block.Length < Start + packed)
        {
            Array.Resize(ref block, Start + packed);
        }
        var rest = await source.ReadAtLeastAsync(block.AsMemory(Start, packed), packed, throwOnEndOfStream: false, cancellationToken);
        if (rest < packed)
        {
            throw Cut();
        }
    }

    void Unpack(Method method, ReadOnlySpan<byte> packed, int unpacked)
    {
        if (plain.Length < unpacked)
        {
            plain = new byte[unpacked];
        }
        (position, length) = (0, 0);
        var target = plain.AsSpan(0, unpacked);
        if (!TryUnpack(method, packed, target))
        {
            throw new BrokenBlockException(271, "CANNOT_DECOMPRESS", "Cannot decompress a block: its bytes are not what its header says.");
        }
        length = unpacked;
    }

    static bool TryUnpack(Method method, ReadOnlySpan<byte> packed, Span<byte> target)
    {
        switch (method)
        {
            case Method.None:
                return packed.Length == target.Length && packed.TryCopyTo(target);
            case Method.Lz4:
                return LZ4Codec.Decode(packed, target) == target.Length;
            default:
                using (var decompressor = new ZstdSharp.Decompressor())
                {
                    return decompressor.TryUnwrap(packed, target, out var written) && written == target.Length;
                }
        }
    }

    static BrokenBlockException Cut() =>
        new(33, "CANNOT_READ_ALL_DATA", "Cannot read all data: the last compressed block is cut short.");
}

/// <summary>A body that should have been compressed blocks; the error is what the server says to that.</summary>
sealed class BrokenBlockException(int code, string name, string message) : Exception(message)
{
    public EngineError Error { get; } = EngineError.Of(code, name, message);
}
