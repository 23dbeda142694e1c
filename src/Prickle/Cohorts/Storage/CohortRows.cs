using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Prickle.Cohorts.Storage;

sealed class CohortRow
{
    public int Id { get; set; }
    public int ProjectId { get; set; }
    public required string Name { get; set; }
    public string Description { get; set; } = "";
    public bool IsStatic { get; set; }

    /// <summary>JSON, in the API's form.</summary>
    public string Criteria { get; set; } = "{}";

    public string CreatedBy { get; set; } = "";
    public DateTimeOffset CreatedAt { get; set; }

    /// <summary>The row stays, so that a deletion can be taken back.</summary>
    public bool IsDeleted { get; set; }

    public long? Count { get; set; }
    public DateTimeOffset? CalculatedAt { get; set; }
    public string? Error { get; set; }

    /// <summary>Grows with each change of what the cohort is; behind it, the calculation is out of date.</summary>
    public int Edition { get; set; } = 1;

    public int CalculatedEdition { get; set; }

    /// <summary>When it is to be calculated next, whatever its edition: after a failure not at once.</summary>
    public DateTimeOffset DueAt { get; set; }

    public CohortSettings ToSettings() => new()
    {
        Name = Name,
        Description = Description,
        IsStatic = IsStatic,
        Filters = new CohortFilters(IsStatic ? CohortGroup.Empty : JsonSerializer.Deserialize<CohortGroup>(Criteria, CohortSettings.Json)!),
    };

    public CohortProfile ToProfile() => new(
        Id, ProjectId, ToSettings(), Count, CalculatedAt, Error, CalculatedEdition < Edition && Error is null, CreatedBy, CreatedAt);

    sealed class Configuration : IEntityTypeConfiguration<CohortRow>
    {
        public void Configure(EntityTypeBuilder<CohortRow> cohort)
        {
            cohort.ToTable("cohorts");
            cohort.Property(row => row.Name).HasMaxLength(400);
            cohort.HasIndex(row => new { row.ProjectId, row.IsDeleted });
        }
    }
}

/// <summary>A calculation, for the history of sizes.</summary>
sealed class CohortRunRow
{
    public long Id { get; set; }
    public int ProjectId { get; set; }
    public int CohortId { get; set; }
    public DateTimeOffset At { get; set; }
    public long? Count { get; set; }
    public double Seconds { get; set; }
    public string? Error { get; set; }

    sealed class Configuration : IEntityTypeConfiguration<CohortRunRow>
    {
        public void Configure(EntityTypeBuilder<CohortRunRow> run)
        {
            run.ToTable("cohort_runs");
            run.HasIndex(row => new { row.CohortId, row.At });
            run.HasIndex(row => row.ProjectId);
        }
    }
}
