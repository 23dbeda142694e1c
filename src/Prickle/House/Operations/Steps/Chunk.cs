using System.Globalization;
using Prickle.House.Frame;
using Prickle.House.Operations.Running;

namespace Prickle.House.Operations.Steps;

/// <summary>The rows of one partition of a table, by the values that make it.</summary>
/// <param name="Values">As text.</param>
/// <param name="Types">ClickHouse's names of their types.</param>
sealed record Chunk(IReadOnlyList<string> Values, IReadOnlyList<string> Types)
{
    public string Key => string.Join(", ", Values);

    /// <summary>For people.</summary>
    public string Name => Values.Count == 0 ? "the table" : $"partition {Key}";

    /// <summary>A condition that is true of these rows, in any table with these columns. Names with their types stay prunable.</summary>
    public string Filter(IReadOnlyList<string> parts) =>
        Values.Count == 0 ? "1" : string.Join(" AND ", parts.Select((part, at) => $"({part}) = CAST({NodeSql.Literal(Values[at])} AS {Types[at]})"));
}

/// <summary>What is in a chunk of a table.</summary>
/// <param name="Hash">Of all rows, whatever their order.</param>
sealed record ChunkSum(Chunk Chunk, long Rows, string Hash)
{
    public bool Equals(long rows, string hash) => Rows == rows && Hash == hash;
}

/// <summary>Asks what chunks tables have, and what is in them.</summary>
static class Chunks
{
    // Names that no column has: old servers take an alias for the column of its name.
    public const string Rows = "prickle_rows";
    const string Hash = "prickle_hash";

    // These are not hashed: what is compared is told by the others.
    static readonly string[] Opaque = ["AggregateFunction", "JSON", "Object", "Dynamic", "Variant"];

    /// <summary>The columns by whose values two tables are compared: those they share, of the same type.</summary>
    public static IReadOnlyList<string> Compared(TableFacts one, TableFacts other) =>
        [.. one.Columns.Where(column => column.IsWritten && !Array.Exists(Opaque, opaque => column.Type.Contains(opaque, StringComparison.Ordinal))
            && other.Columns.Any(same => same.Name == column.Name && same.Type == column.Type && same.IsWritten)).Select(column => NodeSql.Quote(column.Name))];

    /// <summary>A statement that gives each chunk with its rows, and their hash where columns are named.</summary>
    public static string Sql(string table, IReadOnlyList<string> parts, IReadOnlyList<string> hashed, string condition)
    {
        var keys = parts.SelectMany((part, at) => (string[])[$"toString({part}) AS {Name('v', at)}", $"toTypeName({part}) AS {Name('t', at)}"]);
        var hash = hashed.Count == 0 ? "0" : $"sum(cityHash64({string.Join(", ", hashed)}))";
        var names = parts.SelectMany((_, at) => (string[])[Name('v', at), Name('t', at)]).ToList();
        return $"SELECT {string.Join(", ", keys.Append($"count() AS {Rows}").Append($"toString({hash}) AS {Hash}"))} FROM {table} WHERE {condition}"
            + (names.Count == 0 ? "" : $" GROUP BY {string.Join(", ", names)} ORDER BY {string.Join(", ", names)}");
    }

    public static async Task<IReadOnlyList<ChunkSum>> SumAsync(StepRun run, OperationNode node, string table, IReadOnlyList<string> parts, IReadOnlyList<string> hashed, string condition)
    {
        var found = await run.AskAsync(node, Sql(table, parts, hashed, condition));
        return [.. found.Rows.Select(row => new ChunkSum(
            new Chunk([.. parts.Select((_, at) => row.Text(Name('v', at)))], [.. parts.Select((_, at) => row.Text(Name('t', at)))]), row.Number(Rows), row.Text(Hash))).Where(sum => sum.Rows > 0)];
    }

    /// <summary>What the statement calls the value (v) or type (t) of a part of the key.</summary>
    public static string Name(char kind, int at) => string.Create(CultureInfo.InvariantCulture, $"prickle_{kind}{at}");
}
