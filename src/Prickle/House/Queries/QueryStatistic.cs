using Prickle.House.Frame;
using Prickle.Servers;

namespace Prickle.House.Queries;

/// <summary>What the logs of all nodes say of statements with the same fingerprint.</summary>
public sealed class QueryStatistic
{
    readonly Dictionary<Uri, List<ulong>> _groups = [];
    readonly SortedSet<string> _users = new(StringComparer.Ordinal);
    readonly SortedSet<string> _tables = new(StringComparer.Ordinal);
    readonly SortedSet<string> _nodes = new(StringComparer.Ordinal);

    internal QueryStatistic(QueryFingerprint fingerprint) => (Fingerprint, Text) = (fingerprint.Id, fingerprint.Text);

    public string Fingerprint { get; }

    /// <summary>The statement with <c>?</c> for its values.</summary>
    public string Text { get; }

    /// <summary>One of them as it was asked.</summary>
    public string Sample { get; private set; } = "";
    public string Kind { get; private set; } = "";
    public long Calls { get; private set; }

    /// <summary>Calls that gave no answer.</summary>
    public long Failures { get; private set; }

    /// <summary>The time of all calls together.</summary>
    public double Milliseconds { get; private set; }
    public long Longest { get; private set; }
    public double Rows { get; private set; }
    public double Bytes { get; private set; }

    /// <summary>Memory times how long it was held: bytes times milliseconds, by the peak of each call.</summary>
    public double MemoryTime { get; private set; }

    /// <summary>The most that one call held.</summary>
    public long Peak { get; private set; }
    public DateTimeOffset? LastAt { get; private set; }
    public DurationHistogram Durations { get; } = new();
    public IReadOnlyCollection<string> Users => _users;
    public IReadOnlyCollection<string> Tables => _tables;
    public IReadOnlyCollection<string> Nodes => _nodes;

    /// <summary>What the nodes themselves call it.</summary>
    internal IReadOnlyDictionary<Uri, List<ulong>> Groups => _groups;

    internal void Add(NodeName node, GroupRow row)
    {
        if (!_groups.TryGetValue(node.Address, out var groups))
        {
            _groups[node.Address] = groups = [];
        }
        groups.Add(row.Group);
        if (Sample.Length == 0)
        {
            (Sample, Kind) = (row.Sample, row.Kind.Length > 0 ? row.Kind : StatementKind.Of(row.Sample));
        }
        Calls += row.Calls;
        Failures += row.Failures;
        Milliseconds += row.Milliseconds;
        Longest = Math.Max(Longest, row.Longest);
        Rows += row.Rows;
        Bytes += row.Bytes;
        MemoryTime += row.MemoryTime;
        Peak = Math.Max(Peak, row.Peak);
        LastAt = row.LastAt > LastAt || LastAt is null ? row.LastAt : LastAt;
        Durations.Add(row.Durations);
        _users.UnionWith(row.Users);
        _tables.UnionWith(row.Tables.Length > 0 ? row.Tables : TablesOf.Statement(row.Sample));
        _nodes.Add(node.ToString());
    }

    /// <summary>A duration that a part of the calls did not exceed, in milliseconds; never longer than the longest.</summary>
    public double Quantile(double part) => Math.Min(Durations.Quantile(part), Longest);
}
