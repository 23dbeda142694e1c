using System.Text.RegularExpressions;

namespace Prickle.Sql.Checking;

/// <summary>
/// What a statement names, as ClickHouse itself reads it (<c>EXPLAIN QUERY TREE</c>). The dump is text in which names
/// stand unquoted, so every occurrence of an attribute counts, wherever it is: a crafted alias can make a statement look
/// like more than it is, never like less.
/// </summary>
static partial class QueryTree
{
    static readonly HashSet<string> KnownNodes =
    [
        "QUERY", "UNION", "LIST", "IDENTIFIER", "MATCHER", "FUNCTION", "CONSTANT", "LAMBDA", "SORT", "WINDOW", "INTERPOLATE",
        "JOIN", "ARRAY_JOIN", "CROSS_JOIN", "CROSS JOIN", "TABLE_FUNCTION", "EXCEPT COLUMN TRANSFORMER", "REPLACE COLUMN TRANSFORMER",
        "APPLY COLUMN TRANSFORMER",
    ];

    public static IEnumerable<string> Functions(string dump) => Values(FunctionName, dump);

    public static IEnumerable<string> TableFunctions(string dump) => Values(TableFunctionName, dump);

    /// <summary>Names before anything was resolved: columns, aliases, tables.</summary>
    public static IEnumerable<string> Identifiers(string dump) => Values(Identifier, dump);

    public static IEnumerable<string> Aliases(string dump) => Values(Alias, dump).Concat(Values(CommonTableName, dump));

    /// <summary>The tables that a resolved tree reads, with their databases.</summary>
    public static IEnumerable<string> Tables(string dump) => Values(TableName, dump);

    /// <summary>A kind of node that this version of the check has not been taught; null when there is none.</summary>
    public static string? UnknownNode(string dump) =>
        Values(Node, dump).FirstOrDefault(kind => !KnownNodes.Contains(kind));

    /// <summary>How often something is read in a resolved tree: queries, unions and tables.</summary>
    public static int Sources(string dump) =>
        Node.Matches(dump).Count(match => match.Groups[1].Value is "QUERY" or "UNION" or "TABLE" or "TABLE_FUNCTION");

    static IEnumerable<string> Values(Regex pattern, string dump) =>
        pattern.Matches(dump).Select(match => match.Groups[1].Value).Distinct(StringComparer.Ordinal);

    [GeneratedRegex(@"(?<![a-z_])function_name: ([^\n,]*)")]
    static partial Regex FunctionName { get; }

    [GeneratedRegex(@"table_function_name: ([^\n,]*)")]
    static partial Regex TableFunctionName { get; }

    [GeneratedRegex(@"identifier: ([^\n]*)")]
    static partial Regex Identifier { get; }

    [GeneratedRegex(@"alias: ([^\n,]*)")]
    static partial Regex Alias { get; }

    [GeneratedRegex(@"cte_name: ([^\n,]*)")]
    static partial Regex CommonTableName { get; }

    [GeneratedRegex(@"(?<![a-z_])table_name: ([^\n,]*)")]
    static partial Regex TableName { get; }

    [GeneratedRegex(@"^ *([A-Z][A-Z_ ]*[A-Z]) id: \d+", RegexOptions.Multiline)]
    static partial Regex Node { get; }
}
