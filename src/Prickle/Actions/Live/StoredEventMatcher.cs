using System.Data.Common;
using System.Runtime.CompilerServices;
using Prickle.Accounts;
using Prickle.Capture;
using Prickle.ClickHouse;
using Prickle.Events;
using Prickle.Filters;

namespace Prickle.Actions.Live;

/// <summary>Judges the actions of a project on what is being stored, and tells those who listen once it is.</summary>
sealed partial class StoredEventMatcher(
    IActionDirectory directory, IEnumerable<IActionListener> listeners, ProjectDirectory projects, ClickHouseStore store, TimeProvider time,
    ILogger<StoredEventMatcher> logger) : IStoredEventListener
{
    // Definitions are made anew when an action changes: its matcher goes with it.
    readonly ConditionalWeakTable<ActionDefinition, ActionMatcher> _matchers = [];
    readonly IActionListener[] _listeners = [.. listeners];
    readonly StoredConditions _conditions = new(store);

    public async ValueTask<AfterStored?> ReadAsync(IReadOnlyList<CapturedEvent> events, CancellationToken cancellationToken)
    {
        List<Judged> judged = [];
        foreach (var project in events.GroupBy(captured => captured.ProjectId))
        {
            var actions = await directory.OfProjectAsync(project.Key, cancellationToken);
            if (actions.Count > 0)
            {
                judged.Add(await JudgeAsync(project.Key, project, [.. actions.Values], cancellationToken));
            }
        }
        return judged.Exists(project => project.Matches.Count + project.Open.Count > 0) ? stopping => TellAsync(judged, stopping) : null;
    }

    async Task<Judged> JudgeAsync(
        int projectId, IEnumerable<CapturedEvent> events, IReadOnlyList<ActionDefinition> actions, CancellationToken cancellationToken)
    {
        var (now, zone) = (time.GetUtcNow(), await projects.FindAsync(projectId, cancellationToken) is { Zone: var own } ? own : TimeZoneInfo.Utc);
        var judged = new Judged(projectId, zone, now, [], []);
        List<FilterGroup> conditions = [];
        foreach (var captured in events)
        {
            var elements = new Lazy<IReadOnlyList<Element>>(() => Element.ParseChain(captured.ElementsChain));
            CapturedEvent? kept = null;
            foreach (var action in actions)
            {
                var verdict = _matchers.GetValue(action, static one => new ActionMatcher(one)).Judge(captured, elements, now, zone, conditions);
                if (verdict == LiveVerdict.Fits)
                {
                    judged.Matches.Add(new ActionMatch(action, kept ??= captured.Detached()));
                }
                else if (verdict == LiveVerdict.AsksStore)
                {
                    judged.Open.Add((judged.Matches.Count, new ActionMatch(action, kept ??= captured.Detached()), [.. conditions]));
                }
            }
        }
        return judged;
    }

    async Task TellAsync(IReadOnlyList<Judged> judged, CancellationToken cancellationToken)
    {
        List<ActionMatch> matches = [];
        foreach (var project in judged)
        {
            matches.AddRange(await DecideAsync(project, cancellationToken));
        }
        if (matches.Count > 0)
        {
            foreach (var listener in _listeners)
            {
                await listener.MatchedAsync(matches, cancellationToken);
            }
        }
    }

    async Task<List<ActionMatch>> DecideAsync(Judged judged, CancellationToken cancellationToken)
    {
        var matches = judged.Matches.ToList();
        var found = await FittingAsync(judged.ProjectId, judged.Zone, judged.At, judged.Open, cancellationToken);
        // From the last, so that the places of those before it stay: listeners hear events in their order.
        for (var index = judged.Open.Count - 1; index >= 0; index--)
        {
            var (place, match, asked) = judged.Open[index];
            if (asked.Any(condition => found.GetValueOrDefault(condition)?.Contains(match.Event.Uuid) == true))
            {
                matches.Insert(place, match);
            }
        }
        return matches;
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

    /// <summary>The events of a project that fit its actions, and those of which only the store knows, with the place they would take.</summary>
    sealed record Judged(
        int ProjectId, TimeZoneInfo Zone, DateTimeOffset At, List<ActionMatch> Matches, List<(int Place, ActionMatch Match, FilterGroup[] Conditions)> Open);
}
