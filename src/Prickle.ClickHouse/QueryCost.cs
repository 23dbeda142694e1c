namespace Prickle.ClickHouse;

/// <summary>What an answer cost.</summary>
/// <param name="RowsRead">Rows that the store read; zero where the reply was too long to know (over a megabyte).</param>
/// <param name="BytesRead">Bytes read, uncompressed; zero likewise.</param>
/// <param name="Elapsed">From asking to the last row.</param>
public sealed record QueryCost(long RowsRead, long BytesRead, TimeSpan Elapsed)
{
    /// <summary>Nothing.</summary>
    public static readonly QueryCost None = new(0, 0, TimeSpan.Zero);

    /// <summary>Both together, as when asked one after the other.</summary>
    public static QueryCost operator +(QueryCost one, QueryCost other) =>
        new(one.RowsRead + other.RowsRead, one.BytesRead + other.BytesRead, one.Elapsed + other.Elapsed);
}
