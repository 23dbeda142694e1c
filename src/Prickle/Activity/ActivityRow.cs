using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Prickle.Accounts;

namespace Prickle.Activity;

sealed class ActivityRow
{
    public long Id { get; set; }
    public int OrganizationId { get; set; }
    public int? ProjectId { get; set; }
    public Guid? UserId { get; set; }

    /// <summary>The address at the time, so that the log still says who after an account is gone.</summary>
    public string? UserEmail { get; set; }
    public string? KeyName { get; set; }
    public ActivityVerb Verb { get; set; }
    public Resource Resource { get; set; }
    public required string ItemId { get; set; }
    public required string ItemName { get; set; }
    public string? Before { get; set; }
    public string? After { get; set; }
    public DateTimeOffset At { get; set; }

    sealed class Configuration : IEntityTypeConfiguration<ActivityRow>
    {
        public void Configure(EntityTypeBuilder<ActivityRow> activity)
        {
            activity.ToTable("activity_log");
            // By name: the log outlives any renumbering of the enumerations.
            activity.Property(row => row.Verb).HasConversion<string>().HasMaxLength(32);
            activity.Property(row => row.Resource).HasConversion<string>().HasMaxLength(64);
            activity.HasIndex(row => new { row.OrganizationId, row.Id });
            activity.HasIndex(row => new { row.ProjectId, row.Id });
        }
    }
}
