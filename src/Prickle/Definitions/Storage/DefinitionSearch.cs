using Microsoft.EntityFrameworkCore;
using Prickle.Accounts;
using Prickle.Storage;

namespace Prickle.Definitions.Storage;

/// <summary>A <see cref="DefinitionFilter"/> as a query.</summary>
static class DefinitionSearch
{
    public static IQueryable<PropertyDefinitionRow> Of(PrickleDatabase database, DefinitionFilter filter)
    {
        var rows = Matching(database.Set<PropertyDefinitionRow>(), filter);
        if (filter.Scope is { } scope)
        {
            rows = rows.Where(row => row.Scope == scope);
        }
        if (filter.GroupTypeIndex is { } group)
        {
            rows = rows.Where(row => row.GroupTypeIndex == group);
        }
        if (filter.Type is { } type)
        {
            rows = rows.Where(row => row.Type == type);
        }
        if (filter.Event is { } name)
        {
            var pairs = database.Set<EventPropertyRow>().Where(row => row.ProjectId == filter.ProjectId && row.Event == name);
            rows = rows.Where(row => row.Scope == PropertyScope.Event && pairs.Any(pair => pair.Property == row.Name));
        }
        return rows;
    }

    public static IQueryable<TRow> Matching<TRow>(IQueryable<TRow> rows, DefinitionFilter filter)
        where TRow : DefinitionRow
    {
        rows = rows.Where(row => row.ProjectId == filter.ProjectId);
        if (filter.IsVerified is { } isVerified)
        {
            rows = rows.Where(row => row.IsVerified == isVerified);
        }
        if (filter.IsHidden is { } isHidden)
        {
            rows = rows.Where(row => row.IsHidden == isHidden);
        }
        if (filter.Search.Trim().ToLowerInvariant() is { Length: > 0 } lower)
        {
            rows = rows.Where(row => row.Name.ToLower().Contains(lower) || row.Description.ToLower().Contains(lower));
        }
        if (filter.Tag is { Length: > 0 } tag)
        {
            var line = $"\n{tag}\n";
            rows = rows.Where(row => ("\n" + row.Tags + "\n").Contains(line));
        }
        return rows;
    }

    public static IQueryable<TRow> Sorted<TRow>(IQueryable<TRow> rows, DefinitionFilter filter)
        where TRow : DefinitionRow => (filter.Sort, filter.IsDescending) switch
        {
            ("last_seen", true) => rows.OrderByDescending(row => row.LastSeenAt).ThenBy(row => row.Name).ThenBy(row => row.Id),
            ("last_seen", false) => rows.OrderBy(row => row.LastSeenAt).ThenBy(row => row.Name).ThenBy(row => row.Id),
            (_, true) => rows.OrderByDescending(row => row.Name).ThenBy(row => row.Id),
            _ => rows.OrderBy(row => row.Name).ThenBy(row => row.Id),
        };
}

/// <summary>What a person changes of a definition of either kind.</summary>
static class DefinitionEdit
{
    const int LongestDescription = 4000;
    const int MostTags = 30;
    const int LongestTag = 60;

    public static Refusal? Apply(DefinitionRow row, DefinitionChange change)
    {
        if (change.Description?.Length > LongestDescription)
        {
            return Refusal.Invalid("description", $"A description has {LongestDescription} characters at most.");
        }
        if (change.Tags is { } tags && (tags.Count > MostTags || tags.Any(tag => tag is null || tag.Trim().Length is 0 or > LongestTag || tag.Contains('\n'))))
        {
            return Refusal.Invalid("tags", $"There are {MostTags} tags at most, each with 1 to {LongestTag} characters.");
        }
        if (change.Owner is { Length: > 254 } || (change.Owner is { Length: > 0 } owner && !owner.Contains('@')))
        {
            return Refusal.Invalid("owner", "The owner is an e-mail address.");
        }
        if ((change.IsVerified ?? row.IsVerified) && (change.IsHidden ?? row.IsHidden))
        {
            return Refusal.Invalid("hidden", "What is hidden is not verified: take one of the two away.");
        }
        row.Description = change.Description?.Trim() ?? row.Description;
        row.TagList = change.Tags?.Select(tag => tag.Trim()).Distinct(StringComparer.Ordinal).ToList() ?? row.TagList;
        row.Owner = change.Owner?.Trim() ?? row.Owner;
        row.IsVerified = change.IsVerified ?? row.IsVerified;
        row.IsHidden = change.IsHidden ?? row.IsHidden;
        return null;
    }
}
