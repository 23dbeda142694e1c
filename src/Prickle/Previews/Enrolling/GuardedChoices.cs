using Microsoft.EntityFrameworkCore;
using Prickle.Flags;
using Prickle.Previews.Storage;
using Prickle.Storage;

namespace Prickle.Previews.Enrolling;

/// <summary>Tells the flags what people and their groups chose of previews that not everybody may choose.</summary>
sealed class GuardedChoices(IDbContextFactory<PrickleDatabase> databases) : IFlagChoices
{
    public async Task<IReadOnlyList<IReadOnlyDictionary<int, bool>>> OfAsync(
        int projectId, IReadOnlyList<FlagChooser> choosers, CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        var previews = await database.Set<PreviewRow>().AsNoTracking()
            .Where(row => row.ProjectId == projectId && row.IsGuarded && !row.IsDeleted
                && (row.Stage == PreviewStage.Alpha || row.Stage == PreviewStage.Beta || row.Stage == PreviewStage.GeneralAvailability))
            .Select(row => new GuardedPreview(row.Id, row.FlagId, row.GroupTypeIndex, row.DoesGroupDecide)).ToListAsync(cancellationToken);
        if (previews.Count == 0)
        {
            return [.. choosers.Select(_ => new Dictionary<int, bool>())];
        }
        var ids = previews.ConvertAll(preview => preview.Id);
        var rows = await PersonsAsync(database, projectId, ids, choosers, cancellationToken);
        var byPerson = rows.ToLookup(row => (row.PreviewId, row.PersonId));
        var byId = rows.ToLookup(row => (row.PreviewId, row.DistinctId));
        var groups = (await GroupsAsync(database, projectId, ids, choosers, cancellationToken))
            .ToDictionary(row => (row.PreviewId, row.GroupTypeIndex, row.GroupKey), row => row.IsEnabled);
        return [.. choosers.Select(chooser => Choices(previews, chooser, byPerson, byId, groups))];
    }

    static Dictionary<int, bool> Choices(
        List<GuardedPreview> previews, FlagChooser chooser, ILookup<(Guid, Guid), EnrollmentRow> byPerson, ILookup<(Guid, string), EnrollmentRow> byId,
        Dictionary<(Guid, int, string), bool> groups)
    {
        var chosen = new Dictionary<int, bool>();
        foreach (var preview in previews)
        {
            // Several rows of ids that came to lead to one person: the last choice is theirs.
            var row = byPerson[(preview.Id, chooser.PersonId)].Concat(chooser.DistinctIds.SelectMany(id => byId[(preview.Id, id)])).MaxBy(one => one.ChosenAt);
            bool? own = row?.State switch { PreviewState.Enabled => true, PreviewState.Disabled => false, _ => null };
            var ofGroup = preview.GroupTypeIndex is { } type && type < chooser.Groups.Count && chooser.Groups[type] is { } key
                && groups.TryGetValue((preview.Id, type, key), out var isOn) ? isOn : (bool?)null;
            if ((preview.DoesGroupDecide ? ofGroup ?? own : own ?? ofGroup) is { } choice)
            {
                chosen[preview.FlagId] = choice;
            }
        }
        return chosen;
    }

    static Task<List<EnrollmentRow>> PersonsAsync(
        PrickleDatabase database, int projectId, List<Guid> previews, IReadOnlyList<FlagChooser> choosers, CancellationToken cancellationToken)
    {
        var rows = database.Set<EnrollmentRow>().AsNoTracking().Where(row => row.ProjectId == projectId
            && (row.State == PreviewState.Enabled || row.State == PreviewState.Disabled) && previews.Contains(row.PreviewId));
        // For one, who is waited for, by their ids; for many all there are: a statement takes only so many parameters.
        if (choosers is [var one])
        {
            var (person, ids) = (one.PersonId, one.DistinctIds.Distinct().ToList());
            rows = rows.Where(row => row.PersonId == person || ids.Contains(row.DistinctId));
        }
        return rows.ToListAsync(cancellationToken);
    }

    static async Task<List<GroupEnrollmentRow>> GroupsAsync(
        PrickleDatabase database, int projectId, List<Guid> previews, IReadOnlyList<FlagChooser> choosers, CancellationToken cancellationToken)
    {
        if (choosers.All(chooser => chooser.Groups.All(key => key is null)))
        {
            return [];
        }
        var rows = database.Set<GroupEnrollmentRow>().AsNoTracking().Where(row => row.ProjectId == projectId && previews.Contains(row.PreviewId));
        if (choosers is [var one])
        {
            var keys = one.Groups.OfType<string>().ToList();
            rows = rows.Where(row => keys.Contains(row.GroupKey));
        }
        return await rows.ToListAsync(cancellationToken);
    }

    sealed record GuardedPreview(Guid Id, int FlagId, int? GroupTypeIndex, bool DoesGroupDecide);
}
