using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Prickle.Accounts.Storage;

sealed class ProjectRow
{
    public int Id { get; set; }
    public int OrganizationId { get; set; }
    public required string Name { get; set; }
    public required string Token { get; set; }
    public string TimeZone { get; set; } = "UTC";
    public bool AnonymizeIps { get; set; }
    public int? RetentionDays { get; set; }
    public List<string> AppUrls { get; set; } = [];
    public int WeekStart { get; set; }
    public bool PreviewsSiteApp { get; set; }
    public bool MessagesSiteApp { get; set; }
    public string TestAccountFilters { get; set; } = "[]";

    /// <summary>JSON.</summary>
    public string PathCleaningFilters { get; set; } = "[]";
    public DateTimeOffset CreatedAt { get; set; }

    /// <summary>Set at once on deletion; the row goes when every module has removed its data.</summary>
    public DateTimeOffset? DeletedAt { get; set; }

    public Project ToProject() =>
        new(Id, OrganizationId, Name, Token, TimeZone, AnonymizeIps, RetentionDays, [.. AppUrls], CreatedAt)
        {
            WeekStart = (DayOfWeek)WeekStart,
            HasPreviewsSiteApp = PreviewsSiteApp,
            HasMessagesSiteApp = MessagesSiteApp,
            TestAccountFilters = TestAccountFilters,
            PathCleaningFilters = JsonSerializer.Deserialize<List<PathCleaningRule>>(PathCleaningFilters)!,
        };

    sealed class Configuration : IEntityTypeConfiguration<ProjectRow>
    {
        public void Configure(EntityTypeBuilder<ProjectRow> project)
        {
            project.ToTable("projects");
            project.Property(row => row.Name).HasMaxLength(Limits.Name);
            project.Property(row => row.Token).HasMaxLength(64);
            project.Property(row => row.TimeZone).HasMaxLength(Limits.TimeZone);
            project.Property(row => row.TestAccountFilters).HasDefaultValue("[]");
            project.Property(row => row.PathCleaningFilters).HasDefaultValue("[]");
            project.HasIndex(row => row.Token).IsUnique();
            project.HasOne<OrganizationRow>().WithMany().HasForeignKey(row => row.OrganizationId);
        }
    }
}
