using System.Globalization;
using Microsoft.AspNetCore.Components;

namespace Prickle.Dashboards.Viewing;

/// <summary>What lies over the tiles, and how often they are asked again.</summary>
public sealed partial class DashboardPage
{
    /// <summary>A screen on the wall renews itself, whatever was chosen.</summary>
    const int OnTheWall = 300;

    static readonly IReadOnlyList<(int Seconds, string Words)> Intervals =
        [(0, "no auto refresh"), (30, "every 30 s"), (60, "every minute"), (300, "every 5 min"), (900, "every 15 min"), (3600, "every hour")];

    DashboardFilters _filters = new();
    ITimer? _auto;
    int _every;
    int? _chosen;
    (int Done, int Total)? _refreshing;

    int Interval => (_chosen ?? _dashboard?.RefreshIntervalSeconds) is { } seconds and > 0 ? seconds : IsFull ? OnTheWall : 0;

    void ShowFilters(DashboardFilters filters)
    {
        var text = _dashboard is { } dashboard && FilterAddress.AreEqual(filters, dashboard.Filters) ? null : FilterAddress.Write(filters);
        navigation.NavigateTo(navigation.GetUriWithQueryParameter("filters", text), replace: true);
    }

    async Task SaveFiltersAsync()
    {
        var filters = _filters;
        if (await UpdateAsync(draft => draft with { Filters = filters }))
        {
            ShowFilters(filters);
        }
    }

    /// <summary>Kept for everybody by those who may; others choose for the page before them.</summary>
    async Task ChangeIntervalAsync(ChangeEventArgs change)
    {
        _chosen = int.TryParse(change.Value?.ToString(), CultureInfo.InvariantCulture, out var seconds) ? seconds : 0;
        if (MayChange)
        {
            await UpdateAsync(draft => draft with { RefreshIntervalSeconds = _chosen is > 0 and { } every ? every : null });
        }
        SetClock();
    }

    void SetClock()
    {
        var every = RendererInfo.IsInteractive ? Interval : 0;
        if (every == _every)
        {
            return;
        }
        _every = every;
        _auto?.Dispose();
        _auto = every == 0 ? null : time.CreateTimer(_ => _ = InvokeAsync(RefreshAllAsync), null, TimeSpan.FromSeconds(every), TimeSpan.FromSeconds(every));
    }

    async Task RefreshAllAsync()
    {
        var asking = Views.Values.Where(view => view?.Asks == true).ToList();
        if (_refreshing is not null || asking.Count == 0 || _closing.IsCancellationRequested)
        {
            return;
        }
        _refreshing = (0, asking.Count);
        StateHasChanged();
        try
        {
            await Task.WhenAll(asking.Select(async view =>
            {
                await view.RefreshAsync();
                _refreshing = (_refreshing!.Value.Done + 1, asking.Count);
                StateHasChanged();
            }));
        }
        finally
        {
            _refreshing = null;
            StateHasChanged();
        }
    }
}
