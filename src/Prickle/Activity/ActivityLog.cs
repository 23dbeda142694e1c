using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Prickle.Accounts;
using Prickle.Storage;

namespace Prickle.Activity;

/// <summary>Who did what to which item, with the values before and after.</summary>
public sealed class ActivityLog(IDbContextFactory<PrickleDatabase> databases, TimeProvider time)
{
    /// <summary>Adds an entry to a unit of work, so that the change and its trace are saved together or not at all.</summary>
    public void Add(PrickleDatabase database, ActivityEntry entry)
    {
        var (before, after) = ActivityDetail.Of(entry.Before, entry.After);
        database.Set<ActivityRow>().Add(new ActivityRow
        {
            OrganizationId = entry.OrganizationId,
            ProjectId = entry.ProjectId,
            UserId = entry.Actor?.UserId,
            UserEmail = entry.Actor?.Email,
            KeyName = entry.Actor?.Key?.Name,
            Verb = entry.Verb,
            Resource = entry.Resource,
            ItemId = entry.ItemId,
            ItemName = entry.ItemName,
            Before = before,
            After = after,
            At = time.GetUtcNow(),
        });
    }

    /// <summary>Records what was done outside the relational store.</summary>
    public async Task RecordAsync(ActivityEntry entry, CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        Add(database, entry);
        await database.SaveChangesAsync(cancellationToken);
    }

    /// <summary>The newest entries first.</summary>
    public async Task<ActivityList> ListAsync(ActivityFilter filter, int limit, int offset, CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        var rows = Matching(database.Set<ActivityRow>().AsNoTracking(), filter);
        var count = await rows.LongCountAsync(cancellationToken);
        var page = await rows.OrderByDescending(row => row.Id).Skip(offset).Take(limit).ToListAsync(cancellationToken);
        return new ActivityList(count, [.. page.Select(ToItem)]);
    }

    static IQueryable<ActivityRow> Matching(IQueryable<ActivityRow> rows, ActivityFilter filter)
    {
        rows = rows.Where(row => row.OrganizationId == filter.OrganizationId);
        rows = filter.IncludesOrganization
            ? rows.Where(row => row.ProjectId == null || filter.ProjectIds.Contains(row.ProjectId.Value))
            : rows.Where(row => row.ProjectId != null && filter.ProjectIds.Contains(row.ProjectId.Value));
        if (filter.Resource is { } resource)
        {
            rows = rows.Where(row => row.Resource == resource);
        }
        if (filter.ItemId is { Length: > 0 } itemId)
        {
            rows = rows.Where(row => row.ItemId == itemId);
        }
        if (filter.UserId is { } userId)
        {
            rows = rows.Where(row => row.UserId == userId);
        }
        if (filter.Search is { Length: > 0 } search)
        {
            var pattern = $"%{Escape(search.ToLowerInvariant())}%";
            rows = rows.Where(row =>
                EF.Functions.Like(row.ItemName.ToLower(), pattern, "\\")
                || EF.Functions.Like(row.UserEmail!.ToLower(), pattern, "\\"));
        }
        return rows;
    }

    static string Escape(string text) => text
        .Replace("\\", "\\\\", StringComparison.Ordinal)
        .Replace("%", "\\%", StringComparison.Ordinal)
        .Replace("_", "\\_", StringComparison.Ordinal);

    static ActivityItem ToItem(ActivityRow row) => new(
        row.Id, row.ProjectId, row.UserId, row.UserEmail, row.KeyName, row.Verb, row.Resource.Name, row.ItemId, row.ItemName,
        row.Before is null ? null : JsonNode.Parse(row.Before), row.After is null ? null : JsonNode.Parse(row.After), row.At);
}

/// <summary>Which entries to list: those of the given projects, and those of the organization as a whole when wanted.</summary>
public sealed record ActivityFilter(int OrganizationId, IReadOnlyList<int> ProjectIds, bool IncludesOrganization)
{
    public Resource? Resource { get; init; }
    public string? ItemId { get; init; }
    public Guid? UserId { get; init; }

    /// <summary>Part of an item's name or of an address.</summary>
    public string? Search { get; init; }
}

/// <summary>One entry as the API and the page show it.</summary>
public sealed record ActivityItem(
    long Id, int? ProjectId, Guid? UserId, string? UserEmail, string? KeyName, ActivityVerb Activity, string Scope,
    string ItemId, string ItemName, JsonNode? Before, JsonNode? After, DateTimeOffset CreatedAt);

/// <summary>A part of the log, and how many entries match in all.</summary>
public sealed record ActivityList(long Count, IReadOnlyList<ActivityItem> Items);
