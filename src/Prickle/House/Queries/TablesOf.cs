namespace Prickle.House.Queries;

/// <summary>Which tables a statement names, by what stands behind FROM, JOIN and INTO: for logs that do not say it.</summary>
static class TablesOf
{
    public static IReadOnlyList<string> Statement(string text)
    {
        var words = StatementWords.Read(text).ToList();
        var tables = new List<string>();
        for (var at = 0; at + 1 < words.Count; at++)
        {
            if (words[at].Kind == WordKind.Word && words[at].Text.ToUpperInvariant() is "FROM" or "JOIN" or "INTO" or "TABLE" && NameAt(words, words[at + 1].Text.Equals("TABLE", StringComparison.OrdinalIgnoreCase) ? at + 2 : at + 1) is { } name)
            {
                tables.Add(name);
            }
        }
        return [.. tables.Distinct()];
    }

    static string? NameAt(List<StatementWord> words, int at)
    {
        if (at >= words.Count || !(IsName(words[at]) || (at + 1 < words.Count && words[at].Kind == WordKind.Word && words[at + 1].Text == ".")))
        {
            return null;
        }
        var name = Bare(words[at]);
        if (at + 2 < words.Count && words[at + 1].Text == "." && words[at + 2].Kind is WordKind.Word or WordKind.Quoted)
        {
            (name, at) = ($"{name}.{Bare(words[at + 2])}", at + 2);
        }
        // A table function is none.
        return at + 1 < words.Count && words[at + 1].Text == "(" && !name.Contains('.') ? null : name;
    }

    static bool IsName(StatementWord word) => word.Kind == WordKind.Quoted || (word.Kind == WordKind.Word && !SqlWords.All.ContainsKey(word.Text));

    static string Bare(StatementWord word) => word.Kind == WordKind.Quoted ? word.Text.Trim('`', '"') : word.Text;
}
