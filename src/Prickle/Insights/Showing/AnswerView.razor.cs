using Microsoft.AspNetCore.Components;
using Prickle.Ui.Charts;

namespace Prickle.Insights.Showing;

public sealed partial class AnswerView
{
    Chart? _chart;
    TrendsDrawing? _trends;
    FunnelsDrawing? _funnels;
    IReadOnlyList<RetentionDrawing> _retention = [];

    [Parameter, EditorRequired] public required InsightQuery Query { get; set; }

    [Parameter, EditorRequired] public required InsightAnswer Answer { get; set; }

    [Parameter, EditorRequired] public required string Title { get; set; }

    /// <summary>In which days begin and end.</summary>
    [Parameter, EditorRequired] public required TimeZoneInfo Zone { get; set; }

    [Parameter] public int Height { get; set; } = 360;

    [Parameter] public bool HideTable { get; set; }

    [Parameter] public IReadOnlyList<ChartAnnotation> Annotations { get; set; } = [];

    /// <summary>A number was chosen that has actors behind it.</summary>
    [Parameter] public EventCallback<ChosenNumber> OnChosen { get; set; }

    [Parameter] public EventCallback<RangeSelection> OnRangeSelected { get; set; }

    [Parameter] public EventCallback<IReadOnlyList<ChartAnnotation>> OnAnnotationSelected { get; set; }

    /// <summary>Whether there is a picture to save; bars of funnels and grids are text.</summary>
    public bool HasPicture => _chart is not null;

    /// <summary>Whether an answer says nothing at all.</summary>
    public static bool IsEmpty(InsightResult result) => result switch
    {
        TrendsResult trends => trends.Series.All(series => series.Total == 0 && series.Data.All(value => value == 0)),
        FunnelsResult { ConversionTimes: { } times } => times.Bins.All(bin => bin.Count == 0),
        FunnelsResult { Trend: { } trend } => trend.Series.All(series => series.ReachedFrom.All(count => count == 0)),
        FunnelsResult funnels => funnels.Funnels.All(funnel => funnel.Steps.All(step => step.Count == 0)),
        RetentionResult retention => retention.Tables.All(table => table.Rows.All(row => row.Size == 0)),
        StickinessResult stickiness => stickiness.Series.All(series => series.Actors == 0),
        LifecycleResult lifecycle => lifecycle.Series.All(series => series.Data.All(count => count == 0)),
        PathsResult paths => paths.Edges.Count == 0,
        _ => true,
    };

    public Task DownloadPngAsync(string fileName) => _chart?.DownloadPngAsync(fileName) ?? Task.CompletedTask;

    protected override void OnParametersSet()
    {
        _trends = (Query, Answer.Result) is (TrendsQuery trends, TrendsResult series) ? new(Title, trends, series, Zone) : null;
        _funnels = (Query, Answer.Result) is (FunnelsQuery funnel, FunnelsResult steps) ? new(Title, funnel, steps, Zone) : null;
        _retention = (Query, Answer.Result) is (RetentionQuery retention, RetentionResult tables)
            ? [.. tables.Tables.Select(table => new RetentionDrawing(retention, table, Zone))] : [];
    }

    EventCallback<PointSelection> Choosing(Func<PointSelection, ChosenNumber?> choose) =>
        OnChosen.HasDelegate ? EventCallback.Factory.Create<PointSelection>(this, point => ChooseAsync(choose(point))) : default;

    Task ChooseAsync(ChosenNumber? number) => number is null ? Task.CompletedTask : OnChosen.InvokeAsync(number);
}
