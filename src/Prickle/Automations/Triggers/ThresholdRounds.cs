using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Prickle.Accounts;
using Prickle.Automations.Engine;
using Prickle.Automations.Storage;
using Prickle.ClickHouse;
using Prickle.Persons;
using Prickle.Storage;

namespace Prickle.Automations.Triggers;

/// <summary>
/// Sees numbers cross their lines. On which side each is, is kept: a run begins at the crossing and not again before it has
/// recovered and the cool-down is over.
/// </summary>
sealed class ThresholdRounds(
    IDbContextFactory<PrickleDatabase> databases, AutomationDirectory directory, ProjectDirectory projects, ThresholdReading reading, PersonLookup persons, RunStarter starter,
    TimeProvider time, ILogger<ThresholdRounds> logger)
{
    static readonly TimeSpan Shortest = TimeSpan.FromSeconds(15);
    static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);

    readonly ConcurrentDictionary<int, DateTimeOffset> _next = [];

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        foreach (var automation in (await directory.ActiveAsync(cancellationToken)).Where(one => one.Definition.Trigger is ThresholdTrigger))
        {
            if (_next.GetValueOrDefault(automation.Id) > now || await projects.FindAsync(automation.ProjectId, cancellationToken) is not { } project)
            {
                continue;
            }
            var trigger = (ThresholdTrigger)automation.Definition.Trigger;
            // A fortieth of the window: what is late is late by little of what is looked at.
            _next[automation.Id] = now + Clamp(trigger.Window.Length / 40);
            await LookAsync(automation, project, trigger, cancellationToken);
        }
    }

    static TimeSpan Clamp(TimeSpan wanted) => wanted < Shortest ? Shortest : wanted > Longest ? Longest : wanted;

    async Task LookAsync(ActiveAutomation automation, Project project, ThresholdTrigger trigger, CancellationToken cancellationToken)
    {
        using var noted = StatementNotes.Add(
            ("part", "automation"), ("automation", automation.Id.ToString(CultureInfo.InvariantCulture)), ("project", project.Id.ToString(CultureInfo.InvariantCulture)));
        if (await reading.ReadAsync(project, trigger, cancellationToken) is not { } values)
        {
            logger.LogWarning("The number that automation {Automation} watches could not be read; it is read again soon", automation.Id);
            return;
        }
        var now = RunTable.Micros(time.GetUtcNow());
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        var states = await database.Set<ThresholdStateRow>().Where(row => row.AutomationId == automation.Id).ToDictionaryAsync(row => row.Subject, StringComparer.Ordinal, cancellationToken);
        List<Crossing> crossed = [];
        foreach (var (subject, value) in values)
        {
            var state = states.GetValueOrDefault(subject);
            if (IsOver(trigger, value) && state is not { IsOver: true } && !IsCooling(trigger, state, now))
            {
                crossed.Add(new Crossing(subject, value, state?.FiredAt ?? 0));
                if (state is null)
                {
                    database.Add(state = new ThresholdStateRow { AutomationId = automation.Id, Subject = subject });
                }
                (state.IsOver, state.FiredAt) = (true, now);
            }
        }
        foreach (var state in states.Values.Where(state => state.IsOver && (!values.TryGetValue(state.Subject, out var value) || HasRecovered(trigger, value))
            && !crossed.Exists(one => one.Subject == state.Subject)))
        {
            state.IsOver = false;
        }
        // The runs first: their key is the crossing, and what is not saved after them is seen again with the same key.
        await BeginAsync(automation, trigger, crossed, cancellationToken);
        await database.SaveChangesAsync(cancellationToken);
    }

    static bool IsOver(ThresholdTrigger trigger, double value) => trigger.Direction == ThresholdDirection.Above ? value > trigger.Value : value < trigger.Value;

    static bool HasRecovered(ThresholdTrigger trigger, double value) =>
        trigger.Direction == ThresholdDirection.Above ? value <= (trigger.Recovery ?? trigger.Value) : value >= (trigger.Recovery ?? trigger.Value);

    static bool IsCooling(ThresholdTrigger trigger, ThresholdStateRow? state, long now) => state?.FiredAt is { } fired && now - fired < trigger.CoolDown.Length.TotalMicroseconds;

    async Task BeginAsync(
        ActiveAutomation automation, ThresholdTrigger trigger, IReadOnlyList<Crossing> crossed, CancellationToken cancellationToken)
    {
        List<RunCandidate> candidates = [];
        foreach (var (subject, value, before) in crossed)
        {
            // The crossing before this one names this one.
            var key = string.Create(CultureInfo.InvariantCulture, $"threshold:{automation.Version}:{before}:{subject}");
            var context = RunContext.Of(new JsonObject
            {
                ["value"] = value,
                ["line"] = trigger.Value,
                ["window"] = trigger.Window.ToString(),
                ["event"] = trigger.Event,
                ["group"] = trigger.Per == ThresholdScope.Group ? subject : null,
            });
            var person = trigger.Per == ThresholdScope.Person ? await PersonAsync(automation.ProjectId, Guid.Parse(subject), cancellationToken) : null;
            candidates.Add(new RunCandidate(automation, key, person?.PersonId, person?.DistinctId, context));
        }
        if (candidates.Count > 0)
        {
            await starter.StartAsync(automation.ProjectId, candidates, cancellationToken);
        }
    }

    async Task<PersonReference?> PersonAsync(int projectId, Guid id, CancellationToken cancellationToken) =>
        await persons.ByIdsAsync(projectId, [id], cancellationToken) is [var found, ..] ? found : null;

    /// <param name="Before">When it fired the last time; 0 for never.</param>
    sealed record Crossing(string Subject, double Value, long Before);
}
