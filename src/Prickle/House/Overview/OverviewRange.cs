namespace Prickle.House.Overview;

/// <summary>A time that the overview looks back on.</summary>
/// <param name="Key">In addresses.</param>
/// <param name="Step">What is averaged to one point.</param>
public sealed record OverviewRange(string Key, string Title, TimeSpan Span, TimeSpan Step)
{
    public static readonly IReadOnlyList<OverviewRange> All =
    [
        new("1h", "Last hour", TimeSpan.FromHours(1), TimeSpan.FromSeconds(30)),
        new("6h", "Last 6 hours", TimeSpan.FromHours(6), TimeSpan.FromMinutes(3)),
        new("24h", "Last 24 hours", TimeSpan.FromHours(24), TimeSpan.FromMinutes(10)),
        new("7d", "Last 7 days", TimeSpan.FromDays(7), TimeSpan.FromHours(1)),
        new("30d", "Last 30 days", TimeSpan.FromDays(30), TimeSpan.FromHours(4)),
    ];

    /// <summary>The range of a key; the last hour for what is none.</summary>
    public static OverviewRange Of(string? key) => All.FirstOrDefault(range => range.Key == key) ?? All[0];

    /// <summary>The starts of the steps up to now, the first one within the range.</summary>
    public IReadOnlyList<DateTimeOffset> StartsUntil(DateTimeOffset now)
    {
        var seconds = (long)Step.TotalSeconds;
        var last = now.ToUnixTimeSeconds() / seconds * seconds;
        var count = (int)(Span.TotalSeconds / seconds);
        return [.. Enumerable.Range(0, count).Select(index => DateTimeOffset.FromUnixTimeSeconds(last - ((count - 1 - index) * seconds)))];
    }
}
