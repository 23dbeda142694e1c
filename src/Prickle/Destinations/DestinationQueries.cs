using Microsoft.EntityFrameworkCore;
using Prickle.Destinations.Storage;
using Prickle.Storage;

namespace Prickle.Destinations;

/// <summary>Which destinations of a project are wanted, and in which order.</summary>
public sealed record DestinationFilter
{
    /// <summary>Part of the name or the kind.</summary>
    public string Search { get; init; } = "";

    /// <summary>The key of a kind; null for all.</summary>
    public string? Kind { get; init; }

    /// <summary>Null for all.</summary>
    public bool? IsEnabled { get; init; }

    /// <summary>name, kind, last_used_at, created_at or updated_at, with a minus in front for descending.</summary>
    public string Order { get; init; } = "name";
}

/// <summary>What pages and endpoints ask about destinations.</summary>
public sealed class DestinationQueries(IDbContextFactory<PrickleDatabase> databases)
{
    /// <summary>Those that fit. A project has so few that they are read whole.</summary>
    public async Task<IReadOnlyList<Destination>> ListAsync(int projectId, DestinationFilter filter, CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        var rows = await database.Set<DestinationRow>().AsNoTracking().Where(row => row.ProjectId == projectId
            && (filter.Kind == null || row.Kind == filter.Kind) && (filter.IsEnabled == null || row.Enabled == filter.IsEnabled)).ToListAsync(cancellationToken);
        return Ordered(rows.Select(row => row.ToDestination()).Where(destination => Fits(destination, filter.Search.Trim())), filter.Order);
    }

    /// <summary>A destination; null when the project has none of that id.</summary>
    public async Task<Destination?> FindAsync(int projectId, Guid id, CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        return (await database.Set<DestinationRow>().AsNoTracking()
            .SingleOrDefaultAsync(row => row.ProjectId == projectId && row.Id == id, cancellationToken))?.ToDestination();
    }

    static bool Fits(Destination destination, string search) =>
        search.Length == 0 || destination.Name.Contains(search, StringComparison.OrdinalIgnoreCase) || destination.Kind.Contains(search, StringComparison.OrdinalIgnoreCase);

    static IReadOnlyList<Destination> Ordered(IEnumerable<Destination> destinations, string order)
    {
        var ordered = order.TrimStart('-') switch
        {
            "kind" => destinations.OrderBy(one => one.Kind, StringComparer.Ordinal).ThenBy(one => one.Name, StringComparer.OrdinalIgnoreCase),
            "last_used_at" => destinations.OrderBy(one => one.LastUsedAt).ThenBy(one => one.Id),
            "created_at" => destinations.OrderBy(one => one.CreatedAt).ThenBy(one => one.Id),
            "updated_at" => destinations.OrderBy(one => one.UpdatedAt).ThenBy(one => one.Id),
            _ => destinations.OrderBy(one => one.Name, StringComparer.OrdinalIgnoreCase).ThenBy(one => one.Id),
        };
        return order.StartsWith('-') ? [.. ordered.Reverse()] : [.. ordered];
    }
}
