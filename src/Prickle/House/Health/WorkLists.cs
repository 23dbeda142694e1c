using Prickle.ClickHouse.Nodes;

namespace Prickle.House.Health;

/// <summary>What nodes work on by themselves: merges, mutations, moves.</summary>
static class WorkLists
{
    const string Group = "Merges and mutations";

    public static readonly IReadOnlyList<HealthList> All =
    [
        new("merges", Group, "Merges running", "No merge runs now.", "-elapsed",
            [
                new("database", "Database", Width: 140, WideOnly: true), new("table", "Table"), new("progress", "Progress", CellKind.Share, 150), new("elapsed", "For", CellKind.Seconds, 100),
                new("num_parts", "Parts", CellKind.Count, 80, true), new("bytes", "Size", CellKind.Bytes, 100), new("rows_written", "Rows written", CellKind.Count, 120, true),
                new("memory_usage", "Memory", CellKind.Bytes, 100, true), new("is_mutation", "Mutation", CellKind.Flag, 90, true), new("result_part_name", "Makes", WideOnly: true),
            ],
            capabilities => $"SELECT database, table, progress, elapsed, num_parts, total_size_bytes_compressed AS bytes, rows_written, memory_usage, {capabilities.Column("merges", "is_mutation", "0")} AS is_mutation, result_part_name FROM system.merges"),
        new("mutations", Group, "Mutations not done", "Every mutation is done.", "created",
            [
                new("database", "Database", Width: 140, WideOnly: true), new("table", "Table", Width: 160), new("command", "Command", CellKind.Long), new("created", "Since", CellKind.Moment, 120),
                new("parts_to_do", "Parts left", CellKind.Count, 100), new("reason", "Fails with", CellKind.Long, IsBad: value => value is string { Length: > 0 }),
            ],
            Mutations),
        new("moves", Group, "Parts moving between disks", "No part is moved now.", "-elapsed",
            [new("database", "Database", Width: 140), new("table", "Table"), new("elapsed", "For", CellKind.Seconds, 100), new("part_name", "Part"), new("part_size", "Size", CellKind.Bytes, 100), new("target_disk_name", "To", Width: 140)],
            capabilities => capabilities.Has("moves") ? "SELECT database, table, elapsed, part_name, part_size, target_disk_name FROM system.moves"
                : new SystemStatement.Missing("system.moves", "Servers tell of moves between disks since 22.12.")),
    ];

    static SystemStatement Mutations(NodeCapabilities capabilities)
    {
        const string What = "database, table, command, toUInt32(create_time) AS created, parts_to_do";
        if (capabilities.Has("mutations", "latest_fail_reason"))
        {
            return $"SELECT {What}, latest_fail_reason AS reason FROM system.mutations WHERE NOT is_done";
        }
        // Before 19.3 a failing mutation says nothing of it and is tried for ever: the log of parts knows.
        return capabilities.Has("part_log")
            ? $"""
              SELECT {What}, reason FROM system.mutations
              ANY LEFT JOIN (SELECT database, table, any(exception) AS reason FROM system.part_log
                WHERE event_date >= today() - 1 AND toString(event_type) IN ('MutatePart', 'MUTATE_PART') AND error != 0 GROUP BY database, table) USING (database, table)
              WHERE NOT is_done
              """
            : new NodeStatement($"SELECT {What}, '' AS reason FROM system.mutations WHERE NOT is_done") { IsSecondBest = true };
    }
}
