namespace Prickle.Ui.Tables;

/// <summary>What a table wants to show now.</summary>
/// <param name="Search">The trimmed text of the search field; empty for none.</param>
/// <param name="Sort">The key of the column to sort by; null for the source's own order.</param>
public sealed record TableQuery(string Search, string? Sort, bool Descending, int Offset, int Limit);

/// <summary>A page of rows.</summary>
/// <param name="HasMore">Whether a next page exists: ask for one row more than wanted, or compare with the total.</param>
/// <param name="Total">The number of all rows, where it is cheap to know.</param>
public sealed record TablePage<TItem>(IReadOnlyList<TItem> Items, bool HasMore, long? Total = null)
{
    /// <summary>The page of a source that was asked for one row more than the query's limit.</summary>
    public static TablePage<TItem> FromOneMore(IReadOnlyList<TItem> items, TableQuery query) =>
        items.Count > query.Limit
            ? new([.. items.Take(query.Limit)], HasMore: true)
            : new(items, HasMore: false);

    /// <summary>The page of rows that are all in memory, already searched and sorted.</summary>
    public static TablePage<TItem> Of(IReadOnlyList<TItem> all, TableQuery query) =>
        new([.. all.Skip(query.Offset).Take(query.Limit)], all.Count > query.Offset + query.Limit, all.Count);
}
