using Prickle.Insights.Breakdowns;

namespace Prickle.Insights.Trends;

/// <summary>What is made of the numbers once they are there: running sums, formulas, smoothing, totals.</summary>
sealed class ShownSeries(TrendsQuery query, QueryScope scope)
{
    bool IsTotal => query.TrendsFilter.IsTotalValue;

    bool IsCumulative => query.TrendsFilter.Display == TrendsDisplay.Cumulative;

    public IEnumerable<TrendsSeries> Of(List<List<SeriesValues>> found, string? compare, IReadOnlyList<string>? days)
    {
        var summed = IsCumulative ? found.ConvertAll(series => series.ConvertAll(Running)) : found;
        return query.TrendsFilter.FormulaNodes.Count == 0
            ? summed.SelectMany((series, order) => series.Select(one => Make(order, scope.LabelOf(query.Series[order]), one, compare, days)))
            : query.TrendsFilter.FormulaNodes.SelectMany((node, order) =>
                Combined(node, summed).Select(one => Make(order, node.CustomName is { Length: > 0 } name ? name : node.Formula, one, compare, days)));
    }

    static SeriesValues Running(SeriesValues series)
    {
        var sum = 0.0;
        return series with { Data = [.. series.Data.Select(value => sum += value)] };
    }

    // Value by value: a series that does not have one counts as nothing there.
    static List<SeriesValues> Combined(FormulaNode node, List<List<SeriesValues>> series)
    {
        var formula = ((Accounts.Outcome<Formula>.Done)Formula.Read(node.Formula, series.Count)).Value;
        var length = series.SelectMany(one => one).Select(one => one.Data.Length).FirstOrDefault();
        var byValue = series.ConvertAll(one => one.ToDictionary(values => values.Value, values => values.Data));
        var used = series.Where((_, index) => formula.Series.Count == 0 || formula.Series.Contains(index)).SelectMany(one => one.Select(values => values.Value)).Distinct().ToList();
        return
        [
            .. used.OrderBy(Rest).Select(value => new SeriesValues(value, [.. Enumerable.Range(0, length).Select(index =>
                formula.Evaluate([.. byValue.Select(data => data.TryGetValue(value, out var numbers) ? numbers[index] : 0)]))])),
        ];
    }

    // Other and None stay last.
    static int Rest(string value) =>
        value.StartsWith(Breakdown.Other, StringComparison.Ordinal) ? 1
        : BreakdownReader.Split(value).All(part => part == Breakdown.None) ? 2 : 0;

    TrendsSeries Make(int order, string label, SeriesValues values, string? compare, IReadOnlyList<string>? days)
    {
        var breakdown = query.BreakdownFilter.Breakdowns.Count == 0 ? null : BreakdownReader.Split(values.Value);
        if (IsTotal)
        {
            return new TrendsSeries(order, label, breakdown, compare, [], values.Data[0], days);
        }
        var data = Smoothed(values.Data, query.TrendsFilter.SmoothingIntervals);
        return new TrendsSeries(order, label, breakdown, compare, data, IsCumulative ? data[^1] : data.Sum(), days);
    }

    // The mean of a point and those before it, as far as there are any.
    static double[] Smoothed(double[] data, int intervals) => intervals <= 1 ? data
        : [.. data.Select((_, index) => data[Math.Max(0, index - intervals + 1)..(index + 1)].Average())];
}
