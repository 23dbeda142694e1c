using Prickle.Ui.Values;

namespace Prickle.Ui.Charts;

/// <summary>
/// What a <see cref="Chart"/> shows. One record per family of charts: <see cref="SeriesChart"/> (lines, areas, bars over time
/// or categories), <see cref="RankedChart"/>, <see cref="PieChart"/>, <see cref="TreemapChart"/>, <see cref="MapChart"/>, <see cref="HistogramChart"/>,
/// <see cref="PathChart"/>, <see cref="BoxChart"/>. Lists are never changed once given.
/// </summary>
public abstract record ChartData
{
    /// <summary>Names the chart for those who hear it, and on the exported picture.</summary>
    public required string Title { get; init; }

    /// <summary>The unit of every value.</summary>
    public ValueUnit Unit { get; init; } = ValueUnit.Count();
}

/// <summary>How the series of a <see cref="SeriesChart"/> are drawn.</summary>
public enum SeriesShape
{
    /// <summary>Lines.</summary>
    Line,

    /// <summary>Lines with the ground below them filled.</summary>
    Area,

    /// <summary>Areas on top of one another.</summary>
    StackedArea,

    /// <summary>Bars side by side.</summary>
    Bar,

    /// <summary>Bars on top of one another; negative values hang below zero.</summary>
    StackedBar,
}

/// <summary>Series over the same places of an axis.</summary>
public sealed record SeriesChart : ChartData
{
    /// <summary>How series are drawn that do not say it themselves.</summary>
    public SeriesShape Shape { get; init; }

    /// <summary>The places of the axis, in order; <see cref="TimeAxis"/> makes those of a time axis.</summary>
    public required IReadOnlyList<ChartCategory> Categories { get; init; }

    /// <summary>What a place is: "Day", "Browser". Heads the first column of the table.</summary>
    public string CategoryName { get; init; } = "Time";

    /// <summary>The series; every one has as many values as there are categories.</summary>
    public required IReadOnlyList<ChartSeries> Series { get; init; }

    /// <summary>How many intervals at the end have not ended yet; drawn dashed (bars: pale).</summary>
    public int Incomplete { get; init; }

    /// <summary>Shows each series as its share of the place's total.</summary>
    public bool SharesOfTotal { get; init; }

    /// <summary>A logarithmic value axis; values below or at zero are left out.</summary>
    public bool Logarithmic { get; init; }

    /// <summary>Writes the values at the points.</summary>
    public bool ShowValues { get; init; }

    /// <summary>Whether the tooltip and the table add the series up; null decides by the shape (stacked ones are).</summary>
    public bool? ShowTotal { get; init; }

    /// <summary>Lines at values to reach.</summary>
    public IReadOnlyList<ChartGoal> Goals { get; init; } = [];

    /// <summary>What happened, at its place of the axis; neighbours are shown as one.</summary>
    public IReadOnlyList<ChartAnnotation> Annotations { get; init; } = [];
}

/// <summary>A place on the axis of a chart.</summary>
/// <param name="Key">Identifies it to the one who asked: the start of the interval, the value of the property.</param>
/// <param name="Label">Short, at the axis: "1 Mar".</param>
/// <param name="Detail">Long, in tooltip and table: "Sunday, 1 March 2026". The label without one.</param>
public sealed record ChartCategory(string Key, string Label, string? Detail = null)
{
    /// <summary>Begins something larger (a day among hours): where several do, only they are labelled.</summary>
    public bool Leads { get; init; }
}

/// <summary>Values of one name over the categories.</summary>
/// <param name="Key">Identifies it to the one who asked.</param>
/// <param name="Values">Null where there is no value (a gap in the line, no bar).</param>
public sealed record ChartSeries(string Key, string Name, IReadOnlyList<double?> Values)
{
    /// <summary>Key of the series of which this is the same in an earlier period: drawn lighter and dashed, in its colour.</summary>
    public string? ComparedWith { get; init; }

    /// <summary>Drawn in another shape than the chart says.</summary>
    public SeriesShape? Shape { get; init; }

    /// <summary>The series colour, from 1 to 8; by position without one.</summary>
    public int? Colour { get; init; }

    /// <summary>For comparison series: the places the values come from, as the tooltip names them.</summary>
    public IReadOnlyList<string>? Places { get; init; }
}

/// <summary>A line at a value.</summary>
public sealed record ChartGoal(double Value, string Label);

/// <summary>A note at a place of the axis.</summary>
/// <param name="Category">Index of the place.</param>
/// <param name="Text">What happened.</param>
/// <param name="Key">Identifies it to the one who asked.</param>
public sealed record ChartAnnotation(int Category, string Text, string Key = "");

/// <summary>A named value of a ranking, a pie, or a histogram.</summary>
/// <param name="Key">Identifies it to the one who asked.</param>
public sealed record ChartItem(string Key, string Name, double Value)
{
    /// <summary>The value of the earlier period; the tooltip and the table say it.</summary>
    public double? Previous { get; init; }

