using System.Globalization;
using Prickle.ClickHouse;
using Prickle.House.Alerts;
using Prickle.House.Backups;
using Prickle.Servers;
using Prickle.Storage;

namespace Prickle.House.Sampling;

/// <summary>
/// Reads what the nodes of all servers do, every fifteen seconds, and keeps it: servers without logs of their metrics have no
/// history otherwise. One node of the product does it for all.
/// </summary>
sealed class HouseSampler(
    ServerDirectory servers, Fleet fleet, ClickHouseStore store, SampleMemory memory, AlertRounds alerts, BackupAge backups, ClusterLock clusterLock, TimeProvider time, ILogger<HouseSampler> logger) : BackgroundService
{
    public static readonly TimeSpan Between = TimeSpan.FromSeconds(15);

    // A minute's worth at a time: each insert is a part.
    const int RoundsInAnInsert = 4;
    const int MostWaiting = 100_000;

    readonly Dictionary<(Guid Server, Uri Node), NodeSamples> _nodes = [];
    readonly List<Sample> _waiting = [];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await using (await clusterLock.TakeAsync("house-sampler", stoppingToken))
                {
                    await WatchAsync(stoppingToken);
                }
            }
            catch (Exception failure) when (!stoppingToken.IsCancellationRequested)
            {
                // The store of the lock is away, say: watching goes on when it is back, and the product meanwhile.
                logger.LogWarning(failure, "Watching the servers is interrupted");
                await Task.Delay(Between, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    async Task WatchAsync(CancellationToken stoppingToken)
    {
        // Beside the rounds: a destination that takes its time must not keep anybody from looking.
        var telling = Task.CompletedTask;
        for (var round = 1; ; round++)
        {
            await RoundAsync(stoppingToken);
            if (telling.IsCompleted)
            {
                telling = TellAsync(stoppingToken);
            }
            if (round % RoundsInAnInsert == 0)
            {
                await StoreAsync(stoppingToken);
            }
            await Task.Delay(Between, time, stoppingToken);
        }
    }

    async Task TellAsync(CancellationToken cancellationToken)
    {
        try
        {
            await alerts.TellAsync(await servers.AllAsync(cancellationToken), cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The end of the product: what is to be told is told after the next start.
        }
        catch (Exception failure)
        {
            logger.LogWarning(failure, "Alerts could not be told this time");
        }
    }

    internal async Task RoundAsync(CancellationToken cancellationToken)
    {
        try
        {
            var all = await servers.AllAsync(cancellationToken);
            // All at once: a server that hangs holds up nobody.
            var read = await Task.WhenAll(all.Select(server => ReadAsync(server, cancellationToken)));
            var present = all.SelectMany(server => server.Nodes.Select(node => (server.Id, node))).ToHashSet();
            foreach (var gone in _nodes.Keys.Where(key => !present.Contains(key)).ToList())
            {
                _nodes.Remove(gone);
            }
            var ages = await backups.TakeAsync(all, time.GetUtcNow(), cancellationToken);
            Keep(ages);
            await alerts.JudgeAsync(all, [.. read.SelectMany(samples => samples), .. ages], cancellationToken);
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            // The relational store is away, say: the next round tries again.
            logger.LogWarning(failure, "The watched servers were not read this time");
        }
    }

    async Task<IReadOnlyList<Sample>> ReadAsync(WatchedServer server, CancellationToken cancellationToken)
    {
        var answer = await fleet.AskAsync(server, SampleQuery.Question, Account.Monitor, cancellationToken);
        var at = time.GetUtcNow();
        var taken = new List<Sample>();
        lock (_waiting)
        {
            foreach (var node in answer.Nodes)
            {
                var name = server.LabelOf(node.Node);
                taken.Add(new Sample(server.Id, name, SampledMetric.Reachable, at, node is NodeAnswer<Reading>.Rows ? 1 : 0));
                if (node is NodeAnswer<Reading>.Rows rows)
                {
                    if (!_nodes.TryGetValue((server.Id, node.Node.Address), out var samples))
                    {
                        _nodes[(server.Id, node.Node.Address)] = samples = new NodeSamples(server.Id, name);
                    }
                    taken.AddRange(samples.Take(rows.Items, at));
                }
            }
            Keep(taken);
        }
        return taken;
    }

    void Keep(IReadOnlyList<Sample> taken)
    {
        lock (_waiting)
        {
            memory.Add(taken);
            _waiting.AddRange(taken);
        }
    }

    internal async Task StoreAsync(CancellationToken cancellationToken)
    {
        if (_waiting.Count == 0)
        {
            return;
        }
        using var rows = new JsonRows();
        foreach (var sample in _waiting)
        {
            rows.Begin();
            rows.Writer.WriteString("server_id", sample.Server);
            rows.Writer.WriteString("node", sample.Node);
            rows.Writer.WriteString("metric", sample.Metric);
            rows.Writer.WriteString("at", sample.At.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture));
            rows.Writer.WriteNumber("value", sample.Value);
            rows.End();
        }
        try
        {
            var refused = await store.InsertRowsAsync("house_samples (server_id, node, metric, at, value)", rows, "", cancellationToken);
            if (refused is [var (_, why), ..])
            {
                logger.LogWarning("{Count} samples were not kept: {Why}", refused.Count, why);
            }
            _waiting.Clear();
        }
        catch (ClickHouseUnavailableException failure)
        {
            logger.LogDebug(failure, "Samples wait until the analytical store is back");
            _waiting.RemoveRange(0, Math.Max(0, _waiting.Count - MostWaiting));
        }
    }
}
