using System.Text.Json;
using Prickle.Accounts;
using Prickle.Actions;
using Prickle.Automations.Engine;
using Prickle.Capture;
using Prickle.Storage;

namespace Prickle.Automations.Triggers;

/// <summary>Hears every event that is stored: begins runs, and wakes those that wait for it.</summary>
sealed class EventListener(AutomationDirectory directory, ProjectDirectory projects, RunStarter starter, RunWaker waker, TimeProvider time) : IStoredEventListener, IActionListener
{
    /// <summary>What happened so long before it arrived is history that somebody brings in, and no reason to act.</summary>
    public static readonly TimeSpan Oldest = TimeSpan.FromHours(24);

    const int MostTries = 60;
    static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    public async ValueTask<AfterStored?> ReadAsync(IReadOnlyList<CapturedEvent> events, CancellationToken cancellationToken)
    {
        Dictionary<int, Heard>? heard = null;
        var (projectId, automations, zone) = (-1, ProjectAutomations.None, TimeZoneInfo.Utc);
        var now = time.GetUtcNow();
        foreach (var captured in events)
        {
            if (captured.ProjectId != projectId)
            {
                projectId = captured.ProjectId;
                automations = await directory.OfProjectAsync(projectId, cancellationToken);
                zone = automations.IsDeaf ? TimeZoneInfo.Utc : (await projects.FindAsync(projectId, cancellationToken))?.Zone ?? TimeZoneInfo.Utc;
            }
            if (automations.IsDeaf || captured.CapturedAt - captured.Timestamp > Oldest)
            {
                continue;
            }
            Hear(captured, automations, now, zone, ref heard);
        }
        return heard is null ? null : token => ActAsync(heard, token);
    }

    static void Hear(CapturedEvent captured, ProjectAutomations automations, DateTimeOffset now, TimeZoneInfo zone, ref Dictionary<int, Heard>? heard)
    {
        CapturedEvent? kept = null;
        string? context = null;
        if (automations.ByEvent.TryGetValue(captured.Name, out var matchers))
        {
            foreach (var matcher in matchers)
            {
                if (matcher.MayFit(captured, now, zone))
                {
                    Of(ref heard, captured.ProjectId).Candidates.Add(CandidateOf(matcher, captured, context ??= RunContext.Of(captured)));
                }
            }
        }
        if (automations.Awaited.Contains(captured.Name))
        {
            Of(ref heard, captured.ProjectId).Awaited.Add(kept ??= captured.Detached());
        }
        if (automations.AwaitsPersons && ChangesPerson(captured))
        {
            Of(ref heard, captured.ProjectId).Changed.Add(captured.PersonId);
        }
        if (captured.Person.OtherId is { } other && (automations.AwaitsPersons || automations.Awaited.Count > 0))
        {
            Of(ref heard, captured.ProjectId).Joined.Add((captured.PersonId, [captured.DistinctId, other]));
        }
    }

    static Heard Of(ref Dictionary<int, Heard>? heard, int projectId)
    {
        heard ??= [];
        if (!heard.TryGetValue(projectId, out var found))
        {
            heard[projectId] = found = new Heard();
        }
        return found;
    }

    static bool ChangesPerson(CapturedEvent captured) =>
        captured.Set.ValueKind == JsonValueKind.Object || captured.SetOnce.ValueKind == JsonValueKind.Object || captured.Unset.ValueKind == JsonValueKind.Array
        || captured.Person.Identifies || captured.May(SpecialProperties.Update);

    static RunCandidate CandidateOf(EventMatcher matcher, CapturedEvent captured, string context) =>
        new(matcher.Automation, $"event:{captured.Uuid:N}", captured.PersonId, captured.DistinctId, context)
        {
            Uuid = captured.Uuid,
            Origin = OriginChain.Of(captured.Properties),
            Open = matcher.NeedsSubject ? matcher.Filters : null,
            Input = matcher.NeedsSubject
                ? new ConditionInput(
                    captured.PersonId, captured.Properties.ValueKind == JsonValueKind.Object ? captured.Properties.Clone() : default, captured.ElementsChain,
                    RunContext.GroupsOf(captured.Groups))
                : null,
        };

    /// <inheritdoc />
    public async Task MatchedAsync(IReadOnlyList<ActionMatch> matches, CancellationToken cancellationToken)
    {
        foreach (var project in matches.GroupBy(match => match.Action.ProjectId))
        {
            var automations = await directory.OfProjectAsync(project.Key, cancellationToken);
            if (automations.ByAction.Count == 0)
            {
                continue;
            }
            var (now, zone) = (time.GetUtcNow(), (await projects.FindAsync(project.Key, cancellationToken))?.Zone ?? TimeZoneInfo.Utc);
            List<RunCandidate> candidates = [];
            foreach (var (action, captured) in project)
            {
                if (captured.CapturedAt - captured.Timestamp <= Oldest && automations.ByAction.TryGetValue(action.Id, out var matchers))
                {
                    candidates.AddRange(matchers.Where(matcher => matcher.MayFit(captured, now, zone)).Select(matcher => CandidateOf(matcher, captured, RunContext.Of(captured))));
                }
            }
            if (candidates.Count > 0)
            {
                await PatientlyAsync(() => starter.StartAsync(project.Key, candidates, cancellationToken), cancellationToken);
            }
        }
    }

    /// <summary>
    /// What is not begun now is never begun: while a store is away this waits a minute for it, as capture waits for it with
    /// persons. Whatever is done again happens once. A fault that stays must not keep capture for ever, and is logged by it.
    /// </summary>
    async Task PatientlyAsync(Func<Task> act, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await act();
                return;
            }
            catch (Exception failure) when (StorageOutage.Is(failure) && attempt < MostTries && !cancellationToken.IsCancellationRequested)
            {
                await Task.Delay(Pause, time, cancellationToken);
            }
        }
    }

    Task ActAsync(Dictionary<int, Heard> heard, CancellationToken cancellationToken) =>
        PatientlyAsync(() => BeginAndWakeAsync(heard, cancellationToken), cancellationToken);

    async Task BeginAndWakeAsync(Dictionary<int, Heard> heard, CancellationToken cancellationToken)
    {
        foreach (var (projectId, one) in heard)
        {
            // First what begins: what comes together with its event, and after it, may be what the run will wait for.
            if (one.Candidates.Count > 0)
            {
                await starter.StartAsync(projectId, one.Candidates, cancellationToken);
            }
            await waker.WakeAsync(projectId, one.Joined, one.Awaited, one.Changed, cancellationToken);
        }
    }

    /// <summary>What of a round matters to the automations of a project.</summary>
    sealed class Heard
    {
        public List<RunCandidate> Candidates { get; } = [];
        public List<CapturedEvent> Awaited { get; } = [];
        public HashSet<Guid> Changed { get; } = [];
        public List<(Guid Person, string[] DistinctIds)> Joined { get; } = [];
    }
}
