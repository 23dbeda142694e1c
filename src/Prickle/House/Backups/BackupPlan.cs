namespace Prickle.House.Backups;

/// <summary>A table of a server.</summary>
public sealed record BackupTable(string Database, string Name)
{
    public override string ToString() => $"{Database}.{Name}";
}

/// <summary>What is in a backup: whole databases, and tables of others.</summary>
public sealed record BackupScope(IReadOnlyList<string> Databases, IReadOnlyList<BackupTable> Tables)
{
    public bool Holds(BackupTable table) => Databases.Contains(table.Database) || Tables.Contains(table);

    /// <summary>For people.</summary>
    public override string ToString() => string.Join(", ", Databases.Select(one => $"{one}.*").Concat(Tables.Select(one => one.ToString())));
}

/// <summary>How long backups are kept: what one of both keeps stays. A chain is a full backup with its incremental ones.</summary>
/// <param name="Chains">The last so many; null for no number.</param>
/// <param name="Days">Those that are younger; null for no age.</param>
public sealed record BackupKeeping(int? Chains, int? Days);

/// <summary>What a plan does, as somebody wants it.</summary>
/// <param name="Scope">What is backed up.</param>
/// <param name="TargetId">Where to.</param>
/// <param name="FullCron">When in full: five fields.</param>
/// <param name="IncrementalCron">When what changed since the last full one; null for never.</param>
/// <param name="TimeZone">Of both.</param>
/// <param name="Keeping">How long.</param>
public sealed record BackupTerms(BackupScope Scope, Guid TargetId, string FullCron, string? IncrementalCron, string TimeZone, BackupKeeping Keeping)
{
    /// <summary>Host and port of the node that is backed up; null for the first.</summary>
    public string? Node { get; init; }

    /// <summary>A backup that takes longer has failed.</summary>
    public int TimeoutMinutes { get; init; } = 12 * 60;

    /// <summary>Whether every row is read beforehand, so that a drill can compare contents and not only counts.</summary>
    public bool HashesRows { get; init; } = true;

    /// <summary>Whether each full backup is tried by restoring it.</summary>
    public bool DrillsAfterFull { get; init; }
}

/// <summary>A plan: what is backed up, where to, when, and for how long it is kept.</summary>
public sealed record BackupPlan
{
    /// <summary>A server has at most so many.</summary>
    public const int Most = 50;

    public required Guid Id { get; init; }
    public required int OrganizationId { get; init; }
    public required Guid ServerId { get; init; }
    public required string Name { get; init; }
    public required BackupTerms Terms { get; init; }
    public bool IsPaused { get; init; }
    public DateTimeOffset? NextFullAt { get; init; }
    public DateTimeOffset? NextIncrementalAt { get; init; }
    public string CreatedBy { get; init; } = "";
    public DateTimeOffset CreatedAt { get; init; }
    public int Version { get; init; } = 1;

    /// <summary>The nearer of both.</summary>
    public DateTimeOffset? NextAt => IsPaused ? null : NextIncrementalAt is { } incremental && (NextFullAt is null || incremental < NextFullAt) ? incremental : NextFullAt;
}
