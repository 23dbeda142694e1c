using System.Text.Json.Serialization;
using Prickle.Filters;

namespace Prickle.Automations;

/// <summary>One step. Where a run goes on says <see cref="Next"/>: the id of a step, or null for the end.</summary>
/// <param name="Id">Letters, digits, hyphens and underscores; unique in the definition. Later steps name its output by it.</param>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type", UnknownDerivedTypeHandling = JsonUnknownDerivedTypeHandling.FailSerialization)]
[JsonDerivedType(typeof(PauseStep), "pause")]
[JsonDerivedType(typeof(PauseUntilStep), "pause_until")]
[JsonDerivedType(typeof(PauseWindowStep), "pause_window")]
[JsonDerivedType(typeof(BranchStep), "branch")]
[JsonDerivedType(typeof(SplitStep), "split")]
[JsonDerivedType(typeof(FilterStep), "filter")]
[JsonDerivedType(typeof(DestinationStep), "destination")]
public abstract record AutomationStep(string Id)
{
    /// <summary>What people call it; null to be called by what it does.</summary>
    public string? Name { get; init; }

    /// <summary>The step after this one; null for the end.</summary>
    public string? Next { get; init; }

    /// <summary>Every way out: the label of the branch (null for the plain one) and where it leads.</summary>
    [JsonIgnore]
    public virtual IEnumerable<(string? Label, string? Target)> Ways => [(null, Next)];

    /// <summary>Whether a run can rest here: a circle needs such a step.</summary>
    [JsonIgnore]
    public virtual bool Waits => false;
}

/// <summary>Waits for a length of time.</summary>
public sealed record PauseStep(string Id, Period For) : AutomationStep(Id)
{
    [JsonIgnore]
    public override bool Waits => true;
}

/// <summary>Waits until one of these is true, or until so much time has gone by.</summary>
/// <param name="AtMost">The longest wait; after it the run takes the way <see cref="OnTimeout"/>.</param>
public sealed record PauseUntilStep(string Id, Period AtMost) : AutomationStep(Id)
{
    /// <summary>The person does this; null for no event.</summary>
    public string? Event { get; init; }

    /// <summary>On that event.</summary>
    public FilterGroup EventFilters { get; init; } = FilterGroup.Everything;

    /// <summary>The person (or their groups, cohorts) is this; null for no condition.</summary>
    public FilterGroup? When { get; init; }

    /// <summary>Where it goes on when the time is over; null for the end.</summary>
    public string? OnTimeout { get; init; }

    [JsonIgnore]
    public override bool Waits => true;

    [JsonIgnore]
    public override IEnumerable<(string? Label, string? Target)> Ways => [(null, Next), ("time-out", OnTimeout)];
}

/// <summary>Waits until the clock of the person is within a window. A run that arrives within it goes on at once.</summary>
/// <param name="From">Local time of day, <c>09:00</c>.</param>
/// <param name="To">Local time of day, after <paramref name="From"/>.</param>
public sealed record PauseWindowStep(string Id, TimeOnly From, TimeOnly To) : AutomationStep(Id)
{
    /// <summary>0 for Sunday to 6 for Saturday; empty for every day.</summary>
    public IReadOnlyList<int> Weekdays { get; init; } = [];

    /// <summary>IANA name; <c>person</c> for the person's own, as their events tell it; null for the project's.</summary>
    public string? TimeZone { get; init; }

    [JsonIgnore]
    public override bool Waits => true;
}

/// <summary>Takes the first branch that fits, else <see cref="AutomationStep.Next"/>.</summary>
public sealed record BranchStep(string Id) : AutomationStep(Id)
{
    public IReadOnlyList<ConditionBranch> Branches { get; init; } = [];

    [JsonIgnore]
    public override IEnumerable<(string? Label, string? Target)> Ways => [.. Branches.Select(branch => ((string?)branch.Name, branch.Next)), (null, Next)];
}

/// <summary>A way of a branch.</summary>
/// <param name="Name">What people call it.</param>
/// <param name="When">On the event that began the run, and on the person, groups and cohorts as they are now.</param>
public sealed record ConditionBranch(string Name, FilterGroup When)
{
    public string? Next { get; init; }
}

/// <summary>Takes a way by chance, the same again for the same run.</summary>
public sealed record SplitStep(string Id) : AutomationStep(Id)
{
    /// <summary>Their shares add up to 100.</summary>
    public IReadOnlyList<SplitPart> Parts { get; init; } = [];

    [JsonIgnore]
    public override IEnumerable<(string? Label, string? Target)> Ways => Parts.Select(part => ((string?)part.Name, part.Next));
}

/// <param name="Share">In percent.</param>
public sealed record SplitPart(string Name, double Share)
{
    public string? Next { get; init; }
}

/// <summary>Goes on only with those who fit; the others end here.</summary>
public sealed record FilterStep(string Id, FilterGroup When) : AutomationStep(Id);

/// <summary>Sends or does something.</summary>
/// <param name="Kind">The key of a kind of destination: <c>slack</c>.</param>
public sealed record DestinationStep(string Id, string Kind) : AutomationStep(Id)
{
    /// <summary>The connection; null for kinds that need none.</summary>
    public Guid? Destination { get; init; }

    /// <summary>By the kind's fields; texts may be Liquid templates.</summary>
    public IReadOnlyDictionary<string, string> Fields { get; init; } = new Dictionary<string, string>();

    public StepErrorRule OnError { get; init; } = StepErrorRule.Abort;

    /// <summary>Takes back what was done, when the run ends early (by its exit rule) or by <see cref="While"/>.</summary>
    public bool Undo { get; init; }

    /// <summary>With <see cref="Undo"/>: holds only while the person fits this, also after the run is over.</summary>
    public FilterGroup? While { get; init; }

    /// <summary>A receipt or the like: sent whatever budgets, quiet hours and opting out say.</summary>
    public bool IsTransactional { get; init; }
}

/// <summary>What a failed step means for the run.</summary>
public enum StepErrorRule
{
    Abort,
    Continue,
}
