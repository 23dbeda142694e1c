using Prickle.Servers;

namespace Prickle.House.Storage;

/// <summary>The tables of a server over its nodes, and the state of its disks.</summary>
sealed class StorageReader(Fleet fleet, SampleHistory history, TimeProvider time)
{
    static readonly TimeSpan LookBack = TimeSpan.FromDays(7);
    static readonly TimeSpan ShortestBasis = TimeSpan.FromHours(6);

    /// <summary>Every table. Nodes that gave no answer are in <see cref="TableList.Sizes"/>.</summary>
    /// <param name="server">Whose.</param>
    /// <param name="node">One node; null for all, added up.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<TableList> TablesAsync(WatchedServer server, Uri? node, CancellationToken cancellationToken)
    {
        var asked = node is null ? server : server with { Nodes = [node] };
        var (sizes, kinds) = (fleet.AskAsync(asked, StorageQuestions.Sizes, Account.Monitor, cancellationToken), fleet.AskAsync(asked, StorageQuestions.Kinds, Account.Monitor, cancellationToken));
        var (sized, named) = (await sizes, await kinds);
        // A database of two nodes may have the same table twice, and two databases one of the same name: they are told apart by both.
        var lines = named.Items.Select(item => item.Item).GroupBy(kind => (kind.Database, Table: kind.Name)).ToDictionary(
            table => table.Key, table => new TableLine(table.Key.Database, table.Key.Table, table.First().Engine, 0, 0, 0, 0, 0, 0, table.Count(), null));
        foreach (var table in sized.Items.Select(item => item.Item).GroupBy(size => (size.Database, size.Table)))
        {
            var known = lines.GetValueOrDefault(table.Key) ?? new TableLine(table.Key.Database, table.Key.Table, "", 0, 0, 0, 0, 0, 0, table.Count(), null);
            lines[table.Key] = known with
            {
                Rows = table.Sum(size => size.Rows),
                Bytes = table.Sum(size => size.Bytes),
                Compressed = table.Sum(size => size.Compressed),
                Raw = table.Sum(size => size.Raw),
                Parts = table.Sum(size => size.Parts),
                Partitions = table.Max(size => size.Partitions),
                ChangedAt = table.Max(size => size.ChangedAt),
            };
        }
        return new TableList([.. lines.Values], sized);
    }

    /// <summary>The disks of each node, with how fast they fill and when they are full, where that can be told.</summary>
    public async Task<(FleetAnswer<Disk> Disks, IReadOnlyDictionary<string, DiskForecast> Forecasts)> DisksAsync(WatchedServer server, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var disks = fleet.AskAsync(server, StorageQuestions.Disks, Account.Monitor, cancellationToken);
        var used = await history.ReadAsync(server.Id, [Sampling.SampledMetric.DiskUsed], now - LookBack, TimeSpan.FromHours(1), cancellationToken);
        var forecasts = used.GroupBy(point => point.Node).Select(node => (node.Key, Forecast: DiskForecast.Of([.. node.Select(point => (point.At, point.Average))], ShortestBasis)))
            .Where(one => one.Forecast is not null).ToDictionary(one => one.Key, one => one.Forecast!);
        return (await disks, forecasts);
    }
}

/// <summary>Tables, and what the nodes said of their sizes.</summary>
sealed record TableList(IReadOnlyList<TableLine> Tables, FleetAnswer<TableSize> Sizes);
