using System.Text.Json;
using Prickle.Filters;

namespace Prickle.Persons;

/// <summary>A person as pages and the API show it.</summary>
/// <param name="Id">The person's own id, a uuid.</param>
/// <param name="Name">E-mail, name or user name if any is known, else a distinct id.</param>
/// <param name="DistinctIds">Ids that lead here; at most 1,000 are listed.</param>
/// <param name="Properties">What is known.</param>
/// <param name="IsIdentified">Known by an id that the product gave.</param>
/// <param name="CreatedAt">When first seen.</param>
public sealed record PersonProfile(
    Guid Id, string Name, IReadOnlyList<string> DistinctIds, JsonElement Properties, bool IsIdentified, DateTimeOffset CreatedAt);

/// <summary>What a list of persons is narrowed by.</summary>
public sealed record PersonFilter(int ProjectId)
{
    /// <summary>Text in the properties or a distinct id.</summary>
    public string Search { get; init; } = "";

    /// <summary>A distinct id that leads to the person.</summary>
    public string? DistinctId { get; init; }

    /// <summary>Only persons known by an id that the product gave (true), or only others (false).</summary>
    public bool? IsIdentified { get; init; }

    /// <summary>Conditions on the person: properties and cohorts.</summary>
    public FilterGroup Properties { get; init; } = FilterGroup.Everything;

    /// <summary>Where the days of conditions begin: that of the project.</summary>
    public TimeZoneInfo Zone { get; init; } = TimeZoneInfo.Utc;

    /// <summary>The SQL expressions among the conditions, checked: no other is asked.</summary>
    public CheckedExpressions? Expressions { get; init; }

    /// <summary>Oldest first.</summary>
    public bool OldestFirst { get; init; }
}

/// <summary>A merge that happened.</summary>
/// <param name="Id">For undoing it.</param>
/// <param name="TargetId">Who stayed.</param>
/// <param name="SourceId">Who became part of them.</param>
/// <param name="SourceName">What the other one was called.</param>
/// <param name="MovedIds">The distinct ids that came along.</param>
/// <param name="MergedAt">When.</param>
/// <param name="UndoneAt">When it was taken back, or null.</param>
public sealed record PersonMergeEntry(
    Guid Id, Guid TargetId, Guid SourceId, string SourceName, IReadOnlyList<string> MovedIds, DateTimeOffset MergedAt, DateTimeOffset? UndoneAt);
