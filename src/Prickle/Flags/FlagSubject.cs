using System.Text.Json;

namespace Prickle.Flags;

/// <summary>For whom flags are evaluated, with all that may be asked about them. Whoever makes one has looked everything up.</summary>
public sealed record FlagSubject
{
    const int GroupTypes = 5;

    public required string DistinctId { get; init; }

    /// <summary>For flags that go by devices; without one they go by the distinct id.</summary>
    public string? DeviceId { get; init; }

    /// <summary>What relative dates are relative to.</summary>
    public required DateTimeOffset Now { get; init; }

    public FlagProperties Person { get; init; }

    /// <summary>By the index of their type; null where the subject is in none of it.</summary>
    public IReadOnlyList<FlagGroup?> Groups { get; init; } = new FlagGroup?[GroupTypes];

    /// <summary>Of the cohorts that are looked up, those that the person is in; null where they cannot be looked up now.</summary>
    public IReadOnlySet<int>? Cohorts { get; init; } = new HashSet<int>();

    /// <summary>What somebody's shares go by where that is not their distinct id: by the key of a flag.</summary>
    public IReadOnlyDictionary<string, string> HashOverrides { get; init; } = new Dictionary<string, string>();

    /// <summary>What they chose, as it was decided: by the id of a flag whose choices are looked up.</summary>
    public IReadOnlyDictionary<int, bool> Choices { get; init; } = NoChoices;

    static readonly IReadOnlyDictionary<int, bool> NoChoices = new Dictionary<int, bool>();

    internal FlagGroup? GroupOf(int typeIndex) => typeIndex < Groups.Count ? Groups[typeIndex] : null;
}

/// <summary>A group of the subject.</summary>
public sealed record FlagGroup(string Key, FlagProperties Properties);

/// <summary>Properties as they came with a request, laid over those that are stored.</summary>
public readonly record struct FlagProperties(JsonElement Given, JsonElement Stored = default)
{
    /// <summary>Whether the property is there; null is a value.</summary>
    public bool TryGet(ReadOnlySpan<byte> name, out JsonElement value)
    {
        value = default;
        return (Given.ValueKind == JsonValueKind.Object && Given.TryGetProperty(name, out value))
            || (Stored.ValueKind == JsonValueKind.Object && Stored.TryGetProperty(name, out value));
    }
}
