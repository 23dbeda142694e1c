using System.Globalization;
using Prickle.Ui.Charts;

namespace Prickle.Insights.Showing;

/// <summary>Answers about how active people are: on how many days, and whether they are new, back or gone.</summary>
public static class ActivityDrawing
{
    public static SeriesChart Of(string title, StickinessResult result)
    {
        var chart = ChartOf.Stickiness(title, result.Interval.ToString().ToLowerInvariant(),
            [.. result.Series.Select((series, index) => (Key(index), NameOf(series), (IReadOnlyList<double>)[.. series.Data.Select(count => (double)count)]))]);
        return chart with
        {
            Series = [.. chart.Series.Select((series, index) => series with { ComparedWith = CurrentOf(result, index) })],
        };
    }

    public static ChosenNumber? Choose(StickinessResult result, PointSelection point)
    {
        if (point.Series < 0 || point.Series >= result.Series.Count || point.Category < 0)
        {
            return null;
        }
        var series = result.Series[point.Series];
        var intervals = point.Category + 1;
        return new(
            new ActorsSelection { Series = series.Order, Interval = intervals, Compare = series.Compare },
            string.Create(CultureInfo.InvariantCulture, $"{NameOf(series)}, active on {intervals} {result.Interval.ToString().ToLowerInvariant()}{(intervals == 1 ? "" : "s")}"),
            series.Data[point.Category]);
    }

    public static SeriesChart Of(string title, LifecycleResult result, TimeZoneInfo zone, IReadOnlyList<ChartAnnotation>? annotations = null)
    {
        var chart = ChartOf.Lifecycle(title, AnswerDays.Categories(result.Days, result.Interval, zone),
            Data(result, LifecycleStatus.New), Data(result, LifecycleStatus.Returning), Data(result, LifecycleStatus.Resurrecting), Data(result, LifecycleStatus.Dormant));
        var shown = result.Series.Select(series => Key(series.Status)).ToHashSet();
        return chart with
        {
            CategoryName = result.Interval.ToString(),
            Series = [.. chart.Series.Where(series => shown.Contains(series.Key))],
            Annotations = annotations ?? [],
        };
    }

    public static ChosenNumber? Choose(LifecycleResult result, PointSelection point, TimeZoneInfo zone)
    {
        if (point.Category < 0 || point.Category >= result.Days.Count || result.Series.FirstOrDefault(series => Key(series.Status) == point.SeriesKey) is not { } chosen)
        {
            return null;
        }
        var day = result.Days[point.Category];
        return new(new ActorsSelection { Day = day, Status = chosen.Status }, $"{chosen.Status}, {AnswerDays.Words(day, result.Interval, zone)}", Math.Abs(chosen.Data[point.Category]));
    }

    static IReadOnlyList<double?> Data(LifecycleResult result, LifecycleStatus status) =>
        result.Series.FirstOrDefault(series => series.Status == status) is { } found
            ? [.. found.Data.Select(count => (double?)count)]
            : [.. result.Days.Select(_ => (double?)0)];

    static string Key(LifecycleStatus status) => status.ToString().ToLowerInvariant();

    static string Key(int index) => index.ToString(CultureInfo.InvariantCulture);

    static string NameOf(StickinessSeries series) => series.Compare == "previous" ? $"{series.Label} (before)" : series.Label;

    static string? CurrentOf(StickinessResult result, int index)
    {
        if (result.Series[index] is not { Compare: "previous" } earlier)
        {
            return null;
        }
        var current = Enumerable.Range(0, result.Series.Count).FirstOrDefault(other => result.Series[other].Compare != "previous" && result.Series[other].Order == earlier.Order, -1);
        return current < 0 ? null : Key(current);
    }
}
