using System.Globalization;
using Prickle.Ui.Charts;
using Prickle.Ui.Values;
using Bars = Prickle.Ui.Charts.FunnelStep;

namespace Prickle.Insights.Showing;

/// <summary>A funnel's answer as bars, a histogram or lines. Keys of groups are their places in the answer.</summary>
public sealed class FunnelsDrawing(string title, FunnelsQuery query, FunnelsResult result, TimeZoneInfo zone)
{
    public FunnelView View => query.FunnelsFilter.FunnelVizType;

    /// <summary>Whose attempts are counted.</summary>
    public string Counted => query.AggregationGroupTypeIndex is not null ? "groups" : query.FunnelsFilter.AggregateBy == "session" ? "sessions" : "persons";

    /// <summary>The bars of the view of steps.</summary>
    public FunnelData Steps() => new()
    {
        Counted = Counted,
        Steps = [.. (result.Funnels.Count > 0 ? result.Funnels[0].Steps : []).Select(step => step.IsOptional ? $"{step.Label} (optional)" : step.Label)],
        Groups =
        [
            .. result.Funnels.Select((funnel, index) => new FunnelGroup(index.ToString(CultureInfo.InvariantCulture), NameOf(funnel.BreakdownValues),
                [.. funnel.Steps.Select(step => new Bars(step.Count, step.AverageSeconds, step.MedianSeconds))])),
        ],
    };

    /// <summary>The chart of the other two views.</summary>
    public ChartData Chart(IReadOnlyList<ChartAnnotation>? annotations = null) => View switch
    {
        FunnelView.TimeToConvert when result.ConversionTimesByValue.Count > 0 => TimesByValue(),
        FunnelView.TimeToConvert => Times(),
        _ => Trend(annotations ?? []),
    };

    /// <summary>The actors behind a bar.</summary>
    public ChosenNumber? Choose(FunnelSelection chosen)
    {
        if (!int.TryParse(chosen.GroupKey, NumberStyles.None, CultureInfo.InvariantCulture, out var group) || group >= result.Funnels.Count)
        {
            return null;
        }
        var funnel = result.Funnels[group];
        var step = funnel.Steps[chosen.Step];
        var number = chosen.Dropped ? funnel.Steps[chosen.Step - 1].Count - step.Count : step.Count;
        var of = funnel.BreakdownValues is null ? "" : $"{NameOf(funnel.BreakdownValues)}: ";
        return new(
            new ActorsSelection { FunnelStep = chosen.Dropped ? -(chosen.Step + 1) : chosen.Step + 1, BreakdownValues = funnel.BreakdownValues },
            chosen.Dropped ? $"{of}lost before {step.Label}" : $"{of}reached {step.Label}", number);
    }

    HistogramChart Times() => new()
    {
        Title = title,
        Unit = ValueUnit.Count(Counted),
        Bins = [.. (result.ConversionTimes?.Bins ?? []).Select(bin => new HistogramBin(bin.FromSeconds, bin.FromSeconds + result.ConversionTimes!.BinWidthSeconds, bin.Count))],
        Mark = result.ConversionTimes?.AverageSeconds is { } average ? new(average, "average") : null,
    };

    // The bars of the values stand on top of each other: together they are the histogram of all.
    SeriesChart TimesByValue() => new()
    {
        Title = title,
        Unit = ValueUnit.Count(Counted),
        Shape = SeriesShape.StackedBar,
        CategoryName = "From",
        Categories = [.. (result.ConversionTimes?.Bins ?? []).Select(bin => new ChartCategory(
            bin.FromSeconds.ToString(CultureInfo.InvariantCulture), ValueUnit.Seconds().Full(bin.FromSeconds)))],
        Series =
        [
            .. result.ConversionTimesByValue.Select((one, index) => new ChartSeries(
                index.ToString(CultureInfo.InvariantCulture), NameOf(one.BreakdownValues), [.. one.Times.Bins.Select(bin => (double?)bin.Count)])),
        ],
    };

    SeriesChart Trend(IReadOnlyList<ChartAnnotation> annotations) => new()
    {
        Title = title,
        Unit = ValueUnit.Share("converted"),
        Categories = AnswerDays.Categories(result.Trend?.Days ?? [], query.Interval, zone),
        CategoryName = query.Interval.ToString(),
        ShowTotal = false,
        Annotations = annotations,
        Series =
        [
            .. (result.Trend?.Series ?? []).Select((series, index) => new ChartSeries(index.ToString(CultureInfo.InvariantCulture), NameOf(series.BreakdownValues),
                [.. series.Rates.Select(rate => (double?)(rate / 100))])),
        ],
    };

    static string NameOf(IReadOnlyList<string>? values) => values is null ? "Conversion" : string.Join(" · ", values.Select(TrendsDrawing.NameOf));
}
