using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Prickle.Automations.Storage;

// Times of these tables are microseconds since 1970 as numbers: they are written by plain SQL that must mean the same on both
// providers.

/// <summary>A run: where it is, and when somebody has to look at it next. All that is kept of a wait is this row.</summary>
sealed class RunRow
{
    public Guid Id { get; set; }
    public int ProjectId { get; set; }
    public int AutomationId { get; set; }
    public int Version { get; set; }

    /// <summary>What began it; with the automation unique, so that nothing begins twice: <c>event:…</c>, <c>person:…</c>.</summary>
    public required string TriggerKey { get; set; }
    public Guid? PersonId { get; set; }
    public string? DistinctId { get; set; }
    public RunState State { get; set; }

    /// <summary>The step that is done next, or at which it waits.</summary>
    public string? StepId { get; set; }

    /// <summary>Tries of this step that are over.</summary>
    public int Attempt { get; set; }

    /// <summary>Rows of history that are written.</summary>
    public int Steps { get; set; }

    /// <summary>When it is due; null once it is over.</summary>
    public long? WakeAt { get; set; }

    /// <summary>Since when it waits at this step; null when it has just arrived.</summary>
    public long? WaitingSince { get; set; }

    /// <summary>When a wait is over at the latest.</summary>
    public long? Deadline { get; set; }

    /// <summary>What it listens for while it waits.</summary>
    public RunAwaits Awaits { get; set; }

    /// <summary>The event that it waited for, or that ended it: JSON, left by whoever heard it.</summary>
    public string? Signal { get; set; }

    /// <summary>Grows with each thing that was heard for it: who has worked on it meanwhile must look again.</summary>
    public int Pokes { get; set; }

    /// <summary>Who works on it; until then it is not due. Found on a due run, it tells of a process that died.</summary>
    public Guid? LeaseOwner { get; set; }

    /// <summary>A delivery of this step was begun: when a lease is found with this set, nobody knows whether it arrived.</summary>
    public bool HasBegun { get; set; }

    /// <summary>The event, groups and outputs of steps: JSON.</summary>
    public required string Context { get; set; }

    /// <summary>A step failed and it went on.</summary>
    public bool HasErrors { get; set; }

    /// <summary>Why it ended, in one sentence; while it waits, for what.</summary>
    public string? Reason { get; set; }
    public long StartedAt { get; set; }
    public long? EndedAt { get; set; }

    /// <summary>Until when reaching the goal counts.</summary>
    public long? GoalUntil { get; set; }
    public long? ConvertedAt { get; set; }

    /// <summary>Which automations led to it, from the first: their names with commas between.</summary>
    public string Origin { get; set; } = "";

    public IReadOnlyList<string> OriginNames => Origin.Length == 0 ? [] : Origin.Split(',');

    /// <summary>Begun by hand to try it: counted nowhere.</summary>
    public bool IsTest { get; set; }

    /// <summary>Its beginning (1) and end (2) have been captured as events.</summary>
    public int Told { get; set; }

    sealed class Configuration : IEntityTypeConfiguration<RunRow>
    {
        public void Configure(EntityTypeBuilder<RunRow> run)
        {
            run.ToTable("automation_runs");
            run.Property(row => row.Id).ValueGeneratedNever();
            run.Ignore(row => row.OriginNames);
            run.Property(row => row.TriggerKey).HasMaxLength(400);
            run.HasIndex(row => new { row.AutomationId, row.TriggerKey }).IsUnique();
            run.HasIndex(row => row.WakeAt);
            run.HasIndex(row => new { row.ProjectId, row.PersonId, row.Awaits });
            run.HasIndex(row => new { row.AutomationId, row.StartedAt });
            run.HasIndex(row => new { row.ProjectId, row.AutomationId, row.Version }).HasFilter("awaits <> 0");
            run.HasIndex(row => row.Told).HasFilter("told < 2");
            run.HasOne<AutomationRow>().WithMany().HasForeignKey(row => row.AutomationId).OnDelete(DeleteBehavior.Cascade);
        }
    }
}

