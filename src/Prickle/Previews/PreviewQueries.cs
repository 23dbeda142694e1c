using Microsoft.EntityFrameworkCore;
using Prickle.Flags;
using Prickle.Previews.Storage;
using Prickle.Storage;

namespace Prickle.Previews;

/// <summary>Which previews of a project are wanted, and in which order.</summary>
public sealed record PreviewFilter
{
    /// <summary>Part of the name, the description or the flag's key.</summary>
    public string Search { get; init; } = "";

    /// <summary>Null for all.</summary>
    public PreviewStage? Stage { get; init; }

    /// <summary>name, stage, created_at or updated_at, with a minus in front for descending.</summary>
    public string Order { get; init; } = "-updated_at";
}

/// <summary>How many chose what.</summary>
public sealed record PreviewCounts(int Enabled, int Disabled, int Interested, int Waiting, int Groups)
{
    public static readonly PreviewCounts None = new(0, 0, 0, 0, 0);
}

/// <summary>What pages and endpoints ask about previews.</summary>
public sealed class PreviewQueries(IDbContextFactory<PrickleDatabase> databases, FlagQueries flags)
{
    /// <summary>Previews that a project may have: they are read whole.</summary>
    public const int Most = 500;

    public async Task<IReadOnlyList<FeaturePreview>> ListAsync(int projectId, PreviewFilter filter, CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        var rows = await database.Set<PreviewRow>().AsNoTracking().Where(row => row.ProjectId == projectId && !row.IsDeleted
            && (filter.Stage == null || row.Stage == filter.Stage)).ToListAsync(cancellationToken);
        return Ordered((await WholeAsync(database, projectId, rows, cancellationToken)).Where(preview => Fits(preview, filter.Search.Trim())), filter.Order);
    }

    /// <summary>Those that people may find in their lists, in the order in which they were made.</summary>
    public async Task<IReadOnlyList<FeaturePreview>> ListedAsync(int projectId, CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        var rows = await database.Set<PreviewRow>().AsNoTracking().Where(row => row.ProjectId == projectId && !row.IsDeleted
            && row.Stage != PreviewStage.Draft && row.Stage != PreviewStage.Archived).ToListAsync(cancellationToken);
        return [.. (await WholeAsync(database, projectId, rows, cancellationToken)).Where(preview => preview.FlagKey is not null).OrderBy(preview => preview.CreatedAt)];
    }

    /// <summary>A preview; null when the project has none of that id.</summary>
    public async Task<FeaturePreview?> FindAsync(int projectId, Guid id, CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        var rows = await database.Set<PreviewRow>().AsNoTracking().Where(row => row.ProjectId == projectId && row.Id == id && !row.IsDeleted).ToListAsync(cancellationToken);
        return (await WholeAsync(database, projectId, rows, cancellationToken)).SingleOrDefault();
    }

    /// <summary>How many chose what, for each preview that somebody chose.</summary>
    public async Task<IReadOnlyDictionary<Guid, PreviewCounts>> CountsAsync(int projectId, CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        var states = await database.Set<EnrollmentRow>().Where(row => row.ProjectId == projectId)
            .GroupBy(row => new { row.PreviewId, row.State }).Select(group => new { group.Key.PreviewId, group.Key.State, Count = group.Count() })
            .ToListAsync(cancellationToken);
        var groups = await database.Set<GroupEnrollmentRow>().Where(row => row.ProjectId == projectId && row.IsEnabled)
            .GroupBy(row => row.PreviewId).Select(group => new { group.Key, Count = group.Count() }).ToDictionaryAsync(group => group.Key, group => group.Count, cancellationToken);
        int Of(Guid id, PreviewState state) => states.Find(one => one.PreviewId == id && one.State == state)?.Count ?? 0;
        return states.Select(one => one.PreviewId).Concat(groups.Keys).Distinct().ToDictionary(id => id, id => new PreviewCounts(
            Of(id, PreviewState.Enabled), Of(id, PreviewState.Disabled), Of(id, PreviewState.Interested), Of(id, PreviewState.Waiting), groups.GetValueOrDefault(id)));
    }

    async Task<IEnumerable<FeaturePreview>> WholeAsync(PrickleDatabase database, int projectId, List<PreviewRow> rows, CancellationToken cancellationToken)
    {
        if (rows.Count == 0)
        {
            return [];
        }
        var ids = rows.ConvertAll(row => row.Id);
        var pictures = (await database.Set<PreviewPictureRow>().Where(row => row.ProjectId == projectId && ids.Contains(row.PreviewId))
                .OrderBy(row => row.Position).Select(row => new { row.PreviewId, row.Id, row.Alt, row.Width, row.Height }).ToListAsync(cancellationToken))
            .ToLookup(row => row.PreviewId, row => new PreviewPicture(row.Id, row.Alt, row.Width, row.Height));
        var keys = await flags.KeysAsync(projectId, [.. rows.Select(row => row.FlagId)], cancellationToken);
        return rows.Select(row => row.ToPreview(keys.GetValueOrDefault(row.FlagId), [.. pictures[row.Id]]));
    }

    static bool Fits(FeaturePreview preview, string search) =>
        search.Length == 0 || preview.Name.Contains(search, StringComparison.OrdinalIgnoreCase)
        || preview.Settings.Description.Contains(search, StringComparison.OrdinalIgnoreCase)
        || (preview.FlagKey?.Contains(search, StringComparison.OrdinalIgnoreCase) ?? false);

    static IReadOnlyList<FeaturePreview> Ordered(IEnumerable<FeaturePreview> previews, string order)
    {
        var ordered = order.TrimStart('-') switch
        {
            "name" => previews.OrderBy(preview => preview.Name, StringComparer.OrdinalIgnoreCase),
            "stage" => previews.OrderBy(preview => preview.Stage).ThenBy(preview => preview.Name, StringComparer.OrdinalIgnoreCase),
            "created_at" => previews.OrderBy(preview => preview.CreatedAt),
            _ => previews.OrderBy(preview => preview.UpdatedAt),
        };
        return order.StartsWith('-') ? [.. ordered.Reverse()] : [.. ordered];
    }
}
