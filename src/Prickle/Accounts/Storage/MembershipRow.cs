using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Prickle.Accounts.Storage;

sealed class MembershipRow
{
    public int OrganizationId { get; set; }
    public Guid UserId { get; set; }
    public Role Role { get; set; }

    /// <summary>The projects a viewer or member may see; null for all. Admins and owners see all in any case.</summary>
    public List<int>? ProjectIds { get; set; }
    public DateTimeOffset JoinedAt { get; set; }

    sealed class Configuration : IEntityTypeConfiguration<MembershipRow>
    {
        public void Configure(EntityTypeBuilder<MembershipRow> membership)
        {
            membership.ToTable("memberships");
            membership.HasKey(row => new { row.OrganizationId, row.UserId });
            membership.HasIndex(row => row.UserId);
            membership.HasOne<OrganizationRow>().WithMany().HasForeignKey(row => row.OrganizationId);
            membership.HasOne<User>().WithMany().HasForeignKey(row => row.UserId);
        }
    }
}
