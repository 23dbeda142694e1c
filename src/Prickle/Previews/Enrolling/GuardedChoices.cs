using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using Prickle.Flags;
using Prickle.Previews.Storage;
using Prickle.Storage;

namespace Prickle.Previews.Enrolling;

/// <summary>
/// Tells the flags what people and their groups chose of previews that not everybody may choose. This is asked for each request
/// for flags: which previews there are is kept, and the questions are translated once.
/// </summary>
sealed class GuardedChoices(IDbContextFactory<PrickleDatabase> databases, TimeProvider time) : IFlagChoices
{
    /// <summary>How soon the changes of other nodes are seen, as with flags.</summary>
    static readonly TimeSpan Refresh = FlagDirectory.Refresh;

    readonly ConcurrentDictionary<int, Kept> _projects = [];
    volatile int _changes;

    // Not static: they belong to the provider that they were first asked of.
    readonly Func<PrickleDatabase, int, Guid, List<string>, IAsyncEnumerable<EnrollmentRow>> _ofPerson =
        EF.CompileAsyncQuery((PrickleDatabase database, int projectId, Guid personId, List<string> ids) =>
            database.Set<EnrollmentRow>().AsNoTracking().Where(row => row.ProjectId == projectId && (row.PersonId == personId || ids.Contains(row.DistinctId))).AsQueryable());

    readonly Func<PrickleDatabase, int, List<string>, IAsyncEnumerable<GroupEnrollmentRow>> _ofGroups =
        EF.CompileAsyncQuery((PrickleDatabase database, int projectId, List<string> keys) =>
            database.Set<GroupEnrollmentRow>().AsNoTracking().Where(row => row.ProjectId == projectId && keys.Contains(row.GroupKey)).AsQueryable());

    /// <summary>To be called after a preview was changed here.</summary>
    public void Changed() => Interlocked.Increment(ref _changes);

    public async Task<IReadOnlyList<IReadOnlyDictionary<int, bool>>> OfAsync(
        int projectId, IReadOnlyList<FlagChooser> choosers, CancellationToken cancellationToken)
    {
        var previews = await PreviewsAsync(projectId, cancellationToken);
        if (previews.Count == 0)
        {
            return [.. choosers.Select(_ => new Dictionary<int, bool>())];
        }
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        var rows = await PersonsAsync(database, projectId, choosers, cancellationToken);
        var byPerson = rows.ToLookup(row => (row.PreviewId, row.PersonId));
        var byId = rows.ToLookup(row => (row.PreviewId, row.DistinctId));
        var groups = (await GroupsAsync(database, projectId, previews, choosers, cancellationToken))
            .ToDictionary(row => (row.PreviewId, row.GroupTypeIndex, row.GroupKey), row => row.IsEnabled);
        return [.. choosers.Select(chooser => Choices(previews, chooser, byPerson, byId, groups))];
    }

    async ValueTask<IReadOnlyList<GuardedPreview>> PreviewsAsync(int projectId, CancellationToken cancellationToken)
    {
        if (_projects.TryGetValue(projectId, out var kept) && kept.Changes == _changes && time.GetElapsedTime(kept.ReadAt) < Refresh)
        {
            return kept.Previews;
        }
        var (changes, now) = (_changes, time.GetTimestamp());
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        var previews = await database.Set<PreviewRow>().AsNoTracking()
            .Where(row => row.ProjectId == projectId && row.IsGuarded && !row.IsDeleted
                && (row.Stage == PreviewStage.Alpha || row.Stage == PreviewStage.Beta || row.Stage == PreviewStage.GeneralAvailability))
            .Select(row => new GuardedPreview(row.Id, row.FlagId, row.GroupTypeIndex, row.DoesGroupDecide)).ToListAsync(cancellationToken);
        _projects[projectId] = new Kept(previews, changes, now);
        return previews;
    }

    static Dictionary<int, bool> Choices(
        IReadOnlyList<GuardedPreview> previews, FlagChooser chooser, ILookup<(Guid, Guid), EnrollmentRow> byPerson, ILookup<(Guid, string), EnrollmentRow> byId,
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

    async Task<List<EnrollmentRow>> PersonsAsync(
        PrickleDatabase database, int projectId, IReadOnlyList<FlagChooser> choosers, CancellationToken cancellationToken)
    {
        // For one, who is waited for, by their ids; for many all there are: a statement takes only so many parameters.
        if (choosers is not [var one])
        {
            return await database.Set<EnrollmentRow>().AsNoTracking().Where(row => row.ProjectId == projectId
                && (row.State == PreviewState.Enabled || row.State == PreviewState.Disabled)).ToListAsync(cancellationToken);
        }
        var rows = new List<EnrollmentRow>();
        await foreach (var row in _ofPerson(database, projectId, one.PersonId, [.. one.DistinctIds.Distinct()]).WithCancellation(cancellationToken))
        {
            rows.Add(row);
        }
        return rows;
    }

    async Task<List<GroupEnrollmentRow>> GroupsAsync(
        PrickleDatabase database, int projectId, IReadOnlyList<GuardedPreview> previews, IReadOnlyList<FlagChooser> choosers, CancellationToken cancellationToken)
    {
        if (previews.All(preview => preview.GroupTypeIndex is null) || choosers.All(chooser => chooser.Groups.All(key => key is null)))
        {
            return [];
        }
        if (choosers is not [var one])
        {
            return await database.Set<GroupEnrollmentRow>().AsNoTracking().Where(row => row.ProjectId == projectId).ToListAsync(cancellationToken);
        }
        var rows = new List<GroupEnrollmentRow>();
        await foreach (var row in _ofGroups(database, projectId, [.. one.Groups.OfType<string>()]).WithCancellation(cancellationToken))
        {
            rows.Add(row);
        }
        return rows;
    }

    sealed record GuardedPreview(Guid Id, int FlagId, int? GroupTypeIndex, bool DoesGroupDecide);

    sealed record Kept(IReadOnlyList<GuardedPreview> Previews, int Changes, long ReadAt);
}
