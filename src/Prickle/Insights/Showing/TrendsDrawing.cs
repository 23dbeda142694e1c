using System.Globalization;
using Prickle.Ui.Charts;
using Prickle.Ui.Values;

namespace Prickle.Insights.Showing;

/// <summary>A trend's answer as a chart, and which number a point of it is. Keys of series are their places in the answer.</summary>
public sealed class TrendsDrawing(string title, TrendsQuery query, TrendsResult result, TimeZoneInfo zone)
{
    /// <summary>Percentages come in hundreds, and durations may come in milliseconds; the kit takes parts of one and seconds.</summary>
    readonly double _scale = query.TrendsFilter.AggregationAxisFormat switch { "percentage" => .01, "duration_ms" => .001, _ => 1 };

    /// <summary>How every value is written.</summary>
    public ValueUnit Unit { get; } = UnitOf(query);

    public bool IsBigNumber => query.TrendsFilter.Display is TrendsDisplay.BigNumber;

    /// <summary>The series in the order of the answer, each with its name.</summary>
    public IReadOnlyList<(TrendsSeries Series, string Name)> Series { get; } =
        [.. result.Series.Select(series => (series, NameOf(series, query)))];

    /// <summary>A formula is not made of actors, and neither is a sum of numbers by another name; both have none behind them.</summary>
    public bool HasActors => query.TrendsFilter.FormulaNodes.Count == 0;

    /// <summary>The chart of the display asked for.</summary>
    public ChartData Chart(IReadOnlyList<ChartAnnotation>? annotations = null) => query.TrendsFilter.Display switch
    {
        TrendsDisplay.Pie => new PieChart { Title = title, Unit = Unit, Items = Items(), CategoryName = CategoryName },
        TrendsDisplay.WorldMap => new MapChart { Title = title, Unit = Unit, Items = Countries() },
        TrendsDisplay.BarValue or TrendsDisplay.Table or TrendsDisplay.BigNumber =>
            new RankedChart { Title = title, Unit = Unit, Items = Items(), CategoryName = CategoryName, AtMost = 100 },
        var display => new SeriesChart
        {
            Title = title,
            Unit = Unit,
            Shape = display switch
            {
                TrendsDisplay.Area => SeriesShape.StackedArea,
                TrendsDisplay.Bar => SeriesShape.Bar,
                TrendsDisplay.StackedBar => SeriesShape.StackedBar,
                _ => SeriesShape.Line,
            },
            Categories = AnswerDays.Categories(result.Days, result.Interval, zone),
            CategoryName = result.Interval.ToString(),
            Series = [.. Series.Select((one, index) => Line(one.Series, one.Name, index))],
            Incomplete = result.IsLastIncomplete ? 1 : 0,
            ShowValues = query.TrendsFilter.ShowValuesOnSeries,
            Goals = [.. query.TrendsFilter.GoalLines.Select(goal => new ChartGoal(goal.Value * _scale, goal.Label))],
            Annotations = annotations ?? [],
        },
    };

    /// <summary>A value of a series as it is shown.</summary>
    public double Shown(double value) => value * _scale;

    /// <summary>The earlier period's series of the same name.</summary>
    public TrendsSeries? PreviousOf(TrendsSeries series) => series.Compare == "previous" ? null
        : result.Series.FirstOrDefault(other => other.Compare == "previous" && IsSame(other, series));

    /// <summary>The number of a point that was chosen; null where it stands for several.</summary>
    public ChosenNumber? Choose(PointSelection point)
    {
        if (!HasActors)
        {
            return null;
        }
        // Charts over time choose a series and a day, the others an item, which is a series.
        var byDay = !query.TrendsFilter.IsTotalValue;
        var key = byDay ? point.SeriesKey : point.CategoryKey;
        if (query.TrendsFilter.Display is TrendsDisplay.WorldMap)
        {
            return Series.FirstOrDefault(one => one.Series.Compare != "previous" && CountryOf(one.Series) == key) is { Series: { } country } ? Choose(country, null) : null;
        }
        return int.TryParse(key, NumberStyles.None, CultureInfo.InvariantCulture, out var index) && index < result.Series.Count
            ? Choose(result.Series[index], byDay ? point.Category : null)
            : null;
    }