/// <summary>One thing that happened in a run: never changed, so that its history can be trusted.</summary>
sealed class RunStepRow
{
    public Guid RunId { get; set; }
    public int Number { get; set; }
    public int ProjectId { get; set; }
    public int AutomationId { get; set; }
    public int Version { get; set; }
    public required string StepId { get; set; }

    /// <summary>The type of the step, or the kind of the destination.</summary>
    public required string Kind { get; set; }
    public int Attempt { get; set; }
    public StepState State { get; set; }
    public required string Detail { get; set; }

    /// <summary>Input, output and exchange: JSON, secrets masked.</summary>
    public string? Data { get; set; }
    public long At { get; set; }
    public int Milliseconds { get; set; }
    public int Told { get; set; }

    sealed class Configuration : IEntityTypeConfiguration<RunStepRow>
    {
        public void Configure(EntityTypeBuilder<RunStepRow> step)
        {
            step.ToTable("automation_run_steps");
            step.HasKey(row => new { row.RunId, row.Number });
            step.HasIndex(row => new { row.AutomationId, row.Version, row.StepId, row.State });
            step.HasIndex(row => row.Told).HasFilter("told = 0");
            step.HasOne<RunRow>().WithMany().HasForeignKey(row => row.RunId).OnDelete(DeleteBehavior.Cascade);
        }
    }
}

/// <summary>Something that a step did and that is taken back one day.</summary>
sealed class HoldRow
{
    public Guid RunId { get; set; }
    public required string StepId { get; set; }
    public int ProjectId { get; set; }
    public int AutomationId { get; set; }
    public int Version { get; set; }
    public Guid? PersonId { get; set; }
    public string? DistinctId { get; set; }

    /// <summary>What templates were filled with: JSON.</summary>
    public required string Variables { get; set; }

    /// <summary>When it is looked at again, or tried again.</summary>
    public long CheckAt { get; set; }

    /// <summary>The run has ended early: it is taken back at once.</summary>
    public bool IsOver { get; set; }
    public int Attempt { get; set; }

    sealed class Configuration : IEntityTypeConfiguration<HoldRow>
    {
        public void Configure(EntityTypeBuilder<HoldRow> hold)
        {
            hold.ToTable("automation_holds");
            hold.HasKey(row => new { row.RunId, row.StepId });
            hold.HasIndex(row => row.CheckAt);
            hold.HasIndex(row => new { row.ProjectId, row.PersonId });
            hold.HasOne<RunRow>().WithMany().HasForeignKey(row => row.RunId).OnDelete(DeleteBehavior.Cascade);
        }
    }
}

/// <summary>A message that a person got, for budgets.</summary>
sealed class MessageRow
{
    public required string Key { get; set; }
    public int ProjectId { get; set; }
    public Guid PersonId { get; set; }

    /// <summary>When the day began on which it counts.</summary>
    public long Day { get; set; }

    sealed class Configuration : IEntityTypeConfiguration<MessageRow>
    {
        public void Configure(EntityTypeBuilder<MessageRow> message)
        {
            message.ToTable("automation_messages");
            message.HasKey(row => row.Key);
            message.HasIndex(row => row.Day);
        }
    }
}

/// <summary>How many messages a person got on a day of their calendar.</summary>
sealed class MessageDayRow
{
    public int ProjectId { get; set; }
    public Guid PersonId { get; set; }
    public long Day { get; set; }
    public int Count { get; set; }

    sealed class Configuration : IEntityTypeConfiguration<MessageDayRow>
    {
        public void Configure(EntityTypeBuilder<MessageDayRow> day)
        {
            day.ToTable("automation_message_days");
            day.HasKey(row => new { row.ProjectId, row.PersonId, row.Day });
        }
    }
}

/// <summary>Bits of what a waiting run listens for.</summary>
[Flags]
enum RunAwaits
{
    None = 0,
    /// <summary>An event of the person, named by the step.</summary>
    Event = 1,
    /// <summary>A change of the person.</summary>
    Person = 2,
    /// <summary>The goal: also after the run is over.</summary>
    Goal = 4,
}
