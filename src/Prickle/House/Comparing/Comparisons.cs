using System.Collections.Concurrent;
using Prickle.Accounts;
using Prickle.ClickHouse.Nodes;
using Prickle.House.Console;
using Prickle.House.Frame;
using Prickle.Servers;

namespace Prickle.House.Comparing;

/// <summary>Runs two statements in turn, as the user who reads, and says whether one is faster.</summary>
sealed class Comparisons(ServerDirectory servers, Fleet fleet, TimeProvider time)
{
    static readonly TimeSpan LongestRun = TimeSpan.FromSeconds(60);
    static readonly TimeSpan Longest = TimeSpan.FromMinutes(15);
    static readonly TimeSpan KeptFor = TimeSpan.FromHours(1);

    static readonly (string, string)[] Limits = [("max_execution_time", "60"), ("readonly", "2")];
    static readonly (string, string)[] Cold =
    [
        ("min_bytes_to_use_direct_io", "1"), ("use_uncompressed_cache", "0"), ("use_query_cache", "0"), ("use_query_condition_cache", "0"), ("max_execution_time", "60"), ("readonly", "2"),
    ];

    readonly ConcurrentDictionary<Guid, Comparison> _all = new();
    readonly ConcurrentDictionary<Guid, CancellationTokenSource> _running = new();

    public async Task<Outcome<Comparison>> StartAsync(OrganizationGrant grant, Guid serverId, ComparisonRequest request, CancellationToken cancellationToken)
    {
        if (!grant.Allows(Resource.House, Level.Write))
        {
            return Refusal.Denied("Comparing runs statements again and again: that takes the role of an admin.");
        }
        if (await servers.FindAsync(grant.OrganizationId, serverId, cancellationToken) is not { } server)
        {
            return Refusal.NotFound("The server does not exist.");
        }
        if (!server.Nodes.Contains(request.Node))
        {
            return Refusal.Invalid("node", $"{server.Name} has no node {request.Node}.");
        }
        if (request.WarmUps is < 0 or > ComparisonRequest.MostWarmUps || request.Repeats is < ComparisonRequest.FewestRepeats or > ComparisonRequest.MostRepeats)
        {
            return Refusal.Invalid("repeats", $"Up to {ComparisonRequest.MostWarmUps} warm-up runs, and from {ComparisonRequest.FewestRepeats} to {ComparisonRequest.MostRepeats} repeats.");
        }
        var known = await fleet.CapabilitiesAsync(server, request.Node, cancellationToken: cancellationToken);
        if (RefusalOf("first", request.First, known) is { } first)
        {
            return first;
        }
        if (RefusalOf("second", request.Second, known) is { } second)
        {
            return second;
        }
        if (_running.Keys.Any(id => _all.GetValueOrDefault(id) is { } other && other.OrganizationId == grant.OrganizationId && other.Server == serverId))
        {
            return new Refusal(RefusalReason.Throttled, "A comparison runs on this server already: two at once would measure each other.");
        }
        return Start(grant, server, request);
    }

    /// <summary>A comparison of the caller; null where there is none, or it was more than an hour ago.</summary>
    public Comparison? Find(OrganizationGrant grant, Guid server, Guid id) =>
        _all.GetValueOrDefault(id) is { } found && found.OrganizationId == grant.OrganizationId && found.Server == server && found.UserId == grant.Actor.UserId ? found : null;

    /// <summary>Stops a comparison of the caller; false where it does not run.</summary>
    public async Task<bool> CancelAsync(OrganizationGrant grant, Guid server, Guid id)
    {
        if (Find(grant, server, id) is null || !_running.TryGetValue(id, out var running))
        {
            return false;
        }
        try
        {
            await running.CancelAsync();
        }
        catch (ObjectDisposedException)
        {
            // It ended in this very moment.
        }
        return true;
    }

    static Refusal? RefusalOf(string attribute, string text, NodeCapabilities? node) =>
        text.Length > OperatorConsole.LongestStatement || StatementGuard.Read(text) is not { Kind: "Select", HasOutfile: false } statement
            ? Refusal.Invalid(attribute, "Write one SELECT.")
        : OutwardFunctions.In(statement, node) is { } outward ? Refusal.Invalid(attribute, $"{outward} reaches beyond the tables of this node, which is not measured here.")
        : null;

    Comparison Start(OrganizationGrant grant, WatchedServer server, ComparisonRequest request)
    {
        var now = time.GetUtcNow();
        foreach (var old in _all.Values.Where(old => old.State != ComparisonState.Running && old.StartedAt < now - KeptFor))
        {
            _all.TryRemove(old.Id, out _);
        }
        var comparison = new Comparison(
            Guid.CreateVersion7(now), grant.OrganizationId, server.Id, grant.Actor.UserId, request, ComparisonState.Running, 0, 2 * (request.WarmUps + request.Repeats), null, null, now);
        _all[comparison.Id] = comparison;
        var running = new CancellationTokenSource(Longest, time);
        _running[comparison.Id] = running;
        _ = RunAsync(server, comparison, running);
        return comparison;
    }

    async Task RunAsync(WatchedServer server, Comparison comparison, CancellationTokenSource running)
    {
        try
        {
            var outcome = await MeasureAsync(server, comparison, running.Token);
            _all[comparison.Id] = outcome.Match(
                result => _all[comparison.Id] with { State = ComparisonState.Done, Result = result },
                refusal => _all[comparison.Id] with { State = ComparisonState.Failed, Detail = refusal.Detail });
        }
        catch (OperationCanceledException)
        {
            _all[comparison.Id] = _all[comparison.Id] with { State = ComparisonState.Cancelled };
        }
        finally
        {
            _running.TryRemove(comparison.Id, out _);
            running.Dispose();
        }
    }

