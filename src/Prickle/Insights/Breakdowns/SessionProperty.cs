using Prickle.Filters;

namespace Prickle.Insights.Breakdowns;

/// <summary>Properties of sessions, as aggregates over the table of that name: those of filters, and numbers where those have texts.</summary>
static class SessionProperty
{
    public const string Duration = "$session_duration";

    public static string? Sql(string property) => property switch
    {
        Duration => "dateDiff('microsecond', min(started_at), max(ended_at)) / 1000000",
        "$end_current_url" => "argMaxIfMerge(exit_url)",
        "$pageview_count" => "sum(pageview_count)",
        "$autocapture_count" => "sum(autocapture_count)",
        "$event_count" => "sum(event_count)",
        _ => FilterSql.Session(property),
    };
}
