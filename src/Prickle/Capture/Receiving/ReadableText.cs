using System.Text;
using System.Text.Unicode;

namespace Prickle.Capture.Receiving;

/// <summary>Makes text readable that other JSON writers produce and .NET's reader refuses.</summary>
static class ReadableText
{
    /// <summary>
    /// Invalid UTF-8 becomes the replacement character, and so does an escaped surrogate without its other half
    /// (browsers write those when they cut a string inside an emoji). Anything else comes back as it is, uncopied.
    /// </summary>
    public static ReadOnlyMemory<byte> Repair(ReadOnlyMemory<byte> text)
    {
        if (text.Span.StartsWith("\uFEFF"u8))
        {
            text = text[3..];
        }

        if (!Utf8.IsValid(text.Span))
        {
            text = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(text.Span));
        }

        return MayHoldSurrogates(text.Span) ? ReplaceLoneSurrogates(text) : text;
    }

    static bool MayHoldSurrogates(ReadOnlySpan<byte> text) =>
        text.IndexOf("\\ud"u8) >= 0 || text.IndexOf("\\uD"u8) >= 0;

    static byte[] ReplaceLoneSurrogates(ReadOnlyMemory<byte> text)
    {
        var repaired = text.ToArray();
        for (var i = 0; i + 1 < repaired.Length; i++)
        {
            if (repaired[i] != '\\')
            {
                continue;
            }

            switch (Surrogate(repaired, i))
            {
                case Half.High when Surrogate(repaired, i + 6) == Half.Low:
                    i += 11;
                    break;
                case Half.None:
                    // Whatever is escaped here, a backslash included, is not the start of an escape itself.
                    i++;
                    break;
                default:
                    "\\ufffd"u8.CopyTo(repaired.AsSpan(i));
                    i += 5;
                    break;
            }
        }

        return repaired;
    }

    static Half Surrogate(ReadOnlySpan<byte> text, int at)
    {
        if (at + 6 > text.Length || text[at] != '\\' || text[at + 1] != 'u' || (text[at + 2] | 0x20) != 'd')
        {
            return Half.None;
        }

        return (char)(text[at + 3] | 0x20) switch
        {
            '8' or '9' or 'a' or 'b' => Half.High,
            'c' or 'd' or 'e' or 'f' => Half.Low,
            // '8' | 0x20 and '9' | 0x20 are the digits themselves: they have that bit already.
            _ => Half.None,
        };
    }

    enum Half { None, High, Low }
}
