using Prickle.House.Queries;

namespace Prickle.House.Frame;

/// <summary>A single statement that somebody wrote, taken apart far enough to know what it is.</summary>
/// <param name="Kind">Its first word, with a capital: Select (also of WITH), Insert, Alter …</param>
/// <param name="HasParameters">It holds <c>{name:Type}</c>.</param>
sealed record StatementGuard(string Text, string Kind, string? Format, bool HasParameters, int FormatStart)
{
    /// <summary>Reads a text; null where it is empty, or more than one statement.</summary>
    public static StatementGuard? Read(string text)
    {
        var words = StatementWords.Read(text).ToList();
        while (words is [.., { Text: ";" }])
        {
            words.RemoveAt(words.Count - 1);
        }
        if (words.Count == 0 || words.Exists(word => word.Text == ";"))
        {
            return null;
        }
        // From the first word to the last: what is not part of it, comments among them, is not sent.
        var (start, end) = (words[0].Start, words[^1].Start + words[^1].Text.Length);
        var format = FormatOf(words) - start;
        return new StatementGuard(
            text[start..end], KindOf(words), format is null ? null : words[^1].Text,
            words.Exists(word => word is { Kind: WordKind.Sign, Text.Length: > 2 } && word.Text[0] == '{' && word.Text.Contains(':')), format ?? 0);
    }

    /// <summary>The statement without its FORMAT at the end: the answer has to come in ours.</summary>
    public string WithoutFormat => Format is null ? Text : Text[..FormatStart].TrimEnd();

    /// <summary>Whether it wants to write a file of its client.</summary>
    public bool HasOutfile => StatementWords.Read(Text).Any(word => word.Kind == WordKind.Word && word.Text.Equals("OUTFILE", StringComparison.OrdinalIgnoreCase));

    // WITH begins a SELECT; in newer versions an INSERT as well.
    static string KindOf(List<StatementWord> words)
    {
        var kind = StatementKind.Of(words.Find(word => word.Text != "(").Text ?? "");
        return kind != "Select" || !words[0].Text.Equals("WITH", StringComparison.OrdinalIgnoreCase) ? kind
            : words.Exists(word => word.Kind == WordKind.Word && word.Text.Equals("INSERT", StringComparison.OrdinalIgnoreCase)) ? "Insert" : "Select";
    }

    static int? FormatOf(List<StatementWord> words) =>
        words is [.., { Kind: WordKind.Word } format, { Kind: WordKind.Word }] && format.Text.Equals("FORMAT", StringComparison.OrdinalIgnoreCase) ? format.Start : null;
}
