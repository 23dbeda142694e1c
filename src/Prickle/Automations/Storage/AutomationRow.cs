using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Prickle.Automations.Storage;

sealed class AutomationRow
{
    public int Id { get; set; }
    public int ProjectId { get; set; }
    public required string Name { get; set; }
    public string Description { get; set; } = "";
    public AutomationState State { get; set; }

    /// <summary>What is being worked on: JSON.</summary>
    public required string Draft { get; set; }
    public int? PublishedVersion { get; set; }

    /// <summary>Whether runs that wait go on although the automation is archived.</summary>
    public bool FinishesWaiting { get; set; }

    /// <summary>For a schedule that is active: when it begins runs next.</summary>
    public DateTimeOffset? NextAt { get; set; }

    /// <summary>The secret part of the address that begins runs.</summary>
    public required string WebhookToken { get; set; }

    /// <summary>The row stays, so that its runs can be read and a deletion taken back.</summary>
    public bool IsDeleted { get; set; }
    public int Edition { get; set; } = 1;
    public string CreatedBy { get; set; } = "";
    public DateTimeOffset CreatedAt { get; set; }
    public DateTimeOffset UpdatedAt { get; set; }

    public Automation ToAutomation(string? published) => new(
        Id, ProjectId, new AutomationSettings { Name = Name, Description = Description, Definition = AutomationJson.Read(Draft) }, State, PublishedVersion,
        PublishedVersion is not null && published != Draft, Edition, CreatedBy, CreatedAt, UpdatedAt)
    {
        NextAt = NextAt,
        WebhookToken = WebhookToken,
    };

    sealed class Configuration : IEntityTypeConfiguration<AutomationRow>
    {
        public void Configure(EntityTypeBuilder<AutomationRow> automation)
        {
            automation.ToTable("automations");
            automation.Property(row => row.Name).HasMaxLength(AutomationSettings.LongestName);
            automation.Property(row => row.Edition).IsConcurrencyToken();
            automation.HasIndex(row => new { row.ProjectId, row.IsDeleted });
            automation.HasIndex(row => row.WebhookToken).IsUnique();
            automation.HasIndex(row => row.NextAt);
        }
    }
}

/// <summary>A definition as it was published; never changed.</summary>
sealed class AutomationVersionRow
{
    public int AutomationId { get; set; }
    public int Number { get; set; }

    /// <summary>JSON.</summary>
    public required string Definition { get; set; }
    public required string PublishedBy { get; set; }
    public DateTimeOffset PublishedAt { get; set; }

    sealed class Configuration : IEntityTypeConfiguration<AutomationVersionRow>
    {
        public void Configure(EntityTypeBuilder<AutomationVersionRow> version)
        {
            version.ToTable("automation_versions");
            version.HasKey(row => new { row.AutomationId, row.Number });
            version.HasOne<AutomationRow>().WithMany().HasForeignKey(row => row.AutomationId).OnDelete(DeleteBehavior.Cascade);
        }
    }
}

/// <summary>What messages to people keep to, in a project.</summary>
sealed class MessageRulesRow
{
    public int ProjectId { get; set; }
    public int? MessagesPerDay { get; set; }
    public TimeOnly? QuietFrom { get; set; }
    public TimeOnly? QuietTo { get; set; }
    public string OptOutProperty { get; set; } = MessageRules.DefaultOptOutProperty;

    public MessageRules ToRules() => new() { MessagesPerDay = MessagesPerDay, QuietFrom = QuietFrom, QuietTo = QuietTo, OptOutProperty = OptOutProperty };

    sealed class Configuration : IEntityTypeConfiguration<MessageRulesRow>
    {
        public void Configure(EntityTypeBuilder<MessageRulesRow> rules)
        {
            rules.ToTable("automation_message_rules");
            rules.HasKey(row => row.ProjectId);
            rules.Property(row => row.ProjectId).ValueGeneratedNever();
        }
    }
}
