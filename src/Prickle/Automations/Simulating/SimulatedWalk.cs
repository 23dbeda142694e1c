using Prickle.Accounts;
using Prickle.Automations.Engine;
using Prickle.Destinations;
using Prickle.Filters;

namespace Prickle.Automations.Simulating;

/// <summary>Takes runs through a definition on the clock of the past, and counts.</summary>
sealed class SimulatedWalk(
    AutomationDefinition definition, Project project, MessageRules rules, DestinationKinds kinds, ILookup<Guid, HeardEvent> heard, DateTimeOffset now)
{
    // A circle with a wait comes by this often at most.
    const int MostSteps = 500;

    /// <summary>Makes the look-up of subjects bring the person along: their clock and whether they want messages.</summary>
    public static readonly FilterGroup AsksPerson = FilterGroup.All([new PropertyFilter("$timezone", "is_set", [], FilterTypes.Person)]);

    readonly Dictionary<string, (int Reached, Dictionary<string, int> Ways)> _steps = new(StringComparer.Ordinal);
    readonly Dictionary<(Guid Person, DateTimeOffset Day), int> _messages = [];
    int _completed, _converted, _exited, _waiting, _sent, _capped, _optedOut;

    enum Ending
    {
        Completed,
        Exited,
        Converted,
        Waiting,
    }

    public void Go(SimulatedEntry entry, FilterSubject subject)
    {
        var person = new RunPerson(entry.PersonId, "", subject.Person);
        var converted = ConvertedAt(entry);
        var (at, step) = (entry.At, definition.Steps is [var first, ..] ? first : null);
        var ending = Ending.Completed;
        for (var count = 0; step is not null && count < MostSteps; count++)
        {
            if (definition.Exit.OnConversion && converted <= at)
            {
                ending = Ending.Converted;
                break;
            }
            if (definition.Exit.When is { } exit && FilterMatcher.Matches(exit, subject))
            {
                ending = Ending.Exited;
                break;
            }
            var (way, next, until, ended) = Take(step, entry, person, subject, at);
            Count(step.Id, way);
            if (ended is { } over)
            {
                ending = over;
                break;
            }
            at = until;
            if (at > now)
            {
                ending = definition.Exit.OnConversion && converted is not null ? Ending.Converted : Ending.Waiting;
                break;
            }
            step = definition.Find(next);
        }
        Note(ending, converted is not null);
    }

    void Note(Ending ending, bool isConverted)
    {
        _completed += ending == Ending.Completed ? 1 : 0;
        _exited += ending == Ending.Exited ? 1 : 0;
        _waiting += ending == Ending.Waiting ? 1 : 0;
        _converted += isConverted ? 1 : 0;
    }

    DateTimeOffset? ConvertedAt(SimulatedEntry entry) => definition.Goal is not { } goal ? null
        : heard[entry.PersonId].FirstOrDefault(one => one.Name == goal.Event && one.At >= entry.At && one.At <= entry.At + goal.Within.Length && Fits(goal.Filters, one))?.At;

    bool Fits(FilterGroup filters, HeardEvent one) =>
        FilterMatcher.Matches(filters, new FilterSubject { Now = now, Zone = project.Zone, Event = one.Properties, ElementsChain = one.ElementsChain });

    (string? Way, string? Next, DateTimeOffset Until, Ending? Ended) Take(
        AutomationStep step, SimulatedEntry entry, RunPerson person, FilterSubject subject, DateTimeOffset at)
    {
        switch (step)
        {
            case PauseStep pause:
                return (null, pause.Next, at + pause.For.Length, null);
            case PauseWindowStep window:
                var zone = window.TimeZone switch
                {
                    null => project.Zone,
                    "person" => person.ZoneOr(project.Zone, entry.Properties),
                    var name => TimeZoneInfo.TryFindSystemTimeZoneById(name, out var own) ? own : project.Zone,
                };
                return (null, window.Next, LocalWindow.Next(at, zone, window.From, window.To, window.Weekdays), null);
            case PauseUntilStep until:
                return Until(until, entry, subject, at);
            case SplitStep split:
                var part = SplitChoice.Of(split, entry.Uuid);
                return (part.Name, part.Next, at, null);
            case BranchStep branch:
                var taken = branch.Branches.FirstOrDefault(way => FilterMatcher.Matches(way.When, subject));
                return (taken?.Name, taken is null ? branch.Next : taken.Next, at, null);
            case FilterStep filter:
                return FilterMatcher.Matches(filter.When, subject) ? ("fits", filter.Next, at, null) : ("does not fit", null, at, Ending.Exited);
            default:
                return (Message((DestinationStep)step, entry, person, at), step.Next, at, null);
        }
    }

    (string? Way, string? Next, DateTimeOffset Until, Ending? Ended) Until(PauseUntilStep step, SimulatedEntry entry, FilterSubject subject, DateTimeOffset at)
    {
        if (step.When is { IsEmpty: false } when && FilterMatcher.Matches(when, subject))
        {
            return (null, step.Next, at, null);
        }
        var deadline = at + step.AtMost.Length;
        var match = step.Event is not { Length: > 0 } name ? null
            : heard[entry.PersonId].FirstOrDefault(one => one.Name == name && one.At > at && one.At <= deadline && Fits(step.EventFilters, one));
        return match is not null ? (null, step.Next, match.At, null) : ("time-out", step.OnTimeout, deadline, null);
    }

    /// <summary>Null for one that goes out.</summary>
    string? Message(DestinationStep step, SimulatedEntry entry, RunPerson person, DateTimeOffset at)
    {
        if (kinds.Find(step.Kind) is not { IsMessageToPerson: true })
        {
            return null;
        }
        if (!step.IsTransactional)
        {
            if (person.Is(rules.OptOutProperty))
            {
                _optedOut++;
                return "opted out";
            }
            var day = (entry.PersonId, LocalWindow.DayOf(at, person.ZoneOr(project.Zone, entry.Properties)));
            var sent = _messages.GetValueOrDefault(day);
            if (rules.MessagesPerDay is { } most && sent >= most)
            {
                _capped++;
                return "capped";
            }
            _messages[day] = sent + 1;
        }
        _sent++;
        return null;
    }

    void Count(string step, string? way)
    {
        var (reached, ways) = _steps.TryGetValue(step, out var known) ? known : (0, new Dictionary<string, int>(StringComparer.Ordinal));
        ways[way ?? ""] = ways.GetValueOrDefault(way ?? "") + 1;
        _steps[step] = (reached + 1, ways);
    }

    public static DateOnly DayOf(DateTimeOffset at, TimeZoneInfo zone) => DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(at, zone).DateTime);

    public SimulationResult Result(long matches, IReadOnlyList<SimulatedEntry> begun, bool isCut) => new(
        matches, begun.Count, begun.Select(entry => entry.PersonId).Distinct().Count(),
        [.. definition.Steps.Select(step => _steps.TryGetValue(step.Id, out var counted)
            ? new SimulatedStep(step.Id, counted.Reached, [.. counted.Ways.Select(way => new SimulatedWay(way.Key.Length == 0 ? null : way.Key, way.Value))])
            : new SimulatedStep(step.Id, 0, []))],
        _completed, _converted, _exited, _waiting, _sent, _capped, _optedOut,
        [.. begun.GroupBy(entry => DayOf(entry.At, project.Zone)).OrderBy(day => day.Key).Select(day => new SimulatedDay(day.Key, day.Count()))], isCut);
}
