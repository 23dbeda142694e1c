namespace Prickle.House.Queries;

/// <summary>What a piece of a statement is.</summary>
enum WordKind
{
    /// <summary>A name or a word of SQL.</summary>
    Word,
    /// <summary>A name in quotes.</summary>
    Quoted,
    Number,
    Text,
    /// <summary>Everything else: operators, parentheses, placeholders in braces.</summary>
    Sign,
}

/// <summary>A piece of a statement.</summary>
/// <param name="Start">Where it begins in the statement.</param>
readonly record struct StatementWord(WordKind Kind, string Text, int Start);

/// <summary>Takes statements apart as ClickHouse does, of any version; comments and white space are passed over. Never fails: a text that does not end goes to the end.</summary>
static class StatementWords
{
    static readonly string[] LongSigns = ["<=>", "!=", "<>", "<=", ">=", "==", "||", "->", "::"];

    public static IEnumerable<StatementWord> Read(string text)
    {
        var at = 0;
        while (at < text.Length)
        {
            var end = EndOf(text, at, out var kind);
            if (kind is { } found)
            {
                yield return new StatementWord(found, text[at..end], at);
            }
            at = end;
        }
    }

    /// <summary>Where the piece ends that begins here; no kind for a comment or white space.</summary>
    static int EndOf(string text, int at, out WordKind? kind)
    {
        var first = text[at];
        var next = at + 1 < text.Length ? text[at + 1] : '\0';
        kind = null;
        if (char.IsWhiteSpace(first))
        {
            return at + 1;
        }
        if ((first == '-' && next == '-') || (first == '#' && next is ' ' or '!'))
        {
            return text.IndexOf('\n', at) is >= 0 and var line ? line + 1 : text.Length;
        }
        if (first == '/' && next == '*')
        {
            return text.IndexOf("*/", at + 2, StringComparison.Ordinal) is >= 0 and var close ? close + 2 : text.Length;
        }
        if (first == '\'')
        {
            kind = WordKind.Text;
            return Quoted(text, at);
        }
        if (first is '`' or '"')
        {
            kind = WordKind.Quoted;
            return Quoted(text, at);
        }
        if (char.IsAsciiDigit(first) || (first == '.' && char.IsAsciiDigit(next) && (at == 0 || !IsNamePart(text[at - 1]))))
        {
            kind = WordKind.Number;
            return Number(text, at);
        }
        if (IsNamePart(first))
        {
            kind = WordKind.Word;
            return While(text, at, IsNamePart);
        }
        kind = WordKind.Sign;
        if (first == '{')
        {
            return text.IndexOf('}', at) is >= 0 and var brace ? brace + 1 : text.Length;
        }
        return at + (Array.Find(LongSigns, sign => text.AsSpan(at).StartsWith(sign)) ?? " ").Length;
    }

    static int Quoted(string text, int at)
    {
        var quote = text[at];
        for (var next = at + 1; next < text.Length; next++)
        {
            if (text[next] == '\\')
            {
                next++;
            }
            else if (text[next] == quote)
            {
                // A doubled quote is one within.
                if (next + 1 < text.Length && text[next + 1] == quote)
                {
                    next++;
                }
                else
                {
                    return next + 1;
                }
            }
        }
        return text.Length;
    }

    static int Number(string text, int at)
    {
        var end = While(text, at, part => char.IsAsciiLetterOrDigit(part) || part is '_' or '.');
        // 1e-5: the sign belongs to it, unless it is 0xE-5.
        return end < text.Length && text[end] is '-' or '+' && text[end - 1] is 'e' or 'E' && !text.AsSpan(at).StartsWith("0x", StringComparison.OrdinalIgnoreCase)
            ? While(text, end + 1, char.IsAsciiDigit) : end;
    }

    static int While(string text, int at, Func<char, bool> holds)
    {
        while (at < text.Length && holds(text[at]))
        {
            at++;
        }
        return at;
    }

    static bool IsNamePart(char part) => char.IsLetterOrDigit(part) || part is '_' or '$' or '?' or '@';
}
