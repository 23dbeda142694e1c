using System.Collections.Frozen;

namespace Prickle.Automations.Triggers;

/// <summary>An automation that is switched on, with the version that new runs begin on.</summary>
sealed record ActiveAutomation(int Id, int ProjectId, string Name, int Version, AutomationDefinition Definition);

/// <summary>What may begin or go on in a project, by what it listens for.</summary>
sealed class ProjectAutomations
{
    public static readonly ProjectAutomations None = Of([], []);

    /// <summary>Those that an event of a name may begin.</summary>
    public required FrozenDictionary<string, EventMatcher[]> ByEvent { get; init; }

    public required FrozenDictionary<int, EventMatcher[]> ByAction { get; init; }

    /// <summary>Events that runs wait for, or that reach a goal.</summary>
    public required FrozenSet<string> Awaited { get; init; }

    /// <summary>Whether runs wait for what a person is: then each change of a person counts.</summary>
    public required bool AwaitsPersons { get; init; }

    /// <summary>Nothing here can be begun or woken by an event.</summary>
    public bool IsDeaf => ByEvent.Count == 0 && Awaited.Count == 0 && !AwaitsPersons;

    /// <param name="active">What may begin.</param>
    /// <param name="listening">Every definition that runs may be on.</param>
    public static ProjectAutomations Of(IReadOnlyList<ActiveAutomation> active, IReadOnlyList<AutomationDefinition> listening) => new()
    {
        ByEvent = active.SelectMany(one => EventMatcher.EventsOf(one.Definition.Trigger).Select(name => (name, Matcher: EventMatcher.Of(one))))
            .GroupBy(one => one.name).ToFrozenDictionary(group => group.Key, group => group.Select(one => one.Matcher).ToArray(), StringComparer.Ordinal),
        ByAction = active.Where(one => one.Definition.Trigger is ActionTrigger)
            .GroupBy(one => ((ActionTrigger)one.Definition.Trigger).Action).ToFrozenDictionary(group => group.Key, group => group.Select(EventMatcher.Of).ToArray()),
        Awaited = listening.SelectMany(one => one.Steps.OfType<PauseUntilStep>().Select(step => step.Event).Append(one.Goal?.Event)).OfType<string>()
            .Where(name => name.Length > 0).ToFrozenSet(StringComparer.Ordinal),
        AwaitsPersons = listening.Any(one => one.Exit.When is not null || one.Steps.Any(step => step is PauseUntilStep { When: not null } or DestinationStep { While: not null })),
    };
}
