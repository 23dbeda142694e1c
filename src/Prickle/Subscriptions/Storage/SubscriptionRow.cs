using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Prickle.Accounts;
using Prickle.Storage;

namespace Prickle.Subscriptions.Storage;

sealed class SubscriptionRow
{
    public int Id { get; set; }
    public int ProjectId { get; set; }
    public int DashboardId { get; set; }
    public string Title { get; set; } = "";
    public List<string> Recipients { get; set; } = [];

    /// <summary>Where in Slack it goes; null for one that goes to recipients by mail.</summary>
    public Guid? DestinationId { get; set; }
    public string Channel { get; set; } = "";
    public SubscriptionFrequency Frequency { get; set; }
    public List<int> Weekdays { get; set; } = [];
    public int MonthDay { get; set; } = 1;

    /// <summary>Minutes since midnight.</summary>
    public int Minute { get; set; }
    public bool Enabled { get; set; }

    /// <summary>Null while it is switched off.</summary>
    public DateTimeOffset? NextAt { get; set; }

    /// <summary>Where the product was reached when somebody made it: links in mails begin with it.</summary>
    public string Origin { get; set; } = "";
    public string CreatedBy { get; set; } = "";
    public DateTimeOffset CreatedAt { get; set; }

    public SubscriptionSchedule Schedule => new(Frequency, Weekdays.ConvertAll(day => (DayOfWeek)day), MonthDay, TimeOnly.FromTimeSpan(TimeSpan.FromMinutes(Minute)));

    public Subscription ToSubscription(DeliveryRound? last) =>
        new(Id, DashboardId, Title, [.. Recipients], Schedule, Enabled, CreatedBy, CreatedAt, NextAt, last)
        {
            Slack = DestinationId is { } destination ? new SlackTarget(destination, Channel) : null,
        };

    public void Apply(SubscriptionDraft draft)
    {
        DashboardId = draft.DashboardId;
        Title = draft.Title.Trim();
        Recipients = draft.Slack is null ? [.. draft.Recipients.Distinct(StringComparer.OrdinalIgnoreCase)] : [];
        (DestinationId, Channel) = (draft.Slack?.DestinationId, draft.Slack?.Channel.Trim() ?? "");
        Frequency = draft.Schedule.Frequency;
        Weekdays = [.. draft.Schedule.Weekdays.Distinct().Order().Select(day => (int)day)];
        MonthDay = draft.Schedule.MonthDay;
        Minute = (int)draft.Schedule.Time.ToTimeSpan().TotalMinutes;
        Enabled = draft.Enabled;
    }

    sealed class Configuration : IEntityTypeConfiguration<SubscriptionRow>
    {
        public void Configure(EntityTypeBuilder<SubscriptionRow> subscription)
        {
            subscription.ToTable("subscriptions");
            subscription.HasIndex(row => new { row.ProjectId, row.DashboardId });
            subscription.HasIndex(row => row.NextAt);
            subscription.Property(row => row.Channel).HasMaxLength(SubscriptionDraft.MostCharactersOfChannel);
        }
    }
}

enum DeliveryState
{
    Waiting,
    Sent,
    Failed,
}

/// <summary>One mail of a subscription, or its message in Slack: written down before it is sent, so that none is forgotten and none is sent twice over a restart in between.</summary>
sealed class DeliveryRow
{
    public long Id { get; set; }
    public int SubscriptionId { get; set; }
    public DateTimeOffset DueAt { get; set; }

    /// <summary>An address, or a channel.</summary>
    public string Recipient { get; set; } = "";

    /// <summary>By which it goes to Slack; null for a mail.</summary>
    public Guid? DestinationId { get; set; }

    /// <summary>A try was begun: found at the next one, it says that nobody knows whether that arrived.</summary>
    public bool HasBegun { get; set; }
    public DeliveryState State { get; set; }
    public int Attempts { get; set; }

    /// <summary>When it is tried again; only while it waits.</summary>
    public DateTimeOffset? TryAt { get; set; }
    public string? Detail { get; set; }
    public DateTimeOffset? SentAt { get; set; }

    sealed class Configuration : IEntityTypeConfiguration<DeliveryRow>
    {
        public void Configure(EntityTypeBuilder<DeliveryRow> delivery)
        {
            delivery.ToTable("subscription_deliveries");
            delivery.Property(row => row.Recipient).HasMaxLength(320);
            delivery.HasIndex(row => new { row.SubscriptionId, row.DueAt, row.Recipient }).IsUnique();
            delivery.HasIndex(row => row.TryAt);
            delivery.HasOne<SubscriptionRow>().WithMany().HasForeignKey(row => row.SubscriptionId).OnDelete(DeleteBehavior.Cascade);
        }
    }
}

/// <summary>Removes the subscriptions of a project that was deleted; their deliveries go with them.</summary>
sealed class SubscriptionRemoval(IDbContextFactory<PrickleDatabase> databases) : IProjectDeletionListener
{
    public async Task DeleteAsync(int projectId, CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        await database.Set<SubscriptionRow>().Where(row => row.ProjectId == projectId).ExecuteDeleteAsync(cancellationToken);
    }
}
