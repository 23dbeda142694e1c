using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Prickle.Insights.Saved;

sealed class InsightRow
{
    public int Id { get; set; }
    public int ProjectId { get; set; }
    public required string ShortId { get; set; }
    public string Name { get; set; } = "";
    public string Description { get; set; } = "";
    public List<string> Tags { get; set; } = [];
    public bool Favorited { get; set; }
    public string Kind { get; set; } = "";
    public string Query { get; set; } = "{}";
    public Guid? CreatedById { get; set; }

    /// <summary>The address at the time: it says who after an account is gone.</summary>
    public string? CreatedBy { get; set; }
    public DateTimeOffset CreatedAt { get; set; }
    public string? LastModifiedBy { get; set; }
    public DateTimeOffset LastModifiedAt { get; set; }
    public bool Deleted { get; set; }

    /// <summary>SHA-256 of the link's secret; null when it is not shared.</summary>
    public string? ShareHash { get; set; }

    public SavedInsight ToInsight() => new(
        Id, ShortId, Name, Description, [.. Tags], Favorited, Kind, JsonElement.Parse(Query), CreatedBy, CreatedAt, LastModifiedBy, LastModifiedAt,
        Deleted, ShareHash is not null);

    sealed class Configuration : IEntityTypeConfiguration<InsightRow>
    {
        public void Configure(EntityTypeBuilder<InsightRow> insight)
        {
            insight.ToTable("insights");
            insight.Property(row => row.ShortId).HasMaxLength(16);
            insight.Property(row => row.Name).HasMaxLength(400);
            insight.Property(row => row.Kind).HasMaxLength(64);
            insight.Property(row => row.ShareHash).HasMaxLength(64);
            insight.HasIndex(row => new { row.ProjectId, row.ShortId }).IsUnique();
            insight.HasIndex(row => row.ShareHash).IsUnique();
        }
    }
}
