using Microsoft.EntityFrameworkCore;
using Prickle.Accounts;
using Prickle.Activity;
using Prickle.ClickHouse;
using Prickle.Definitions.Questions;
using Prickle.Definitions.Storage;
using Prickle.Storage;

namespace Prickle.Definitions;

/// <summary>The events of a project by name: those that were seen, and what is written about them.</summary>
public sealed class EventDefinitions(
    IDbContextFactory<PrickleDatabase> databases, ClickHouseStore store, ActivityLog activity, TimeProvider time)
{
    readonly Cached<int, IReadOnlyDictionary<string, EventUsage>> _usage = new(time, TimeSpan.FromMinutes(5));

    /// <summary>A part of the list, and how many fit in all.</summary>
    public async Task<(long Count, IReadOnlyList<EventDefinition> Items)> ListAsync(
        DefinitionFilter filter, int limit, int offset, CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        var rows = DefinitionSearch.Matching(database.Set<EventDefinitionRow>(), filter);
        if (filter.Sort == "volume")
        {
            return await ByVolumeAsync(rows, filter, limit, offset, cancellationToken);
        }
        var page = await DefinitionSearch.Sorted(rows, filter).Skip(offset).Take(limit).AsNoTracking().ToListAsync(cancellationToken);
        return (await rows.LongCountAsync(cancellationToken), page.ConvertAll(row => row.ToDefinition()));
    }

    /// <summary>What a picker offers: nothing hidden, frequent ones first.</summary>
    public async Task<IReadOnlyList<EventDefinition>> OfferedAsync(int projectId, CancellationToken cancellationToken) =>
        (await ListAsync(new DefinitionFilter(projectId) { IsHidden = false, Sort = "volume", IsDescending = true }, 2000, 0, cancellationToken)).Items;

    /// <summary>A definition; null when the project has none of the id.</summary>
    public async Task<EventDefinition?> FindAsync(int projectId, Guid id, CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        var row = await database.Set<EventDefinitionRow>().AsNoTracking()
            .SingleOrDefaultAsync(row => row.ProjectId == projectId && row.Id == id, cancellationToken);
        return row?.ToDefinition();
    }

    /// <summary>How often each event came in the last 30 days; counted at most five minutes ago.</summary>
    public Task<IReadOnlyDictionary<string, EventUsage>> UsageAsync(int projectId, CancellationToken cancellationToken) =>
        _usage.GetAsync(projectId, () => UsageOfEvents.ReadAsync(store, projectId, time.GetUtcNow(), cancellationToken));

    public async Task<Outcome<EventDefinition>> ChangeAsync(
        ProjectGrant grant, Guid id, DefinitionChange change, CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        if (await database.Set<EventDefinitionRow>().SingleOrDefaultAsync(
            row => row.ProjectId == grant.ProjectId && row.Id == id, cancellationToken) is not { } row)
        {
            return Refusal.NotFound("Event definition not found.");
        }
        var before = row.ToDefinition();
        if (DefinitionEdit.Apply(row, change) is { } refusal)
        {
            return refusal;
        }
        activity.Add(database, ActivityEntry.In(grant, ActivityVerb.Updated, Resource.PropertyDefinition, $"{id}", row.Name) with
        {
            Before = before,
            After = row.ToDefinition(),
        });
        await database.SaveChangesAsync(cancellationToken);
        return row.ToDefinition();
    }

    // The numbers are in the other store. A project has few names next to its events.
    async Task<(long Count, IReadOnlyList<EventDefinition> Items)> ByVolumeAsync(
        IQueryable<EventDefinitionRow> rows, DefinitionFilter filter, int limit, int offset, CancellationToken cancellationToken)
    {
        var all = await rows.AsNoTracking().ToListAsync(cancellationToken);
        var usage = await UsageAsync(filter.ProjectId, cancellationToken);
        long Volume(EventDefinitionRow row) => usage.GetValueOrDefault(row.Name)?.Count ?? 0;
        var sorted = filter.IsDescending ? all.OrderByDescending(Volume).ThenBy(row => row.Name) : all.OrderBy(Volume).ThenBy(row => row.Name);
        return (all.Count, [.. sorted.Skip(offset).Take(limit).Select(row => row.ToDefinition())]);
    }
}
