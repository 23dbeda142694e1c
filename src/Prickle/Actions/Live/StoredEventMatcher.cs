using System.Data.Common;
using System.Runtime.CompilerServices;
using Prickle.Accounts;
using Prickle.Capture;
using Prickle.ClickHouse;
using Prickle.Events;
using Prickle.Filters;

namespace Prickle.Actions.Live;

/// <summary>Judges the actions of a project on what was just stored, and tells those who listen.</summary>
sealed partial class StoredEventMatcher(
    IActionDirectory directory, IEnumerable<IActionListener> listeners, ProjectDirectory projects, ClickHouseStore store, TimeProvider time,
    ILogger<StoredEventMatcher> logger) : IStoredEventListener
{
    // Definitions are made anew when an action changes: its matcher goes with it.
    readonly ConditionalWeakTable<ActionDefinition, ActionMatcher> _matchers = [];
    readonly IActionListener[] _listeners = [.. listeners];
    readonly StoredConditions _conditions = new(store);

    public async Task StoredAsync(IReadOnlyList<CapturedEvent> events, CancellationToken cancellationToken)
    {
        List<ActionMatch> matches = [];
        foreach (var project in events.GroupBy(captured => captured.ProjectId))
        {
            var actions = await directory.OfProjectAsync(project.Key, cancellationToken);
            if (actions.Count > 0)
            {
                await JudgeAsync(project.Key, [.. project], [.. actions.Values], matches, cancellationToken);
            }
        }
        if (matches.Count > 0)
        {
            foreach (var listener in _listeners)
            {
                await listener.MatchedAsync(matches, cancellationToken);
            }
        }
    }

    async Task JudgeAsync(
        int projectId, IReadOnlyList<CapturedEvent> events, IReadOnlyList<ActionDefinition> actions, List<ActionMatch> matches, CancellationToken cancellationToken)
    {
        var (now, zone) = (time.GetUtcNow(), await projects.FindAsync(projectId, cancellationToken) is { Zone: var own } ? own : TimeZoneInfo.Utc);
        List<(int Place, ActionMatch Match, FilterGroup[] Conditions)> open = [];
        List<FilterGroup> conditions = [];
        foreach (var captured in events)
        {
            var elements = new Lazy<IReadOnlyList<Element>>(() => Element.ParseChain(captured.ElementsChain));
            foreach (var action in actions)
            {
                var verdict = _matchers.GetValue(action, static one => new ActionMatcher(one)).Judge(captured, elements, now, zone, conditions);
                if (verdict == LiveVerdict.Fits)
                {
                    matches.Add(new ActionMatch(action, captured));
                }
                else if (verdict == LiveVerdict.AsksStore)
                {
                    open.Add((matches.Count, new ActionMatch(action, captured), [.. conditions]));
                }
            }
        }
        var found = await FittingAsync(projectId, zone, now, open, cancellationToken);
        // From the last, so that the places of those before it stay: listeners hear events in their order.
        for (var index = open.Count - 1; index >= 0; index--)
        {
            var (place, match, asked) = open[index];
            if (asked.Any(condition => found.GetValueOrDefault(condition)?.Contains(match.Event.Uuid) == true))
            {
                matches.Insert(place, match);
            }
        }
    }

    async Task<IReadOnlyDictionary<FilterGroup, HashSet<Guid>>> FittingAsync(
        int projectId, TimeZoneInfo zone, DateTimeOffset now, IReadOnlyList<(int Place, ActionMatch Match, FilterGroup[] Conditions)> open,
        CancellationToken cancellationToken)
    {
        if (open.Count == 0)
        {
            return new Dictionary<FilterGroup, HashSet<Guid>>();
        }
        try
        {
            return await _conditions.FindAsync(
                projectId, zone, now, [.. open.Select(one => one.Match.Event).Distinct()], [.. open.SelectMany(one => one.Conditions).Distinct()], cancellationToken);
        }
        catch (Exception failure) when (failure is DbException or ClickHouseUnavailableException or HttpRequestException or IOException)
        {
            // What memory alone can judge is told all the same.
            LogUnasked(failure, open.Count, projectId);
            return new Dictionary<FilterGroup, HashSet<Guid>>();
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The store did not say which of {Count} events of project {ProjectId} fit actions that ask for persons, groups or cohorts")]
    partial void LogUnasked(Exception failure, int count, int projectId);
}
