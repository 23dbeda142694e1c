using System.Globalization;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Prickle.Automations.Engine;
using Prickle.Automations.Storage;
using Prickle.Filters;
using Prickle.Storage;

namespace Prickle.Automations.Triggers;

/// <summary>Something that may begin a run.</summary>
/// <param name="Key">Names what happened: the same key begins one run.</param>
/// <param name="Context">As <see cref="RunContext"/> writes it.</param>
sealed record RunCandidate(ActiveAutomation Automation, string Key, Guid? PersonId, string? DistinctId, string Context)
{
    public IReadOnlyList<string> Origin { get; init; } = [];

    /// <summary>For masks: the uuid of the event.</summary>
    public Guid Uuid { get; init; }

    /// <summary>What has to be looked up before it may begin; null for nothing.</summary>
    public FilterGroup? Open { get; init; }

    /// <summary>What that is judged on.</summary>
    public ConditionInput? Input { get; init; }
}

/// <summary>Begins runs: judges what needs the person, keeps to how often, and writes them down, each once.</summary>
sealed class RunStarter(
    IDbContextFactory<PrickleDatabase> databases, ConditionSubjects subjects, ClusterLock clusterLock, AutomationWake wake, RunTable table, TimeProvider time)
{
    /// <summary>Gives how many began.</summary>
    public async Task<int> StartAsync(int projectId, IReadOnlyList<RunCandidate> candidates, CancellationToken cancellationToken)
    {
        var fitting = await FittingAsync(projectId, candidates, cancellationToken);
        List<RunCandidate> plain = [.. fitting.Where(one => one.Automation.Definition.Entry.Mask is null)];
        var begun = plain.Count == 0 ? 0 : await table.BeginAsync([.. plain.Select(ToRun)], cancellationToken);
        if (plain.Count < fitting.Count)
        {
            begun += await StartMaskedAsync([.. fitting.Where(one => one.Automation.Definition.Entry.Mask is not null)], cancellationToken);
        }
        if (begun > 0)
        {
            wake.Up();
        }
        return begun;
    }

    async Task<IReadOnlyList<RunCandidate>> FittingAsync(int projectId, IReadOnlyList<RunCandidate> candidates, CancellationToken cancellationToken)
    {
        List<RunCandidate> open = [.. candidates.Where(one => one.Open is not null)];
        if (open.Count == 0)
        {
            return candidates;
        }
        var found = await subjects.OfAsync(projectId, [.. open.Select(one => one.Input!)], [.. open.Select(one => one.Open!).Distinct()], cancellationToken);
        var missing = open.Where((one, index) => !FilterMatcher.Matches(one.Open!, found[index])).ToHashSet(ReferenceEqualityComparer.Instance);
        return [.. candidates.Where(one => !missing.Contains(one))];
    }

    NewRun ToRun(RunCandidate candidate)
    {
        var (automation, now) = (candidate.Automation, time.GetUtcNow());
        var key = automation.Definition.Entry.OncePerPerson && candidate.PersonId is { } person ? $"person:{person:N}" : candidate.Key;
        var first = automation.Definition.Steps is [{ Id: var id }, ..] ? id : null;
        return new NewRun(
            Guid.CreateVersion7(now), automation.ProjectId, automation.Id, automation.Version, key, candidate.PersonId, candidate.DistinctId,
            first, candidate.Context, RunTable.Micros(now),
            automation.Definition.Goal is { } goal ? RunTable.Micros(now + goal.Within.Length) : null, string.Join(',', candidate.Origin))
        {
            AwaitsEvent = NextWaits.Any(automation.Definition, first),
        };
    }

    /// <summary>Counts matches, each once, and lets through what the mask does; one node at a time.</summary>
    async Task<int> StartMaskedAsync(IReadOnlyList<RunCandidate> candidates, CancellationToken cancellationToken)
    {
        await using var turn = await clusterLock.TakeAsync("automation-masks", cancellationToken);
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        await using var opened = await OpenedConnection.OpenAsync(database, cancellationToken);
        await using var transaction = await database.Database.BeginTransactionAsync(cancellationToken);
        List<NewRun> through = [];
        foreach (var candidate in candidates)
        {
            if (await PassesAsync(database, candidate, candidate.Automation.Definition.Entry.Mask!, cancellationToken))
            {
                through.Add(ToRun(candidate));
            }
        }
        var begun = await RunTable.BeginAsync(
            opened.Connection, Microsoft.EntityFrameworkCore.Storage.DbContextTransactionExtensions.GetDbTransaction(transaction), through, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return begun;
    }

    async Task<bool> PassesAsync(PrickleDatabase database, RunCandidate candidate, EntryMask mask, CancellationToken cancellationToken)
    {
        var subject = mask.PerPerson ? candidate.PersonId ?? Guid.Empty : Guid.Empty;
        var now = RunTable.Micros(time.GetUtcNow());
        var matches = database.Set<MaskMatchRow>().Where(row => row.AutomationId == candidate.Automation.Id && row.Subject == subject);
        if (await matches.AnyAsync(row => row.Uuid == candidate.Uuid, cancellationToken))
        {
            // Told twice after a crash: counted already.
            return false;
        }
        if (await matches.MinAsync(row => (long?)row.At, cancellationToken) is { } first && now - first >= mask.Within.Length.TotalMicroseconds)
        {
            await matches.ExecuteDeleteAsync(cancellationToken);
        }
        database.Add(new MaskMatchRow { AutomationId = candidate.Automation.Id, Uuid = candidate.Uuid, Subject = subject, At = now });
        await database.SaveChangesAsync(cancellationToken);
        var count = await matches.CountAsync(cancellationToken);
        return mask.Every == 1 ? count == 1 : count % mask.Every == 0;
    }
}
