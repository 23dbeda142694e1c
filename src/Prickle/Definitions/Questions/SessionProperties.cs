namespace Prickle.Definitions.Questions;

/// <summary>What sessions have: the product makes it, so nobody defines it.</summary>
static class SessionProperties
{
    static readonly (string Name, PropertyType Type, string Description, string? Source)[] Known =
    [
        ("$session_duration", PropertyType.Duration, "Seconds from the first event to the last", null),
        ("$channel_type", PropertyType.String, "How the visitor came: search, social, e-mail, direct", null),
        ("$entry_current_url", PropertyType.String, "The address of the first page", "$current_url"),
        ("$entry_pathname", PropertyType.String, "The path of the first page", "$pathname"),
        ("$entry_hostname", PropertyType.String, "The host of the first page", "$host"),
        ("$exit_current_url", PropertyType.String, "The address of the last page", "$current_url"),
        ("$exit_pathname", PropertyType.String, "The path of the last page", "$pathname"),
        ("$entry_referring_domain", PropertyType.String, "Where the visitor came from", "$referring_domain"),
        ("$entry_utm_source", PropertyType.String, "utm_source of the first page", "utm_source"),
        ("$entry_utm_medium", PropertyType.String, "utm_medium of the first page", "utm_medium"),
        ("$entry_utm_campaign", PropertyType.String, "utm_campaign of the first page", "utm_campaign"),
        ("$pageview_count", PropertyType.Numeric, "Pages seen", null),
        ("$autocapture_count", PropertyType.Numeric, "Clicks, changes and submits seen by the SDK", null),
        ("$event_count", PropertyType.Numeric, "Events of any name", null),
        ("$is_bounce", PropertyType.Boolean, "One page, no click, under ten seconds", null),
        ("$start_timestamp", PropertyType.DateTime, "When it began", null),
        ("$end_timestamp", PropertyType.DateTime, "When it ended", null),
        ("$browser", PropertyType.String, "The browser", "$browser"),
        ("$os", PropertyType.String, "The operating system", "$os"),
        ("$device_type", PropertyType.String, "Desktop, Mobile or Tablet", "$device_type"),
        ("$geoip_country_code", PropertyType.String, "The country", "$geoip_country_code"),
    ];

    public static readonly IReadOnlyList<PropertyDefinition> All =
    [
        .. Known.Select(known => new PropertyDefinition(
            Guid.Empty, PropertyScope.Session, null, known.Name, known.Type, known.Description, [], "", true, false,
            DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch)),
    ];

    /// <summary>The property of events whose values a session's has; null where it is counted.</summary>
    public static string? SourceOf(string name) => Known.FirstOrDefault(known => known.Name == name).Source;
}
