using Prickle.Accounts;
using Prickle.Filters;
using Prickle.Insights;

namespace Prickle.Dashboards.Checking;

/// <summary>What is wrong with a dashboard or a tile that is about to be kept; null when nothing is.</summary>
static class DashboardCheck
{
    public const int MostTiles = 100;
    const int LongestName = 400;
    const int LongestText = 10_000;
    const int LongestUrl = 2_000;
    const int MostTags = 50;
    const int MostFilterSets = 50;
    const int ShortestRefresh = 30;
    const int LongestRefresh = 86_400;

    public static readonly IReadOnlyList<string> Colors = ["none", "blue", "green", "purple", "black", "honey"];

    public static Refusal? Of(DashboardDraft draft) =>
        draft.Name.Trim().Length is 0 or > LongestName ? Refusal.Invalid("name", $"A dashboard has a name of 1 to {LongestName} characters.")
        : draft.Description.Length > LongestText ? Refusal.Invalid("description", $"A description has at most {LongestText:N0} characters.")
        : draft.Tags.Count > MostTags || draft.Tags.Any(tag => tag is null or "" or { Length: > 100 }) ? Refusal.Invalid("tags", $"At most {MostTags} tags of 1 to 100 characters.")
        : draft.RefreshIntervalSeconds is < ShortestRefresh or > LongestRefresh
            ? Refusal.Invalid("refresh_interval_seconds", $"A dashboard refreshes every {ShortestRefresh} to {LongestRefresh:N0} seconds.")
        : draft.FilterSets.Count > MostFilterSets || draft.FilterSets.Any(set => set is null || set.Name.Trim().Length is 0 or > 100)
            ? Refusal.Invalid("filter_sets", $"At most {MostFilterSets} sets of filters, each with a name of 1 to 100 characters.")
        : draft.FilterSets.Select(set => set.Name.Trim()).Distinct(StringComparer.OrdinalIgnoreCase).Count() < draft.FilterSets.Count
            ? Refusal.Invalid("filter_sets", "Two sets of filters have one name.")
        : OfFilters(draft.Filters, "filters") ?? draft.FilterSets.Select(set => OfFilters(set.Filters, "filter_sets")).FirstOrDefault(found => found is not null);

    public static Refusal? OfFilters(DashboardFilters filters, string attribute) =>
        FilterCheck.Refuse(filters.Properties, null, attribute)
        ?? (filters.BreakdownFilter?.Breakdowns.Count > 3 ? Refusal.Invalid(attribute, "At most three breakdowns.") : null)
        ?? PeriodProblem(filters, attribute);

    public static Refusal? Of(TileDraft draft) => draft switch
    {
        _ when !Enum.IsDefined(draft.Kind) => Refusal.Invalid("kind", "A tile is an insight, a text, a link or a section."),
        _ when !Colors.Contains(draft.Color) => Refusal.Invalid("color", $"A tile's color is one of {string.Join(", ", Colors)}."),
        _ when draft.Title.Length > LongestName => Refusal.Invalid("title", $"A title has at most {LongestName} characters."),
        _ when draft.Body.Length > LongestText => Refusal.Invalid("body", $"A text has at most {LongestText:N0} characters."),
        { Kind: TileKind.Insight, InsightId: null, NewInsight: null } => Refusal.Invalid("insight_id", "A tile of an insight names the insight, or holds a new one."),
        { Kind: TileKind.Text } when draft.Body.Trim().Length == 0 => Refusal.Invalid("body", "Write what the tile shall say."),
        { Kind: TileKind.Section } when draft.Title.Trim().Length == 0 => Refusal.Invalid("title", "A section has a title."),
        { Kind: TileKind.Link } when !IsAddress(draft.Url.Trim()) => Refusal.Invalid("url", "A link leads to an address that begins with http://, https:// or /."),
        _ => (draft.Layouts is { } layouts ? OfLayouts(layouts) : null) ?? (draft.Filters?.Filters is { } own ? OfFilters(own, "filters") : null),
    };

    /// <summary>Whether a place lies in the grid.</summary>
    public static Refusal? OfLayouts(TileLayouts layouts) =>
        layouts.Sm is null || layouts.Xs is null ? Refusal.Invalid("layouts", "A tile has a place on wide screens (sm) and on phones (xs).")
        : !Fits(layouts.Sm, TileGrid.Columns) ? Refusal.Invalid("layouts", $"On wide screens a tile stands within {TileGrid.Columns} columns, is 1 to {TileGrid.Columns} wide and 1 to {TileGrid.Highest} high.")
        : !Fits(layouts.Xs, 1) ? Refusal.Invalid("layouts", $"On phones a tile stands in the one column, 1 wide and 1 to {TileGrid.Highest} high.")
        : null;

    /// <summary>That no two places overlap.</summary>
    public static Refusal? OfGrid(IReadOnlyList<TileLayouts> layouts)
    {
        for (var index = 0; index < layouts.Count; index++)
        {
            for (var other = index + 1; other < layouts.Count; other++)
            {
                if (layouts[index].Sm.Overlaps(layouts[other].Sm) || layouts[index].Xs.Overlaps(layouts[other].Xs))
                {
                    return Refusal.Invalid("layouts", $"Tiles {index + 1} and {other + 1} overlap.");
                }
            }
        }
        return null;
    }

    static bool Fits(TilePlace place, int columns) =>
        place is { X: >= 0, Y: >= 0 and <= 100_000, W: >= 1, H: >= 1 and <= TileGrid.Highest } && place.W <= columns && place.X + place.W <= columns;

    // Whether the texts are dates at all is independent of the project's zone.
    static Refusal? PeriodProblem(DashboardFilters filters, string attribute) =>
        filters.DateFrom is null && filters.DateTo is null ? null
        : QueryPeriod.Resolve(
            new QueryRange(filters.DateFrom, filters.DateTo), Interval.Month, TimeZoneInfo.Utc, DayOfWeek.Monday, DateTimeOffset.UnixEpoch.AddYears(100),
            DateTimeOffset.UnixEpoch) is Outcome<QueryPeriod>.Refused { Refusal: var refusal } && refusal.Attribute is not "interval"
            && !refusal.Detail.StartsWith("The period ends", StringComparison.Ordinal)
            ? Refusal.Invalid(attribute, refusal.Detail)
            : null;

    static bool IsAddress(string url) =>
        url.Length is > 0 and <= LongestUrl
        && ((url[0] == '/' && !url.StartsWith("//", StringComparison.Ordinal) && !url.Contains('\\', StringComparison.Ordinal))
            || (Uri.TryCreate(url, UriKind.Absolute, out var address) && (address.Scheme == Uri.UriSchemeHttp || address.Scheme == Uri.UriSchemeHttps)));
}
