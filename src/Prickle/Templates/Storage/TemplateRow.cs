using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Prickle.Accounts;
using Prickle.Storage;

namespace Prickle.Templates.Storage;

/// <summary>One version of a template that people made. Older versions stay: dashboards are bound to them.</summary>
sealed class TemplateRow
{
    public int Id { get; set; }
    public int OrganizationId { get; set; }

    /// <summary>Where it was made; one of the organization shows in all its projects.</summary>
    public int ProjectId { get; set; }
    public TemplateScope Scope { get; set; }
    public required string Key { get; set; }
    public int Version { get; set; }
    public required string Name { get; set; }

    /// <summary>JSON of <see cref="DashboardTemplate"/>.</summary>
    public required string Template { get; set; }
    public string? CreatedBy { get; set; }
    public DateTimeOffset CreatedAt { get; set; }

    /// <summary>Deleted ones are not offered; dashboards made from them still find them.</summary>
    public bool IsDeleted { get; set; }

    public KnownTemplate ToKnown() => new(JsonSerializer.Deserialize<DashboardTemplate>(Template, TemplateJson.Options)!, Scope, CreatedBy, CreatedAt);

    sealed class Configuration : IEntityTypeConfiguration<TemplateRow>
    {
        public void Configure(EntityTypeBuilder<TemplateRow> template)
        {
            template.ToTable("dashboard_templates");
            template.Property(row => row.Key).HasMaxLength(60);
            template.Property(row => row.Name).HasMaxLength(200);
            template.HasIndex(row => new { row.OrganizationId, row.ProjectId, row.Key, row.Version });
        }
    }
}

/// <summary>Removes the templates of a deleted project; those of the organization stay.</summary>
sealed class TemplateRemoval(IDbContextFactory<PrickleDatabase> databases) : IProjectDeletionListener
{
    public async Task DeleteAsync(int projectId, CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        await database.Set<TemplateRow>().Where(row => row.ProjectId == projectId && row.Scope == TemplateScope.Project).ExecuteDeleteAsync(cancellationToken);
    }
}
