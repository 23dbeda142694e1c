using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Prickle.Automations.Storage;

/// <summary>A match of an automation that lets only each Nth through.</summary>
sealed class MaskMatchRow
{
    public int AutomationId { get; set; }
    public Guid Uuid { get; set; }

    /// <summary>The person it is counted for; empty for all together.</summary>
    public Guid Subject { get; set; }
    public long At { get; set; }

    sealed class Configuration : IEntityTypeConfiguration<MaskMatchRow>
    {
        public void Configure(EntityTypeBuilder<MaskMatchRow> match)
        {
            match.ToTable("automation_mask_matches");
            match.HasKey(row => new { row.AutomationId, row.Uuid });
            match.HasIndex(row => new { row.AutomationId, row.Subject, row.At });
            match.HasOne<AutomationRow>().WithMany().HasForeignKey(row => row.AutomationId).OnDelete(DeleteBehavior.Cascade);
        }
    }
}

/// <summary>On which side of its line a threshold is, for a person, a group or the project.</summary>
sealed class ThresholdStateRow
{
    public int AutomationId { get; set; }

    /// <summary>Empty for the project.</summary>
    public required string Subject { get; set; }
    public bool IsOver { get; set; }
    public long? FiredAt { get; set; }

    sealed class Configuration : IEntityTypeConfiguration<ThresholdStateRow>
    {
        public void Configure(EntityTypeBuilder<ThresholdStateRow> state)
        {
            state.ToTable("automation_threshold_states");
            state.HasKey(row => new { row.AutomationId, row.Subject });
            state.Property(row => row.Subject).HasMaxLength(400);
            state.HasOne<AutomationRow>().WithMany().HasForeignKey(row => row.AutomationId).OnDelete(DeleteBehavior.Cascade);
        }
    }
}

/// <summary>Who was in a cohort when automations looked last.</summary>
sealed class CohortMembersRow
{
    public int ProjectId { get; set; }
    public int CohortId { get; set; }
    public DateTimeOffset CalculatedAt { get; set; }

    /// <summary>Sixteen bytes each, in order.</summary>
    public required byte[] Members { get; set; }

    sealed class Configuration : IEntityTypeConfiguration<CohortMembersRow>
    {
        public void Configure(EntityTypeBuilder<CohortMembersRow> members)
        {
            members.ToTable("automation_cohorts");
            members.HasKey(row => new { row.ProjectId, row.CohortId });
        }
    }
}

/// <summary>How far automations have read a log of another module.</summary>
sealed class CursorRow
{
    public required string Name { get; set; }
    public long Position { get; set; }

    sealed class Configuration : IEntityTypeConfiguration<CursorRow>
    {
        public void Configure(EntityTypeBuilder<CursorRow> cursor)
        {
            cursor.ToTable("automation_cursors");
            cursor.HasKey(row => row.Name);
        }
    }
}
