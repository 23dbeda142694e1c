using Microsoft.AspNetCore.Components;
using Prickle.Accounts;
using Prickle.Filters;
using Prickle.Shell;
using Prickle.Ui.Charts;

namespace Prickle.Events.Home;

/// <summary>The first steps of a new project; once events come, how today is going.</summary>
public sealed partial class HomePage(EventQueries queries, LiveFeed feed, IEnumerable<HomePart> parts, TimeProvider time) : IAsyncDisposable
{
    const string SameTime = "this time yesterday";

    /// <summary>Today's numbers need not be newer.</summary>
    static readonly TimeSpan Refresh = TimeSpan.FromSeconds(30);

    /// <summary>How soon a first event shows: one stored here at once, one stored by another node within a few of these.</summary>
    static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(500);

    readonly CancellationTokenSource _closing = new();
    Task _watching = Task.CompletedTask;
    IReadOnlyDictionary<Guid, string> _names = new Dictionary<Guid, string>();
    IReadOnlyList<PersonActivity>? _latest;
    List<BarItem>? _pages;
    List<BarItem>? _events;
    DayNumbers? _numbers;
    DateTimeOffset? _computedAt;
    bool? _hasEvents;
    bool _isNew;
    string? _error;

    [Parameter] public int ProjectId { get; set; }

    [CascadingParameter] public ProjectGrant? Grant { get; set; }

    [CascadingParameter] public TimeZoneInfo? Zone { get; set; }

    string Greeting => TimeZoneInfo.ConvertTime(time.GetUtcNow(), Zone ?? TimeZoneInfo.Utc).Hour switch
    {
        < 5 => "Good night",
        < 12 => "Good morning",
        < 18 => "Good afternoon",
        _ => "Good evening",
    };

    string EventAddress(string name) =>
        ProjectAddress.Of(ProjectId, $"events?name={Uri.EscapeDataString(name)}&date_from=dStart");

    string PageAddress(string path)
    {
        var filter = PropertyFilter.Write([new PropertyFilter("$pathname", FilterOperator.Exact.Name, [path])])!;
        return $"{EventAddress("$pageview")}&properties={Uri.EscapeDataString(filter)}";
    }

    protected override void OnAfterRender(bool firstRender)
    {
        if (firstRender)
        {
            _watching = WatchAsync();
        }
    }

    async Task WatchAsync()
    {
        using var subscription = feed.Watch(ProjectId);
        await InvokeAsync(RefreshAsync);
        using var timer = new PeriodicTimer(Beat, time);
        var read = time.GetTimestamp();
        while (await timer.WaitForNextTickAsync(_closing.Token))
        {
            var hasNews = subscription.Take().Count > 0;
            var patience = _hasEvents == true ? Refresh : 6 * Beat;
            if (time.GetElapsedTime(read) >= patience || (hasNews && _hasEvents != true))
            {
                read = time.GetTimestamp();
                await InvokeAsync(RefreshAsync);
            }
        }
    }

    async Task RefreshAsync()
    {
        try
        {
            await ReadAsync();
            _error = null;
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            // The edge of the page: it says so, and tries again with the next beat.
            _error = exception.Message;
        }
        StateHasChanged();
    }

    async Task ReadAsync()
    {
        if (_hasEvents != true)
        {
            var hadNone = _hasEvents == false;
            _hasEvents = await queries.AnyAsync(ProjectId, _closing.Token);
            _isNew = hadNone && _hasEvents == true;
            if (_hasEvents == false)
            {
                return;
            }
        }
        var zone = Zone ?? TimeZoneInfo.Utc;
        var today = queries.TodayFilter(ProjectId, zone);
        await Task.WhenAll(
            ShowAsync(queries.TodayAsync(ProjectId, zone, _closing.Token), numbers => (_numbers, _computedAt) = (numbers, time.GetUtcNow())),
            ShowAsync(queries.TopPagesAsync(today, 8, _closing.Token), pages => _pages = pages),
            ShowAsync(queries.TopEventsAsync(today, 8, _closing.Token), events => _events = events),
            ShowAsync(LatestAsync(), latest => (_latest, _names) = latest));
    }

    async Task<(IReadOnlyList<PersonActivity>, IReadOnlyDictionary<Guid, string>)> LatestAsync()
    {
        var latest = await queries.LatestOfEachPersonAsync(ProjectId, 8, _closing.Token);
        return (latest, await queries.PersonNamesAsync(ProjectId, [.. latest.Select(activity => activity.PersonId)], _closing.Token));
    }

    /// <summary>Each answer shows when it is here: the quick ones do not wait for the slow ones.</summary>
    async Task ShowAsync<T>(Task<T> question, Action<T> show)
    {
        show(await question);
        StateHasChanged();
    }

    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync();
        try
        {
            await _watching;
        }
        catch (OperationCanceledException)
        {
            // The page is closed.
        }
        _closing.Dispose();
    }
}
