using System.Globalization;
using Prickle.ClickHouse.Nodes;

namespace Prickle.House.Sampling;

/// <summary>One short question that reads all of <see cref="SampledMetric.All"/> off a node.</summary>
static class SampleQuery
{
    /// <summary>The name under which the seconds since the node's start come.</summary>
    public const string Uptime = "uptime";

    /// <summary>The source of what is known of disks, since 19.15.</summary>
    public const string Disks = "disks";

    /// <summary>The source of what does not get on: entries of queues and mutations.</summary>
    public const string Stuck = "stuck";

    static readonly (string Table, string Column)[] Tables = [("metrics", "metric"), ("events", "event"), ("asynchronous_metrics", "metric")];

    public static readonly SystemQuery<Reading> Question = new(Write, row => new Reading(row.Text("source"), row.Text("name"), row.Real("value")));

    static SystemStatement Write(NodeCapabilities capabilities) => new NodeStatement(string.Join("\nUNION ALL\n",
        Tables.Where(table => capabilities.Has(table.Table)).Select(table => string.Create(CultureInfo.InvariantCulture,
            $"SELECT '{table.Table}' AS source, {table.Column} AS name, toFloat64(value) AS value FROM system.{table.Table} WHERE {table.Column} IN ({NamesOf(table.Table)})"))
        .Concat(capabilities.Has(Disks) ? [$"SELECT '{Disks}' AS source, 'used' AS name, toFloat64(sum(total_space - free_space)) AS value FROM system.disks WHERE total_space < pow(2, 60)"] : [])
        .Concat(capabilities.Has("replication_queue") ? [$"SELECT '{Stuck}' AS source, 'queue' AS name, toFloat64(countIf(num_tries > 100 OR num_postponed > 1000)) AS value FROM system.replication_queue"] : [])
        .Concat(FailedMutations(capabilities) is { } condition ? [$"SELECT '{Stuck}' AS source, 'mutations' AS name, toFloat64(count()) AS value FROM system.mutations WHERE NOT is_done AND {condition}"] : [])
        .Append($"SELECT '{Uptime}' AS source, '{Uptime}' AS name, toFloat64(uptime()) AS value")))
    {
        Deadline = TimeSpan.FromSeconds(5),
    };

    // Before 19.3 a mutation does not say that it fails: it is tried over and over, each time with a line in the log of parts. Null where nobody can tell.
    static string? FailedMutations(NodeCapabilities capabilities) => capabilities.Has("mutations", "latest_fail_reason") ? "latest_fail_reason != ''"
        : capabilities.Has("mutations") && capabilities.Has("part_log", "error")
            ? "(database, table) IN (SELECT database, table FROM system.part_log WHERE event_date >= today() - 1 AND event_time >= now() - 300 AND toString(event_type) IN ('MutatePart', 'MUTATE_PART') AND error != 0)"
        : null;

    // Names of ours, out of the list above.
    static string NamesOf(string table) => string.Join(", ", SampledMetric.All.SelectMany(metric => metric.Sources).Where(source => source.Table == table).Select(source => $"'{source.Name}'"));
}

/// <summary>A value as the node has it.</summary>
readonly record struct Reading(string Source, string Name, double Value);