    /// <summary>The number of a series on a day, or over the whole period.</summary>
    public ChosenNumber? Choose(TrendsSeries series, int? day)
    {
        var days = series.Days ?? result.Days;
        if (!HasActors || day >= days.Count || day < 0)
        {
            return null;
        }
        var at = day is { } index ? days[index] : null;
        var words = at is null ? NameOf(series, query) : $"{NameOf(series, query)}, {AnswerDays.Words(at, result.Interval, zone)}";
        var math = series.Order < query.Series.Count ? query.Series[series.Order].Math : null;
        double? number = math is "dau" && query.TrendsFilter.Display is not TrendsDisplay.Cumulative && query.TrendsFilter.SmoothingIntervals <= 1
            && (day is not null || query.TrendsFilter.IsTotalValue) ? day is { } place ? series.Data[place] : series.Total : null;
        return new(new ActorsSelection { Series = series.Order, Day = at, BreakdownValues = series.BreakdownValues, Compare = series.Compare }, words, number);
    }

    /// <summary>What a value of a breakdown is called.</summary>
    public static string NameOf(string value) => value switch { Breakdown.Other => "Other", Breakdown.None => "None", "" => "(empty)", _ => value };

    static string NameOf(TrendsSeries series, TrendsQuery query)
    {
        var values = series.BreakdownValues is { } all ? string.Join(" · ", all.Select(NameOf)) : null;
        var several = query.TrendsFilter.FormulaNodes.Count > 0 ? query.TrendsFilter.FormulaNodes.Count > 1 : query.Series.Count > 1;
        var name = values is null ? series.Label : several ? $"{series.Label} · {values}" : values;
        return series.Compare == "previous" ? $"{name} (before)" : name;
    }

    string CategoryName => query.BreakdownFilter.Breakdowns.Count > 0
        ? string.Join(" · ", query.BreakdownFilter.Breakdowns.Select(breakdown => breakdown.Property))
        : "Series";

    ChartSeries Line(TrendsSeries series, string name, int index) => new(
        index.ToString(CultureInfo.InvariantCulture), name, [.. series.Data.Select(value => (double?)Shown(value))])
    {
        ComparedWith = series.Compare != "previous" ? null
            : Enumerable.Range(0, result.Series.Count).Where(other => result.Series[other].Compare != "previous" && IsSame(result.Series[other], series))
                .Select(other => other.ToString(CultureInfo.InvariantCulture)).FirstOrDefault(),
        Places = series.Compare == "previous" && series.Days is { } days ? [.. days.Select(day => AnswerDays.Words(day, result.Interval, zone))] : null,
    };

    IReadOnlyList<ChartItem> Items() =>
    [
        .. Series.Select((one, index) => (one.Series, one.Name, index)).Where(one => one.Series.Compare != "previous")
            .Select(one => new ChartItem(one.index.ToString(CultureInfo.InvariantCulture), one.Name, Shown(one.Series.Total))
            {
                Previous = PreviousOf(one.Series)?.Total * _scale,
                IsRest = one.Series.BreakdownValues is { Count: > 0 } values && values.All(value => value == Breakdown.Other),
            }),
    ];

    IReadOnlyList<ChartItem> Countries() =>
    [
        .. result.Series.Where(series => series.Compare != "previous" && CountryOf(series) is not null)
            .GroupBy(series => CountryOf(series)!).Select(country => new ChartItem(country.Key, "", Shown(country.Sum(series => series.Total)))),
    ];

    static string? CountryOf(TrendsSeries series) => series.BreakdownValues is [{ Length: 2 } code, ..] ? code.ToUpperInvariant() : null;

    static bool IsSame(TrendsSeries one, TrendsSeries other) => one.Order == other.Order
        && (one.BreakdownValues is { } values ? other.BreakdownValues is { } others && values.SequenceEqual(others) : other.BreakdownValues is null);

    static ValueUnit UnitOf(TrendsQuery query) => query.TrendsFilter.AggregationAxisFormat switch
    {
        "percentage" or "percentage_scaled" => ValueUnit.Share(),
        "duration" or "duration_ms" => ValueUnit.Seconds(),
        "currency" => ValueUnit.Money("$"),
        _ when query.TrendsFilter.FormulaNodes.Count > 0 => ValueUnit.Number(),
        _ => query.Series.Select(series => CountedBy(series.Math)).Distinct().ToList() is [var name] ? ValueUnit.Count(name) : ValueUnit.Number(),
    };

    static string CountedBy(string? math) => math switch
    {
        null or "total" => "events",
        "dau" or "weekly_active" or "monthly_active" or "first_time_for_user" or "first_matching_event_for_user" => "persons",
        "unique_session" => "sessions",
        "unique_group" => "groups",
        _ => "",
    };
}
