using System.Text;

namespace Prickle.Engine.Statements;

/// <summary>Reads as much of a statement as the host must know to run it; the engine's parser has the last word.</summary>
static class StatementReader
{
    public static Statement Read(byte[] text)
    {
        var lexer = new SqlLexer(text);
        if (!SkipOpeningBrackets(ref lexer, out var first) || first.Kind != SqlTokenKind.Word)
        {
            return new(text, StatementKind.NotOne, "", null, text.Length, text.Length);
        }
        var keyword = Encoding.ASCII.GetString(first.In(text)).ToUpperInvariant();
        return keyword == "INSERT" ? ReadInsert(text, ref lexer) : ReadQuery(text, keyword, first, ref lexer);
    }

    static bool SkipOpeningBrackets(ref SqlLexer lexer, out SqlToken token)
    {
        while (lexer.TryRead(out token))
        {
            if (token.Kind != SqlTokenKind.OpenBracket)
            {
                return true;
            }
        }
        return false;
    }

    static Statement ReadInsert(byte[] text, ref SqlLexer lexer)
    {
        var previous = default(SqlToken);
        while (lexer.TryRead(out var token))
        {
            if (BeginsQuery(token, previous, text))
            {
                return ReadQuery(text, "INSERT", token, ref lexer);
            }
            if (token.Is(text, "INFILE"u8) && previous.Is(text, "FROM"u8))
            {
                return new(text, StatementKind.ClientFile, "INSERT", null, token.Start, text.Length);
            }
            if (token.Depth == 0 && !NamesTable(previous, text))
            {
                if (token.Is(text, "VALUES"u8))
                {
                    return new(text, StatementKind.InsertData, "INSERT", "Values", token.Start, token.End);
                }
                if (token.Is(text, "FORMAT"u8) && lexer.TryRead(out var format) && format.Kind == SqlTokenKind.Word)
                {
                    var name = Encoding.ASCII.GetString(format.In(text));
                    return new(text, StatementKind.InsertData, "INSERT", name, token.Start, DataAfter(text, format.End));
                }
            }
            previous = token;
        }
        // Neither data nor a query: the engine says what it misses.
        return new(text, StatementKind.Other, "INSERT", null, text.Length, text.Length);
    }

    static bool BeginsQuery(SqlToken token, SqlToken previous, ReadOnlySpan<byte> text) => token.Depth switch
    {
        0 => token.Is(text, "SELECT"u8) || token.Is(text, "WITH"u8) || token.Is(text, "WATCH"u8),
        1 => token.Is(text, "SELECT"u8) && previous.Kind == SqlTokenKind.OpenBracket,
        _ => false,
    };

    static bool NamesTable(SqlToken previous, ReadOnlySpan<byte> text) =>
        previous.Kind == SqlTokenKind.Operator || previous.Is(text, "INTO"u8) || previous.Is(text, "TABLE"u8);

    // As the server: blanks behind the format's name, then at most one line break, belong to the statement.
    static int DataAfter(ReadOnlySpan<byte> text, int position)
    {
        while (position < text.Length && text[position] is (byte)' ' or (byte)'\t' or (byte)'\f')
        {
            position++;
        }
        if (position < text.Length && text[position] == '\r')
        {
            position++;
        }
        return position < text.Length && text[position] == '\n' ? position + 1 : position;
    }

    static Statement ReadQuery(byte[] text, string keyword, SqlToken first, ref SqlLexer lexer)
    {
        var kind = keyword is "SELECT" or "WITH" or "FROM" ? StatementKind.Select : StatementKind.Other;
        var (beforePrevious, previous) = (default(SqlToken), first);
        var format = default(SqlToken?);
        var formatStart = 0;
        while (lexer.TryRead(out var token))
        {
            if (token.Is(text, "OUTFILE"u8) && previous.Is(text, "INTO"u8))
            {
                return new(text, StatementKind.ClientFile, keyword, null, previous.Start, text.Length);
            }
            if (token.Kind == SqlTokenKind.Semicolon && token.Depth <= 0)
            {
                kind = lexer.TryRead(out _) ? StatementKind.NotOne : kind;
                break;
            }
            if (format == previous && !token.Is(text, "SETTINGS"u8))
            {
                // It goes on as something else, such as a column of that name: no clause.
                format = null;
            }
            if (token is { Kind: SqlTokenKind.Word, Depth: 0 } && previous.Is(text, "FORMAT"u8)
                && !ExpectsExpression(beforePrevious, text))
            {
                (format, formatStart) = (token, previous.Start);
            }
            kind = Refine(kind, keyword, isSecond: previous == first, previous, token, text);
            (beforePrevious, previous) = (previous, token);
        }
        return format is { } name
            ? new(text, kind, keyword, Encoding.ASCII.GetString(name.In(text)), formatStart, text.Length)
            : new(text, kind, keyword, null, previous.End, text.Length);
    }

    static StatementKind Refine(
        StatementKind kind, string keyword, bool isSecond, SqlToken previous, SqlToken token, ReadOnlySpan<byte> text)
    {
        var isKill = keyword == "KILL" && isSecond && token.Is(text, "QUERY"u8);
        var isFlush = keyword == "SYSTEM" && previous.Is(text, "FLUSH"u8) && token.Is(text, "LOGS"u8);
        return isKill ? StatementKind.Kill : isFlush ? StatementKind.FlushLogs : kind;
    }

    // Behind these a word named "format" is an expression, not the clause.
    static bool ExpectsExpression(SqlToken token, ReadOnlySpan<byte> text) =>
        token.Kind is SqlTokenKind.Comma or SqlTokenKind.OpenBracket or SqlTokenKind.Operator
        || token.Is(text, "BY"u8) || token.Is(text, "SELECT"u8) || token.Is(text, "WHERE"u8) || token.Is(text, "AND"u8)
        || token.Is(text, "OR"u8) || token.Is(text, "NOT"u8) || token.Is(text, "AS"u8) || token.Is(text, "FROM"u8)
        || token.Is(text, "HAVING"u8) || token.Is(text, "PREWHERE"u8) || token.Is(text, "DISTINCT"u8);
}
