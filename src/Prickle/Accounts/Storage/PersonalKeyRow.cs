using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Prickle.Accounts.Storage;

sealed class PersonalKeyRow
{
    public Guid Id { get; set; }
    public Guid UserId { get; set; }
    public required string Name { get; set; }

    /// <summary>SHA-256 of the key: it has 256 random bits, so a slow hash would add nothing.</summary>
    public required string Hash { get; set; }

    /// <summary>The first characters, by which its owner knows it again.</summary>
    public required string Prefix { get; set; }
    public List<string> Scopes { get; set; } = [];
    public List<int>? OrganizationIds { get; set; }
    public List<int>? ProjectIds { get; set; }
    public DateTimeOffset CreatedAt { get; set; }
    public DateTimeOffset? ExpiresAt { get; set; }
    public DateTimeOffset? LastUsedAt { get; set; }

    sealed class Configuration : IEntityTypeConfiguration<PersonalKeyRow>
    {
        public void Configure(EntityTypeBuilder<PersonalKeyRow> key)
        {
            key.ToTable("personal_keys");
            key.Property(row => row.Name).HasMaxLength(Limits.Name);
            key.Property(row => row.Hash).HasMaxLength(64);
            key.Property(row => row.Prefix).HasMaxLength(16);
            key.HasIndex(row => row.Hash).IsUnique();
            key.HasIndex(row => row.UserId);
            key.HasOne<User>().WithMany().HasForeignKey(row => row.UserId);
        }
    }
}
