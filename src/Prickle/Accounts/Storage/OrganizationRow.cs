using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Prickle.Accounts.Storage;

sealed class OrganizationRow
{
    public int Id { get; set; }
    public required string Name { get; set; }
    public DateTimeOffset CreatedAt { get; set; }

    sealed class Configuration : IEntityTypeConfiguration<OrganizationRow>
    {
        public void Configure(EntityTypeBuilder<OrganizationRow> organization)
        {
            organization.ToTable("organizations");
            organization.Property(row => row.Name).HasMaxLength(Limits.Name);
        }
    }
}
