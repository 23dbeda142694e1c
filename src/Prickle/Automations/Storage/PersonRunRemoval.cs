using Microsoft.EntityFrameworkCore;
using Prickle.Automations.Engine;
using Prickle.Persons;
using Prickle.Storage;

namespace Prickle.Automations.Storage;

/// <summary>Ends the runs about a deleted person, and leaves of all of them that they were: nothing that was known, sent or answered.</summary>
sealed class PersonRunRemoval(IDbContextFactory<PrickleDatabase> databases, RunEnding ending) : IPersonDeletionListener
{
    const string Reason = "The person was deleted.";

    public async Task DeleteAsync(DeletedPerson person, CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        foreach (var ids in person.IdsInParts)
        {
            await EndAsync(database, person, ids, cancellationToken);
        }
        await database.Set<MessageRow>().Where(row => row.ProjectId == person.ProjectId && row.PersonId == person.Id).ExecuteDeleteAsync(cancellationToken);
        await database.Set<MessageDayRow>().Where(row => row.ProjectId == person.ProjectId && row.PersonId == person.Id).ExecuteDeleteAsync(cancellationToken);
    }

    async Task EndAsync(PrickleDatabase database, DeletedPerson person, string[] ids, CancellationToken cancellationToken)
    {
        var at = person.AtMicroseconds;
        IQueryable<RunRow> Theirs(IQueryable<RunRow> runs) => runs.Where(row =>
            row.ProjectId == person.ProjectId && row.StartedAt <= at && (row.PersonId == person.Id || ids.Contains(row.DistinctId!)));
        var theirs = Theirs(database.Set<RunRow>());
        // That a run ends is told by an event of the person, which would make them anew.
        await theirs.ExecuteUpdateAsync(set => set.SetProperty(row => row.Told, 2).SetProperty(row => row.Awaits, RunAwaits.None), cancellationToken);
        await ending.EndAsync(Theirs, RunState.Cancelled, Reason, cancellationToken);
        // Nothing is taken back of somebody who is gone.
        await database.Set<HoldRow>().Where(hold => theirs.Any(run => run.Id == hold.RunId)).ExecuteDeleteAsync(cancellationToken);
        await database.Set<RunStepRow>().Where(step => theirs.Any(run => run.Id == step.RunId))
            .ExecuteUpdateAsync(set => set.SetProperty(step => step.Told, 1).SetProperty(step => step.Data, (string?)null), cancellationToken);
        await theirs.ExecuteUpdateAsync(set => set.SetProperty(row => row.Context, "{}").SetProperty(row => row.Signal, (string?)null), cancellationToken);
    }
}
