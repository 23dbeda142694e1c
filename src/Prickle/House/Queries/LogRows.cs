using System.Globalization;
using Prickle.ClickHouse.Nodes;

namespace Prickle.House.Queries;

/// <summary>What all questions to <c>system.query_log</c> share, written by what a node has.</summary>
static class LogRows
{
    /// <summary>How long a question to the log may take: it can be large.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Longer texts are cut: nobody reads them, and they are many.</summary>
    public const int LongestText = 20_000;

    public static SystemStatement.Missing? Missing(NodeCapabilities node) => node.Has("query_log") ? null : new SystemStatement.Missing(
        "system.query_log",
        "A server makes it when it first logs a statement: name a query_log in its configuration, and set log_queries to 1 in the profile of those who ask.");

    /// <summary>What a node itself takes for the same statement; ours is made of one of each group.</summary>
    public static string GroupOf(NodeCapabilities node) =>
        node.Has("query_log", "normalized_query_hash") ? "normalized_query_hash"
        : node.Functions.Contains("normalizedQueryHash") ? "normalizedQueryHash(query)"
        // Texts, and numbers that are no part of a name.
        : """cityHash64(replaceRegexpAll(query, '\'(?:[^\'\\\\]|\\\\.)*\'|\\b[0-9][0-9a-zA-Z.]*', '?'))""";

    /// <summary>A counter of a statement by its name, from a map or from two arrays.</summary>
    public static string Counter(NodeCapabilities node, string name) =>
        node.Has("query_log", "ProfileEvents") ? $"ProfileEvents['{name}']"
        : node.Has("query_log", "ProfileEvents.Names") ? $"arrayElement(ProfileEvents.Values, indexOf(ProfileEvents.Names, '{name}'))"
        : "0";

    /// <summary>Statements that ended, within a stretch; our own questions are left out.</summary>
    public static string During(QueryRange range, bool onlyInitial = true) =>
        $"{Between(range)} AND toInt8(type) IN (2, 3, 4){(onlyInitial ? " AND is_initial_query = 1" : "")} AND NOT startsWith(query_id, '{NodeClient.OwnQueries}')";

    /// <summary>Those of groups. The numbers are the node's own.</summary>
    public static string Of(NodeCapabilities node, IEnumerable<ulong> groups) =>
        $"{GroupOf(node)} IN ({string.Join(", ", groups.Select(group => $"toUInt64({group.ToString(CultureInfo.InvariantCulture)})"))})";

    // The date is that of the node's zone, and what the table is ordered by.
    static string Between(QueryRange range)
    {
        var (from, to) = (Seconds(range.From), Seconds(range.To));
        return $"event_date >= toDate(toDateTime({from})) AND event_date <= toDate(toDateTime({to})) AND event_time >= toDateTime({from}) AND event_time < toDateTime({to})";
    }

    static string Seconds(DateTimeOffset moment) => moment.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
}
