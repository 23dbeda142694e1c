using Microsoft.EntityFrameworkCore;
using Prickle.Accounts;
using Prickle.Activity;
using Prickle.Persons.Removing;
using Prickle.Persons.Storage;
using Prickle.Storage;

namespace Prickle.Persons;

/// <summary>Deletes persons, for good. That somebody is to go is written down first, so that nothing of them is forgotten on the way.</summary>
public sealed class PersonDeletion
{
    readonly IDbContextFactory<PrickleDatabase> _databases;
    readonly PersonRemover _remover;
    readonly ActivityLog _activity;
    readonly TimeProvider _time;

    internal PersonDeletion(IDbContextFactory<PrickleDatabase> databases, PersonRemover remover, ActivityLog activity, TimeProvider time) =>
        (_databases, _remover, _activity, _time) = (databases, remover, activity, time);

    /// <summary>Takes somebody away with all that modules keep about them. What a store that is away keeps follows when it is back.</summary>
    /// <param name="withEvents">What they did goes too; else it stays as that of visitors nobody knows.</param>
    public async Task<Outcome<Guid>> DeleteAsync(ProjectGrant grant, Guid id, bool withEvents, CancellationToken cancellationToken)
    {
        if (!grant.Allows(Resource.Person, Level.Write))
        {
            return Refusal.Denied("You may look at persons here, not delete them.");
        }
        await using var database = await _databases.CreateDbContextAsync(cancellationToken);
        if (!await database.Set<PersonRow>().AnyAsync(row => row.ProjectId == grant.ProjectId && row.Id == id && !row.IsDeleted, cancellationToken))
        {
            return Refusal.NotFound("The person does not exist in this project.");
        }
        var now = _time.GetUtcNow();
        var order = new PersonDeletionRow { Id = Guid.CreateVersion7(now), ProjectId = grant.ProjectId, PersonId = id, WithEvents = withEvents };
        database.Add(order);
        // By the id alone: a name would stay in the log of somebody who is gone.
        _activity.Add(database, ActivityEntry.In(grant, ActivityVerb.Deleted, Resource.Person, $"{id}", $"{id}") with { Before = new { delete_events = withEvents } });
        await database.SaveChangesAsync(cancellationToken);
        // Begun, it is gone through with, whether or not somebody waits for it.
        await _remover.RemoveAsync(order.Id, CancellationToken.None);
        return id;
    }
}
