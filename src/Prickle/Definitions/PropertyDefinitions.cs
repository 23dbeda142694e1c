using Microsoft.EntityFrameworkCore;
using Prickle.Accounts;
using Prickle.Activity;
using Prickle.ClickHouse;
using Prickle.Definitions.Questions;
using Prickle.Definitions.Storage;
using Prickle.Storage;

namespace Prickle.Definitions;

/// <summary>The properties of a project: those that were seen, what is written about them, and what their values are.</summary>
public sealed class PropertyDefinitions(
    IDbContextFactory<PrickleDatabase> databases, ClickHouseStore store, ActivityLog activity, TimeProvider time)
{
    readonly Cached<(int, PropertyScope, int?, string), PropertyUsage> _usage = new(time, TimeSpan.FromMinutes(10));

    /// <summary>A part of the list, and how many fit in all.</summary>
    public async Task<(long Count, IReadOnlyList<PropertyDefinition> Items)> ListAsync(
        DefinitionFilter filter, int limit, int offset, CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        var rows = DefinitionSearch.Of(database, filter);
        var page = await DefinitionSearch.Sorted(rows, filter).Skip(offset).Take(limit).AsNoTracking().ToListAsync(cancellationToken);
        return (await rows.LongCountAsync(cancellationToken), page.ConvertAll(row => row.ToDefinition()));
    }

    /// <summary>What a picker offers: nothing hidden; the product's own names before those of SDKs.</summary>
    public async Task<IReadOnlyList<PropertyDefinition>> OfferedAsync(
        int projectId, PropertyScope scope, int? groupTypeIndex, CancellationToken cancellationToken)
    {
        if (scope == PropertyScope.Session)
        {
            return SessionProperties.All;
        }
        var (_, items) = await ListAsync(
            new DefinitionFilter(projectId) { Scope = scope, GroupTypeIndex = groupTypeIndex, IsHidden = false }, 2000, 0, cancellationToken);
        return [.. items.OrderBy(item => item.IsBuiltIn).ThenByDescending(item => item.IsVerified).ThenBy(item => item.Name, StringComparer.OrdinalIgnoreCase)];
    }

    /// <summary>The properties that come with one of the events.</summary>
    public async Task<IReadOnlySet<string>> OfEventsAsync(int projectId, IReadOnlyCollection<string> events, CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        var names = await database.Set<EventPropertyRow>().Where(row => row.ProjectId == projectId && events.Contains(row.Event))
            .Select(row => row.Property).Distinct().ToListAsync(cancellationToken);
        return names.ToHashSet();
    }

    /// <summary>A definition; null when the project has none of the id.</summary>
    public async Task<PropertyDefinition?> FindAsync(int projectId, Guid id, CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        var row = await database.Set<PropertyDefinitionRow>().AsNoTracking()
            .SingleOrDefaultAsync(row => row.ProjectId == projectId && row.Id == id, cancellationToken);
        return row?.ToDefinition();
    }

    /// <summary>What the values of a property are; null when it was never seen, or says nothing.</summary>
    public async Task<PropertyType?> TypeAsync(
        int projectId, PropertyScope scope, int? groupTypeIndex, string name, CancellationToken cancellationToken)
    {
        if (scope == PropertyScope.Session)
        {
            return SessionProperties.All.FirstOrDefault(property => property.Name == name)?.Type;
        }
        var group = groupTypeIndex ?? -1;
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        return await database.Set<PropertyDefinitionRow>()
            .Where(row => row.ProjectId == projectId && row.Scope == scope && row.GroupTypeIndex == group && row.Name == name)
            .Select(row => row.Type).SingleOrDefaultAsync(cancellationToken);
    }

    /// <summary>The most frequent values, those that hold the search.</summary>
    public Task<List<string>> ValuesAsync(
        int projectId, PropertyScope scope, int? groupTypeIndex, string name, string search, CancellationToken cancellationToken) =>
        FrequentValues.ReadAsync(store, projectId, scope, groupTypeIndex, name, search, time.GetUtcNow(), cancellationToken);

    /// <summary>How often it came in the last 30 days, and with which events.</summary>
    public Task<PropertyUsage> UsageAsync(int projectId, PropertyDefinition definition, CancellationToken cancellationToken) =>
        _usage.GetAsync(
            (projectId, definition.Scope, definition.GroupTypeIndex, definition.Name),
            () => UsageOfProperty.ReadAsync(store, projectId, definition, time.GetUtcNow(), cancellationToken));

    public async Task<Outcome<PropertyDefinition>> ChangeAsync(
        ProjectGrant grant, Guid id, DefinitionChange change, CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        if (await database.Set<PropertyDefinitionRow>().SingleOrDefaultAsync(
            row => row.ProjectId == grant.ProjectId && row.Id == id, cancellationToken) is not { } row)
        {
            return Refusal.NotFound("Property definition not found.");
        }
        var before = row.ToDefinition();
        if (DefinitionEdit.Apply(row, change) is { } refusal)
        {
            return refusal;
        }
        if (change.Type is { } type)
        {
            (row.Type, row.IsTypeChosen) = (type, true);
        }
        activity.Add(database, ActivityEntry.In(grant, ActivityVerb.Updated, Resource.PropertyDefinition, $"{id}", row.Name) with
        {
            Before = before,
            After = row.ToDefinition(),
        });
        await database.SaveChangesAsync(cancellationToken);
        return row.ToDefinition();
    }
}
