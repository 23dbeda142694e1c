using Prickle.House.Frame;
using Prickle.House.Queries;

namespace Prickle.House.Operations.Running;

/// <summary>A table's definition taken apart at its clauses, so that another one like it can be made.</summary>
/// <param name="Columns">With the parentheses: columns, indexes, constraints, projections.</param>
/// <param name="Engine">Its name: <c>ReplicatedReplacingMergeTree</c>.</param>
/// <param name="Arguments">Between its parentheses; empty for none.</param>
sealed record TableShape(string Columns, string Engine, IReadOnlyList<string> Arguments)
{
    const string Replicated = "Replicated";

    // In the order in which they are written.
    static readonly string[] Keys = ["PARTITION BY", "PRIMARY KEY", "ORDER BY", "SAMPLE BY", "TTL", "SETTINGS", "COMMENT"];

    public IReadOnlyDictionary<string, string> Clauses { get; init; } = new Dictionary<string, string>();

    public bool IsReplicated => Engine.StartsWith(Replicated, StringComparison.Ordinal);
    public bool IsMergeTree => Engine.EndsWith("MergeTree", StringComparison.Ordinal);

    /// <summary>Whether merging rows changes their number: what is counted before and after differs.</summary>
    public bool MergesRows => IsMergeTree && Family != "MergeTree";
    public string Family => IsReplicated ? Engine[Replicated.Length..] : Engine;

    /// <summary>The expressions that make a partition; none where the table has one partition.</summary>
    public IReadOnlyList<string> PartitionParts => Parts(Clauses.GetValueOrDefault("PARTITION BY") ?? "");

    /// <summary>Reads <c>create_table_query</c>; null for what is no table of rows: views, and definitions of another form.</summary>
    public static TableShape? Read(string text)
    {
        var words = StatementWords.Read(text).ToList();
        var open = words.FindIndex(word => word.Text == "(");
        var close = open < 0 ? -1 : CloseOf(words, open);
        if (close < 0 || close + 3 >= words.Count || !IsWord(words[close + 1], "ENGINE") || words[close + 2].Text != "=")
        {
            return null;
        }
        var columns = Slice(text, words, open, close);
        var engine = words[close + 3].Text;
        var at = close + 4;
        IReadOnlyList<string> arguments = [];
        if (at < words.Count && words[at].Text == "(")
        {
            var end = CloseOf(words, at);
            arguments = end > at + 1 ? SplitAt(text, words, at + 1, end - 1) : [];
            at = end + 1;
        }
        var clauses = new Dictionary<string, string>();
        while (at < words.Count)
        {
            if (KeyAt(words, at) is not { } key)
            {
                return null;
            }
            var begin = at + key.Count(one => one == ' ') + 1;
            at = begin;
            for (var depth = 0; at < words.Count && (depth > 0 || KeyAt(words, at) is null); at++)
            {
                depth += words[at].Text is "(" or "[" ? 1 : words[at].Text is ")" or "]" ? -1 : 0;
            }
            clauses[key] = at > begin ? Slice(text, words, begin, at - 1) : "";
        }
        return new TableShape(columns, engine, arguments) { Clauses = clauses };
    }

    /// <summary>Like this one, for a new name: replicated tables meet in Keeper at a path of their own.</summary>
    public TableShape For(CreateStep step)
    {
        var shape = this;
        if (step.Engine is { } engine && Read($"CREATE TABLE t (c Int8) ENGINE = {engine}") is { } other)
        {
            shape = shape with
            {
                Engine = IsReplicated ? Replicated + other.Family : other.Engine,
                Arguments = IsReplicated ? [.. Arguments.Take(2), .. other.Arguments] : other.Arguments,
            };
        }
        if (IsReplicated && shape.Arguments.Count > 0 && !shape.Arguments[0].Contains("{uuid}", StringComparison.Ordinal) && shape.Arguments[0].EndsWith('\''))
        {
            shape = shape with { Arguments = [$"{shape.Arguments[0][..^1]}_{step.Name}'", .. shape.Arguments.Skip(1)] };
        }
        return shape.With("PARTITION BY", step.PartitionBy).With("ORDER BY", step.OrderBy).WithPrimaryKeyOf(step.OrderBy);
    }