    async Task<Outcome<ComparisonResult>> MeasureAsync(WatchedServer server, Comparison comparison, CancellationToken cancellationToken)
    {
        var request = comparison.Request;
        StatementGuard[] statements = [StatementGuard.Read(request.First)!, StatementGuard.Read(request.Second)!];
        List<NodeReply.Answered>[] runs = [[], []];
        for (var round = 0; round < request.WarmUps + request.Repeats; round++)
        {
            // In turn, and each first as often: what the server does besides hits both alike.
            foreach (var which in round % 2 == 0 ? (int[])[0, 1] : [1, 0])
            {
                var id = $"{Comparison.QueryIds}{comparison.Id:n}-{which}-{round}";
                var reply = await AskAsync(server, request, new NodeStatement(statements[which].WithoutFormat), id, cancellationToken);
                if (reply is not NodeReply.Answered answered)
                {
                    return new Refusal(RefusalReason.InvalidInput, $"{(which == 0 ? "A" : "B")}: {((NodeReply.Failed)reply).Failure.Message}");
                }
                if (round >= request.WarmUps)
                {
                    runs[which].Add(answered);
                }
                _all[comparison.Id] = _all[comparison.Id] with { Done = _all[comparison.Id].Done + 1 };
            }
        }
        var (one, two) = (await HashAsync(server, request, statements[0], comparison.Id, cancellationToken), await HashAsync(server, request, statements[1], comparison.Id, cancellationToken));
        var memory = await MemoryAsync(server, request.Node, comparison.Id, cancellationToken);
        return ResultOf(Figures(runs[0], memory.GetValueOrDefault(0)), Figures(runs[1], memory.GetValueOrDefault(1)), one is null || two is null ? null : one == two);
    }

    static StatementFigures Figures(IReadOnlyList<NodeReply.Answered> runs, long? memory)
    {
        double[] took = [.. runs.Select(run => run.Took.TotalMilliseconds)];
        return new StatementFigures(took, Bootstrap.Median(took), runs.Max(run => run.Table.RowsRead), runs.Max(run => run.Table.BytesRead), memory);
    }

    static ComparisonResult ResultOf(StatementFigures first, StatementFigures second, bool? areEqual)
    {
        var (low, high) = Bootstrap.Interval(first.Milliseconds, second.Milliseconds);
        var verdict = Bootstrap.Verdict(first.Median, second.Median, low, high);
        return new ComparisonResult(first, second, second.Median - first.Median, low, high, areEqual, areEqual == false ? $"They do not give the same rows. {verdict}" : verdict);
    }

    async Task<NodeReply> AskAsync(WatchedServer server, ComparisonRequest request, NodeStatement statement, string queryId, CancellationToken cancellationToken)
    {
        try
        {
            return await fleet.RunAsync(
                server, request.Node, statement with { QueryId = queryId, Settings = request.ColdCaches ? Cold : Limits, Deadline = LongestRun + TimeSpan.FromSeconds(5) }, Account.Monitor, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // Whoever hangs up has not stopped it: old servers run on.
            await fleet.RunAsync(
                server, request.Node, new NodeStatement("KILL QUERY WHERE query_id = {id:String} ASYNC") { Values = [("id", queryId)], Deadline = TimeSpan.FromSeconds(5) }, Account.Monitor, CancellationToken.None);
            throw;
        }
    }

    /// <summary>What all rows come to, whatever their order; null where the node cannot say.</summary>
    async Task<string?> HashAsync(WatchedServer server, ComparisonRequest request, StatementGuard statement, Guid id, CancellationToken cancellationToken) =>
        await AskAsync(server, request, new NodeStatement($"SELECT count() AS many, sum(cityHash64(*)) AS hash FROM (\n{statement.WithoutFormat}\n)"), $"{Comparison.QueryIds}{id:n}-hash-{Guid.CreateVersion7():n}", cancellationToken)
            is NodeReply.Answered { Table: { Count: 1 } table } && table.Rows.Single() is var row ? $"{row.Text("many")} {row.Text("hash")}" : null;

    /// <summary>The most that each statement held, from the log, where there is one and it tells in time.</summary>
    async Task<IReadOnlyDictionary<int, long?>> MemoryAsync(WatchedServer server, Uri node, Guid id, CancellationToken cancellationToken)
    {
        var question = new SystemQuery<(int Which, long? Memory)>(
            node => !node.Has("query_log")
                ? new SystemStatement.Missing("system.query_log", "")
                : new NodeStatement("SELECT endsWith(substring(query_id, 1, length({prefix:String}) + 1), '1') AS which, max(memory_usage) AS memory FROM system.query_log WHERE event_date >= today() - 1 AND startsWith(query_id, {prefix:String}) AND NOT startsWith(query_id, concat({prefix:String}, 'hash')) AND toInt8(type) = 2 GROUP BY which")
                {
                    Values = [("prefix", $"{Comparison.QueryIds}{id:n}-")],
                },
            row => ((int)row.Number("which"), row.Number("memory")));
        for (var attempt = 0; attempt < 5; attempt++)
        {
            if (await fleet.AskNodeAsync(server, node, question, cancellationToken: cancellationToken) is NodeAnswer<(int Which, long? Memory)>.Rows { Items: { Count: 2 } both })
            {
                return both.ToDictionary(one => one.Which, one => one.Memory);
            }
            // Logs are written seconds later.
            await Task.Delay(TimeSpan.FromSeconds(2), time, cancellationToken);
        }
        return new Dictionary<int, long?>();
    }
}
