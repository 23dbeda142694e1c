namespace Prickle.Sql.Statements;

enum SqlTokenKind
{
    Word,
    QuotedName,
    Text,
    Number,
    Comment,
    Symbol,
}

/// <summary>A piece of a statement, by its place in the text.</summary>
readonly record struct SqlToken(SqlTokenKind Kind, int Start, int End)
{
    public string In(string text) => text[Start..End];

    public bool Is(string text, string word) =>
        Kind == SqlTokenKind.Word && text.AsSpan(Start, End - Start).Equals(word, StringComparison.OrdinalIgnoreCase);

    public bool IsSymbol(string text, char symbol) => Kind == SqlTokenKind.Symbol && text[Start] == symbol;

    /// <summary>The name that a word or a quoted name stands for; null for everything else.</summary>
    public string? NameIn(string text) => Kind switch
    {
        SqlTokenKind.Word => In(text),
        SqlTokenKind.QuotedName => Unquoted(text),
        _ => null,
    };

    /// <summary>A text or a quoted name without its quotes, the common escapes resolved.</summary>
    public string Unquoted(string text)
    {
        var quote = text[Start];
        var inner = text[(Start + 1)..Math.Max(Start + 1, End - 1)];
        return inner.Contains('\\') || inner.Contains(quote)
            ? inner.Replace($"{quote}{quote}", $"{quote}", StringComparison.Ordinal)
                .Replace($"\\{quote}", $"{quote}", StringComparison.Ordinal)
                .Replace("\\\\", "\\", StringComparison.Ordinal)
            : inner;
    }
}
