using Prickle.Ui.Values;

namespace Prickle.Ui.Charts;

/// <summary>Charts of fixed make-up, from their figures.</summary>
public static class ChartOf
{
    /// <summary>New, returning and resurrecting persons above the line, dormant ones below it, whatever their sign.</summary>
    public static SeriesChart Lifecycle(string title, IReadOnlyList<ChartCategory> categories, IReadOnlyList<double?> fresh,
        IReadOnlyList<double?> returning, IReadOnlyList<double?> resurrecting, IReadOnlyList<double?> dormant, string counted = "persons") => new()
        {
            Title = title,
            Unit = ValueUnit.Count(counted),
            Shape = SeriesShape.StackedBar,
            Categories = categories,
            ShowTotal = false,
            Series =
        [
            new("new", "New", fresh) { Colour = 2 },
            new("returning", "Returning", returning) { Colour = 7 },
            new("resurrecting", "Resurrecting", resurrecting) { Colour = 3 },
            new("dormant", "Dormant", [.. dormant.Select(value => -Math.Abs(value ?? 0)).Select(value => (double?)value)]) { Colour = 1 },
        ],
        };

    /// <summary>How many were active on one, two, three … intervals; the first figure is of those active on one.</summary>
    public static SeriesChart Stickiness(string title, string interval, IReadOnlyList<(string Key, string Name, IReadOnlyList<double> Counts)> series, string counted = "persons") => new()
    {
        Title = title,
        Unit = ValueUnit.Count(counted),
        Shape = SeriesShape.Bar,
        CategoryName = $"Active {interval}s",
        ShowTotal = false,
        Categories =
        [
            .. Enumerable.Range(1, series.Count == 0 ? 0 : series.Max(one => one.Counts.Count)).Select(count => new ChartCategory(
                count.ToString(System.Globalization.CultureInfo.InvariantCulture), $"{count}", count == 1 ? $"1 {interval}" : $"{count} {interval}s")),
        ],
        Series = [.. series.Select(one => new ChartSeries(one.Key, one.Name, [.. one.Counts.Select(count => (double?)count)]))],
    };
}
