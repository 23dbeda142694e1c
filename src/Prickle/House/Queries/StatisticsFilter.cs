using Prickle.Accounts;

namespace Prickle.House.Queries;

/// <summary>Which statistics are shown, and in which order.</summary>
/// <param name="Search">Part of the text or of the fingerprint; empty for all.</param>
/// <param name="Table">Part of the name of a table.</param>
/// <param name="Kind">Select, Insert …</param>
sealed record StatisticsFilter(string Search = "", string? Table = null, string? Kind = null, bool OnlyFailures = false)
{
    public bool Fits(QueryStatistic one) =>
        (Search.Length == 0 || one.Text.Contains(Search, StringComparison.OrdinalIgnoreCase) || one.Fingerprint == Search)
        && (string.IsNullOrEmpty(Table) || one.Tables.Any(table => table.Contains(Table, StringComparison.OrdinalIgnoreCase)))
        && (string.IsNullOrEmpty(Kind) || one.Kind.Equals(Kind, StringComparison.OrdinalIgnoreCase))
        && (!OnlyFailures || one.Failures > 0);

    /// <summary>What can be sorted by; the first is the usual.</summary>
    public static readonly IReadOnlyList<string> Orders = ["time", "calls", "p50", "p95", "p99", "max", "bytes", "rows", "memory", "failures", "last"];

    public static Outcome<Func<QueryStatistic, double>> OrderBy(string? key) => key switch
    {
        null or "" or "time" => Of(one => one.Milliseconds),
        "calls" => Of(one => one.Calls),
        "p50" => Of(one => one.Quantile(0.5)),
        "p95" => Of(one => one.Quantile(0.95)),
        "p99" => Of(one => one.Quantile(0.99)),
        "max" => Of(one => one.Longest),
        "bytes" => Of(one => one.Bytes),
        "rows" => Of(one => one.Rows),
        "memory" => Of(one => one.MemoryTime),
        "failures" => Of(one => one.Failures),
        "last" => Of(one => one.LastAt?.ToUnixTimeSeconds() ?? 0),
        _ => Refusal.Invalid("order", $"Sort by {string.Join(", ", Orders)}; with a minus before it, the largest first."),
    };

    static Outcome<Func<QueryStatistic, double>> Of(Func<QueryStatistic, double> value) => value;

    /// <summary>Those that fit, in order; those of equal rank by fingerprint, so that pages do not mix.</summary>
    public IReadOnlyList<QueryStatistic> Apply(IEnumerable<QueryStatistic> all, Func<QueryStatistic, double> order, bool descending)
    {
        var fitting = all.Where(Fits);
        return [.. (descending ? fitting.OrderByDescending(order) : fitting.OrderBy(order)).ThenBy(one => one.Fingerprint, StringComparer.Ordinal)];
    }
}
