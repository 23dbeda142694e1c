using System.Globalization;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Prickle.Flags.Definition;

namespace Prickle.Flags.Schedule;

/// <summary>A planned change: written down before its time, and saved as done together with what it did.</summary>
sealed class FlagStepRow
{
    public long Id { get; set; }
    public int ProjectId { get; set; }
    public int FlagId { get; set; }
    public Guid? RampId { get; set; }
    public DateTimeOffset At { get; set; }

    /// <summary>When somebody has to look at it; null for all but those that wait.</summary>
    public DateTimeOffset? WakeAt { get; set; }

    /// <summary>JSON.</summary>
    public required string Change { get; set; }
    public FlagStepState State { get; set; }
    public DateTimeOffset? PausedAt { get; set; }
    public string? Detail { get; set; }
    public required string CreatedBy { get; set; }
    public DateTimeOffset CreatedAt { get; set; }
    public DateTimeOffset? DoneAt { get; set; }

    public FlagStep ToStep() => new(Id, FlagId, RampId, At, ToChange(), State, Detail, CreatedBy, CreatedAt, DoneAt);

    public FlagScheduledChange ToChange()
    {
        var json = JsonElement.Parse(Change);
        if (json.TryGetProperty("active", out var active))
        {
            return new FlagScheduledChange.Switch(active.GetBoolean());
        }
        var filters = FlagFiltersReader.TryRead(json.GetProperty("filters"), "filters", out var read, out _) ? read : new FlagFilters();
        return json.TryGetProperty("set", out var index)
            ? new FlagScheduledChange.Rollout(index.GetInt32(), filters.Groups is [var set, ..] ? set : new FlagCondition(), json.GetProperty("rollout_percentage").GetDouble())
            : new FlagScheduledChange.Replace(filters);
    }

    public static string Write(FlagScheduledChange change) => change switch
    {
        FlagScheduledChange.Switch(var isOn) => $$"""{"active":{{(isOn ? "true" : "false")}}}""",
        FlagScheduledChange.Rollout(var index, var set, var percentage) => string.Create(CultureInfo.InvariantCulture,
            $$"""{"set":{{index}},"rollout_percentage":{{percentage}},"filters":{{FlagFiltersWriter.Write(new FlagFilters { Groups = [set] })}}}"""),
        FlagScheduledChange.Replace(var filters) => $$"""{"filters":{{FlagFiltersWriter.Write(filters)}}}""",
        _ => throw new ArgumentOutOfRangeException(nameof(change), change, null),
    };

    public void Finish(FlagStepState state, string? detail, DateTimeOffset now) =>
        (State, Detail, DoneAt, WakeAt, PausedAt) = (state, detail, now, null, null);

    sealed class Configuration : IEntityTypeConfiguration<FlagStepRow>
    {
        public void Configure(EntityTypeBuilder<FlagStepRow> step)
        {
            step.ToTable("feature_flag_steps");
            // Whoever finds it finished by another has done nothing.
            step.Property(row => row.State).IsConcurrencyToken();
            step.HasIndex(row => row.WakeAt);
            step.HasIndex(row => new { row.ProjectId, row.FlagId });
        }
    }
}
