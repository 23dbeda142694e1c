using Prickle.Insights.Showing;
using Prickle.Pictures;
using Prickle.Ui.Charts;
using Prickle.Ui.Values;

namespace Prickle.Insights.Picturing;

/// <summary>An answer as what a picture shows: the same drawings as on pages.</summary>
static class AnswerPicture
{
    public static PictureContent Of(InsightQuery query, InsightResult result, string title, TimeZoneInfo zone, IReadOnlyList<ChartAnnotation> annotations) => (query, result) switch
    {
        _ when AnswerView.IsEmpty(result) => new NoticeContent("Nothing in this period", "No event fits the question."),
        (TrendsQuery trends, TrendsResult answer) => Of(trends, new TrendsDrawing(title, trends, answer, zone), annotations),
        (FunnelsQuery funnel, FunnelsResult steps) => Of(new FunnelsDrawing(title, funnel, steps, zone), steps, annotations),
        (RetentionQuery retention, RetentionResult tables) => Of(title, [.. tables.Tables.Select(table => new RetentionDrawing(retention, table, zone))]),
        (_, StickinessResult stickiness) => new ChartContent(ActivityDrawing.Of(title, stickiness)),
        (_, LifecycleResult lifecycle) => new ChartContent(ActivityDrawing.Of(title, lifecycle, zone, annotations)),
        (_, PathsResult paths) => new ChartContent(PathsDrawing.Of(title, paths)),
        _ => throw new NotSupportedException($"There is no picture of {result.GetType().Name}."),
    };

    static PictureContent Of(TrendsQuery query, TrendsDrawing drawing, IReadOnlyList<ChartAnnotation> annotations)
    {
        if (drawing.IsBigNumber)
        {
            return new NumbersContent(
            [
                .. drawing.Series.Where(one => one.Series.Compare != "previous").Select(one => drawing.PreviousOf(one.Series) is { } previous
                    ? new PictureNumber(one.Name, drawing.Shown(one.Series.Total), drawing.Unit, drawing.Shown(previous.Total), "the period before")
                    : new PictureNumber(one.Name, drawing.Shown(one.Series.Total), drawing.Unit, null, PeriodWords.Of(query.DateRange).ToLowerInvariant())),
            ]);
        }
        return query.TrendsFilter.Display is TrendsDisplay.Table && drawing.Chart() is RankedChart items
            ? new RowsContent(
                [items.CategoryName, items.Unit.Name.Length > 0 ? items.Unit.Name : "Value"],
                [.. items.Items.OrderByDescending(item => item.Value).Select(item => (IReadOnlyList<string>)[item.Name, items.Unit.Full(item.Value)])], [false, true])
            : new ChartContent(drawing.Chart(annotations));
    }

    static PictureContent Of(FunnelsDrawing drawing, FunnelsResult result, IReadOnlyList<ChartAnnotation> annotations) => drawing.View switch
    {
        FunnelView.Steps => new FunnelContent(drawing.Steps()),
        FunnelView.TimeToConvert when result.ConversionTimes is { } times => new StackedContent(
        [
            new($"On average {ValueUnit.Seconds().Full(times.AverageSeconds)}, half of them within {ValueUnit.Seconds().Full(times.MedianSeconds)}", new ChartContent(drawing.Chart(annotations))),
        ]),
        _ => new ChartContent(drawing.Chart(annotations)),
    };

    static PictureContent Of(string title, IReadOnlyList<RetentionDrawing> drawings) => new StackedContent(
    [
        .. drawings.Select(drawing => new StackedPart(drawing.Name, new RetentionContent(drawing.Data, drawing.IsAmount))),
        .. drawings is [var single] ? [new StackedPart(null, new ChartContent(single.Data.AsLines(title)), IsSpare: true)] : (StackedPart[])[],
    ]);
}
