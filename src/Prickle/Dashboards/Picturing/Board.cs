using System.Globalization;
using Prickle.Accounts;
using Prickle.Insights;
using Prickle.Pictures;

namespace Prickle.Dashboards.Picturing;

/// <summary>A dashboard as it is drawn: its head and its cards in the wide layout.</summary>
static class Board
{
    public static PictureBoard Of(Project project, Dashboard dashboard, DashboardFilters filters, IReadOnlyList<TileCard> cards, DateTimeOffset now) => new()
    {
        Name = dashboard.Name,
        Description = dashboard.Description,
        Project = project.Name,
        Facts = [.. Facts(filters), .. Computed(project, cards)],
        Date = $"made {Moment(now, project.Zone)}",
        Cards = [.. cards.Select(card => new PlacedCard(card.Card, card.Tile.Layouts.Sm.X, card.Tile.Layouts.Sm.Y, card.Tile.Layouts.Sm.W, card.Tile.Layouts.Sm.H))],
        Columns = TileGrid.Columns,
        RowHeight = TileGrid.RowHeight,
        Gap = TileGrid.Gap,
    };

    static IEnumerable<string> Facts(DashboardFilters filters)
    {
        if (filters.DateFrom is not null || filters.DateTo is not null)
        {
            yield return InsightNames.PeriodOf(new QueryRange(filters.DateFrom, filters.DateTo));
        }
        if (filters.Interval is { } interval)
        {
            yield return $"by {interval.ToString().ToLowerInvariant()}";
        }
        if (!filters.Properties.IsEmpty)
        {
            yield return $"only where {InsightNames.FiltersOf(filters.Properties)}";
        }
        if (filters.BreakdownFilter is { Breakdowns.Count: > 0 } breakdown)
        {
            yield return $"broken down by {string.Join(", ", breakdown.Breakdowns.Select(one => one.Property))}";
        }
        if (filters.FilterTestAccounts == true)
        {
            yield return "without the project's own people";
        }
    }

    // The oldest answer says how fresh all are at least.
    static IEnumerable<string> Computed(Project project, IReadOnlyList<TileCard> cards) =>
        cards.Min(card => card.ComputedAt) is { } oldest ? [$"computed {Moment(oldest, project.Zone)} or later"] : [];

    static string Moment(DateTimeOffset at, TimeZoneInfo zone) => TimeZoneInfo.ConvertTime(at, zone).ToString("d MMMM yyyy, HH:mm", CultureInfo.InvariantCulture);
}
