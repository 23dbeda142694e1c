using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Prickle.Accounts.Storage;

sealed class ProjectSecretKeyRow
{
    public Guid Id { get; set; }
    public int ProjectId { get; set; }

    /// <summary>SHA-256, as of personal keys.</summary>
    public required string Hash { get; set; }

    /// <summary>The first characters, by which people know it again.</summary>
    public required string Prefix { get; set; }
    public required string CreatedBy { get; set; }
    public DateTimeOffset CreatedAt { get; set; }
    public DateTimeOffset? LastUsedAt { get; set; }

    sealed class Configuration : IEntityTypeConfiguration<ProjectSecretKeyRow>
    {
        public void Configure(EntityTypeBuilder<ProjectSecretKeyRow> key)
        {
            key.ToTable("project_secret_keys");
            key.Property(row => row.Id).ValueGeneratedNever();
            key.Property(row => row.Hash).HasMaxLength(64);
            key.Property(row => row.Prefix).HasMaxLength(16);
            key.HasIndex(row => row.Hash).IsUnique();
            // With the row of a deleted project go its keys.
            key.HasOne<ProjectRow>().WithMany().HasForeignKey(row => row.ProjectId).OnDelete(DeleteBehavior.Cascade);
        }
    }
}
