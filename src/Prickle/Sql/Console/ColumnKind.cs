namespace Prickle.Sql.Console;

/// <summary>What a column of an answer holds, by its ClickHouse type.</summary>
static class ColumnKind
{
    public static bool IsNumber(string type) =>
        Bare(type) is var bare && (bare.StartsWith("Int", StringComparison.Ordinal) && !bare.StartsWith("Interval", StringComparison.Ordinal)
            || bare.StartsWith("UInt", StringComparison.Ordinal) || bare.StartsWith("Float", StringComparison.Ordinal)
            || bare.StartsWith("Decimal", StringComparison.Ordinal) || bare.StartsWith("BFloat", StringComparison.Ordinal));

    public static bool IsTime(string type) => Bare(type).StartsWith("Date", StringComparison.Ordinal);

    static string Bare(string type)
    {
        foreach (var around in (string[])["LowCardinality(", "Nullable(", "SimpleAggregateFunction(sum, "])
        {
            type = type.StartsWith(around, StringComparison.Ordinal) ? type[around.Length..].TrimEnd(')') : type;
        }
        return type;
    }
}
