using System.Globalization;
using Prickle.Ui.Charts;
using Cell = Prickle.Ui.Charts.RetentionCell;

namespace Prickle.Insights.Showing;

/// <summary>A table of retention as the kit's grid. Keys of cohorts are their rows.</summary>
public sealed class RetentionDrawing(RetentionQuery query, RetentionTable table, TimeZoneInfo zone)
{
    /// <summary>Whether cells are amounts in place of actors.</summary>
    public bool IsAmount => query.RetentionFilter.AggregationType != "count";

    public RetentionData Data { get; } = new()
    {
        Counted = query.AggregationGroupTypeIndex is null ? "persons" : "groups",
        Intervals = [.. Enumerable.Range(0, table.Rows.Select(row => row.Cells.Count).DefaultIfEmpty().Max()).Select(offset => NameOf(query.RetentionFilter, offset))],
        Means = [.. table.Mean.Select(mean => mean / 100)],
        Cohorts =
        [
            .. table.Rows.Select((row, index) => new RetentionCohort(
                index.ToString(CultureInfo.InvariantCulture), AnswerDays.Short(row.Date, query.RetentionFilter.Period, zone), row.Size,
                [.. row.Cells.Select(cell => new Cell((long)Math.Round(cell.Count), cell.IsIncomplete) { Part = cell.Percent / 100 })])),
        ],
    };

    /// <summary>Whose table it is; null without a breakdown.</summary>
    public string? Name => table.BreakdownValues is { } values ? string.Join(" · ", values.Select(TrendsDrawing.NameOf)) : null;

    /// <summary>The actors behind a cell.</summary>
    public ChosenNumber? Choose(RetentionSelection chosen)
    {
        if (!int.TryParse(chosen.CohortKey, NumberStyles.None, CultureInfo.InvariantCulture, out var row) || row >= table.Rows.Count)
        {
            return null;
        }
        var cohort = table.Rows[row];
        return new(
            new ActorsSelection { Row = row, Interval = chosen.Interval == 0 ? null : chosen.Interval, BreakdownValues = table.BreakdownValues },
            $"{NameOf(cohort, query, zone)}, {NameOf(query.RetentionFilter, chosen.Interval).ToLowerInvariant()}",
            IsAmount ? null : chosen.Interval == 0 ? cohort.Size : cohort.Cells[chosen.Interval].Count);
    }

    static string NameOf(RetentionRow row, RetentionQuery query, TimeZoneInfo zone) => AnswerDays.Words(row.Date, query.RetentionFilter.Period, zone);

    static string NameOf(RetentionFilter filter, int offset)
    {
        var brackets = filter.RetentionCustomBrackets;
        if (brackets.Count == 0 || offset == 0)
        {
            return $"{filter.Period} {offset}";
        }
        var from = 1 + brackets.Take(offset - 1).Sum();
        var to = from + brackets[Math.Min(offset, brackets.Count) - 1] - 1;
        return from == to ? $"{filter.Period} {from}" : $"{filter.Period}s {from}–{to}";
    }
}
