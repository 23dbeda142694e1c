using Prickle.Ui.Values;

namespace Prickle.Ui.Charts.Options;

/// <summary>The figures of a chart as a table: heads, rows, and a last row where they add up.</summary>
sealed record TableContent(IReadOnlyList<string> Heads, IReadOnlyList<TableContent.Row> Rows, TableContent.Row? Foot = null)
{
    public sealed record Row(string Name, IReadOnlyList<Cell> Cells);

    /// <param name="Series">Index of the drawn series that shows it, by which the table finds the point in the chart.</param>
    /// <param name="Place">Index of the drawn datum.</param>
    public sealed record Cell(string Text, int Series = -1, int Place = -1, PointSelection? Selection = null);

    public static TableContent Nothing { get; } = new([], []);

    public static TableContent Of(ChartData data) => data switch
    {
        SeriesChart chart => OfSeries(chart),
        RankedChart chart => OfItems(chart.CategoryName, Ranked.Of(chart.Items, int.MaxValue), chart.Unit, chart),
        PieChart chart => OfItems(chart.CategoryName, Ranked.Of(chart.Items, int.MaxValue), chart.Unit, chart),
        TreemapChart chart => OfItems(chart.CategoryName, Ranked.Of(chart.Items, int.MaxValue), chart.Unit, chart),
        MapChart chart => OfItems("Country", Ranked.Of([.. chart.Items.Select(item => item with { Name = MapOption.NameOf(item) })], int.MaxValue), chart.Unit, chart),
        HistogramChart chart => OfBins(chart),
        PathChart chart => OfPaths(chart),
        BoxChart chart => OfBoxes(chart),
        _ => Nothing,
    };

    static TableContent OfSeries(SeriesChart chart)
    {
        var own = chart.Series.Where(series => series.ComparedWith is null).ToList();
        var total = own.Count > 1 && (chart.ShowTotal ?? chart.Shape is SeriesShape.StackedArea or SeriesShape.StackedBar);
        double? At(ChartSeries series, int place) => place < series.Values.Count ? series.Values[place] : null;
        var rows = chart.Categories.Select((category, place) =>
        {
            var cells = chart.Series.Select((series, index) => new Cell(chart.Unit.Full(At(series, place)), index, place,
                At(series, place) is null ? null : new(index, place, series.Key, category.Key))).ToList();
            if (total)
            {
                cells.Add(new(chart.Unit.Full(own.Sum(series => At(series, place) ?? 0))));
            }
            var unfinished = chart.Incomplete > 0 && place >= chart.Categories.Count - chart.Incomplete;
            return new Row((category.Detail ?? category.Label) + (unfinished ? " (not ended)" : ""), cells);
        });
        return new([chart.CategoryName, .. chart.Series.Select(series => series.Name), .. total ? ["Total"] : (string[])[]], [.. rows]);
    }

    static TableContent OfItems(string name, List<Ranked.Item> items, ValueUnit unit, ChartData chart)
    {
        var total = items.Sum(item => item.Value);
        var shares = items.Count > 0 && Ranked.ShareOf(unit, items[0].Value, total) is not null;
        var before = items.Exists(item => item.Previous is not null);
        // The chart draws a map in the order given and the others by value; what it added up as one has no place of its own.
        int PlaceOf(Ranked.Item item, int rank) => chart switch
        {
            MapChart => item.Index,
            PieChart => rank < PieOption.Slices ? rank : -1,
            RankedChart ranked => rank < ranked.AtMost ? rank : -1,
            TreemapChart treemap => rank < treemap.AtMost ? rank : -1,
            _ => -1,
        };
        var rows = items.Select((item, rank) => new Row(item.Name,
        [
            new(unit.Full(item.Value), 0, PlaceOf(item, rank), new(0, item.Index, "", item.Key)),
            .. shares ? [new(Ranked.ShareOf(unit, item.Value, total) ?? ValueUnit.Nothing)] : (Cell[])[],
            .. before ? [new(unit.Full(item.Previous))] : (Cell[])[],
        ]));
        string[] heads = [name, HeadOf(unit, "Value"), .. shares ? ["Share"] : (string[])[], .. before ? ["Before"] : (string[])[]];
        return new(heads, [.. rows], shares && items.Count > 1
            ? new("Total", [new(unit.Full(total)), new(ValueUnit.Share().Short(1)), .. before ? [new(unit.Full(items.Sum(item => item.Previous ?? 0)))] : (Cell[])[]])
            : null);
    }

    static TableContent OfBins(HistogramChart chart)
    {
        var total = chart.Bins.Sum(bin => bin.Count);
        return new(["From – to", HeadOf(chart.Unit, "Count"), "Share"], [.. chart.Bins.Select((bin, place) => new Row(HistogramOption.Name(chart, bin),
        [
            new(chart.Unit.Full(bin.Count), 0, place, ChartOption.Of(chart).Select(0, place)),
            new(total > 0 ? ValueUnit.Share().Short(bin.Count / total) : ValueUnit.Nothing),
        ]))]);
    }

    static TableContent OfPaths(PathChart chart)
    {
        string NameOf(string key) => chart.Nodes.FirstOrDefault(node => node.Key == key)?.Name ?? key;
        return new(["From → to", HeadOf(chart.Unit, "Count"), "Average time"], [.. chart.Edges.Index().OrderByDescending(one => one.Item.Count).Select(one =>
            new Row($"{NameOf(one.Item.From)} → {NameOf(one.Item.To)}",
            [
                new(chart.Unit.Full(one.Item.Count), 1, one.Index, new(one.Index, -1, one.Item.From, one.Item.To)),
                new(ValueUnit.Seconds().Full(one.Item.AverageSeconds)),
            ]))]);
    }

    static TableContent OfBoxes(BoxChart chart)
    {
        var (means, counts) = (chart.Items.Any(item => item.Mean is not null), chart.Items.Any(item => item.Count is not null));
        return new([chart.CategoryName, "Minimum", "25 %", "Median", "75 %", "Maximum", .. means ? ["Mean"] : (string[])[], .. counts ? ["Values"] : (string[])[]],
            [.. chart.Items.Select((item, place) => new Row(item.Name,
            [
                new(chart.Unit.Full(item.Minimum)), new(chart.Unit.Full(item.Lower)),
                new(chart.Unit.Full(item.Median), 0, place, new(0, place, "", item.Key)),
                new(chart.Unit.Full(item.Upper)), new(chart.Unit.Full(item.Maximum)),
                .. means ? [new(chart.Unit.Full(item.Mean))] : (Cell[])[], .. counts ? [new(ValueUnit.Count().Full(item.Count))] : (Cell[])[],
            ]))]);
    }

    static string HeadOf(ValueUnit unit, string otherwise) => unit.Name.Length > 0 ? Ranked.Capital(unit.Name) : otherwise;
}
