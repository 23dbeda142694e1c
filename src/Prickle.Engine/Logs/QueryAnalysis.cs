using System.Text;
using System.Text.RegularExpressions;
using Prickle.Engine.Native;

namespace Prickle.Engine.Logs;

/// <summary>What a statement touches, as the engine's own analyzer tells it.</summary>
sealed partial record QueryAnalysis(
    IReadOnlyList<string> Tables, IReadOnlyList<string> Columns, IReadOnlyList<string> Functions,
    IReadOnlyList<string> AggregateFunctions)
{
    public static readonly QueryAnalysis Nothing = new([], [], [], []);

    public IEnumerable<string> Databases => Tables.Select(table => table.Split('.')[0]).Distinct();

    /// <summary>Asks the engine about a SELECT without running it; nothing when it cannot be analyzed.</summary>
    public static QueryAnalysis Of(EngineConnection connection, QueryLogEntry entry)
    {
        var statement = entry.Request.Statement;
        byte[] question = [.. "EXPLAIN QUERY TREE "u8, .. statement.Text.AsSpan(0, statement.FormatStart)];
        var (error, output, _) = connection.Execute(question, "TabSeparatedRaw", entry.Request.Parameters);
        return error is null ? Read(Encoding.UTF8.GetString(output)) : Nothing;
    }

    /// <summary>Reads the printed query tree.</summary>
    public static QueryAnalysis Read(string tree)
    {
        // One table can be printed more than once, and a literal can hold what looks like one: the first counts.
        var tables = Table.Matches(tree)
            .DistinctBy(match => match.Groups[1].Value)
            .ToDictionary(match => match.Groups[1].Value, match => match.Groups[2].Value);
        var columns = Column.Matches(tree)
            .Where(match => tables.ContainsKey(match.Groups[2].Value))
            .Select(match => $"{tables[match.Groups[2].Value]}.{match.Groups[1].Value}");
        var functions = Function.Matches(tree).ToLookup(match => match.Groups[2].Value, match => match.Groups[1].Value);
        return new(
            Sorted(tables.Values), Sorted(columns), Sorted(functions["ordinary"]), Sorted(functions["aggregate"]));
    }

    static List<string> Sorted(IEnumerable<string> names) => [.. names.Distinct().Order(StringComparer.Ordinal)];

    [GeneratedRegex(@"^ *TABLE id: (\d+),.*?table_name: ([^,\n]+)", RegexOptions.Multiline)]
    static partial Regex Table { get; }

    [GeneratedRegex(@"^ *COLUMN id: \d+,.*?column_name: (.+?), result_type: .*?source_id: (\d+)", RegexOptions.Multiline)]
    static partial Regex Column { get; }

    [GeneratedRegex(@"^ *FUNCTION id: \d+,.*?function_name: (\w+), function_type: (ordinary|aggregate)", RegexOptions.Multiline)]
    static partial Regex Function { get; }
}
