using Prickle.Ui.Values;

namespace Prickle.Ui.Charts.Options;

/// <summary>What a chart shows, in one sentence, for those who hear it.</summary>
static class ChartSummary
{
    public static string Of(ChartData data) => $"{data.Title}: {Rest(data)}.";

    static string Rest(ChartData data) => data switch
    {
        SeriesChart chart => Series(chart),
        RankedChart chart => Largest("bars", chart.Items, chart.Unit, item => item.Name),
        PieChart chart => Largest("parts", chart.Items, chart.Unit, item => item.Name),
        TreemapChart chart => Largest("areas", chart.Items, chart.Unit, item => item.Name),
        MapChart chart => Largest("countries", chart.Items, chart.Unit, MapOption.NameOf),
        HistogramChart { Bins.Count: > 0 } chart when chart.Bins.MaxBy(bin => bin.Count) is { } most =>
            $"{chart.Bins.Count} ranges, most ({chart.Unit.Named(most.Count)}) in {HistogramOption.Name(chart, most)}",
        PathChart { Edges.Count: > 0 } chart when chart.Edges.MaxBy(edge => edge.Count) is { } most =>
            $"ways between {chart.Nodes.Count} places, most ({chart.Unit.Named(most.Count)}) from {NodeName(chart, most.From)} to {NodeName(chart, most.To)}",
        BoxChart { Items.Count: > 0 } chart when chart.Items.MaxBy(item => item.Median) is { } most =>
            $"spread of {chart.Items.Count}, the highest median is {chart.Unit.Named(most.Median)} of {most.Name}",
        _ => "no values",
    };

    static string Series(SeriesChart chart)
    {
        var points = chart.Series.SelectMany(series => series.Values.Index().Where(one => one.Item is not null && one.Index < chart.Categories.Count)
            .Select(one => (series, one.Index, Value: one.Item!.Value))).ToList();
        if (points.Count == 0)
        {
            return "no values";
        }
        var (name, place, value) = points.MaxBy(point => point.Value);
        var kind = chart.Shape switch { SeriesShape.Bar or SeriesShape.StackedBar => "bars", SeriesShape.Line => "lines", _ => "areas" };
        var span = chart.Categories.Count == 1 ? Detail(chart, 0) : $"from {Detail(chart, 0)} to {Detail(chart, chart.Categories.Count - 1)}";
        var what = chart.Series.Count == 1 ? $"{kind} of {chart.Series[0].Name}" : $"{kind} of {chart.Series.Count} series";
        return $"{what}, {span}, at most {chart.Unit.Named(value)} at {Detail(chart, place)}{(chart.Series.Count > 1 ? $" ({name.Name})" : "")}";
    }

    static string Largest(string things, IReadOnlyList<ChartItem> items, ValueUnit unit, Func<ChartItem, string> name) =>
        items.Count > 0 && items.MaxBy(item => item.Value) is { } most
            ? $"{items.Count} {things}, the largest is {name(most)} with {unit.Named(most.Value)}" : "no values";

    static string Detail(SeriesChart chart, int place) => chart.Categories[place].Detail ?? chart.Categories[place].Label;

    static string NodeName(PathChart chart, string key) => chart.Nodes.FirstOrDefault(node => node.Key == key)?.Name ?? key;
}
