using System.Text.Json.Nodes;
using Prickle.Destinations;
using Prickle.House.Sampling;
using Prickle.Ui.Values;

namespace Prickle.House.Alerts;

/// <summary>An alert in words, for pages and messages.</summary>
static class AlertWords
{
    /// <summary>"Memory above 8 GB for 2 readings".</summary>
    public static string Of(AlertTerms terms)
    {
        var metric = SampledMetric.Find(terms.Metric);
        var line = $"{metric?.Title ?? terms.Metric} {(terms.IsAbove ? "above" : "below")} {ValueOf(terms.Metric, terms.Line)}";
        return $"{line} {(terms.Samples == 1 ? "once" : $"for {terms.Samples} readings in a row")}";
    }

    public static string ValueOf(string metric, double? value) => (SampledMetric.Find(metric)?.Unit ?? ValueUnit.Number()).Named(value);

    public static string Of(AlertHappening happening) => happening switch
    {
        AlertHappening.Raised => "raised",
        AlertHappening.Recovered => "over",
        AlertHappening.WentSilent => "no readings",
        _ => "readings again",
    };

    /// <summary>One sentence: what, where, how much.</summary>
    public static string Sentence(AlertTerms terms, AlertEntryRow entry, string server)
    {
        var title = SampledMetric.Find(terms.Metric)?.Title ?? terms.Metric;
        return entry.Happening switch
        {
            AlertHappening.Raised => $"{title} on {entry.Node} ({server}) is {ValueOf(terms.Metric, entry.Value)}, {(terms.IsAbove ? "above" : "below")} {ValueOf(terms.Metric, terms.Line)}.",
            AlertHappening.Recovered => $"{title} on {entry.Node} ({server}) is {ValueOf(terms.Metric, entry.Value)} again.",
            AlertHappening.WentSilent => $"{entry.Node} ({server}) has given no reading of {title} for {terms.SilentAfter} minutes.",
            _ => $"{entry.Node} ({server}) gives readings of {title} again.",
        };
    }

    /// <summary>What templates may name.</summary>
    public static JsonObject Variables(AlertRule rule, AlertEntryRow entry, string server) => new()
    {
        ["alert"] = new JsonObject
        {
            ["title"] = Of(rule.Terms),
            ["text"] = Sentence(rule.Terms, entry, server),
            ["state"] = Of(entry.Happening),
            ["server"] = server,
            ["node"] = entry.Node,
            ["metric"] = rule.Terms.Metric,
            ["value"] = entry.Value,
            ["line"] = rule.Terms.Line,
            ["at"] = entry.At.UtcDateTime.ToString("u", System.Globalization.CultureInfo.InvariantCulture),
        },
    };

    /// <summary>The same for those who write a message.</summary>
    public static IReadOnlyList<TemplateVariable> Offered { get; } =
    [
        new("alert.text", "Memory on n1 (Production) is 9 GB, above 8 GB."), new("alert.title", "Memory above 8 GB for 2 readings in a row"), new("alert.state", "raised"),
        new("alert.server", "Production"), new("alert.node", "n1"), new("alert.value", "9663676416"), new("alert.at", "2026-03-01 12:00:00Z"),
    ];

    /// <summary>A message to begin with, by kind.</summary>
    public static IReadOnlyDictionary<string, string> Message(DestinationKind kind) => kind.Message.ToDictionary(field => field.Name, field => (kind.Key, field.Name) switch
    {
        (_, "text") => "{{ alert.text }}",
        (_, "title" or "subject") => "{{ alert.server }}: {{ alert.title }}, {{ alert.state }}",
        ("email", "body") => "<p>{{ alert.text }}</p>",
        ("github", "body") => "{{ alert.text }}",
        ("webhook", "body") => """{"text": {{ alert.text | json }}, "state": {{ alert.state | json }}, "server": {{ alert.server | json }}, "node": {{ alert.node | json }}}""",
        _ => field.Default,
    });

    /// <summary>The lines that most servers should have.</summary>
    public static IReadOnlyList<AlertTerms> Usual { get; } =
    [
        new("reachable", false, 1, 1, 2, 0), new("delayed_inserts", true, 0, 0), new("rejected_inserts", true, 0, 0), new("parts_of_partition", true, 300, 200),
        new("readonly_replicas", true, 0, 0), new("replica_delay", true, 300, 60), new("replica_queue", true, 1000, 100),
        new("stuck_queue", true, 0, 0, 4), new("failed_mutations", true, 0, 0, 4), new("backup_age", true, 48, 47, 2, 30), new("failed_drills", true, 0, 0, 1, 0),
    ];
}
