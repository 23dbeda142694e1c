using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Prickle.Accounts.Storage;

sealed class InvitationRow
{
    public Guid Id { get; set; }
    public int OrganizationId { get; set; }
    public required string TokenHash { get; set; }
    public Role Role { get; set; }
    public List<int>? ProjectIds { get; set; }

    /// <summary>When set, only the account of this address can accept.</summary>
    public string? Email { get; set; }
    public Guid InvitedBy { get; set; }
    public DateTimeOffset CreatedAt { get; set; }
    public DateTimeOffset ExpiresAt { get; set; }

    sealed class Configuration : IEntityTypeConfiguration<InvitationRow>
    {
        public void Configure(EntityTypeBuilder<InvitationRow> invitation)
        {
            invitation.ToTable("invitations");
            invitation.Property(row => row.TokenHash).HasMaxLength(64);
            invitation.Property(row => row.Email).HasMaxLength(Limits.Email);
            invitation.HasIndex(row => row.TokenHash).IsUnique();
            invitation.HasOne<OrganizationRow>().WithMany().HasForeignKey(row => row.OrganizationId);
        }
    }
}
