namespace Prickle.House.Sampling;

/// <summary>A value of a node at a moment, of counters already a rate.</summary>
sealed record Sample(Guid Server, string Node, string Metric, DateTimeOffset At, double Value);

/// <summary>Makes samples of what one node says from time to time.</summary>
sealed class NodeSamples(Guid server, string node)
{
    // Longer than that between two readings, and the rate would be of a time nobody looked.
    static readonly TimeSpan LongestGap = TimeSpan.FromMinutes(2);

    Dictionary<string, double> _before = [];
    DateTimeOffset _readAt;
    double _uptime;

    /// <summary>The samples of a reading. Counters have none the first time, after a gap, and after the node was started anew.</summary>
    public IReadOnlyList<Sample> Take(IReadOnlyList<Reading> readings, DateTimeOffset at)
    {
        var values = readings.ToDictionary(reading => $"{reading.Source}.{reading.Name}", reading => reading.Value);
        var uptime = values.GetValueOrDefault($"{SampleQuery.Uptime}.{SampleQuery.Uptime}");
        var elapsed = at - _readAt;
        var isContinued = _before.Count > 0 && uptime >= _uptime && elapsed <= LongestGap && elapsed > TimeSpan.Zero;
        var samples = new List<Sample>();
        foreach (var metric in SampledMetric.All)
        {
            var now = ValueOf(metric, values);
            if (!metric.IsCounter)
            {
                if (now is { } gauge)
                {
                    samples.Add(new Sample(server, node, metric.Key, at, gauge * metric.Scale));
                }
                continue;
            }
            // Servers list only the counters that have counted: what was not there before was zero.
            if (isContinued && now is { } count && count - (ValueOf(metric, _before) ?? 0) is >= 0 and var counted)
            {
                samples.Add(new Sample(server, node, metric.Key, at, counted * metric.Scale / elapsed.TotalSeconds));
            }
        }
        (_before, _readAt, _uptime) = (values, at, uptime);
        return samples;
    }

    static double? ValueOf(SampledMetric metric, Dictionary<string, double> values)
    {
        var present = metric.Sources.Where(source => values.ContainsKey($"{source.Table}.{source.Name}")).ToList();
        return present.Count == 0 ? null : present.Sum(source => values[$"{source.Table}.{source.Name}"]);
    }
}
