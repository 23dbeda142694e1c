namespace Prickle.House.Backups;

/// <summary>Whether a backup stands by itself.</summary>
public enum BackupKind
{
    Full,
    /// <summary>What changed since the full one that its chain begins with; it needs that one.</summary>
    Incremental,
}

/// <summary>How far a backup is.</summary>
public enum BackupState
{
    /// <summary>Its turn comes: a server makes one at a time.</summary>
    Waiting,
    /// <summary>Rows are counted and hashed, for drills.</summary>
    Reading,
    /// <summary>The server is being asked; whether it heard is not known yet.</summary>
    Asking,
    /// <summary>The server makes it.</summary>
    Running,
    /// <summary>The server says that it is complete.</summary>
    Good,
    Failed,
    /// <summary>Past its keeping, and its files are where the product cannot delete them.</summary>
    Expired,
    /// <summary>Its files are gone.</summary>
    Deleted,
}

/// <summary>A backup of a server.</summary>
public sealed record Backup
{
    public required Guid Id { get; init; }
    public required int OrganizationId { get; init; }
    public required Guid ServerId { get; init; }

    /// <summary>Null where it was made without a plan, or that was deleted.</summary>
    public Guid? PlanId { get; init; }
    public required string PlanName { get; init; }
    public required Guid TargetId { get; init; }
    public required BackupKind Kind { get; init; }

    /// <summary>The full backup that its chain begins with; its own id where it is one.</summary>
    public required Guid ChainId { get; init; }
    public required BackupScope Scope { get; init; }

    /// <summary>Below the target.</summary>
    public required string Path { get; init; }
    public required BackupState State { get; init; }

    /// <summary>Who asked for it; empty where the clock did.</summary>
    public string RequestedBy { get; init; } = "";
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset? StartedAt { get; init; }
    public DateTimeOffset? FinishedAt { get; init; }
    public string? Error { get; init; }
    public long Files { get; init; }

    /// <summary>Of all that it holds, what its base holds for it included.</summary>
    public long TotalBytes { get; init; }

    /// <summary>What it takes at the target; while it runs, what is written so far.</summary>
    public long Bytes { get; init; }

    /// <summary>What the tables held, for drills; null before it was looked at.</summary>
    internal Fingerprint? Fingerprint { get; init; }

    public bool IsOver => State is not (BackupState.Waiting or BackupState.Reading or BackupState.Asking or BackupState.Running);

    public TimeSpan? Took => FinishedAt - StartedAt;

    /// <summary>By what the server knows it.</summary>
    internal string OperationId => $"prickle-backup-{Id:n}";
}

/// <summary>What is done with a backup.</summary>
public enum BackupJobKind
{
    Restore,
    /// <summary>Restored beside everything, compared, and dropped again.</summary>
    Drill,
}

/// <summary>How far a restore or a drill is.</summary>
public enum BackupJobState
{
    Waiting,
    /// <summary>The server restores.</summary>
    Running,
    /// <summary>Of a drill: what came out is compared.</summary>
    Comparing,
    Good,
    Failed,
}

/// <summary>A table to restore, and what it is called afterwards.</summary>
public sealed record RestoredTable(BackupTable From, BackupTable To);

/// <summary>A restore or a drill.</summary>
public sealed record BackupJob
{
    public required Guid Id { get; init; }
    public required int OrganizationId { get; init; }
    public required Guid ServerId { get; init; }
    public required Guid BackupId { get; init; }
    public Guid? PlanId { get; init; }
    public required BackupJobKind Kind { get; init; }
    public required IReadOnlyList<RestoredTable> Tables { get; init; }
    public required BackupJobState State { get; init; }
    public string RequestedBy { get; init; } = "";
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset? StartedAt { get; init; }
    public DateTimeOffset? FinishedAt { get; init; }
    public string? Error { get; init; }
    public long Bytes { get; init; }
    public long TotalBytes { get; init; }

    /// <summary>Of a drill: table by table.</summary>
    public IReadOnlyList<DrilledTable> Findings { get; init; } = [];

    public bool IsOver => State is BackupJobState.Good or BackupJobState.Failed;

    internal string OperationId => $"prickle-{(Kind == BackupJobKind.Drill ? "drill" : "restore")}-{Id:n}";

    /// <summary>The database that a drill restores to, and drops.</summary>
    internal string ScratchDatabase => $"prickle_drill_{Id:n}";
}

/// <summary>What a drill found about a table.</summary>
/// <param name="Verdict">How far it could be compared, and what came of it.</param>
/// <param name="Rows">That came out of the backup.</param>
/// <param name="Detail">In words.</param>
public sealed record DrilledTable(BackupTable Table, DrillVerdict Verdict, long Rows, string Detail);

/// <summary>What came of comparing.</summary>
public enum DrillVerdict
{
    /// <summary>Every row is as it was when the backup was made.</summary>
    Same,
    /// <summary>As many rows as there were; contents were not hashed.</summary>
    SameCount,
    /// <summary>All that stood still is the same; where rows came or went while the backup was made, all can be read and the count fits.</summary>
    Fits,
    /// <summary>It could be read; there was nothing to compare with.</summary>
    Readable,
    Different,
    /// <summary>It cannot be restored or read.</summary>
    Broken,
}
