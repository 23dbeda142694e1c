namespace Prickle.Filters.Sql;

/// <summary>
/// What can be asked of a session: expressions over the rows of <c>sessions</c> of one session, or over the one row that a
/// project's view has of it; NULL where unknown.
/// </summary>
sealed class SessionColumns
{
    static readonly SessionColumns OverParts = new(
        "min(started_at)", "max(ended_at)", name => $"argMinIfMerge({name})", name => $"argMaxIfMerge({name})", name => $"sum({name})");

    static readonly SessionColumns OverView = new(
        "toTimeZone(started_at, 'UTC')", "toTimeZone(ended_at, 'UTC')", name => name, name => name, name => name);

    readonly Dictionary<string, string> _expressions;

    SessionColumns(string started, string ended, Func<string, string> first, Func<string, string> last, Func<string, string> sum)
    {
        (Started, Ended, Entry, Exit, Domain) = (started, ended, first("entry_url"), last("exit_url"), first("referring_domain"));
        _expressions = new()
        {
            ["$session_duration"] = $"toString({Seconds})",
            ["$channel_type"] = Channel,
            ["$entry_current_url"] = Known(Entry),
            ["$entry_pathname"] = Known($"path({Entry})"),
            ["$entry_hostname"] = Known($"domain({Entry})"),
            ["$exit_current_url"] = Known(Exit),
            ["$exit_pathname"] = Known($"path({Exit})"),
            ["$entry_referring_domain"] = Known(Domain),
            ["$entry_utm_source"] = Known(Parameter("utm_source")),
            ["$entry_utm_medium"] = Known(Parameter("utm_medium")),
            ["$entry_utm_campaign"] = Known(Parameter("utm_campaign")),
            ["$pageview_count"] = $"toString({sum("pageview_count")})",
            ["$autocapture_count"] = $"toString({sum("autocapture_count")})",
            ["$event_count"] = $"toString({sum("event_count")})",
            ["$is_bounce"] = $"if({sum("pageview_count")} = 1 AND {sum("autocapture_count")} = 0 AND {Seconds} < 10, 'true', 'false')",
            ["$start_timestamp"] = $"toString({Started})",
            ["$end_timestamp"] = $"toString({Ended})",
            ["$browser"] = Known(last("browser")),
            ["$os"] = Known(last("operating_system")),
            ["$device_type"] = Known(last("device_type")),
            ["$geoip_country_code"] = Known(last("country")),
        };
    }

    /// <summary>The names, in the order in which they are offered.</summary>
    public static IEnumerable<string> Keys => OverParts._expressions.Keys;

    public static string? Find(string key, bool inView = false) => (inView ? OverView : OverParts)._expressions.GetValueOrDefault(key);

    string Started { get; }

    string Ended { get; }

    string Entry { get; }

    string Exit { get; }

    string Domain { get; }

    string Seconds => $"dateDiff('millisecond', {Started}, {Ended}) / 1000";

    // Advertisers mark their links; the rest shows in where the visitor came from.
    string Channel =>
        $"multiIf({Either(Marked("^(cpc|ppc|cpm|cpv|cpa|paid.*|retargeting|display|banner)$"), $"match({Entry}, '[?&](gclid|gbraid|wbraid|msclkid|ttclid|twclid|li_fat_id)=')")}, "
        + $"multiIf({IsSearch}, 'Paid Search', {IsSocial}, 'Paid Social', 'Paid Other'), "
        + $"{Either(Marked("^e?-?mail$|^newsletter$"), Source("^(e?-?mail|newsletter)$"))}, 'Email', "
        + $"{Marked("^affiliates?$")}, 'Affiliate', {Marked("^sms$")}, 'SMS', {Marked("push$")}, 'Push', "
        + $"{IsSearch}, 'Organic Search', {IsSocial}, 'Organic Social', "
        + $"{Domain} IN ('', '$direct'), if({Parameter("utm_source")} = '' AND {Parameter("utm_medium")} = '', 'Direct', 'Unknown'), 'Referral')";

    string IsSearch =>
        Either($"match({Domain}, '(^|[.])(google|bing|duckduckgo|yahoo|yandex|baidu|ecosia|qwant|startpage|search)[.]')", Source("^(google|bing|duckduckgo|yahoo|yandex|baidu)$"));

    string IsSocial => Either(
        $"match({Domain}, '(^|[.])(facebook|instagram|linkedin|lnkd|twitter|x|t|reddit|pinterest|tiktok|youtube|mastodon|threads)[.](com|net|co|in|social)$')",
        Source("^(facebook|instagram|linkedin|twitter|reddit|pinterest|tiktok|youtube)$"));

    // ClickHouse joins a chain of OR and match() into one function, and fails at that over aggregates.
    static string Either(string one, string other) => $"greatest({one}, {other})";

    string Marked(string pattern) => $"match({Parameter("utm_medium")}, '(?i){pattern}')";

    string Source(string pattern) => $"match({Parameter("utm_source")}, '(?i){pattern}')";

    string Parameter(string name) => $"decodeURLComponent(extractURLParameter({Entry}, '{name}'))";

    static string Known(string expression) => $"nullIf({expression}, '')";
}
