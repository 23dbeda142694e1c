using Prickle.ClickHouse;

namespace Prickle.Capture.Steps;

/// <summary>
/// One uuid is one event, whatever its timestamp says and however long ago it came. Asked of the store itself
/// (projection by_uuid), so that the answer is right after a restart and with several nodes.
/// </summary>
sealed class RemoveDuplicates(ClickHouseStore store) : ICaptureStep
{
    const int LookupSize = 20_000;

    public async Task RunAsync(CaptureBatch batch, CancellationToken cancellationToken)
    {
        batch.Uuids.EnsureCapacity(batch.Events.Count);
        batch.Events.RemoveAll(captured =>
            batch.Underway.Any(round => round.Contains((captured.ProjectId, captured.Uuid))) || !batch.Uuids.Add((captured.ProjectId, captured.Uuid)));
        foreach (var project in batch.Events.GroupBy(captured => captured.ProjectId).ToList())
        {
            foreach (var chunk in project.Chunk(LookupSize))
            {
                var stored = await FindStoredAsync(project.Key, chunk, cancellationToken);
                if (stored.Count > 0)
                {
                    Take(batch, project.Key, stored);
                }
            }
        }
    }

    static void Take(CaptureBatch batch, int projectId, HashSet<Guid> stored) => batch.Events.RemoveAll(captured =>
    {
        var isStored = captured.ProjectId == projectId && stored.Contains(captured.Uuid);
        if (isStored && batch.IsRedelivery)
        {
            batch.StoredBefore.Add(captured);
        }

        return isStored;
    });

    // The uuids travel as one literal of raw bytes: a list of thousands of values would cost more to parse than to look up.
    async Task<HashSet<Guid>> FindStoredAsync(int projectId, CapturedEvent[] events, CancellationToken cancellationToken)
    {
        var bytes = new byte[events.Length * 16];
        for (var i = 0; i < events.Length; i++)
        {
            events[i].Uuid.TryWriteBytes(bytes.AsSpan(i * 16), bigEndian: true, out _);
        }

        var sql = $"""
            WITH base64Decode('{Convert.ToBase64String(bytes)}') AS uuids
            SELECT DISTINCT uuid FROM events
            WHERE project_id = {projectId} AND toUInt128(uuid) IN (
                SELECT reinterpretAsUInt128(reverse(substring(uuids, number * 16 + 1, 16))) FROM numbers({events.Length}))
            """;
        var found = new HashSet<Guid>();
        await foreach (var uuid in store.QueryAsync(
            sql, row => row.GetGuid(0), settings: Settings, cancellationToken: cancellationToken))
        {
            found.Add(uuid);
        }

        return found;
    }

    // Not logged: each is a text of its own with all the uuids in it, which the log would keep, and the engine look through,
    // for longer than the answer takes.
    static readonly Dictionary<string, object> Settings = new() { ["max_query_size"] = 2 * 1024 * 1024, ["log_queries"] = 0 };
}
