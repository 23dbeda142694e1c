using System.Collections.Frozen;

namespace Prickle.Destinations;

/// <summary>Every way out that the product has.</summary>
public sealed class DestinationKinds
{
    readonly FrozenDictionary<string, DestinationKind> _byKey;

    public DestinationKinds(IEnumerable<DestinationKind> kinds)
    {
        All = [.. kinds];
        _byKey = All.ToFrozenDictionary(kind => kind.Key, StringComparer.Ordinal);
    }

    /// <summary>In the order in which they are offered.</summary>
    public IReadOnlyList<DestinationKind> All { get; }

    public DestinationKind? Find(string key) => _byKey.GetValueOrDefault(key);
}
