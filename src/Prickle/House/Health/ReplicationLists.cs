using Prickle.ClickHouse.Nodes;

namespace Prickle.House.Health;

/// <summary>How replicas keep up: lag, queues with their reasons, what is fetched, what the cluster is.</summary>
static class ReplicationLists
{
    public const string Group = "Replication";

    internal static readonly SystemStatement.Missing NoKeeper = new("Keeper", "None is configured. Servers without replicated tables, and without statements ON CLUSTER, need none.");

    public static readonly IReadOnlyList<HealthList> All =
    [
        new("replicas", Group, "Replicas", "No table here is replicated.", "-absolute_delay",
            [
                new("database", "Database", Width: 140, WideOnly: true), new("table", "Table"), new("is_readonly", "Only reads", CellKind.Flag, 100, IsBad: value => value is true),
                new("is_session_expired", "Keeper lost", CellKind.Flag, 110, true, value => value is true), new("absolute_delay", "Behind", CellKind.Seconds, 100, IsBad: value => value is > 300.0),
                new("queue_size", "Queue", CellKind.Count, 90, IsBad: value => value is > 100L), new("inserts_in_queue", "Inserts", CellKind.Count, 90, true), new("merges_in_queue", "Merges", CellKind.Count, 90, true),
                new("replicas_active", "Active replicas", Width: 130), new("log_behind", "Log entries behind", CellKind.Count, 150, true),
            ],
            _ => """
                SELECT database, table, is_readonly, is_session_expired, toFloat64(absolute_delay) AS absolute_delay, queue_size, inserts_in_queue, merges_in_queue,
                       concat(toString(active_replicas), ' of ', toString(total_replicas)) AS replicas_active, greatest(toInt64(log_max_index) - toInt64(log_pointer) + 1, toInt64(0)) AS log_behind
                FROM system.replicas LIMIT 2000
                """),
        new("replication_queue", Group, "Queues of replicas", "Nothing waits to be replicated.", "-num_tries",
            [
                new("database", "Database", Width: 120, WideOnly: true), new("table", "Table", Width: 150), new("type", "What", Width: 130), new("created", "Since", CellKind.Moment, 110),
                new("num_tries", "Tries", CellKind.Count, 80, IsBad: value => value is > 100L), new("num_postponed", "Put off", CellKind.Count, 90, true), new("source_replica", "From", Width: 110, WideOnly: true),
                new("new_part_name", "Part", WideOnly: true), new("reason", "Why it waits", CellKind.Long),
            ],
            _ => """
                SELECT database, table, type, toUInt32(create_time) AS created, num_tries, num_postponed, source_replica, new_part_name,
                       if(last_exception != '', last_exception, postpone_reason) AS reason
                FROM system.replication_queue ORDER BY num_tries DESC LIMIT 5000
                """),
        new("fetches", Group, "Parts being fetched", "No part is fetched now.", "-elapsed",
            [
                new("database", "Database", Width: 140, WideOnly: true), new("table", "Table"), new("progress", "Progress", CellKind.Share, 150), new("elapsed", "For", CellKind.Seconds, 100),
                new("result_part_name", "Part", WideOnly: true), new("bytes", "Size", CellKind.Bytes, 110), new("source", "From", Width: 160),
            ],
            capabilities => capabilities.Has("replicated_fetches")
                ? "SELECT database, table, progress, elapsed, result_part_name, total_size_bytes_compressed AS bytes, source_replica_hostname AS source FROM system.replicated_fetches"
                : new SystemStatement.Missing("system.replicated_fetches", "Servers tell of fetches since 20.11.")),
        DistributedStatements.List(Group, NoKeeper),
        new("clusters", Group, "Clusters this server knows", "No cluster is configured.", "cluster",
            [
                new("cluster", "Cluster"), new("shard_num", "Shard", CellKind.Count, 80), new("replica_num", "Replica", CellKind.Count, 90), new("host", "Node", Width: 220),
                new("errors", "Errors", CellKind.Count, 90, IsBad: value => value is > 0L), new("is_local", "This one", CellKind.Flag, 100, true), new("user", "User", Width: 120, WideOnly: true),
            ],
            capabilities => $"SELECT cluster, shard_num, replica_num, concat(host_name, ':', toString(port)) AS host, {capabilities.Column("clusters", "errors_count", "0")} AS errors, is_local, user FROM system.clusters LIMIT 5000"),
    ];
}