    /// <summary>A plain table of the same rows, in which a partition is put together before it goes into this one.</summary>
    public TableShape Beside() => this with
    {
        Engine = "MergeTree",
        Arguments = [],
        Clauses = Clauses.Where(clause => clause.Key is not ("TTL" or "COMMENT")).ToDictionary(),
    };

    /// <summary>Whether files of a table of this shape can be parts of one of another: columns, sorting and partitions are the same.</summary>
    public bool HasPartsFor(TableShape other) => Same(Columns, other.Columns)
        && ((string[])["PARTITION BY", "ORDER BY", "PRIMARY KEY"]).All(key => Same(string.Join(",", Parts(Clauses.GetValueOrDefault(key) ?? "")), string.Join(",", Parts(other.Clauses.GetValueOrDefault(key) ?? ""))));

    static bool Same(string one, string other) => StatementWords.Read(one).Select(word => word.Text.Trim('`')).SequenceEqual(StatementWords.Read(other).Select(word => word.Text.Trim('`')));

    public string ToSql(string database, string name) =>
        $"CREATE TABLE {NodeSql.Quote(database, name)} {Columns} ENGINE = {Engine}({string.Join(", ", Arguments)})"
        + string.Concat(Keys.Where(Clauses.ContainsKey).Select(key => $" {key} {Clauses[key]}"));

    /// <summary>Takes a list of expressions apart, with or without parentheses around it.</summary>
    public static IReadOnlyList<string> Parts(string expressions)
    {
        var words = StatementWords.Read(expressions).ToList();
        if (words.Count > 0 && IsWord(words[0], "tuple") && words.Count > 1 && words[1].Text == "(" && CloseOf(words, 1) == words.Count - 1)
        {
            words.RemoveAt(0);
        }
        if (words.Count > 0 && words[0].Text == "(" && CloseOf(words, 0) == words.Count - 1)
        {
            words = words[1..^1];
        }
        return words.Count == 0 ? [] : SplitAt(expressions, words, 0, words.Count - 1);
    }

    TableShape With(string key, string? text)
    {
        if (text is null)
        {
            return this;
        }
        var clauses = Clauses.Where(clause => clause.Key != key).ToDictionary();
        if (text.Trim().Length > 0)
        {
            clauses[key] = $"({text.Trim()})";
        }
        else if (key == "ORDER BY")
        {
            clauses[key] = "tuple()";
        }
        return this with { Clauses = clauses };
    }

    // A primary key is the beginning of the sorting key: with another sorting key the whole of it is.
    TableShape WithPrimaryKeyOf(string? orderBy) => orderBy is null ? this : this with { Clauses = Clauses.Where(clause => clause.Key != "PRIMARY KEY").ToDictionary() };

    static string? KeyAt(List<StatementWord> words, int at) =>
        Array.Find(Keys, key => IsWord(words[at], key.Split(' ')[0]) && (!key.Contains(' ') || (at + 1 < words.Count && IsWord(words[at + 1], key.Split(' ')[1]))));

    static bool IsWord(StatementWord word, string text) => word.Kind == WordKind.Word && word.Text.Equals(text, StringComparison.OrdinalIgnoreCase);

    static int CloseOf(List<StatementWord> words, int open)
    {
        var depth = 0;
        for (var at = open; at < words.Count; at++)
        {
            depth += words[at].Text == "(" ? 1 : words[at].Text == ")" ? -1 : 0;
            if (depth == 0)
            {
                return at;
            }
        }
        return -1;
    }

    static List<string> SplitAt(string text, List<StatementWord> words, int first, int last)
    {
        var (parts, begin, depth) = (new List<string>(), first, 0);
        for (var at = first; at <= last; at++)
        {
            depth += words[at].Text is "(" or "[" ? 1 : words[at].Text is ")" or "]" ? -1 : 0;
            if (depth == 0 && words[at].Text == ",")
            {
                parts.Add(Slice(text, words, begin, at - 1));
                begin = at + 1;
            }
        }
        parts.Add(Slice(text, words, begin, last));
        return parts;
    }

    static string Slice(string text, List<StatementWord> words, int first, int last) => text[words[first].Start..(words[last].Start + words[last].Text.Length)];
}
