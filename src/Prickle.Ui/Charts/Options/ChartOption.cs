namespace Prickle.Ui.Charts.Options;

/// <summary>The ECharts option of every kind of chart.</summary>
static class ChartOption
{
    public static ChartPlan Of(ChartData data) => data switch
    {
        SeriesChart chart => SeriesOption.Of(chart),
        RankedChart chart => RankedOption.Of(chart),
        PieChart chart => PieOption.Of(chart),
        TreemapChart chart => TreemapOption.Of(chart),
        MapChart chart => MapOption.Of(chart),
        HistogramChart chart => HistogramOption.Of(chart),
        PathChart chart => PathOption.Of(chart),
        BoxChart chart => BoxOption.Of(chart),
        _ => throw new NotSupportedException($"There is no chart for {data.GetType().Name}."),
    };
}
