namespace Prickle.House.Frame;

/// <summary>What kind of statement a text is, by its first word: for servers that do not say it themselves.</summary>
static class StatementKind
{
    public static string Of(string text)
    {
        var word = FirstWord(text);
        return word is "With" ? "Select" : word;
    }

    static string FirstWord(string text)
    {
        var at = 0;
        while (at < text.Length)
        {
            var rest = text.AsSpan(at);
            if (char.IsWhiteSpace(rest[0]) || rest[0] == '(')
            {
                at++;
            }
            else if (rest.StartsWith("--") || rest.StartsWith("#!"))
            {
                at = text.IndexOf('\n', at) is >= 0 and var end ? end + 1 : text.Length;
            }
            else if (rest.StartsWith("/*"))
            {
                at = text.IndexOf("*/", at + 2, StringComparison.Ordinal) is >= 0 and var end ? end + 2 : text.Length;
            }
            else
            {
                var length = 0;
                while (length < rest.Length && char.IsAsciiLetter(rest[length]))
                {
                    length++;
                }
                return length == 0 ? "" : char.ToUpperInvariant(rest[0]) + rest[1..length].ToString().ToLowerInvariant();
            }
        }
        return "";
    }
}
