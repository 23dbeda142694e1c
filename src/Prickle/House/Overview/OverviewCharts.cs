using Prickle.House.Sampling;
using Prickle.Servers;
using Prickle.Ui.Charts;
using Prickle.Ui.Values;

namespace Prickle.House.Overview;

/// <summary>The figures of the overview as charts: one line for each node.</summary>
static class OverviewCharts
{
    /// <summary>A metric over the steps; null where no node has any of it.</summary>
    public static SeriesChart? Of(SampledMetric metric, IReadOnlyList<SamplePoint> points, IReadOnlyList<DateTimeOffset> starts, TimeZoneInfo zone)
    {
        var own = points.Where(point => point.Metric == metric.Key).ToList();
        if (own.Count == 0)
        {
            return null;
        }
        return new SeriesChart
        {
            Title = metric.Title,
            Unit = metric.Unit,
            Shape = SeriesShape.Line,
            Categories = TimeAxis.Categories(starts, ChartInterval.Minute, zone),
            Series = [.. own.GroupBy(point => point.Node).OrderBy(node => node.Key, StringComparer.Ordinal).Select(node => new ChartSeries(node.Key, node.Key, StepValues.Over(node.Select(point => (point.At, point.Average)), starts)))],
        };
    }

    /// <summary>Queries by node, those that failed as a series of their own.</summary>
    public static SeriesChart Of(FleetAnswer<QueryCount> answer, IReadOnlyList<DateTimeOffset> starts, TimeZoneInfo zone)
    {
        return new SeriesChart
        {
            Title = "Queries",
            Unit = ValueUnit.Count("queries"),
            Shape = SeriesShape.StackedBar,
            Categories = TimeAxis.Categories(starts, ChartInterval.Minute, zone),
            Series =
            [
                .. answer.Items.GroupBy(item => item.Node.ToString(), item => item.Item).OrderBy(node => node.Key, StringComparer.Ordinal)
                    .Select(node => new ChartSeries(node.Key, node.Key, StepValues.Over(node.Select(count => (count.At, (double)count.Finished)), starts))),
                new ChartSeries("failed", "Failed", StepValues.Over(answer.Items.GroupBy(item => item.Item.At).Select(at => (at.Key, (double)at.Sum(item => item.Item.Failed))), starts)) { Colour = 8 },
            ],
        };
    }
}
