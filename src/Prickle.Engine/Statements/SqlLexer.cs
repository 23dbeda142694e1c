using System.Buffers;

namespace Prickle.Engine.Statements;

enum SqlTokenKind
{
    Word,
    QuotedName,
    Text,
    Number,
    Semicolon,
    OpenBracket,
    CloseBracket,
    Comma,
    Operator,
    Unfinished,
}

/// <summary>One token: where it lies in the statement, and how many brackets are open around it.</summary>
readonly record struct SqlToken(SqlTokenKind Kind, int Start, int End, int Depth)
{
    public ReadOnlySpan<byte> In(ReadOnlySpan<byte> sql) => sql[Start..End];

    /// <summary>Whether this is the given keyword; <paramref name="upper"/> is in capitals.</summary>
    public bool Is(ReadOnlySpan<byte> sql, ReadOnlySpan<byte> upper) =>
        Kind == SqlTokenKind.Word && System.Text.Ascii.EqualsIgnoreCase(In(sql), upper);
}

/// <summary>
/// Cuts SQL into tokens the way ClickHouse's own lexer does, as far as the host must know where a statement's parts lie:
/// comments and quoted text never pass for keywords. Works on bytes, because data may follow a statement.
/// </summary>
ref struct SqlLexer(ReadOnlySpan<byte> sql)
{
    static readonly SearchValues<byte> WordBytes =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_$"u8);

    readonly ReadOnlySpan<byte> sql = sql;
    int position;
    int depth;

    public bool TryRead(out SqlToken token)
    {
        SkipBlanksAndComments();
        if (position >= sql.Length)
        {
            token = default;
            return false;
        }
        var start = position;
        var outer = depth;
        var kind = ReadToken();
        token = new(kind, start, position, kind == SqlTokenKind.CloseBracket ? depth : outer);
        return true;
    }

    SqlTokenKind ReadToken()
    {
        var first = sql[position];
        switch (first)
        {
            case (byte)'\'':
                return ReadQuoted(first, SqlTokenKind.Text);
            case (byte)'"' or (byte)'`':
                return ReadQuoted(first, SqlTokenKind.QuotedName);
            case (byte)'(' or (byte)'[' or (byte)'{':
                depth++;
                return Advance(1, SqlTokenKind.OpenBracket);
            case (byte)')' or (byte)']' or (byte)'}':
                depth--;
                return Advance(1, SqlTokenKind.CloseBracket);
            case (byte)';':
                return Advance(1, SqlTokenKind.Semicolon);
            case (byte)',':
                return Advance(1, SqlTokenKind.Comma);
            case (byte)'$':
                return ReadHeredoc();
            case 0xE2:
                return ReadTypographicQuote();
            default:
                return IsWordStart(first) ? ReadWhile(SqlTokenKind.Word)
                    : char.IsAsciiDigit((char)first) ? ReadWhile(SqlTokenKind.Number)
                    : Advance(1, SqlTokenKind.Operator);
        }
    }

    SqlTokenKind ReadQuoted(byte quote, SqlTokenKind kind)
    {
        for (position++; position < sql.Length; position++)
        {
            if (sql[position] == '\\')
            {
                position++;
            }
            else if (sql[position] == quote)
            {
                if (position + 1 >= sql.Length || sql[position + 1] != quote)
                {
                    return Advance(1, kind);
                }
                position++;
            }
        }
        return EndsEarly();
    }

    // $tag$ anything $tag$; a lone dollar sign belongs to the word around it.
    SqlTokenKind ReadHeredoc()
    {
        var close = sql[(position + 1)..].IndexOf((byte)'$');
        if (close < 0 || sql.Slice(position + 1, close).IndexOfAnyExcept(WordBytes) >= 0)
        {
            return ReadWhile(SqlTokenKind.Word);
        }
        var tag = sql.Slice(position, close + 2);
        var end = sql[(position + tag.Length)..].IndexOf(tag);
        return end < 0 ? ReadWhile(SqlTokenKind.Word) : Advance(tag.Length + end + tag.Length, SqlTokenKind.Text);
    }

    // ‘text’ and “name”: the engine takes typographic quotes too.
    SqlTokenKind ReadTypographicQuote()
    {
        var rest = sql[position..];
        var isText = rest.StartsWith("‘"u8);
        var end = rest[3..].IndexOf(isText ? "’"u8 : "”"u8);
        return end < 0 ? EndsEarly() : Advance(3 + end + 3, isText ? SqlTokenKind.Text : SqlTokenKind.QuotedName);
    }

    SqlTokenKind ReadWhile(SqlTokenKind kind)
    {
        var length = sql[position..].IndexOfAnyExcept(WordBytes);
        return Advance(Math.Max(1, length < 0 ? sql.Length - position : length), kind);
    }

    SqlTokenKind EndsEarly()
    {
        position = sql.Length;
        return SqlTokenKind.Unfinished;
    }

    SqlTokenKind Advance(int length, SqlTokenKind kind)
    {
        position += length;
        return kind;
    }

    void SkipBlanksAndComments()
    {
        while (position < sql.Length)
        {
            var rest = sql[position..];
            if (IsBlank(rest[0]) || IsForeign(rest))
            {
                position++;
            }
            else if (rest.StartsWith("--"u8) || rest.StartsWith("//"u8) || rest.StartsWith("#!"u8) || rest.StartsWith("# "u8))
            {
                var end = rest.IndexOf((byte)'\n');
                position = end < 0 ? sql.Length : position + end + 1;
            }
            else if (rest.StartsWith("/*"u8))
            {
                SkipComment();
            }
            else
            {
                return;
            }
        }
    }

    // Comments within comments count.
    void SkipComment()
    {
        var open = 0;
        do
        {
            var rest = sql[position..];
            var (isOpening, isClosing) = (rest.StartsWith("/*"u8), rest.StartsWith("*/"u8));
            open += isOpening ? 1 : isClosing ? -1 : 0;
            position += isOpening || isClosing ? 2 : 1;
        }
        while (open > 0 && position < sql.Length);
    }

    // Blanks of other scripts separate words too; outside of quotes nothing else may be beyond ASCII.
    static bool IsForeign(ReadOnlySpan<byte> rest) => rest[0] >= 0x80 && !rest.StartsWith("‘"u8) && !rest.StartsWith("“"u8);

    static bool IsBlank(byte value) => value is (byte)' ' or (>= 9 and <= 13);

    static bool IsWordStart(byte value) => char.IsAsciiLetter((char)value) || value is (byte)'_' or (byte)'$';
}
