using System.Globalization;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using Prickle.Ui.Charts.Options;

namespace Prickle.Ui.Charts;

/// <summary>
/// A chart of any <see cref="ChartData"/>, with its table behind it. Follows the theme and the size of its place; chooses
/// points, ranges and annotations by pointer, and points by keyboard through the table.
/// </summary>
public sealed partial class Chart
{
    const string Module = "./_content/Prickle.Ui/Charts/Chart.razor.js";

    // A picture of a large screen at double density is well below it.
    const long MostPngBytes = 32 * 1024 * 1024;

    readonly CancellationTokenSource closing = new();
    ElementReference _canvas;
    ElementReference _behind;
    DotNetObjectReference<Chart>? self;
    IJSObjectReference? module;
    IJSObjectReference? drawing;
    ChartPlan _plan = ChartPlan.Nothing;
    string? drawn;
    bool busy;

    /// <summary>What is shown. A new value replaces the chart, in place.</summary>
    [Parameter, EditorRequired] public ChartData Data { get; set; } = default!;

    /// <summary>In pixels; some kinds (bars of a ranking, paths) take more when they need it.</summary>
    [Parameter] public int Height { get; set; } = 320;

    /// <summary>A point, bar, slice, country, node or edge was chosen.</summary>
    [Parameter] public EventCallback<PointSelection> OnPointSelected { get; set; }

    /// <summary>A range of the axis was drawn over. Without it the chart does not offer that.</summary>
    [Parameter] public EventCallback<RangeSelection> OnRangeSelected { get; set; }

    /// <summary>The mark of one or several annotations was chosen.</summary>
    [Parameter] public EventCallback<IReadOnlyList<ChartAnnotation>> OnAnnotationSelected { get; set; }

    /// <summary>Leaves the table out: where the page shows it already.</summary>
    [Parameter] public bool HideTable { get; set; }

    /// <summary>Further classes.</summary>
    [Parameter] public string? Class { get; set; }

    string Summary => ChartSummary.Of(Data);

    string Size => string.Create(CultureInfo.InvariantCulture,
        $"height:{Math.Max(Height, _plan.Height ?? 0)}px{(_plan.Width is { } width ? $";min-width:{width}px" : "")}");

    protected override void OnParametersSet() => _plan = ChartOption.Of(Data);

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        // While the library is loading the data may change again: the one who is drawing goes on until nothing is new.
        if (busy)
        {
            return;
        }
        busy = true;
        try
        {
            while (_plan.Option.ToJsonString() is var option && option != drawn)
            {
                drawn = option;
                await DrawAsync(option);
            }
        }
        catch (Exception error) when (error is JSDisconnectedException or OperationCanceledException)
        {
            // The page is gone; so is the chart.
        }
        finally
        {
            busy = false;
        }
    }

    async Task DrawAsync(string option)
    {
        if (drawing is not null)
        {
            await drawing.InvokeVoidAsync("update", closing.Token, option, Wants);
            return;
        }
        module ??= await Script.InvokeAsync<IJSObjectReference>("import", closing.Token, Module);
        self ??= DotNetObjectReference.Create(this);
        drawing = await module.InvokeAsync<IJSObjectReference>("draw", closing.Token, _canvas, HideTable ? null : (object)_behind, self, option, Wants);
    }

    object Wants => new
    {
        title = Data.Title,
        points = OnPointSelected.HasDelegate,
        ranges = OnRangeSelected.HasDelegate && Data is SeriesChart,
        annotations = OnAnnotationSelected.HasDelegate,
    };

    /// <summary>The chart with its title and legend, on the ground of the theme, at double density.</summary>
    public async Task<byte[]> GetPngAsync(CancellationToken cancellationToken = default)
    {
        if (drawing is null)
        {
            return [];
        }
        await using var picture = await drawing.InvokeAsync<IJSStreamReference>("png", cancellationToken);
        await using var stream = await picture.OpenReadStreamAsync(MostPngBytes, cancellationToken);
        using var bytes = new MemoryStream();
        await stream.CopyToAsync(bytes, cancellationToken);
        return bytes.ToArray();
    }

    /// <summary>Saves the picture where the browser keeps downloads.</summary>
    public async Task DownloadPngAsync(string? fileName = null, CancellationToken cancellationToken = default)
    {
        if (drawing is not null)
        {
            await drawing.InvokeVoidAsync("download", cancellationToken, fileName ?? Data.Title + ".png");
        }
    }

    /// <summary>Called by the drawing.</summary>
    [JSInvokable]
    public Task SelectPoint(int series, int place) =>
        _plan.Select(series, place) is { } selection ? InvokeAsync(() => OnPointSelected.InvokeAsync(selection)) : Task.CompletedTask;

    /// <summary>Called by the drawing.</summary>
    [JSInvokable]
    public Task SelectRange(int from, int to)
    {
        if (Data is not SeriesChart { Categories: var places } || places.Count == 0)
        {
            return Task.CompletedTask;
        }
        var (first, last) = (Math.Clamp(Math.Min(from, to), 0, places.Count - 1), Math.Clamp(Math.Max(from, to), 0, places.Count - 1));
        return InvokeAsync(() => OnRangeSelected.InvokeAsync(new(first, last, places[first].Key, places[last].Key)));
    }

    /// <summary>Called by the drawing.</summary>
    [JSInvokable]
    public Task SelectAnnotations(int group) =>
        Data is SeriesChart chart && AnnotationGroups.Of(chart) is var groups && group >= 0 && group < groups.Count
            ? InvokeAsync(() => OnAnnotationSelected.InvokeAsync(groups[group].Annotations))
            : Task.CompletedTask;

    /// <summary>Takes the drawing down.</summary>
    public async ValueTask DisposeAsync()
    {
        await closing.CancelAsync();
        try
        {
            if (drawing is not null)
            {
                await drawing.InvokeVoidAsync("dispose");
                await drawing.DisposeAsync();
            }
            if (module is not null)
            {
                await module.DisposeAsync();
            }
        }
        catch (Exception error) when (error is JSDisconnectedException or OperationCanceledException)
        {
            // The page is gone; so is the chart.
        }
        self?.Dispose();
        closing.Dispose();
    }
}
