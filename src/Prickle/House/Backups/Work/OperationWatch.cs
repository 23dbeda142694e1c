using Prickle.ClickHouse.Nodes;
using Prickle.Servers;

namespace Prickle.House.Backups.Work;

/// <summary>Follows what a server does in the background to its end; nothing is called good before the server says so.</summary>
sealed class OperationWatch(BackupNodes nodes, TimeProvider time)
{
    /// <summary>So long after it was asked, a server that does not know of it never heard.</summary>
    static readonly TimeSpan Grace = TimeSpan.FromSeconds(20);
    static readonly TimeSpan Longest = TimeSpan.FromSeconds(2);

    // One that is told to end does so at its next file.
    const int LooksAtTheEnd = 30;

    static readonly SystemQuery<double> Uptime = new(_ => "SELECT toFloat64(uptime()) AS uptime", row => row.Real("uptime"));

    /// <summary>Waits; gives the last report, or why there is none to come.</summary>
    /// <param name="id">The operation.</param>
    /// <param name="askedAt">When it was asked for.</param>
    /// <param name="until">It has failed when it takes longer.</param>
    /// <param name="progress">Told what is new.</param>
    public async Task<(OperationReport? Report, string? Reason)> FollowAsync(
        WatchedServer server, Uri node, string id, DateTimeOffset askedAt, DateTimeOffset until, Func<OperationReport, Task> progress, CancellationToken cancellationToken)
    {
        OperationReport? last = null;
        for (var pause = TimeSpan.FromMilliseconds(100); ; pause = pause < Longest ? pause * 2 : Longest)
        {
            switch (await nodes.AskAsync(server, node, BackupSql.Report(id), cancellationToken))
            {
                case NodeAnswer<OperationReport>.Rows { Items: [var report, ..] }:
                    if (report.IsGood || report.HasFailed)
                    {
                        return (report, null);
                    }
                    if (report != last)
                    {
                        last = report;
                        await progress(report);
                    }
                    break;
                case NodeAnswer<OperationReport>.Rows when await LostAsync(server, node, askedAt, cancellationToken) is { } reason:
                    return (null, reason);
                case NodeAnswer<OperationReport>.Missing missing:
                    return (null, $"There is no {missing.Piece} on this server. {missing.Remedy}");
                default:
                    // Away, for a while perhaps: what became of it is known when it is back.
                    break;
            }
            if (time.GetUtcNow() >= until)
            {
                return (null, last is null ? "The server did not answer in time."
                    : await EndAsync(server, node, id, cancellationToken) ? "It took longer than the plan allows, and was ended."
                    : "It took longer than the plan allows. The server may still be working on it.");
            }
            await Task.Delay(pause, time, cancellationToken);
        }
    }

    /// <summary>Ends it on the server; false where that cannot be seen.</summary>
    async Task<bool> EndAsync(WatchedServer server, Uri node, string id, CancellationToken cancellationToken)
    {
        if ((await nodes.CapabilitiesAsync(server, node, cancellationToken))?.Has("backups", "query_id") != true)
        {
            return false;
        }
        await nodes.RunAsync(server, node, BackupSql.End(id), cancellationToken);
        for (var looks = 0; looks < LooksAtTheEnd; looks++)
        {
            if (await nodes.AskAsync(server, node, BackupSql.Report(id), cancellationToken) is NodeAnswer<OperationReport>.Rows { Items: [{ HasFailed: true } or { IsGood: true }, ..] })
            {
                return true;
            }
            await Task.Delay(TimeSpan.FromSeconds(1), time, cancellationToken);
        }
        return false;
    }

    /// <summary>Whether the server knows of it; null where it did not answer.</summary>
    public async Task<bool?> IsKnownAsync(WatchedServer server, Uri node, string id, CancellationToken cancellationToken) =>
        await nodes.AskAsync(server, node, BackupSql.Report(id), cancellationToken) is NodeAnswer<OperationReport>.Rows rows ? rows.Items.Count > 0 : null;

    // Servers keep the list of backups in memory: one that was started anew knows nothing of those before.
    public async Task<string?> LostAsync(WatchedServer server, Uri node, DateTimeOffset askedAt, CancellationToken cancellationToken)
    {
        if (await nodes.AskAsync(server, node, Uptime, cancellationToken) is not NodeAnswer<double>.Rows { Items: [var uptime, ..] })
        {
            return null;
        }
        var now = time.GetUtcNow();
        return now - TimeSpan.FromSeconds(uptime) > askedAt + TimeSpan.FromSeconds(1) ? "The server was started anew while it worked on this, and what it wrote is not complete."
            : now - askedAt > Grace ? "The server was asked, and knows nothing of it."
            : null;
    }
}
