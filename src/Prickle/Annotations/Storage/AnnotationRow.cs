using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Prickle.Accounts;
using Prickle.Storage;

namespace Prickle.Annotations.Storage;

sealed class AnnotationRow
{
    public int Id { get; set; }
    public int OrganizationId { get; set; }

    /// <summary>Where it was made; one of the organization shows in all its projects.</summary>
    public int ProjectId { get; set; }
    public required string Content { get; set; }

    /// <summary>Microseconds since 1970: compared in the store, which must mean the same on both providers.</summary>
    public long Marker { get; set; }

    public AnnotationScope Scope { get; set; }

    /// <summary>Of the same project; no key to it, for the dashboards are another module's.</summary>
    public int? DashboardId { get; set; }
    public List<string> Tags { get; set; } = [];
    public string CreatedBy { get; set; } = "";
    public DateTimeOffset CreatedAt { get; set; }
    public bool IsDeleted { get; set; }

    public Annotation ToAnnotation(string? dashboardName) => new(
        Id, Content, DateTimeOffset.UnixEpoch.AddTicks(Marker * TimeSpan.TicksPerMicrosecond), Scope, DashboardId, dashboardName, [.. Tags], CreatedBy, CreatedAt);

    public static long MarkerOf(DateTimeOffset moment) => (moment.UtcTicks - DateTimeOffset.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond;

    sealed class Configuration : IEntityTypeConfiguration<AnnotationRow>
    {
        public void Configure(EntityTypeBuilder<AnnotationRow> annotation)
        {
            annotation.ToTable("annotations");
            annotation.Property(row => row.Content).HasMaxLength(1000);
            annotation.HasIndex(row => new { row.OrganizationId, row.Marker });
        }
    }
}

/// <summary>Removes the annotations made in a deleted project.</summary>
sealed class AnnotationRemoval(IDbContextFactory<PrickleDatabase> databases) : IProjectDeletionListener
{
    public async Task DeleteAsync(int projectId, CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        await database.Set<AnnotationRow>().Where(row => row.ProjectId == projectId && row.Scope != AnnotationScope.Organization)
            .ExecuteDeleteAsync(cancellationToken);
    }
}
