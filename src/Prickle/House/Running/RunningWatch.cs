using System.Collections.Concurrent;
using Prickle.Servers;

namespace Prickle.House.Running;

/// <summary>
/// Looks at what runs on servers while somebody looks at it: one poll for all viewers of a server, none without a viewer, and
/// seldomer where the server is slow to answer.
/// </summary>
sealed class RunningWatch(Fleet fleet, TimeProvider time)
{
    readonly ConcurrentDictionary<(int Organization, Guid Server, int Version), ServerPoll> _polls = new();

    /// <summary>Tells of every look until what is given back is disposed.</summary>
    public IDisposable Watch(WatchedServer server, Action<RunningSnapshot> seen) => PollOf(server).Watch(seen);

    /// <summary>What runs now; the answer to others who asked within this second.</summary>
    public Task<RunningSnapshot> LookAsync(WatchedServer server) => PollOf(server).LookAsync();

    /// <summary>How many servers are looked at now.</summary>
    public int Polling => _polls.Values.Count(poll => poll.IsWatched);

    ServerPoll PollOf(WatchedServer server) => _polls.GetOrAdd((server.OrganizationId, server.Id, server.Version), _ => new ServerPoll(server, fleet, time));
}

/// <summary>The looks at one server.</summary>
sealed class ServerPoll(WatchedServer server, Fleet fleet, TimeProvider time)
{
    static readonly TimeSpan FreshFor = TimeSpan.FromSeconds(1);
    static readonly TimeSpan Between = TimeSpan.FromSeconds(2);
    static readonly TimeSpan LongestBetween = TimeSpan.FromSeconds(30);

    // A look takes at most a fifth of a server's time.
    const int PauseForWork = 4;

    readonly Lock _lock = new();
    readonly List<Action<RunningSnapshot>> _viewers = [];
    Task<RunningSnapshot>? _look;
    bool _isPolling;

    public bool IsWatched
    {
        get
        {
            lock (_lock)
            {
                return _viewers.Count > 0;
            }
        }
    }

    public Task<RunningSnapshot> LookAsync()
    {
        lock (_lock)
        {
            var isUsable = _look is { IsCompleted: false } || (_look is { IsCompletedSuccessfully: true } && time.GetUtcNow() - _look.Result.At < FreshFor);
            return isUsable ? _look! : _look = AskAsync();
        }
    }

    public IDisposable Watch(Action<RunningSnapshot> seen)
    {
        lock (_lock)
        {
            _viewers.Add(seen);
            if (!_isPolling)
            {
                _isPolling = true;
                _ = PollAsync();
            }
            else if (_look is { IsCompletedSuccessfully: true })
            {
                // The newcomer need not wait for the next look.
                seen(_look.Result);
            }
        }
        return new Viewer(this, seen);
    }

    async Task PollAsync()
    {
        while (true)
        {
            Action<RunningSnapshot>[] viewers;
            lock (_lock)
            {
                if (_viewers.Count == 0)
                {
                    _isPolling = false;
                    return;
                }
                viewers = [.. _viewers];
            }
            var begun = time.GetTimestamp();
            var snapshot = await LookAsync();
            foreach (var viewer in viewers)
            {
                viewer(snapshot);
            }
            var pause = time.GetElapsedTime(begun) * PauseForWork;
            await Task.Delay(pause < Between ? Between : pause > LongestBetween ? LongestBetween : pause, time);
        }
    }

    async Task<RunningSnapshot> AskAsync()
    {
        var answer = await fleet.AskAsync(server, ProcessRow.All);
        return RunningSnapshot.Of(answer, time.GetUtcNow());
    }

    void Leave(Action<RunningSnapshot> seen)
    {
        lock (_lock)
        {
            _viewers.Remove(seen);
        }
    }

    sealed class Viewer(ServerPoll poll, Action<RunningSnapshot> seen) : IDisposable
    {
        bool _isGone;

        public void Dispose()
        {
            if (!_isGone)
            {
                _isGone = true;
                poll.Leave(seen);
            }
        }
    }
}
