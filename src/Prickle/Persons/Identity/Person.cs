namespace Prickle.Persons.Identity;

/// <summary>A person in memory, with what the next write must know.</summary>
sealed class Person
{
    public required Guid Id { get; init; }

    public required int ProjectId { get; init; }

    public required DateTimeOffset CreatedAt { get; set; }

    public PropertyMap Properties { get; set; } = new();

    public bool IsIdentified { get; set; }

    public bool IsDeleted { get; set; }

    /// <summary>The version on disk; 0 when it is not there yet.</summary>
    public long StoredVersion { get; set; }

    public bool IsChanged { get; set; }

    /// <summary>All ids that lead here, when they were loaded: only merging needs them.</summary>
    public HashSet<string>? DistinctIds { get; set; }
}

/// <summary>Where a distinct id leads.</summary>
sealed class IdMapping
{
    public required int ProjectId { get; init; }

    public required string DistinctId { get; init; }

    public required Person Person { get; set; }

    /// <summary>The version on disk; 0 when it is not there yet.</summary>
    public long StoredVersion { get; set; }

    public bool IsChanged { get; set; }

    /// <summary>Events of this id may carry another person than this: readers must be told.</summary>
    public bool IsOverride { get; set; }
}

/// <summary>Two persons made one, with what is needed to take it back.</summary>
sealed record Merge(
    Guid Id,
    int ProjectId,
    Person Target,
    Person Source,
    string TargetBefore,
    string SourceBefore,
    string TargetAfter,
    bool WasTargetIdentified,
    DateTimeOffset TargetCreatedBefore,
    IReadOnlyList<string> MovedIds,
    DateTimeOffset MergedAt);
