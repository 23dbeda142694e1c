using System.Globalization;
using Microsoft.AspNetCore.Components;

namespace Prickle.Events.Live;

/// <summary>Events as they are stored. Holds a fixed number of them; while paused, the newest wait outside.</summary>
public sealed partial class LivePage(LiveFeed feed, EventQueries queries, TimeProvider time) : IAsyncDisposable
{
    const int Kept = 200;

    /// <summary>Faster than this nobody reads, and each drawing costs the browser.</summary>
    static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(500);

    readonly CancellationTokenSource _closing = new();
    readonly LinkedList<StoredEvent> _shown = [];
    readonly HashSet<Guid> _ids = [];
    readonly Dictionary<Guid, string?> _names = [];
    readonly ArrivalRate _rate = new(time);
    LiveSubscription? _subscription;
    StoredEvent? _open;
    Task _watching = Task.CompletedTask;
    string _text = "";
    bool _isPaused;
    bool _isStoreAway;
    int _waiting;

    [Parameter] public int ProjectId { get; set; }

    string Status => _isPaused ? "Paused" : string.Create(CultureInfo.InvariantCulture, $"{_rate.PerSecond:0.#} events a second");

    IEnumerable<StoredEvent> Visible => _text.Trim() is not { Length: > 0 } text ? _shown : _shown.Where(stored =>
        stored.Event.Contains(text, StringComparison.OrdinalIgnoreCase)
        || stored.DistinctId.Contains(text, StringComparison.OrdinalIgnoreCase)
        || stored.Page?.Contains(text, StringComparison.OrdinalIgnoreCase) == true);

    protected override void OnAfterRender(bool firstRender)
    {
        if (firstRender)
        {
            _subscription = feed.Watch(ProjectId);
            _watching = InvokeAsync(() => WatchAsync(_subscription));
        }
    }

    async Task WatchAsync(LiveSubscription subscription)
    {
        await AskAsync(async () =>
        {
            foreach (var stored in await queries.ListAsync(new EventFilter { ProjectId = ProjectId }, 50, cancellationToken: _closing.Token))
            {
                if (_ids.Add(stored.Uuid))
                {
                    _shown.AddLast(stored);
                }
            }
        });
        await NameAsync();
        StateHasChanged();
        using var timer = new PeriodicTimer(Beat, time);
        while (await timer.WaitForNextTickAsync(_closing.Token))
        {
            await ShowAsync(subscription);
        }
    }

    async Task ShowAsync(LiveSubscription subscription)
    {
        if (_isPaused)
        {
            // What waits is bounded by the subscription; the count is only told.
            _waiting = subscription.Waiting;
        }
        else
        {
            var arrived = subscription.Take();
            _rate.Add(arrived.Count);
            // An event is announced again after a crash, and may have been among the first that were read.
            foreach (var stored in arrived.Where(stored => _ids.Add(stored.Uuid)))
            {
                _shown.AddFirst(stored);
            }
            while (_shown.Count > Kept)
            {
                _ids.Remove(_shown.Last!.Value.Uuid);
                _shown.RemoveLast();
            }
            await NameAsync();
        }
        StateHasChanged();
    }

    /// <summary>Asks what the persons are called whom the page has not met yet.</summary>
    async Task NameAsync()
    {
        if (_names.Count > 10 * Kept)
        {
            _names.Clear();
        }
        var unknown = _shown.Select(stored => stored.PersonId).Where(id => !_names.ContainsKey(id)).Distinct().ToList();
        if (unknown.Count == 0)
        {
            return;
        }
        await AskAsync(async () =>
        {
            var known = await queries.PersonNamesAsync(ProjectId, unknown, _closing.Token);
            foreach (var id in unknown)
            {
                _names[id] = known.GetValueOrDefault(id);
            }
        });
    }

    /// <summary>The page goes on when the store does not answer: it says so, and shows what it has.</summary>
    async Task AskAsync(Func<Task> question)
    {
        try
        {
            await question();
            _isStoreAway = false;
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            // The edge of the page.
            _isStoreAway = true;
        }
    }

    void TogglePause()
    {
        _isPaused = !_isPaused;
        _waiting = 0;
    }

    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync();
        _subscription?.Dispose();
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
