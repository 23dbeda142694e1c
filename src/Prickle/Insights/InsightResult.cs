using System.Text.Json.Serialization;
using Prickle.ClickHouse;

namespace Prickle.Insights;

/// <summary>What a question's answer says, apart from how it came about.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(TrendsResult), "trends")]
[JsonDerivedType(typeof(FunnelsResult), "funnels")]
[JsonDerivedType(typeof(RetentionResult), "retention")]
[JsonDerivedType(typeof(StickinessResult), "stickiness")]
[JsonDerivedType(typeof(LifecycleResult), "lifecycle")]
[JsonDerivedType(typeof(PathsResult), "paths")]
public abstract record InsightResult
{
    /// <summary>Whether nothing was found at all.</summary>
    [JsonIgnore]
    public abstract bool IsEmpty { get; }
}

/// <summary>An answer with its provenance: "why this number".</summary>
/// <param name="ComputedAt">When the store was asked.</param>
/// <param name="IsCached">Whether it was computed for an earlier asker.</param>
/// <param name="NextRefreshAt">Before this a refresh gives the same answer unless it is forced.</param>
/// <param name="Statements">The SQL as it was run, with its parameters' values beside it.</param>
public sealed record InsightAnswer(
    InsightResult Result, DateTimeOffset ComputedAt, bool IsCached, DateTimeOffset NextRefreshAt, QueryCost Cost, IReadOnlyList<RunStatement> Statements,
    string TimeZone, DateTimeOffset From, DateTimeOffset To);

/// <summary>A statement that was run for an answer.</summary>
public sealed record RunStatement(string Sql, IReadOnlyList<StatementParameter> Parameters);

public sealed record StatementParameter(string Name, string Value);

/// <summary>How fresh an answer must be (K13).</summary>
public enum Refresh
{
    /// <summary>From the cache while it is fresh enough, else computed now.</summary>
    BlockingIfStale,
    /// <summary>From the cache alone.</summary>
    CacheOnly,
    /// <summary>As the first, for those who have a link: kept longer.</summary>
    Shared,
    /// <summary>Computed now.</summary>
    Force,
}
