using System.Collections.Concurrent;
using Prickle.Servers;

namespace Prickle.House.Queries;

/// <summary>What the statements of a server cost in a stretch of time, by fingerprint.</summary>
/// <param name="Answer">Who answered and who did not.</param>
/// <param name="IsCut">A node had more kinds than it tells of: the costliest are here.</param>
sealed record StatisticsAnswer(FleetAnswer<GroupRow> Answer, QueryRange Range, IReadOnlyList<QueryStatistic> Statistics, bool IsCut, DateTimeOffset At)
{
    public double Milliseconds { get; } = Statistics.Sum(one => one.Milliseconds);
    public double Bytes { get; } = Statistics.Sum(one => one.Bytes);
    public double MemoryTime { get; } = Statistics.Sum(one => one.MemoryTime);
}

/// <summary>Reads the logs of servers, and keeps an answer for half a minute: who sorts and pages asks nothing anew.</summary>
sealed class QueryStatistics(Fleet fleet, TimeProvider time)
{
    static readonly TimeSpan KeptFor = TimeSpan.FromSeconds(30);
    const int MostKept = 40;

    readonly ConcurrentDictionary<Wanted, (DateTimeOffset At, Lazy<Task<StatisticsAnswer>> Answer)> _kept = new();

    /// <param name="user">Of one user alone; null for all.</param>
    /// <param name="node">Of one of the server's nodes alone; null for all.</param>
    public async Task<StatisticsAnswer> FindAsync(WatchedServer server, QueryRange range, string? user, Uri? node, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        foreach (var old in _kept.Where(kept => now - kept.Value.At >= KeptFor || _kept.Count > MostKept))
        {
            _kept.TryRemove(old);
        }
        var wanted = new Wanted(server.OrganizationId, server.Id, server.Version, range, user, node);
        var (_, answer) = _kept.GetOrAdd(wanted, _ => (now, new Lazy<Task<StatisticsAnswer>>(() => AskAsync(server, range, user, node))));
        var found = await answer.Value.WaitAsync(cancellationToken);
        if (found.Answer.Failures.Any())
        {
            // Whoever asks again wants to know whether the node is back.
            _kept.TryRemove(wanted, out _);
        }
        return found;
    }

    async Task<StatisticsAnswer> AskAsync(WatchedServer server, QueryRange range, string? user, Uri? node)
    {
        var question = GroupRow.During(range, user);
        var answer = node is null
            ? await fleet.AskAsync(server, question)
            : new FleetAnswer<GroupRow>([await fleet.AskNodeAsync(server, node, question)]);
        var found = new Dictionary<string, QueryStatistic>();
        // One without a text was first logged while the node read: it is in the next answer.
        foreach (var (from, row) in answer.Items.Where(item => item.Item.Sample.Length > 0))
        {
            var fingerprint = QueryFingerprint.Of(row.Sample);
            if (!found.TryGetValue(fingerprint.Id, out var statistic))
            {
                found[fingerprint.Id] = statistic = new QueryStatistic(fingerprint);
            }
            statistic.Add(from, row);
        }
        var isCut = answer.Nodes.OfType<NodeAnswer<GroupRow>.Rows>().Any(rows => rows.Items.Count >= GroupRow.Most);
        return new StatisticsAnswer(answer, range, [.. found.Values], isCut, time.GetUtcNow());
    }

    sealed record Wanted(int Organization, Guid Server, int Version, QueryRange Range, string? User, Uri? Node);
}
