using Prickle.Accounts;
using Prickle.ClickHouse.Nodes;
using Prickle.Servers;

namespace Prickle.House.Queries;

/// <summary>Looks closer at a fingerprint.</summary>
sealed class QueryDetails(ServerDirectory servers, QueryStatistics statistics, QueryOrigins origins, Fleet fleet)
{
    const int Steps = 60;

    static readonly int[] NiceSeconds = [60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400, 172_800];

    public Task<WatchedServer?> ServerAsync(OrganizationGrant grant, Guid server, CancellationToken cancellationToken) =>
        servers.FindAsync(grant.OrganizationId, server, cancellationToken);

    public async Task<Outcome<QueryDetail>> FindAsync(OrganizationGrant grant, Guid serverId, string fingerprint, QueryRange range, CancellationToken cancellationToken)
    {
        if (!grant.Allows(Resource.House, Level.Read))
        {
            return Refusal.Denied("Reading what others ask takes the role of a member.");
        }
        if (await ServerAsync(grant, serverId, cancellationToken) is not { } server)
        {
            return Refusal.NotFound("The server does not exist.");
        }
        var all = await statistics.FindAsync(server, range, null, null, cancellationToken);
        if (all.Statistics.FirstOrDefault(one => one.Fingerprint == fingerprint) is not { } statistic)
        {
            return Refusal.NotFound("No statement of this fingerprint ended in this stretch.");
        }
        var seconds = NiceSeconds.FirstOrDefault(nice => range.Span.TotalSeconds / nice <= Steps, NiceSeconds[^1]);
        var course = AskAsync(server, statistic, which => CourseRow.Of(range, seconds, which), cancellationToken);
        var slowest = AskAsync(server, statistic, which => ExampleRow.Slowest(range, which), cancellationToken);
        var failed = AskAsync(server, statistic, which => ExampleRow.Failed(range, which), cancellationToken);
        var askers = AskAsync(server, statistic, which => OriginRow.Of(range, which), cancellationToken);
        await Task.WhenAll(course, slowest, failed, askers);
        return new QueryDetail(
            server, range, statistic, all, CourseOf(range, seconds, [.. (await course).Items.Select(row => row.Item)]),
            await ExamplesAsync(grant, (await slowest).Items.OrderByDescending(row => row.Item.Milliseconds), cancellationToken),
            await ExamplesAsync(grant, (await failed).Items.OrderByDescending(row => row.Item.At), cancellationToken),
            await SharesAsync(grant, (await askers).Items.Select(row => row.Item), cancellationToken),
            await slowest);
    }

    /// <summary>What a statement made the nodes do, itself not counted.</summary>
    public Task<FleetAnswer<ExampleRow>> PartsAsync(WatchedServer server, QueryRange range, string queryId, CancellationToken cancellationToken) =>
        fleet.AskAsync(server, ExampleRow.PartsOf(range, queryId), cancellationToken: cancellationToken);

    /// <summary>Asks the nodes that know the statement, each by what it calls it itself.</summary>
    async Task<FleetAnswer<T>> AskAsync<T>(
        WatchedServer server, QueryStatistic statistic, Func<Func<NodeCapabilities, string>, SystemQuery<T>> question, CancellationToken cancellationToken) =>
        new(await Task.WhenAll(statistic.Groups.Select(groups =>
            fleet.AskNodeAsync(server, groups.Key, question(node => LogRows.Of(node, groups.Value)), cancellationToken: cancellationToken))));

    async Task<IReadOnlyList<QueryExample>> ExamplesAsync(OrganizationGrant grant, IEnumerable<(NodeName Node, ExampleRow Item)> rows, CancellationToken cancellationToken)
    {
        var examples = new List<QueryExample>();
        foreach (var row in rows.Take(5))
        {
            examples.Add(new QueryExample(row.Node, row.Item, await origins.FindAsync(grant, row.Item.QueryId, row.Item.Comment, cancellationToken)));
        }
        return examples;
    }

    // What reads alike is one: people who ask the same thing are told apart, moments and nodes are not.
    async Task<IReadOnlyList<OriginShare>> SharesAsync(OrganizationGrant grant, IEnumerable<OriginRow> rows, CancellationToken cancellationToken)
    {
        var shares = new List<OriginShare>();
        foreach (var row in rows)
        {
            shares.Add(new OriginShare(await origins.FindAsync(grant, row.Id, row.Comment, cancellationToken), row.Calls, row.Milliseconds));
        }
        return [.. shares.GroupBy(share => share.Origin?.ToString()).Select(same => new OriginShare(same.First().Origin, same.Sum(one => one.Calls), same.Sum(one => one.Milliseconds)))
            .OrderByDescending(share => share.Milliseconds)];
    }

    static IReadOnlyList<CoursePoint> CourseOf(QueryRange range, int seconds, IReadOnlyList<CourseRow> rows)
    {
        var steps = rows.ToLookup(row => row.Step);
        return [.. Enumerable.Range(0, (int)Math.Ceiling(range.Span.TotalSeconds / seconds)).Select(step => PointOf(range.From.AddSeconds((double)step * seconds), [.. steps[step]]))];
    }

    static CoursePoint PointOf(DateTimeOffset at, IReadOnlyList<CourseRow> rows)
    {
        var durations = new DurationHistogram();
        foreach (var row in rows.Where(row => row.Duration >= 0))
        {
            durations.Add(row.Duration, row.Calls);
        }
        return new CoursePoint(
            at, rows.Sum(row => row.Calls), rows.Sum(row => row.Failures), rows.Sum(row => row.Milliseconds), rows.Sum(row => row.Bytes), durations.Quantile(0.5), durations.Quantile(0.95));
    }
}
