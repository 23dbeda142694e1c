using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Prickle.House.Backups.Storage;

sealed class BackupJobRow
{
    public Guid Id { get; set; }
    public int OrganizationId { get; set; }
    public Guid ServerId { get; set; }
    public Guid BackupId { get; set; }
    public Guid? PlanId { get; set; }
    public BackupJobKind Kind { get; set; }

    /// <summary>A list of <see cref="RestoredTable"/>, as JSON.</summary>
    public required string Tables { get; set; }
    public BackupJobState State { get; set; }
    public string RequestedBy { get; set; } = "";
    public DateTimeOffset CreatedAt { get; set; }
    public DateTimeOffset? StartedAt { get; set; }
    public DateTimeOffset? AskedAt { get; set; }
    public DateTimeOffset? FinishedAt { get; set; }
    public string? Error { get; set; }
    public long Bytes { get; set; }
    public long TotalBytes { get; set; }

    /// <summary>A list of <see cref="DrilledTable"/>, as JSON.</summary>
    public string? Findings { get; set; }

    public IReadOnlyList<RestoredTable> ReadTables() => JsonSerializer.Deserialize<List<RestoredTable>>(Tables)!;

    public BackupJob ToJob() => new()
    {
        Id = Id,
        OrganizationId = OrganizationId,
        ServerId = ServerId,
        BackupId = BackupId,
        PlanId = PlanId,
        Kind = Kind,
        Tables = ReadTables(),
        State = State,
        RequestedBy = RequestedBy,
        CreatedAt = CreatedAt,
        StartedAt = StartedAt,
        FinishedAt = FinishedAt,
        Error = Error,
        Bytes = Bytes,
        TotalBytes = TotalBytes,
        Findings = Findings is null ? [] : JsonSerializer.Deserialize<List<DrilledTable>>(Findings)!,
    };

    sealed class Configuration : IEntityTypeConfiguration<BackupJobRow>
    {
        public void Configure(EntityTypeBuilder<BackupJobRow> job)
        {
            job.ToTable("house_backup_jobs");
            job.Property(row => row.Id).ValueGeneratedNever();
            job.HasIndex(row => new { row.OrganizationId, row.ServerId, row.CreatedAt });
            job.HasIndex(row => row.State);
            job.HasIndex(row => row.BackupId);
        }
    }
}
