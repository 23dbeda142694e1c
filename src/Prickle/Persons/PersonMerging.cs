using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Prickle.Accounts;
using Prickle.Activity;
using Prickle.Persons.Storage;
using Prickle.Storage;

namespace Prickle.Persons;

/// <summary>Merging persons by hand, and taking merges back.</summary>
public sealed class PersonMerging(
    PersonResolver resolver, IDbContextFactory<PrickleDatabase> databases, ActivityLog activity, TimeProvider time)
{
    /// <summary>
    /// Makes the source part of the target, whatever is known of either: whoever does this by hand means it.
    /// Gives the id of the merge, for undoing it.
    /// </summary>
    public async Task<Outcome<Guid>> MergeAsync(ProjectGrant grant, Guid targetId, Guid sourceId, CancellationToken cancellationToken)
    {
        if (targetId == sourceId)
        {
            return Refusal.Invalid("source_id", "A person cannot be merged with itself.");
        }

        var outcome = await resolver.InTurnAsync<Outcome<Guid>>(
            async () =>
                await resolver.LoadAsync(grant.ProjectId, targetId, cancellationToken) is { IsDeleted: false } target
                && await resolver.LoadAsync(grant.ProjectId, sourceId, cancellationToken) is { IsDeleted: false } source
                    ? resolver.Graph.MergeInto(target, source).Id
                    : Refusal.NotFound("One of the persons does not exist in this project."),
            cancellationToken);
        if (outcome is Outcome<Guid>.Done)
        {
            await RecordAsync(grant, ActivityVerb.Merged, targetId, new { source_id = sourceId }, cancellationToken);
        }

        return outcome;
    }

    /// <summary>
    /// Parts what a merge made one: the ids that came along go back, the other person stands again as it was, and the
    /// one who stayed loses what it took over, unless that was set anew since.
    /// </summary>
    public async Task<Outcome<Guid>> UndoAsync(ProjectGrant grant, Guid mergeId, CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        var merge = await database.Set<PersonMergeRow>()
            .SingleOrDefaultAsync(row => row.Id == mergeId && row.ProjectId == grant.ProjectId, cancellationToken);
        switch (merge)
        {
            case null:
                return Refusal.NotFound("This merge does not exist in this project.");
            case { UndoneAt: not null }:
                return new Refusal(RefusalReason.AlreadyExists, "This merge is undone already.");
        }

        var outcome = await resolver.InTurnAsync(() => PartAsync(merge, cancellationToken), cancellationToken);
        if (outcome is Outcome<Guid>.Done)
        {
            merge.UndoneAt = PersonTables.Microseconds(time.GetUtcNow());
            await database.SaveChangesAsync(cancellationToken);
            await RecordAsync(grant, ActivityVerb.Restored, merge.SourceId, new { target_id = merge.TargetId }, cancellationToken);
        }

        return outcome;
    }

    Task RecordAsync(ProjectGrant grant, ActivityVerb verb, Guid person, object detail, CancellationToken cancellationToken) =>
        activity.RecordAsync(
            ActivityEntry.In(grant, verb, Resource.Person, person.ToString(), person.ToString()) with { After = detail }, cancellationToken);

    async Task<Outcome<Guid>> PartAsync(PersonMergeRow merge, CancellationToken cancellationToken)
    {
        var target = await resolver.LoadAsync(merge.ProjectId, merge.TargetId, cancellationToken);
        var source = await resolver.LoadAsync(merge.ProjectId, merge.SourceId, cancellationToken);
        if (target is not { IsDeleted: false } || source is null)
        {
            return new Refusal(
                RefusalReason.AlreadyExists, "The person who stayed has become part of another one since: undo that merge first.");
        }

        if (!source.IsDeleted)
        {
            return merge.Id;
        }

        source.Properties = PropertyMap.Parse(merge.SourceBefore);
        source.IsDeleted = false;
        source.IsChanged = true;
        target.Properties.Restore(PropertyMap.Parse(merge.TargetBefore), PropertyMap.Parse(merge.TargetAfter));
        target.IsIdentified = merge.WasTargetIdentified;
        target.CreatedAt = PersonTables.Moment(merge.TargetCreatedBefore);
        target.IsChanged = true;
        foreach (var id in JsonSerializer.Deserialize<List<string>>(merge.MovedIds)!.Where(target.DistinctIds!.Contains).ToList())
        {
            target.DistinctIds!.Remove(id);
            resolver.Graph.Attach(source, id);
        }

        return merge.Id;
    }
}
