using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using Prickle.Accounts;
using Prickle.Cohorts.Calculation;
using Prickle.Cohorts.Storage;
using Prickle.Persons;
using Prickle.Storage;

namespace Prickle.Cohorts;

/// <summary>
/// Puts persons into static cohorts and takes them out, one by one, for what acts by itself. Nobody's permission is asked, since it
/// was when somebody set that up. Many at a time share a calculation.
/// </summary>
public sealed class CohortMembership
{
    readonly IDbContextFactory<PrickleDatabase> _databases;
    readonly StaticMembers _members;
    readonly CohortCalculation _calculation;
    readonly ConcurrentDictionary<int, Turns> _turns = [];

    internal CohortMembership(IDbContextFactory<PrickleDatabase> databases, StaticMembers members, CohortCalculation calculation) =>
        (_databases, _members, _calculation) = (databases, members, calculation);

    /// <summary>True when the person was in it already.</summary>
    public Task<Outcome<bool>> AddAsync(int projectId, int cohortId, PersonReference person, CancellationToken cancellationToken) =>
        ChangeAsync(projectId, cohortId, person.PersonId, true, () => _members.AddAsync(projectId, cohortId, [person], cancellationToken), cancellationToken);

    /// <summary>True when the person was in it.</summary>
    public Task<Outcome<bool>> RemoveAsync(int projectId, int cohortId, Guid personId, CancellationToken cancellationToken) =>
        ChangeAsync(projectId, cohortId, personId, false, () => _members.RemoveAsync(projectId, cohortId, [personId], cancellationToken), cancellationToken);

    async Task<Outcome<bool>> ChangeAsync(int projectId, int cohortId, Guid personId, bool isWanted, Func<Task> change, CancellationToken cancellationToken)
    {
        await using (var database = await _databases.CreateDbContextAsync(cancellationToken))
        {
            switch (await database.Set<CohortRow>().AsNoTracking().SingleOrDefaultAsync(
                row => row.ProjectId == projectId && row.Id == cohortId && !row.IsDeleted, cancellationToken))
            {
                case null:
                    return Refusal.NotFound("The cohort does not exist.");
                case { IsStatic: false }:
                    return Refusal.Invalid("id", "Only static cohorts take people by hand; this one follows its criteria.");
            }
        }
        var was = await _members.HasAsync(projectId, cohortId, personId, cancellationToken);
        if (was != isWanted)
        {
            await change();
        }
        // Also where nothing changed: an earlier try may have ended before its calculation.
        await CalculateAsync(cohortId).WaitAsync(cancellationToken);
        return was;
    }

    /// <summary>Whoever comes before a calculation has begun is counted by it.</summary>
    Task CalculateAsync(int cohortId)
    {
        var turns = _turns.GetOrAdd(cohortId, static _ => new Turns());
        lock (turns)
        {
            // Elsewhere: begun here, it would take itself out before it is put in.
            return turns.Next ??= Task.Run(() => RunAsync(cohortId, turns));
        }
    }

    async Task RunAsync(int cohortId, Turns turns)
    {
        await turns.Gate.WaitAsync();
        try
        {
            lock (turns)
            {
                turns.Next = null;
            }
            await _calculation.RunAsync(cohortId, CancellationToken.None);
        }
        finally
        {
            turns.Gate.Release();
        }
    }

    sealed class Turns
    {
        public SemaphoreSlim Gate { get; } = new(1, 1);

        /// <summary>The calculation that waits for its turn.</summary>
        public Task? Next { get; set; }
    }
}
