using System.Text.Json.Serialization;

namespace Prickle.Flags;

/// <summary>A flag as it stands.</summary>
public sealed record FeatureFlag
{
    public required int Id { get; init; }
    public required int ProjectId { get; init; }
    public required FlagSettings Settings { get; init; }

    /// <summary>Grows with each change; SDKs report it.</summary>
    public int Version { get; init; } = 1;

    /// <summary>Put away: SDKs get it no more, and its key stays taken.</summary>
    public bool IsArchived { get; init; }
    public string CreatedBy { get; init; } = "";
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset UpdatedAt { get; init; }

    /// <summary>Why its definition cannot be read; such a flag fails alone. Null for all that were saved here.</summary>
    public string? Problem { get; init; }

    [JsonIgnore]
    public string Key => Settings.Key;
}

/// <summary>What people say about a flag.</summary>
public sealed record FlagSettings
{
    public string Key { get; init; } = "";

    /// <summary>What it is for: the field keeps the description under this name.</summary>
    public string Name { get; init; } = "";
    public FlagFilters Filters { get; init; } = new();
    public bool Active { get; init; } = true;
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>Whoever had it before signing in has the same after it.</summary>
    public bool EnsureExperienceContinuity { get; init; }

    /// <summary>What decides about shares: <c>distinct_id</c>, or <c>device_id</c>.</summary>
    public string BucketingIdentifier { get; init; } = FlagBucketing.DistinctId;

    /// <summary>Only requests that name one of these get the flag; empty for all.</summary>
    public IReadOnlyList<string> EvaluationContexts { get; init; } = [];

    /// <summary><c>all</c>, <c>client</c> or <c>server</c>: which kind of SDK gets it.</summary>
    public string EvaluationRuntime { get; init; } = FlagRuntimes.All;

    /// <summary>Gives everybody its payload, and asks nothing.</summary>
    public bool IsRemoteConfiguration { get; init; }
}

/// <summary>What the shares of a flag go by.</summary>
public static class FlagBucketing
{
    public const string DistinctId = "distinct_id";
    public const string DeviceId = "device_id";
}

/// <summary>Kinds of SDKs.</summary>
public static class FlagRuntimes
{
    public const string All = "all";
    public const string Client = "client";
    public const string Server = "server";
}
