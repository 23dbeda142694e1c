using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Prickle.House.Alerts;

sealed class AlertRuleRow
{
    public Guid Id { get; set; }
    public int OrganizationId { get; set; }
    public Guid ServerId { get; set; }

    /// <summary><see cref="AlertTerms"/>, as JSON.</summary>
    public required string Terms { get; set; }

    /// <summary><see cref="AlertWay"/>, as JSON; null where nobody is told.</summary>
    public string? Way { get; set; }
    public Guid? DestinationId { get; set; }
    public bool Enabled { get; set; } = true;
    public DateTimeOffset? MutedUntil { get; set; }
    public string CreatedBy { get; set; } = "";
    public DateTimeOffset CreatedAt { get; set; }
    public int Version { get; set; } = 1;

    public AlertRule ToRule() => new()
    {
        Id = Id,
        OrganizationId = OrganizationId,
        ServerId = ServerId,
        Terms = JsonSerializer.Deserialize<AlertTerms>(Terms)!,
        Way = Way is null ? null : JsonSerializer.Deserialize<AlertWay>(Way),
        Enabled = Enabled,
        MutedUntil = MutedUntil,
        CreatedBy = CreatedBy,
        CreatedAt = CreatedAt,
        Version = Version,
    };

    public object ToLog() => new { Terms, Way, Enabled, MutedUntil };

    sealed class Configuration : IEntityTypeConfiguration<AlertRuleRow>
    {
        public void Configure(EntityTypeBuilder<AlertRuleRow> rule)
        {
            rule.ToTable("house_alert_rules");
            rule.Property(row => row.Id).ValueGeneratedNever();
            rule.Property(row => row.Version).IsConcurrencyToken();
            rule.HasIndex(row => new { row.OrganizationId, row.ServerId });
        }
    }
}

/// <summary>How a rule stands at a node: kept, so that a restart of the product neither forgets an alarm nor rings it again.</summary>
sealed class AlertStandingRow
{
    public Guid RuleId { get; set; }
    public required string Node { get; set; }
    public AlertCondition Condition { get; set; }
    public int Streak { get; set; }
    public DateTimeOffset Since { get; set; }
    public DateTimeOffset ReadAt { get; set; }
    public double? Value { get; set; }

    public AlertStanding ToStanding() => new(Condition, Streak, Since, ReadAt, Value);

    public void Take(AlertStanding standing) =>
        (Condition, Streak, Since, ReadAt, Value) = (standing.Condition, standing.Streak, standing.Since, standing.ReadAt, standing.Value);

    sealed class Configuration : IEntityTypeConfiguration<AlertStandingRow>
    {
        public void Configure(EntityTypeBuilder<AlertStandingRow> standing)
        {
            standing.ToTable("house_alert_standings");
            standing.HasKey(row => new { row.RuleId, row.Node });
            standing.Property(row => row.Node).HasMaxLength(300);
        }
    }
}

sealed class AlertEntryRow
{
    public Guid Id { get; set; }
    public Guid RuleId { get; set; }
    public int OrganizationId { get; set; }
    public Guid ServerId { get; set; }
    public required string Metric { get; set; }
    public required string Node { get; set; }
    public AlertHappening Happening { get; set; }
    public double? Value { get; set; }
    public DateTimeOffset At { get; set; }

    /// <summary>What became of telling somebody; null while that is to be done.</summary>
    public string? Told { get; set; }

    /// <summary>Counted before each try, so that one that died in the middle is seen.</summary>
    public int Tries { get; set; }

    /// <summary>After a try that failed.</summary>
    public DateTimeOffset? NextTryAt { get; set; }

    public AlertEntry ToEntry() => new(Id, RuleId, ServerId, Metric, Node, Happening, Value, At, Told);

    sealed class Configuration : IEntityTypeConfiguration<AlertEntryRow>
    {
        public void Configure(EntityTypeBuilder<AlertEntryRow> entry)
        {
            entry.ToTable("house_alert_entries");
            entry.Property(row => row.Id).ValueGeneratedNever();
            entry.Property(row => row.Metric).HasMaxLength(64);
            entry.Property(row => row.Node).HasMaxLength(300);
            entry.HasIndex(row => new { row.OrganizationId, row.ServerId, row.At });
            entry.HasIndex(row => row.Told);
        }
    }
}
