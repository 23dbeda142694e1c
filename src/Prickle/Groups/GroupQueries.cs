using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Prickle.ClickHouse;
using Prickle.Filters;
using Prickle.Groups.Listing;
using Prickle.Groups.Storage;
using Prickle.Storage;

namespace Prickle.Groups;

/// <summary>A kind of group, such as "company".</summary>
/// <param name="Index">Its place in events, 0 to 4.</param>
/// <param name="Name">What the product calls it.</param>
/// <param name="GroupCount">How many groups of it there are.</param>
public sealed record GroupType(int Index, string Name, long GroupCount);

/// <summary>A group as pages and the API show it.</summary>
/// <param name="TypeIndex">Its kind.</param>
/// <param name="Key">Its id in the product.</param>
/// <param name="Name">The property "name", else the key.</param>
/// <param name="Properties">What is known.</param>
/// <param name="CreatedAt">When first seen.</param>
/// <param name="ChangedAt">When its properties were last sent.</param>
public sealed record GroupProfile(int TypeIndex, string Key, string Name, JsonElement Properties, DateTimeOffset CreatedAt, DateTimeOffset ChangedAt);

/// <summary>Everything that pages and other modules ask about groups.</summary>
public sealed class GroupQueries(IDbContextFactory<PrickleDatabase> databases, ClickHouseStore store, TimeProvider time)
{
    const string PropertiesOfOne = "SELECT properties FROM groups WHERE project_id = @p0 AND type_index = @p1 AND key = @p2";

    /// <summary>The kinds of groups of a project, in the order of their index.</summary>
    public async Task<IReadOnlyList<GroupType>> TypesAsync(int projectId, CancellationToken cancellationToken = default)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        var types = await database.Set<GroupTypeRow>().AsNoTracking().Where(row => row.ProjectId == projectId)
            .OrderBy(row => row.TypeIndex).ToListAsync(cancellationToken);
        var counts = await database.Set<GroupRow>().Where(row => row.ProjectId == projectId)
            .GroupBy(row => row.TypeIndex).Select(group => new { group.Key, Count = group.LongCount() })
            .ToDictionaryAsync(row => row.Key, row => row.Count, cancellationToken);
        return types.ConvertAll(row => new GroupType(row.TypeIndex, row.Name, counts.GetValueOrDefault(row.TypeIndex)));
    }

    /// <summary>The names of the kinds of groups by index, without counting them.</summary>
    public async Task<IReadOnlyDictionary<int, string>> TypeNamesAsync(int projectId, CancellationToken cancellationToken = default)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        return await database.Set<GroupTypeRow>().AsNoTracking().Where(row => row.ProjectId == projectId)
            .ToDictionaryAsync(row => row.TypeIndex, row => row.Name, cancellationToken);
    }

    /// <summary>Groups of a kind; the search looks at keys and properties, the conditions at properties.</summary>
    /// <param name="order">name, key, created_at or changed_at, with a minus in front for descending.</param>
    /// <param name="zone">Where the days of the conditions begin: that of the project.</param>
    public async Task<(long Count, IReadOnlyList<GroupProfile> Groups)> ListAsync(
        int projectId, int typeIndex, string search, int limit, int offset = 0, FilterGroup? conditions = null, string order = "-created_at",
        TimeZoneInfo? zone = null, CancellationToken cancellationToken = default)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        var groups = database.Set<GroupRow>().AsNoTracking().Where(row => row.ProjectId == projectId && row.TypeIndex == typeIndex);
        if (search.Trim().ToLowerInvariant() is { Length: > 0 } lower)
        {
            groups = groups.Where(row => row.Key.ToLower().Contains(lower) || row.Properties.ToLower().Contains(lower));
        }

        if (conditions is { IsEmpty: false })
        {
            var keys = await GroupConditions.FindAsync(store, projectId, typeIndex, conditions, time.GetUtcNow(), zone ?? TimeZoneInfo.Utc, cancellationToken);
            groups = groups.Where(row => keys.Contains(row.Key));
        }

        var rows = await Ordered(groups, order)
            .Skip(offset).Take(limit).ToListAsync(cancellationToken);
        return (await groups.LongCountAsync(cancellationToken), rows.ConvertAll(Profile));
    }

    /// <summary>A group; null when there is none.</summary>
    public async Task<GroupProfile?> FindAsync(int projectId, int typeIndex, string key, CancellationToken cancellationToken = default)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        return await database.Set<GroupRow>().AsNoTracking().SingleOrDefaultAsync(
            row => row.ProjectId == projectId && row.TypeIndex == typeIndex && row.Key == key, cancellationToken) is { } row ? Profile(row) : null;
    }

    /// <summary>What is known of a group, among the questions of a request: nothing of one that is not known.</summary>
    public static async ValueTask<JsonElement> PropertiesAsync(
        PreparedReading reading, int projectId, int typeIndex, string key, CancellationToken cancellationToken)
    {
        await using var row = await reading.AskAsync(PropertiesOfOne, [projectId, typeIndex, key], cancellationToken);
        // As bytes: they are parsed, and nobody reads the text.
        return await row.ReadAsync(cancellationToken) ? JsonElement.Parse(row.GetFieldValue<byte[]>(0)) : default;
    }

    static IQueryable<GroupRow> Ordered(IQueryable<GroupRow> groups, string order) => order switch
    {
        "name" => groups.OrderBy(row => row.Name.ToLower()).ThenBy(row => row.Key),
        "-name" => groups.OrderByDescending(row => row.Name.ToLower()).ThenBy(row => row.Key),
        "key" => groups.OrderBy(row => row.Key),
        "-key" => groups.OrderByDescending(row => row.Key),
        "changed_at" => groups.OrderBy(row => row.Version).ThenBy(row => row.Key),
        "-changed_at" => groups.OrderByDescending(row => row.Version).ThenBy(row => row.Key),
        "created_at" => groups.OrderBy(row => row.CreatedAt).ThenBy(row => row.Key),
        _ => groups.OrderByDescending(row => row.CreatedAt).ThenBy(row => row.Key),
    };

    static GroupProfile Profile(GroupRow row) =>
        new(row.TypeIndex, row.Key, row.Name, JsonElement.Parse(row.Properties), At(row.CreatedAt), At(row.Version));

    static DateTimeOffset At(long microseconds) => DateTimeOffset.UnixEpoch.AddTicks(microseconds * TimeSpan.TicksPerMicrosecond);
}
