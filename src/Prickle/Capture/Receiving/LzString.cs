using System.Text;

namespace Prickle.Capture.Receiving;

/// <summary>
/// Reads the lz64 form that browsers sent before 2023: an LZ78 dictionary whose codes grow bit by bit, written as base64.
/// </summary>
static class LzString
{
    const int EightBitCharacter = 0;
    const int SixteenBitCharacter = 1;
    const int End = 2;

    /// <summary>The text, or null when the input is no such text or grows past the limit (in characters).</summary>
    public static string? DecompressFromBase64(string input, int limit)
    {
        var bits = new BitReader(input);
        // The first three entries stand for the control codes above.
        var dictionary = new List<string> { "", "", "" };
        var codeLength = 3;
        var untilLonger = 4;
        if (ReadCharacter(ref bits, bits.Read(2)) is not { Length: > 0 } previous)
        {
            return null;
        }

        dictionary.Add(previous);
        var text = new StringBuilder(previous);
        while (text.Length <= limit && !bits.IsAtEnd)
        {
            var code = bits.Read(codeLength);
            if (code == End)
            {
                return text.ToString();
            }

            if (code is EightBitCharacter or SixteenBitCharacter)
            {
                dictionary.Add(ReadCharacter(ref bits, code)!);
                code = dictionary.Count - 1;
                CountDown(ref untilLonger, ref codeLength);
            }

            // A code one past the end means the entry that is about to be made of it.
            var entry = code < dictionary.Count ? dictionary[code] : code == dictionary.Count ? previous + previous[0] : null;
            if (entry is null)
            {
                return null;
            }

            text.Append(entry);
            dictionary.Add(previous + entry[0]);
            CountDown(ref untilLonger, ref codeLength);
            previous = entry;
        }

        return null;
    }

    static void CountDown(ref int untilLonger, ref int codeLength)
    {
        if (--untilLonger == 0)
        {
            untilLonger = 1 << codeLength;
            codeLength++;
        }
    }

    static string? ReadCharacter(ref BitReader bits, int kind) => kind switch
    {
        EightBitCharacter => ((char)bits.Read(8)).ToString(),
        SixteenBitCharacter => ((char)bits.Read(16)).ToString(),
        _ => null,
    };

    /// <summary>Six bits a letter, the highest first; numbers come with their lowest bit first.</summary>
    struct BitReader(string input)
    {
        const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=";
        int _position;
        int _mask = 32;

        public readonly bool IsAtEnd => _position >= input.Length;

        public int Read(int count)
        {
            var value = 0;
            for (var bit = 0; bit < count && !IsAtEnd; bit++)
            {
                var letter = Alphabet.IndexOf(input[_position], StringComparison.Ordinal);
                value |= (letter & _mask) != 0 ? 1 << bit : 0;
                _mask >>= 1;
                if (_mask == 0)
                {
                    _mask = 32;
                    _position++;
                }
            }

            return value;
        }
    }
}
