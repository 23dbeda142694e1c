using System.Buffers;
using K4os.Compression.LZ4;

namespace Prickle.Engine.NativeBlocks;

/// <summary>Packs what is written to it into blocks of LZ4; the last goes out when it is disposed.</summary>
sealed class BlockWriter(Stream target) : Stream
{
    readonly byte[] plain = ArrayPool<byte>.Shared.Rent(BlockFormat.OrdinarySize);
    readonly byte[] block = ArrayPool<byte>.Shared.Rent(
        BlockFormat.ChecksumBytes + BlockFormat.HeaderBytes + LZ4Codec.MaximumOutputSize(BlockFormat.OrdinarySize));

    int length;
    bool isClosed;

    public override bool CanWrite => true;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (!buffer.IsEmpty)
        {
            var count = Math.Min(buffer.Length, BlockFormat.OrdinarySize - length);
            buffer.Span[..count].CopyTo(plain.AsSpan(length));
            length += count;
            buffer = buffer[count..];
            if (length == BlockFormat.OrdinarySize)
            {
                await SendAsync(cancellationToken);
            }
        }
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override async ValueTask DisposeAsync()
    {
        if (isClosed)
        {
            return;
        }
        isClosed = true;
        if (length > 0)
        {
            await SendAsync(CancellationToken.None);
        }
        ArrayPool<byte>.Shared.Return(plain);
        ArrayPool<byte>.Shared.Return(block);
        await base.DisposeAsync();
    }

    public override void Flush() { }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("Write asynchronously.");

    async Task SendAsync(CancellationToken cancellationToken)
    {
        const int start = BlockFormat.ChecksumBytes + BlockFormat.HeaderBytes;
        var packed = LZ4Codec.Encode(plain.AsSpan(0, length), block.AsSpan(start), LZ4Level.L00_FAST);
        BlockFormat.WriteHeader(block, Method.Lz4, packed, length);
        length = 0;
        await target.WriteAsync(block.AsMemory(0, start + packed), cancellationToken);
    }
}
