namespace Prickle.Insights.Trends;

/// <summary>Properties of sessions, as aggregates over the table of that name.</summary>
static class SessionProperty
{
    public const string Duration = "$session_duration";

    public static string? Sql(string property) => property switch
    {
        Duration => "dateDiff('microsecond', min(started_at), max(ended_at)) / 1000000",
        "$entry_current_url" => "argMinIfMerge(entry_url)",
        "$end_current_url" or "$exit_current_url" => "argMaxIfMerge(exit_url)",
        "$entry_referring_domain" => "argMinIfMerge(referring_domain)",
        "$pageview_count" => "sum(pageview_count)",
        "$autocapture_count" => "sum(autocapture_count)",
        "$event_count" => "sum(event_count)",
        "$browser" => "argMaxIfMerge(browser)",
        "$os" => "argMaxIfMerge(operating_system)",
        "$device_type" => "argMaxIfMerge(device_type)",
        "$geoip_country_code" => "argMaxIfMerge(country)",
        _ => null,
    };
}
