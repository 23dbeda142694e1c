namespace Prickle.Sql.Statements;

/// <summary>
/// Cuts a statement into the tokens of ClickHouse, so that what stands in strings and comments is never taken for code.
/// Nothing depends on it for safety: the engine's own reading of the statement is what is judged.
/// </summary>
static class SqlLexer
{
    public static List<SqlToken> Read(string text)
    {
        var tokens = new List<SqlToken>();
        for (var at = 0; at < text.Length;)
        {
            if (char.IsWhiteSpace(text[at]))
            {
                at++;
                continue;
            }
            var token = Next(text, at);
            tokens.Add(token);
            at = token.End;
        }
        return tokens;
    }

    /// <summary>The tokens without the comments.</summary>
    public static List<SqlToken> ReadCode(string text) => Read(text).FindAll(token => token.Kind != SqlTokenKind.Comment);

    static SqlToken Next(string text, int at)
    {
        var letter = text[at];
        return letter switch
        {
            '\'' => new(SqlTokenKind.Text, at, EndOfQuoted(text, at, '\'')),
            '`' or '"' => new(SqlTokenKind.QuotedName, at, EndOfQuoted(text, at, letter)),
            '\u2018' => new(SqlTokenKind.Text, at, EndAfter(text, at + 1, "\u2019")),
            '\u201c' => new(SqlTokenKind.QuotedName, at, EndAfter(text, at + 1, "\u201d")),
            '-' when At(text, at, "--") => new(SqlTokenKind.Comment, at, EndOfLine(text, at)),
            '#' when At(text, at, "#!") || At(text, at, "# ") => new(SqlTokenKind.Comment, at, EndOfLine(text, at)),
            '/' when At(text, at, "/*") => new(SqlTokenKind.Comment, at, EndAfter(text, at + 2, "*/")),
            '$' when HereDocument(text, at) is { } end => new(SqlTokenKind.Text, at, end),
            _ when IsNameStart(letter) || letter == '$' => new(SqlTokenKind.Word, at, EndOfWord(text, at)),
            _ when char.IsAsciiDigit(letter) => new(SqlTokenKind.Number, at, EndOfWord(text, at)),
            _ => new(SqlTokenKind.Symbol, at, at + 1),
        };
    }

    static int EndOfQuoted(string text, int at, char quote)
    {
        for (var index = at + 1; index < text.Length; index++)
        {
            if (text[index] == '\\')
            {
                index++;
            }
            else if (text[index] == quote)
            {
                if (index + 1 < text.Length && text[index + 1] == quote)
                {
                    index++;
                }
                else
                {
                    return index + 1;
                }
            }
        }
        return text.Length;
    }

    // $tag$ ... $tag$: a string without escapes.
    static int? HereDocument(string text, int at)
    {
        var close = text.IndexOf('$', at + 1);
        if (close < 0 || text.AsSpan(at + 1, close - at - 1).ContainsAnyExcept(WordCharacters))
        {
            return null;
        }
        var tag = text[at..(close + 1)];
        var end = text.IndexOf(tag, close + 1, StringComparison.Ordinal);
        return end < 0 ? null : end + tag.Length;
    }

    static readonly System.Buffers.SearchValues<char> WordCharacters =
        System.Buffers.SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_");

    static bool IsNameStart(char letter) => char.IsAsciiLetter(letter) || letter == '_' || letter > 127;

    static int EndOfWord(string text, int at)
    {
        var end = at + 1;
        while (end < text.Length && (IsNameStart(text[end]) || char.IsAsciiDigit(text[end]) || text[end] == '$'))
        {
            end++;
        }
        return end;
    }

    static bool At(string text, int at, string wanted) => string.CompareOrdinal(text, at, wanted, 0, wanted.Length) == 0;

    static int EndOfLine(string text, int at) => text.IndexOf('\n', at) is >= 0 and var end ? end : text.Length;

    static int EndAfter(string text, int from, string close) =>
        text.IndexOf(close, from, StringComparison.Ordinal) is >= 0 and var end ? end + close.Length : text.Length;
}
