namespace Prickle.Ui.Charts.Options;

/// <summary>The values of the series as they are drawn: as they are, or as shares of the total of their place.</summary>
static class Shares
{
    public static IReadOnlyList<IReadOnlyList<double?>> Of(SeriesChart chart)
    {
        if (!chart.SharesOfTotal)
        {
            return [.. chart.Series.Select(series => chart.Logarithmic
                ? (IReadOnlyList<double?>)[.. series.Values.Select(value => value > 0 ? value : null)]
                : series.Values)];
        }
        // Periods are shared out each by itself.
        var totals = chart.Series.GroupBy(series => series.ComparedWith is not null).ToDictionary(period => period.Key, period =>
            Enumerable.Range(0, chart.Categories.Count).Select(place => period.Sum(series => ValueAt(series, place) ?? 0)).ToArray());
        return [.. chart.Series.Select(series => (IReadOnlyList<double?>)[.. Enumerable.Range(0, chart.Categories.Count)
            .Select(place => totals[series.ComparedWith is not null][place] is > 0 and var total ? ValueAt(series, place) / total : null)])];
    }

    static double? ValueAt(ChartSeries series, int place) => place < series.Values.Count ? series.Values[place] : null;
}