    /// <summary>It stands for others already: it comes last, and what there is no room for is added to it.</summary>
    public bool IsRest { get; init; }
}

/// <summary>Horizontal bars by value: the largest first, whatever the order given.</summary>
public sealed record RankedChart : ChartData
{
    /// <summary>The bars.</summary>
    public required IReadOnlyList<ChartItem> Items { get; init; }

    /// <summary>What an item is: "Country".</summary>
    public string CategoryName { get; init; } = "Name";

    /// <summary>More than these are added up as one more bar.</summary>
    public int AtMost { get; init; } = 25;
}

/// <summary>Parts of a whole: the six largest, and the rest as one.</summary>
public sealed record PieChart : ChartData
{
    /// <summary>The slices.</summary>
    public required IReadOnlyList<ChartItem> Items { get; init; }

    /// <summary>What an item is: "Browser".</summary>
    public string CategoryName { get; init; } = "Name";

    /// <summary>Open in the middle, with the total written there.</summary>
    public bool Donut { get; init; } = true;
}

/// <summary>Areas by value, for many parts of a whole: the largest first, whatever the order given.</summary>
public sealed record TreemapChart : ChartData
{
    /// <summary>The areas. What is not above zero has none.</summary>
    public required IReadOnlyList<ChartItem> Items { get; init; }

    /// <summary>What an item is: "Table".</summary>
    public string CategoryName { get; init; } = "Name";

    /// <summary>More than these are added up as one more area.</summary>
    public int AtMost { get; init; } = 60;
}

/// <summary>Countries of the world by value.</summary>
public sealed record MapChart : ChartData
{
    /// <summary>The countries; the key is the ISO 3166 code of two letters. Names are filled in where empty.</summary>
    public required IReadOnlyList<ChartItem> Items { get; init; }
}

/// <summary>How often values of a range occurred: time to convert, for one.</summary>
public sealed record HistogramChart : ChartData
{
    /// <summary>The ranges in order, each with its count; an empty one counts zero.</summary>
    public required IReadOnlyList<HistogramBin> Bins { get; init; }

    /// <summary>The unit of the bounds.</summary>
    public ValueUnit BoundUnit { get; init; } = ValueUnit.Seconds();

    /// <summary>A value to mark, in the unit of the bounds: the average.</summary>
    public ChartGoal? Mark { get; init; }
}

/// <summary>A range of a histogram, from (inclusive) to (exclusive).</summary>
public sealed record HistogramBin(double From, double To, double Count);

/// <summary>Ways through a product: nodes in columns by position, edges between neighbours.</summary>
public sealed record PathChart : ChartData
{
    /// <summary>The nodes.</summary>
    public required IReadOnlyList<PathNode> Nodes { get; init; }

    /// <summary>The edges.</summary>
    public required IReadOnlyList<PathEdge> Edges { get; init; }
}

/// <summary>A page or event at a position of the way.</summary>
/// <param name="Key">Unique in the chart: position and name.</param>
/// <param name="Position">Its column, from 0.</param>
public sealed record PathNode(string Key, string Name, int Position);

/// <summary>How many went from one node to another.</summary>
/// <param name="AverageSeconds">The mean time between the two.</param>
public sealed record PathEdge(string From, string To, double Count, double? AverageSeconds = null);

/// <summary>Five figures of a spread per name: a box with whiskers.</summary>
public sealed record BoxChart : ChartData
{
    /// <summary>The boxes.</summary>
    public required IReadOnlyList<BoxItem> Items { get; init; }

    /// <summary>What an item is: "Country".</summary>
    public string CategoryName { get; init; } = "Name";
}

/// <summary>A spread: minimum, quarter, middle, three quarters, maximum; and how many values it is of.</summary>
public sealed record BoxItem(string Key, string Name, double Minimum, double Lower, double Median, double Upper, double Maximum)
{
    /// <summary>The mean, where it is known.</summary>
    public double? Mean { get; init; }

    /// <summary>How many values.</summary>
    public long? Count { get; init; }
}

/// <summary>A point that was chosen, in the chart or in the table beside it.</summary>
/// <param name="Series">Index of the series; of the edge in a <see cref="PathChart"/>, -1 for a node.</param>
/// <param name="Category">Index of the place, item, bin or node as given in the data; -1 for what stands for several.</param>
/// <param name="SeriesKey">Key of the series; for an edge the key of its start.</param>
/// <param name="CategoryKey">Key of the place, item or node; for an edge the key of its end.</param>
public sealed record PointSelection(int Series, int Category, string SeriesKey, string CategoryKey);

/// <summary>A range of the axis that was drawn over, both ends included.</summary>
public sealed record RangeSelection(int From, int To, string FromKey, string ToKey);
