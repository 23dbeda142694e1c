namespace Prickle.House.Running;

/// <summary>Which of the running statements are shown.</summary>
/// <param name="Search">Part of the text or of an id; empty for all.</param>
/// <param name="Node">The address of a node.</param>
sealed record RunningFilter(string Search, string? User, string? Node)
{
    public bool Fits(RunningQuery query) =>
        (Search.Length == 0 || query.Text.Contains(Search, StringComparison.OrdinalIgnoreCase) || query.QueryId.Contains(Search, StringComparison.OrdinalIgnoreCase))
        && (string.IsNullOrEmpty(User) || query.User == User)
        && (string.IsNullOrEmpty(Node) || query.Node.Address.ToString() == Node);

    public static IReadOnlyList<RunningQuery> Sorted(IEnumerable<RunningQuery> queries, string? key, bool descending)
    {
        return key switch
        {
            "node" => By(query => query.Node.ToString()),
            "user" => By(query => query.User),
            "rows" => By(query => query.RowsRead),
            "memory" => By(query => query.Memory),
            "kind" => By(query => query.Kind),
            _ => By(query => query.Elapsed),
        };

        IReadOnlyList<RunningQuery> By<T>(Func<RunningQuery, T> value) => [.. descending ? queries.OrderByDescending(value) : queries.OrderBy(value)];
    }
}
