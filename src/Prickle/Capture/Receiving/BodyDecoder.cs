using System.Buffers;
using System.Buffers.Binary;
using System.Buffers.Text;
using System.IO.Compression;
using System.Text;
using ZstdSharp;

namespace Prickle.Capture.Receiving;

/// <summary>
/// Undoes whatever an SDK did to its JSON. Browsers label nothing, so the bytes decide: gzip is known by its magic,
/// base64 by not being JSON, a form by its content type or by beginning with <c>data=</c>.
/// </summary>
static class BodyDecoder
{
    /// <summary>The most bytes a body may have, packed or unpacked.</summary>
    public const int Limit = 20 * 1024 * 1024;

    const int DeepestWrapping = 4;

    const int FirstSize = 16 * 1024;
    const int SuspiciousLength = 1024 * 1024;
    const int SuspiciousGrowth = 40;

    public static DecodeOutcome Decode(RawRequest request)
    {
        byte[]? rented = null;
        try
        {
            var body = Unpack(request.Body, request.ContentEncoding, out rented);
            var isForm = request.ContentType.StartsWith("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase);
            var hint = request.Compression;
            if (MultipartBody.IsMultipart(request.ContentType) && !LooksLikeJson(body.Span))
            {
                body = IsGzip(body.Span) ? InflateGzip(body, out _) : body;
                return MultipartBody.Read(body, request.ContentType, part => InflateGzip(part, out _), Limit);
            }

            for (var wrapping = 0; wrapping < DeepestWrapping; wrapping++)
            {
                if (IsGzip(body.Span))
                {
                    body = InflateGzip(body, out rented);
                }
                else if (LooksLikeJson(body.Span))
                {
                    return new DecodeOutcome.Decoded(ReadableText.Repair(body)) { Rented = rented };
                }
                else if (LooksLikeForm(body.Span, isForm))
                {
                    (body, hint) = ReadForm(body, hint);
                    isForm = false;
                }
                else if (hint is "lz64" or "lz-string")
                {
                    return Decompressed(LzString.DecompressFromBase64(Encoding.ASCII.GetString(body.Span), Limit));
                }
                else if (TryBase64(body, out var plain))
                {
                    body = plain;
                }
                else
                {
                    return new DecodeOutcome.Unreadable(body.Length == 0
                        ? "The body is empty"
                        : "The body is neither JSON nor an encoding of it (gzip, base64, form)");
                }
            }

            return new DecodeOutcome.Unreadable($"The body is wrapped more than {DeepestWrapping} times");
        }
        catch (BodyTooLargeException)
        {
            return new DecodeOutcome.TooLarge(Limit);
        }
        catch (Exception failure) when (
            failure is InvalidDataException or ZstdException or IOException or NotSupportedException or InvalidOperationException)
        {
            // The last is what the framework's Brotli throws at bytes that are none.
            return new DecodeOutcome.Unreadable($"The body cannot be unpacked: {failure.Message}");
        }
    }

    static DecodeOutcome Decompressed(string? text) => text is null
        ? new DecodeOutcome.Unreadable("The body is not valid lz64")
        : new DecodeOutcome.Decoded(ReadableText.Repair(Encoding.UTF8.GetBytes(text)));

    static ReadOnlyMemory<byte> Unpack(ReadOnlyMemory<byte> body, string encoding, out byte[]? rented)
    {
        rented = null;
        return encoding.Trim().ToLowerInvariant() switch
        {
            "" or "identity" => body,
            // Proxies may unpack a body and leave the header: the bytes decide.
            "gzip" or "x-gzip" => IsGzip(body.Span) ? InflateGzip(body, out rented) : body,
            "deflate" => Inflate(body, packed => new ZLibStream(packed, CompressionMode.Decompress), out rented),
            "br" => Inflate(body, packed => new BrotliStream(packed, CompressionMode.Decompress), out rented),
            "zstd" => Inflate(body, packed => new DecompressionStream(packed), out rented),
            _ => throw new NotSupportedException($"content encoding '{encoding}' is not known; use gzip, deflate, br or zstd"),
        };
    }

    static ReadOnlyMemory<byte> InflateGzip(ReadOnlyMemory<byte> body, out byte[]? rented) =>
        Inflate(body, packed => new GZipStream(packed, CompressionMode.Decompress), out rented);

    public static bool IsGzip(ReadOnlySpan<byte> bytes) => bytes.Length > 2 && bytes[0] == 0x1f && bytes[1] == 0x8b;

    static bool LooksLikeJson(ReadOnlySpan<byte> bytes)
    {
        var start = bytes.TrimStart(" \t\r\n\uFEFF"u8);
        return start.Length > 0 && start[0] is (byte)'{' or (byte)'[';
    }

    static bool LooksLikeForm(ReadOnlySpan<byte> bytes, bool isForm) =>
        bytes.StartsWith("data="u8) || (isForm && bytes.IndexOf("&data="u8) >= 0);

    // Read by hand: the framework's form reader has limits of its own, and turns a raw '+' of base64 into a space for good.
    static (ReadOnlyMemory<byte> Data, string Compression) ReadForm(ReadOnlyMemory<byte> form, string hint)
    {
        ReadOnlyMemory<byte> data = default;
        foreach (var range in form.Span.Split((byte)'&'))
        {
            var pair = form[range];
            var equals = pair.Span.IndexOf((byte)'=');
            if (equals < 0)
            {
                continue;
            }

            var value = pair[(equals + 1)..];
            if (pair.Span[..equals].SequenceEqual("data"u8))
            {
                data = PercentDecode(value);
            }
            else if (pair.Span[..equals].SequenceEqual("compression"u8) && hint.Length == 0)
            {
                hint = Encoding.ASCII.GetString(value.Span);
            }
        }

        return (data, hint);
    }

    static ReadOnlyMemory<byte> PercentDecode(ReadOnlyMemory<byte> value)
    {
        var bytes = value.Span;
        if (bytes.IndexOfAny((byte)'%', (byte)'+') < 0)
        {
            return value;
        }

        // A raw '+' stands for a space in a form; a space in base64 stands for a '+' that nobody encoded.
        var isText = bytes.IndexOf((byte)'{') >= 0 || bytes.IndexOf("%7B"u8) >= 0 || bytes.IndexOf("%7b"u8) >= 0;
        var decoded = new byte[bytes.Length];
        var length = 0;
        for (var i = 0; i < bytes.Length; i++)
        {
            if (bytes[i] == '%' && i + 2 < bytes.Length && Hex(bytes[i + 1]) is >= 0 and var high && Hex(bytes[i + 2]) is >= 0 and var low)
            {
                decoded[length++] = (byte)((high << 4) | low);
                i += 2;
            }
            else
            {
                decoded[length++] = bytes[i] == '+' && isText ? (byte)' ' : bytes[i];
            }
        }

        return decoded.AsMemory(0, length);
    }

    static int Hex(byte digit) => digit switch
    {
        >= (byte)'0' and <= (byte)'9' => digit - '0',
        >= (byte)'a' and <= (byte)'f' => digit - 'a' + 10,
        >= (byte)'A' and <= (byte)'F' => digit - 'A' + 10,
        _ => -1,
    };

    static bool TryBase64(ReadOnlyMemory<byte> body, out ReadOnlyMemory<byte> plain)
    {
        plain = default;
        var text = new byte[body.Length + 3];
        var length = 0;
        foreach (var character in body.Span)
        {
            if (character is (byte)'\r' or (byte)'\n' or (byte)'=')
            {
                continue;
            }

            text[length++] = character switch { (byte)' ' or (byte)'-' => (byte)'+', (byte)'_' => (byte)'/', _ => character };
        }

        while (length % 4 != 0 && length < text.Length)
        {
            text[length++] = (byte)'=';
        }

        var status = Base64.DecodeFromUtf8InPlace(text.AsSpan(0, length), out var written);
        if (status != OperationStatus.Done || written == 0)
        {
            return false;
        }

        plain = text.AsMemory(0, written);
        return true;
    }

    static MemoryStream AsStream(ReadOnlyMemory<byte> body) =>
        System.Runtime.InteropServices.MemoryMarshal.TryGetArray(body, out var segment)
            ? new MemoryStream(segment.Array!, segment.Offset, segment.Count, writable: false)
            : new MemoryStream(body.ToArray(), writable: false);

    static ReadOnlyMemory<byte> Inflate(ReadOnlyMemory<byte> body, Func<Stream, Stream> open, out byte[]? rented)
    {
        rented = null;
        using var source = AsStream(body);
        using var packed = open(source);
        var buffer = BodyBuffers.Rent(LikelySize(body));
        var length = 0;
        var isJudged = false;
        try
        {
            while (true)
            {
                if (length == buffer.Length)
                {
                    if (!isJudged && length >= SuspiciousLength)
                    {
                        isJudged = true;
                        RefuseBomb(body, source.Position, open, length);
                    }

                    buffer = Grow(buffer, length);
                }

                var read = packed.Read(buffer, length, buffer.Length - length);
                if (read == 0 && BodyBuffers.SizeFor(length) < buffer.Length / 2)
                {
                    return buffer.AsSpan(0, length).ToArray();
                }

                if (read == 0)
                {
                    rented = buffer;
                    return buffer.AsMemory(0, length);
                }

                length += read;
                if (length > Limit)
                {
                    throw new BodyTooLargeException();
                }
            }
        }
        finally
        {
            if (rented is null)
            {
                BodyBuffers.Return(buffer);
            }
        }
    }

    // A gzip body ends with how long its text is, and a byte more shows that nothing follows. The word of a stranger: what
    // claims to grow more than texts do is taken as it comes.
    static int LikelySize(ReadOnlyMemory<byte> body)
    {
        var claimed = IsGzip(body.Span) && body.Length > 8 ? BinaryPrimitives.ReadUInt32LittleEndian(body.Span[^4..]) : 0;
        return claimed < (long)body.Length * SuspiciousGrowth && claimed is > 0 and <= Limit ? (int)claimed + 1 : FirstSize;
    }

    // Events pack to a tenth, rarely to a thirtieth. What grows far more is unpacked once without being kept, to learn its
    // size (what was read of it so far tells, not its whole length): a few hundred bombs at once would take all memory otherwise.
    static void RefuseBomb(ReadOnlyMemory<byte> body, long read, Func<Stream, Stream> open, int length)
    {
        if (length < read * SuspiciousGrowth)
        {
            return;
        }

        using var packed = open(AsStream(body));
        var scratch = ArrayPool<byte>.Shared.Rent(64 * 1024);
        try
        {
            for (long total = 0, part; (part = packed.Read(scratch)) > 0;)
            {
                total += part;
                if (total > Limit)
                {
                    throw new BodyTooLargeException();
                }
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(scratch);
        }
    }

    static byte[] Grow(byte[] buffer, int length)
    {
        var larger = BodyBuffers.Rent(buffer.Length * 2);
        buffer.AsSpan(0, length).CopyTo(larger);
        BodyBuffers.Return(buffer);
        return larger;
    }

    /// <summary>Ends the unpacking of a bomb; never leaves this class.</summary>
    sealed class BodyTooLargeException : Exception;
}
