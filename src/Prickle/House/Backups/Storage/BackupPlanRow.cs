using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Prickle.House.Backups.Storage;

sealed class BackupPlanRow
{
    public Guid Id { get; set; }
    public int OrganizationId { get; set; }
    public Guid ServerId { get; set; }
    public required string Name { get; set; }

    /// <summary><see cref="BackupTerms"/>, as JSON.</summary>
    public required string Terms { get; set; }
    public Guid TargetId { get; set; }
    public bool IsPaused { get; set; }
    public DateTimeOffset? NextFullAt { get; set; }
    public DateTimeOffset? NextIncrementalAt { get; set; }
    public string CreatedBy { get; set; } = "";
    public DateTimeOffset CreatedAt { get; set; }
    public int Version { get; set; } = 1;

    public BackupPlan ToPlan() => new()
    {
        Id = Id,
        OrganizationId = OrganizationId,
        ServerId = ServerId,
        Name = Name,
        Terms = JsonSerializer.Deserialize<BackupTerms>(Terms)!,
        IsPaused = IsPaused,
        NextFullAt = NextFullAt,
        NextIncrementalAt = NextIncrementalAt,
        CreatedBy = CreatedBy,
        CreatedAt = CreatedAt,
        Version = Version,
    };

    public void Take(string name, BackupTerms terms, DateTimeOffset now)
    {
        (Name, Terms, TargetId) = (name, JsonSerializer.Serialize(terms), terms.TargetId);
        (NextFullAt, NextIncrementalAt) = (BackupTimes.Next(terms.FullCron, terms.TimeZone, now), BackupTimes.Next(terms.IncrementalCron, terms.TimeZone, now));
    }

    public object ToLog() => new { Name, Terms, IsPaused };

    sealed class Configuration : IEntityTypeConfiguration<BackupPlanRow>
    {
        public void Configure(EntityTypeBuilder<BackupPlanRow> plan)
        {
            plan.ToTable("house_backup_plans");
            plan.Property(row => row.Id).ValueGeneratedNever();
            plan.Property(row => row.Name).HasMaxLength(200);
            plan.Property(row => row.Version).IsConcurrencyToken();
            plan.HasIndex(row => new { row.OrganizationId, row.ServerId });
        }
    }
}
