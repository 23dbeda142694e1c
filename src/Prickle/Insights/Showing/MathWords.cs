namespace Prickle.Insights.Showing;

/// <summary>What can be computed of a series' events (K3).</summary>
/// <param name="Name">As the query says it.</param>
/// <param name="Words">As people read it.</param>
/// <param name="Family">Heads the choices of a kind.</param>
/// <param name="TakesProperty">Looks at a number of each event.</param>
public sealed record MathWords(string Name, string Words, string Family, bool TakesProperty = false)
{
    /// <summary>All of them, in the order in which they are offered.</summary>
    public static readonly IReadOnlyList<MathWords> All =
    [
        new("total", "Total count", "Count"),
        new("dau", "Unique users", "Count"),
        new("weekly_active", "Weekly active users", "Count"),
        new("monthly_active", "Monthly active users", "Count"),
        new("unique_session", "Unique sessions", "Count"),
        new("unique_group", "Unique groups", "Count"),
        new("first_time_for_user", "First time for a user", "Count"),
        new("first_matching_event_for_user", "First matching event for a user", "Count"),
        new("sum", "Sum", "Of a property", true),
        new("avg", "Average", "Of a property", true),
        new("min", "Minimum", "Of a property", true),
        new("max", "Maximum", "Of a property", true),
        new("median", "Median", "Of a property", true),
        new("p75", "75th percentile", "Of a property", true),
        new("p90", "90th percentile", "Of a property", true),
        new("p95", "95th percentile", "Of a property", true),
        new("p99", "99th percentile", "Of a property", true),
        new("avg_count_per_actor", "Average per user", "Events per user"),
        new("min_count_per_actor", "Minimum per user", "Events per user"),
        new("max_count_per_actor", "Maximum per user", "Events per user"),
        new("median_count_per_actor", "Median per user", "Events per user"),
        new("p75_count_per_actor", "75th percentile per user", "Events per user"),
        new("p90_count_per_actor", "90th percentile per user", "Events per user"),
        new("p95_count_per_actor", "95th percentile per user", "Events per user"),
        new("p99_count_per_actor", "99th percentile per user", "Events per user"),
        new("hogql", "SQL expression", "SQL"),
    ];

    public static MathWords Of(string? name) => All.FirstOrDefault(math => math.Name == name) ?? All[0];
}
