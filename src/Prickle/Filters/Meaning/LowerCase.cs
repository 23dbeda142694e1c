namespace Prickle.Filters.Meaning;

/// <summary>
/// Lower case as the store's <c>lowerUTF8</c> makes it: the mapping of whole texts, which .NET's by characters differs from
/// in two letters.
/// </summary>
static class LowerCase
{
    const char CapitalSigma = 'Σ';
    const char DottedCapitalI = 'İ';

    public static string Of(string text)
    {
        var lower = text.ToLowerInvariant();
        if (!text.Contains(CapitalSigma) && !text.Contains(DottedCapitalI))
        {
            return lower;
        }
        return string.Concat(text.Select((letter, at) => letter switch
        {
            DottedCapitalI => "i\u0307",
            CapitalSigma => EndsWord(text, at) ? "ς" : "σ",
            _ => lower[at].ToString(),
        }));
    }

    static bool EndsWord(string text, int at) =>
        at > 0 && char.IsLetter(text[at - 1]) && !(at + 1 < text.Length && char.IsLetter(text[at + 1]));
}
