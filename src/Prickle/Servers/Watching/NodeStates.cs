using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using Prickle.ClickHouse.Nodes;

namespace Prickle.Servers.Watching;

/// <summary>What this process knows of each node, by who asks it: kept in memory, learned again after a start.</summary>
sealed class NodeStates(NodeClient client, IOptions<HouseOptions> options, TimeProvider time)
{
    readonly TimeSpan _patience = TimeSpan.FromMilliseconds(options.Value.PatienceMilliseconds);
    readonly ConcurrentDictionary<NodeTarget, NodeState> _states = new();

    public NodeState Of(NodeTarget target) => _states.GetOrAdd(target, static (target, own) => new NodeState(own.client, target, own._patience, own.time), (client, _patience, time));

    /// <summary>Forgets what was known under addresses and accounts that are no more.</summary>
    public void Forget(Func<NodeTarget, bool> isGone)
    {
        foreach (var target in _states.Keys.Where(isGone))
        {
            _states.TryRemove(target, out _);
        }
    }
}

/// <summary>What is known of one node.</summary>
[System.Diagnostics.CodeAnalysis.SuppressMessage("Design", "CA1001", Justification = "A semaphore that was never asked for its handle holds nothing.")]
sealed class NodeState(NodeClient client, NodeTarget target, TimeSpan patience, TimeProvider time)
{
    // A node that answered just now is not asked whether it is there.
    static readonly TimeSpan FreshFor = TimeSpan.FromSeconds(20);
    // One that was away just now is not waited for: a page with ten such nodes would be a page that hangs.
    static readonly TimeSpan AwayFor = TimeSpan.FromSeconds(5);
    static readonly TimeSpan CapabilitiesFor = TimeSpan.FromMinutes(5);
    // What was missed is looked for again sooner.
    static readonly TimeSpan MissingFor = TimeSpan.FromSeconds(10);
    // Before something is done a node is waited for that a page would leave out.
    static readonly TimeSpan LongPatience = TimeSpan.FromSeconds(5);
    static readonly TimeSpan ProbePatience = TimeSpan.FromSeconds(3);

    readonly SemaphoreSlim _turn = new(1);
    readonly Lock _lock = new();
    NodeFailure? _failure;
    DateTimeOffset? _failingSince;
    DateTimeOffset _triedAt = DateTimeOffset.MinValue;
    DateTimeOffset _lookedAt = DateTimeOffset.MinValue;

    public NodeCapabilities? Capabilities { get; private set; }
    public DateTimeOffset? LastAnsweredAt { get; private set; }
    public NodeName Name => new(target.Address, Capabilities?.Host);

    public NodeHealth Health
    {
        get
        {
            lock (_lock)
            {
                return new NodeHealth(Name, Capabilities, LastAnsweredAt, _failingSince, _failure);
            }
        }
    }

    /// <summary>Sees to it that the node is there and its capabilities are known; gives the failure where it is not.</summary>
    public async Task<NodeFailure?> LookAsync(CancellationToken cancellationToken)
    {
        if (Known() is var (isKnown, failure) && isKnown)
        {
            return failure;
        }
        await _turn.WaitAsync(cancellationToken);
        try
        {
            if (Known() is var (isKnownNow, failureNow) && isKnownNow)
            {
                return failureNow;
            }
            return await AskAsync(patience, cancellationToken);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Asks a node that is said to be away once more, and waits longer for it.</summary>
    public async Task LookAgainAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            if (Known() is not (true, null))
            {
                await AskAsync(patience > LongPatience ? patience : LongPatience, cancellationToken);
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Whether what is missing may have come to be there since anybody looked.</summary>
    public bool IsSeenLongAgo
    {
        get
        {
            lock (_lock)
            {
                return time.GetUtcNow() - _lookedAt >= MissingFor;
            }
        }
    }

    /// <summary>The next question looks first at what the node has.</summary>
    public void LookAnew()
    {
        lock (_lock)
        {
            _lookedAt = DateTimeOffset.MinValue;
        }
    }

    /// <summary>Takes note of what came of a statement.</summary>
    public void Heard(NodeReply reply)
    {
        lock (_lock)
        {
            var now = time.GetUtcNow();
            if (reply is NodeReply.Failed { Failure: { IsAway: true } failure } && failure.Kind != NodeFailureKind.Hanging)
            {
                Away(failure, now);
                return;
            }
            if (reply is NodeReply.Failed { Failure.Kind: NodeFailureKind.Hanging })
            {
                // A statement that takes long says nothing about the node: the next one asks first.
                LastAnsweredAt = LastAnsweredAt is { } at && at > now - FreshFor ? now - FreshFor : LastAnsweredAt;
                return;
            }
            (LastAnsweredAt, _failure, _failingSince) = (now, null, null);
            if (reply is NodeReply.Failed { Failure.Kind: NodeFailureKind.UnknownName or NodeFailureKind.UnknownSetting })
            {
                // Upgraded, or a log table that came or went: look again.
                _lookedAt = DateTimeOffset.MinValue;
            }
        }
    }

    (bool IsKnown, NodeFailure? Failure) Known()
    {
        lock (_lock)
        {
            var now = time.GetUtcNow();
            return _failure is not null ? (now - _triedAt < AwayFor, _failure)
                : (Capabilities is not null && now - _lookedAt < CapabilitiesFor && now - LastAnsweredAt < FreshFor, null);
        }
    }

    async Task<NodeFailure?> AskAsync(TimeSpan deadline, CancellationToken cancellationToken)
    {
        var reply = await client.AskAsync(target, new NodeStatement("SELECT 1") { Deadline = deadline }, true, cancellationToken);
        if (reply is NodeReply.Failed failed)
        {
            lock (_lock)
            {
                Away(failed.Failure, time.GetUtcNow());
            }
            return failed.Failure;
        }
        var capabilities = Capabilities;
        if (capabilities is null || time.GetUtcNow() - _lookedAt >= CapabilitiesFor)
        {
            (capabilities, var failure) = await CapabilityProbe.LookAsync(client, target, ProbePatience, time, cancellationToken);
            if (capabilities is null)
            {
                lock (_lock)
                {
                    Away(failure!, time.GetUtcNow());
                }
                return failure;
            }
        }
        lock (_lock)
        {
            var now = time.GetUtcNow();
            if (!ReferenceEquals(capabilities, Capabilities))
            {
                (Capabilities, _lookedAt) = (capabilities, now);
            }
            (LastAnsweredAt, _failure, _failingSince) = (now, null, null);
        }
        return null;
    }

    void Away(NodeFailure failure, DateTimeOffset now)
    {
        _triedAt = now;
        _failure = failure;
        _failingSince ??= now;
    }
}
