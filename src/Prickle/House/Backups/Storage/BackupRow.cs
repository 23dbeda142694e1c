using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Prickle.House.Backups.Storage;

sealed class BackupRow
{
    public Guid Id { get; set; }
    public int OrganizationId { get; set; }
    public Guid ServerId { get; set; }
    public Guid? PlanId { get; set; }
    public required string PlanName { get; set; }
    public Guid TargetId { get; set; }
    public BackupKind Kind { get; set; }
    public Guid ChainId { get; set; }

    /// <summary><see cref="BackupScope"/>, as JSON.</summary>
    public required string Scope { get; set; }

    /// <summary>Host and port of the node; null for the first.</summary>
    public string? Node { get; set; }
    public bool HashesRows { get; set; }
    public int TimeoutMinutes { get; set; }
    public required string Path { get; set; }
    public BackupState State { get; set; }
    public string RequestedBy { get; set; } = "";
    public DateTimeOffset CreatedAt { get; set; }
    public DateTimeOffset? StartedAt { get; set; }

    /// <summary>When the server was asked: one that was started later knows nothing of it.</summary>
    public DateTimeOffset? AskedAt { get; set; }
    public DateTimeOffset? FinishedAt { get; set; }
    public string? Error { get; set; }
    public long Files { get; set; }
    public long TotalBytes { get; set; }
    public long Bytes { get; set; }

    /// <summary><see cref="Backups.Fingerprint"/>, as JSON.</summary>
    public string? Fingerprint { get; set; }

    public Fingerprint? ReadFingerprint() => Fingerprint is null ? null : JsonSerializer.Deserialize<Fingerprint>(Fingerprint);

    public BackupScope ReadScope() => JsonSerializer.Deserialize<BackupScope>(Scope)!;

    /// <summary>Without what it held, which may be long: lists need it not.</summary>
    public Backup ToBackup(bool withFingerprint = false) => new()
    {
        Id = Id,
        OrganizationId = OrganizationId,
        ServerId = ServerId,
        PlanId = PlanId,
        PlanName = PlanName,
        TargetId = TargetId,
        Kind = Kind,
        ChainId = ChainId,
        Scope = ReadScope(),
        Path = Path,
        State = State,
        RequestedBy = RequestedBy,
        CreatedAt = CreatedAt,
        StartedAt = StartedAt,
        FinishedAt = FinishedAt,
        Error = Error,
        Files = Files,
        TotalBytes = TotalBytes,
        Bytes = Bytes,
        Fingerprint = withFingerprint ? ReadFingerprint() : null,
    };

    sealed class Configuration : IEntityTypeConfiguration<BackupRow>
    {
        public void Configure(EntityTypeBuilder<BackupRow> backup)
        {
            backup.ToTable("house_backups");
            backup.Property(row => row.Id).ValueGeneratedNever();
            backup.HasIndex(row => new { row.OrganizationId, row.ServerId, row.CreatedAt });
            backup.HasIndex(row => row.State);
            backup.HasIndex(row => row.PlanId);
        }
    }
}
