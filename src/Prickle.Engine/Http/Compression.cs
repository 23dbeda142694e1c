using System.IO.Compression;
using System.IO.Pipelines;
using Prickle.Engine.Native;
using Prickle.Engine.NativeBlocks;

namespace Prickle.Engine.Http;

/// <summary>Bodies in the encodings of HTTP: what comes in is decoded, what goes out is encoded as the caller accepts.</summary>
static class Compression
{
    const int UnknownMethod = 89;
    const int ReadAhead = 1 << 18;

    // In the server's order of preference.
    static readonly string[] Known = ["zstd", "br", "gzip", "deflate"];

    /// <summary>The body decoded, or an error for an encoding that is not known.</summary>
    public static (PipeReader? Body, EngineError? Error) Decode(HttpRequest request)
    {
        var encoding = request.Headers.ContentEncoding.ToString().Trim().ToLowerInvariant();
        if (encoding is "" or "identity")
        {
            return (request.BodyReader, null);
        }
        var body = request.Body;
        Stream? decoded = encoding switch
        {
            "gzip" or "x-gzip" => new GZipStream(body, CompressionMode.Decompress),
            "deflate" => new ZLibStream(body, CompressionMode.Decompress),
            "br" => new BrotliStream(body, CompressionMode.Decompress),
            "zstd" => new ZstdSharp.DecompressionStream(body, leaveOpen: true),
            _ => null,
        };
        return decoded is null
            ? (null, EngineError.Of(UnknownMethod, "UNKNOWN_COMPRESSION_METHOD", $"Unknown compression method '{encoding}'."))
            : (PipeReader.Create(decoded, new(bufferSize: ReadAhead)), null);
    }

    /// <summary>A body of ClickHouse's own compressed blocks, unpacked.</summary>
    public static PipeReader Unpack(PipeReader blocks, bool isChecked) =>
        PipeReader.Create(new BlockReader(blocks.AsStream(), isChecked), new(bufferSize: ReadAhead));

    /// <summary>The error for a body that is not what its encoding says.</summary>
    public static EngineError Broken(HttpRequest request, Exception failure) => failure is BrokenBlockException block ? block.Error :
        request.Headers.ContentEncoding.ToString().ToLowerInvariant() switch
        {
            "zstd" => EngineError.Of(561, "ZSTD_DECODER_FAILED", $"ZSTD stream decoding failed: {failure.Message}"),
            "br" => EngineError.Of(448, "BROTLI_READ_FAILED", $"brotli decode error: {failure.Message}"),
            _ => EngineError.Of(354, "ZLIB_INFLATE_FAILED", $"inflate failed: {failure.Message}"),
        };

    /// <summary>Whether reading a body failed because it is not what its encoding says.</summary>
    public static bool IsBroken(Exception failure) =>
        failure is InvalidDataException or EndOfStreamException or ZstdSharp.ZstdException or BrokenBlockException
            or InvalidOperationException { Source: "System.IO.Compression.Brotli" };

    /// <summary>The encoding to answer in: the best that the caller accepts, or null for none.</summary>
    public static string? Choose(string acceptEncoding)
    {
        var accepted = acceptEncoding.Split(',', StringSplitOptions.TrimEntries)
            .Where(entry => !entry.Replace(" ", "").EndsWith(";q=0", StringComparison.Ordinal))
            .Select(entry => entry.Split(';')[0].Trim().ToLowerInvariant())
            .ToHashSet();
        return Known.FirstOrDefault(accepted.Contains);
    }

    /// <summary>A stream that encodes what is written to it; it must be disposed to end the encoding.</summary>
    public static Stream Encode(string encoding, Stream target) => encoding switch
    {
        "zstd" => new ZstdSharp.CompressionStream(target, level: 1, leaveOpen: true),
        "br" => new BrotliStream(target, CompressionLevel.Fastest, leaveOpen: true),
        "gzip" => new GZipStream(target, CompressionLevel.Fastest, leaveOpen: true),
        _ => new ZLibStream(target, CompressionLevel.Fastest, leaveOpen: true),
    };
}
