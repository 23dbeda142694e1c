using Prickle.ClickHouse;
using Prickle.House.Sampling;

namespace Prickle.House;

/// <summary>What watched nodes did over a time.</summary>
public sealed class SampleHistory
{
    static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(900);

    readonly ClickHouseStore _store;
    readonly SampleMemory _memory;
    readonly TimeProvider _time;

    internal SampleHistory(ClickHouseStore store, SampleMemory memory, TimeProvider time) => (_store, _memory, _time) = (store, memory, time);

    /// <summary>Averages over steps, by metric and node. Steps without a sample are missing: nobody looked, or the node gave no answer.</summary>
    /// <param name="server">Whose nodes.</param>
    /// <param name="metrics">Keys of metrics.</param>
    /// <param name="from">The start of the first step.</param>
    /// <param name="step">How long a step is; whole seconds.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<IReadOnlyList<SamplePoint>> ReadAsync(
        Guid server, IReadOnlyCollection<string> metrics, DateTimeOffset from, TimeSpan step, CancellationToken cancellationToken)
    {
        var recent = _memory.Since(server, from).Where(sample => metrics.Contains(sample.Metric)).ToList();
        var isCovered = recent.Count > 0 && recent[0].At - from < step + HouseSampler.Between;
        var stored = isCovered ? [] : await StoredAsync(server, metrics, from, step, cancellationToken);
        var seconds = (long)step.TotalSeconds;
        var fromMemory = recent.GroupBy(sample => (sample.Metric, sample.Node, At: sample.At.ToUnixTimeSeconds() / seconds * seconds))
            .Select(group => new SamplePoint(group.Key.Metric, group.Key.Node, DateTimeOffset.FromUnixTimeSeconds(group.Key.At), group.Average(sample => sample.Value), group.Max(sample => sample.Value)));
        // The last minute is in memory only; what is in both is the same.
        var known = stored.Select(point => (point.Metric, point.Node, point.At)).ToHashSet();
        return [.. stored, .. fromMemory.Where(point => !known.Contains((point.Metric, point.Node, point.At)))];
    }

    async Task<List<SamplePoint>> StoredAsync(Guid server, IReadOnlyCollection<string> metrics, DateTimeOffset from, TimeSpan step, CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(Patience);
        try
        {
            return await _store.ListAsync(
                """
                SELECT metric, node, intDiv(toUnixTimestamp(at), {step:UInt32}) * {step:UInt32} AS step_at, avg(value), max(value)
                FROM house_samples
                WHERE server_id = {server:UUID} AND has({metrics:Array(String)}, metric) AND at >= fromUnixTimestamp({from:UInt32})
                GROUP BY metric, node, step_at ORDER BY step_at
                """,
                row => new SamplePoint(
                    row.GetString(0), row.GetString(1), DateTimeOffset.FromUnixTimeSeconds(Convert.ToInt64(row.GetValue(2), System.Globalization.CultureInfo.InvariantCulture)), row.GetDouble(3), row.GetDouble(4)),
                [("server", server), ("metrics", metrics.ToArray()), ("from", (uint)from.ToUnixTimeSeconds()), ("step", (uint)step.TotalSeconds)],
                new Dictionary<string, object> { ["max_execution_time"] = 5 }, deadline.Token);
        }
        catch (Exception) when (!cancellationToken.IsCancellationRequested)
        {
            // The page is for the times when stores are away: what is in memory is shown.
            return [];
        }
    }
}

/// <summary>A step of a metric of a node.</summary>
public sealed record SamplePoint(string Metric, string Node, DateTimeOffset At, double Average, double Maximum);
