using System.Buffers;
using System.Text.Json;

namespace Prickle.Capture.Receiving;

/// <summary>Parses what SDKs send: strict JSON first, then with the literals that Python and old browsers let slip.</summary>
static class LenientJson
{
    /// <summary>The deepest nesting that is read at all. Deeper text is refused; see <c>JsonColumn</c> for what is stored.</summary>
    public const int MaxDepth = 1000;

    public static readonly JsonDocumentOptions Options = new() { MaxDepth = MaxDepth, AllowTrailingCommas = true };

    public static JsonDocument? TryParse(ReadOnlyMemory<byte> text, out string? why)
    {
        why = null;
        try
        {
            return JsonDocument.Parse(text, Options);
        }
        catch (JsonException first)
        {
            var repaired = ReplaceNonNumbers(text.Span);
            if (repaired is { } numbers)
            {
                try
                {
                    return JsonDocument.Parse(numbers, Options);
                }
                catch (JsonException)
                {
                    // The first complaint speaks of the text as it was sent.
                }
            }

            why = $"The body is not valid JSON: {first.Message}";
            return null;
        }
    }

    /// <summary>NaN, Infinity and -Infinity outside strings become null; null when there is none of them.</summary>
    static ReadOnlyMemory<byte>? ReplaceNonNumbers(ReadOnlySpan<byte> text)
    {
        ArrayBufferWriter<byte>? repaired = null;
        var copied = 0;
        var inString = false;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '"')
            {
                inString = !inString;
            }
            else if (inString)
            {
                // The character behind a backslash closes nothing.
                i += text[i] == '\\' ? 1 : 0;
            }
            else if (NonNumberLength(text[i..]) is > 0 and var length)
            {
                repaired ??= new ArrayBufferWriter<byte>(text.Length + 16);
                repaired.Write(text[copied..i]);
                repaired.Write("null"u8);
                copied = i + length;
                i = copied - 1;
            }
        }

        repaired?.Write(text[copied..]);
        return repaired?.WrittenMemory;
    }

    static int NonNumberLength(ReadOnlySpan<byte> text) =>
        text.StartsWith("NaN"u8) ? 3 : text.StartsWith("Infinity"u8) ? 8 : text.StartsWith("-Infinity"u8) ? 9 : 0;
}
