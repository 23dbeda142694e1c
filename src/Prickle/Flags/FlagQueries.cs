using Microsoft.EntityFrameworkCore;
using Prickle.Flags.Storage;
using Prickle.Storage;

namespace Prickle.Flags;

/// <summary>Which flags of a project are wanted, and in which order.</summary>
public sealed record FlagFilter
{
    /// <summary>Part of the key, the description or a tag.</summary>
    public string Search { get; init; } = "";
    public bool? IsActive { get; init; }
    public bool IsArchived { get; init; }
    public string? Tag { get; init; }

    /// <summary>boolean, multivariate or remote_config; null for all.</summary>
    public string? Type { get; init; }

    /// <summary>key, created_at or updated_at, with a minus in front for descending.</summary>
    public string Order { get; init; } = "key";
}

/// <summary>What pages and endpoints ask about flags. Answers come from the store, at once.</summary>
public sealed class FlagQueries(IDbContextFactory<PrickleDatabase> databases)
{
    /// <summary>The flags that fit. A project has so few that they are read whole.</summary>
    public async Task<IReadOnlyList<FeatureFlag>> ListAsync(int projectId, FlagFilter filter, CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        var rows = await database.Set<FlagRow>().AsNoTracking()
            .Where(row => row.ProjectId == projectId && !row.IsDeleted && row.IsArchived == filter.IsArchived).ToListAsync(cancellationToken);
        return Ordered(rows.Select(row => row.ToFlag()).Where(flag => Fits(flag, filter)), filter.Order);
    }

    /// <summary>A flag, archived or not; null when the project has none of that id.</summary>
    public async Task<FeatureFlag?> FindAsync(int projectId, int id, CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        return (await database.Set<FlagRow>().AsNoTracking().SingleOrDefaultAsync(
            row => row.ProjectId == projectId && row.Id == id && !row.IsDeleted, cancellationToken))?.ToFlag();
    }

    /// <summary>The flag of a key, archived or not.</summary>
    public async Task<FeatureFlag?> FindByKeyAsync(int projectId, string key, CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        return (await database.Set<FlagRow>().AsNoTracking().SingleOrDefaultAsync(
            row => row.ProjectId == projectId && row.TakenKey == key, cancellationToken))?.ToFlag();
    }

    /// <summary>The keys of flags by id; those that were deleted are missing.</summary>
    public async Task<IReadOnlyDictionary<int, string>> KeysAsync(int projectId, IReadOnlyCollection<int> ids, CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        return await database.Set<FlagRow>().Where(row => row.ProjectId == projectId && !row.IsDeleted && ids.Contains(row.Id))
            .ToDictionaryAsync(row => row.Id, row => row.Key, cancellationToken);
    }

    static bool Fits(FeatureFlag flag, FlagFilter filter) =>
        (filter.IsActive is not { } active || flag.Settings.Active == active)
        && (filter.Tag is not { } tag || flag.Settings.Tags.Contains(tag, StringComparer.OrdinalIgnoreCase))
        && (filter.Type is not { } type || TypeOf(flag.Settings) == type)
        && (filter.Search.Trim() is not { Length: > 0 } search
            || flag.Key.Contains(search, StringComparison.OrdinalIgnoreCase) || flag.Settings.Name.Contains(search, StringComparison.OrdinalIgnoreCase)
            || flag.Settings.Tags.Any(word => word.Contains(search, StringComparison.OrdinalIgnoreCase)));

    /// <summary>boolean, multivariate or remote_config.</summary>
    public static string TypeOf(FlagSettings settings) =>
        settings.IsRemoteConfiguration ? "remote_config" : settings.Filters.Variants.Count > 0 ? "multivariate" : "boolean";

    static IReadOnlyList<FeatureFlag> Ordered(IEnumerable<FeatureFlag> flags, string order) => order switch
    {
        "-key" => [.. flags.OrderByDescending(flag => flag.Key, StringComparer.OrdinalIgnoreCase)],
        "created_at" => [.. flags.OrderBy(flag => flag.CreatedAt).ThenBy(flag => flag.Id)],
        "-created_at" => [.. flags.OrderByDescending(flag => flag.CreatedAt).ThenByDescending(flag => flag.Id)],
        "updated_at" => [.. flags.OrderBy(flag => flag.UpdatedAt).ThenBy(flag => flag.Id)],
        "-updated_at" => [.. flags.OrderByDescending(flag => flag.UpdatedAt).ThenByDescending(flag => flag.Id)],
        _ => [.. flags.OrderBy(flag => flag.Key, StringComparer.OrdinalIgnoreCase)],
    };
}
