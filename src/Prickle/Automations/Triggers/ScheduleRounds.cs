using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Prickle.Accounts;
using Prickle.Automations.Engine;
using Prickle.Automations.Storage;
using Prickle.Cohorts;
using Prickle.Persons;
using Prickle.Storage;

namespace Prickle.Automations.Triggers;

/// <summary>Begins what is due by the calendar. A time that passed while the product was away is made up for once.</summary>
sealed class ScheduleRounds(
    IDbContextFactory<PrickleDatabase> databases, AutomationDirectory directory, ProjectDirectory projects, CohortAudience audience, RunStarter starter, TimeProvider time)
{
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        var due = await database.Set<AutomationRow>().AsNoTracking().Where(row => row.NextAt <= now && row.State == AutomationState.Active && !row.IsDeleted)
            .Select(row => new { row.Id, row.ProjectId, NextAt = row.NextAt!.Value, row.PublishedVersion }).ToListAsync(cancellationToken);
        foreach (var row in due)
        {
            if (await directory.VersionAsync(row.Id, row.PublishedVersion ?? 0, cancellationToken) is { Trigger: ScheduleTrigger schedule } definition
                && await projects.FindAsync(row.ProjectId, cancellationToken) is { } project)
            {
                await BeginAsync(new ActiveAutomation(row.Id, row.ProjectId, "", row.PublishedVersion!.Value, definition), schedule, row.NextAt, cancellationToken);
                var next = ScheduleTimes.Next(schedule, project.Zone, now);
                await database.Set<AutomationRow>().Where(one => one.Id == row.Id && one.NextAt == row.NextAt).ExecuteUpdateAsync(
                    set => set.SetProperty(one => one.NextAt, next), cancellationToken);
            }
        }
    }

    /// <summary>The time is the key: whoever comes by again, after a crash or on another node, begins nothing twice.</summary>
    async Task BeginAsync(ActiveAutomation automation, ScheduleTrigger schedule, DateTimeOffset at, CancellationToken cancellationToken)
    {
        var (key, context) = (string.Create(CultureInfo.InvariantCulture, $"time:{at.ToUnixTimeSeconds()}"), RunContext.Of(new JsonObject { ["time"] = at }));
        if (schedule.Cohort is not { } cohort)
        {
            await starter.StartAsync(automation.ProjectId, [new RunCandidate(automation, key, null, null, context)], cancellationToken);
            return;
        }
        await foreach (var members in audience.MembersAsync(automation.ProjectId, cohort, cancellationToken))
        {
            await starter.StartAsync(
                automation.ProjectId, [.. members.Select(member => new RunCandidate(automation, $"{key}:{member.PersonId:N}", member.PersonId, member.DistinctId, context))],
                cancellationToken);
        }
    }
}

/// <summary>The members of a cohort by the last calculation, some at a time.</summary>
sealed class CohortAudience(CohortQueries cohorts, PersonLookup persons)
{
    const int Chunk = 500;

    public async IAsyncEnumerable<IReadOnlyList<PersonReference>> MembersAsync(
        int projectId, int cohortId, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (var offset = 0; ; offset += Chunk)
        {
            var ids = await cohorts.MembersAsync(projectId, cohortId, Chunk, offset, cancellationToken);
            if (ids.Count > 0)
            {
                yield return await persons.ByIdsAsync(projectId, ids, cancellationToken);
            }
            if (ids.Count < Chunk)
            {
                yield break;
            }
        }
    }
}
