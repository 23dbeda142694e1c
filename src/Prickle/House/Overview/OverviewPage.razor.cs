using Microsoft.AspNetCore.Components;
using Prickle.House.Frame;
using Prickle.House.Sampling;
using Prickle.Servers;
using Prickle.Ui.Charts;

namespace Prickle.House.Overview;

/// <summary>What a server does: its nodes, and what was read off them over a time.</summary>
public sealed partial class OverviewPage(Fleet fleet, SampleHistory history, NavigationManager navigation, TimeProvider time) : ServerPage, IDisposable
{
    static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(15);

    readonly CancellationTokenSource _closing = new();
    readonly Dictionary<string, SeriesChart> _charts = [];
    IReadOnlyList<NodeHealth> _health = [];
    IReadOnlyList<SamplePoint>? _points;
    FleetAnswer<QueryCount>? _counts;
    SeriesChart? _queries;
    DateTimeOffset _countedUntil;
    (Guid Server, string Range)? _shown;
    ITimer? _looks;

    [SupplyParameterFromQuery(Name = "range")] public string? RangeKey { get; set; }

    OverviewRange Range => OverviewRange.Of(RangeKey);

    TimeZoneInfo Zone => Project?.Project.Zone ?? TimeZoneInfo.Utc;

    string Said => Watched is { Nodes.Count: 1 } ? "What it does now and did before" : $"{Watched?.Nodes.Count} nodes: what they do now and did before";

    public void Dispose()
    {
        _looks?.Dispose();
        _closing.Cancel();
        _closing.Dispose();
    }

    protected override async Task OnParametersSetAsync()
    {
        await base.OnParametersSetAsync();
        if (RendererInfo.IsInteractive && Watched is { } server && _shown != (Server, Range.Key))
        {
            _shown = (Server, Range.Key);
            (_points, _counts, _queries) = (null, null, null);
            _looks?.Dispose();
            _looks = time.CreateTimer(_ => InvokeAsync(() => ReadAsync(server)), null, TimeSpan.Zero, BetweenLooks);
        }
    }

    async Task ReadAsync(WatchedServer server)
    {
        try
        {
            _health = fleet.HealthOf(server);
            var range = Range;
            var starts = range.StartsUntil(time.GetUtcNow());
            // Each shows when it is there: the log of a busy server takes longer than what was read before.
            await Task.WhenAll(ReadSamplesAsync(server, range, starts), ReadCountsAsync(server, range));
            _health = fleet.HealthOf(server);
            StateHasChanged();
        }
        catch (OperationCanceledException)
        {
            // The page is gone.
        }
    }

    async Task ReadSamplesAsync(WatchedServer server, OverviewRange range, IReadOnlyList<DateTimeOffset> starts)
    {
        var points = await history.ReadAsync(server.Id, [.. SampledMetric.All.Select(metric => metric.Key)], starts[0], range.Step, _closing.Token);
        _charts.Clear();
        foreach (var metric in SampledMetric.All)
        {
            if (OverviewCharts.Of(metric, points, starts, Zone) is { } chart)
            {
                _charts[metric.Key] = chart;
            }
        }
        _points = points;
        StateHasChanged();
    }

    async Task ReadCountsAsync(WatchedServer server, OverviewRange range)
    {
        // Fewer and wider bars than points of lines.
        var step = TimeSpan.FromTicks(range.Span.Ticks / 60) is var wide && wide < TimeSpan.FromMinutes(1) ? TimeSpan.FromMinutes(1) : wide;
        var starts = (range with { Step = step }).StartsUntil(time.GetUtcNow());
        if (_counts is not null && _countedUntil == starts[^1])
        {
            // The log of a busy server is dear to read: once for each bar.
            return;
        }
        var counts = await fleet.AskAsync(server, QueryCount.Since(starts[0], step), Account.Monitor, _closing.Token);
        (_counts, _countedUntil, _queries) = (counts, starts[^1], OverviewCharts.Of(counts, starts, Zone));
        StateHasChanged();
    }

    void ChooseRange(string? key) => navigation.NavigateTo(navigation.GetUriWithQueryParameter("range", key == OverviewRange.All[0].Key ? null : key), replace: true);
}
