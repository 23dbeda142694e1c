using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace Prickle.Capture;

/// <summary>Counts what came, what was stored, and every single thing that was not.</summary>
public sealed class CaptureMetrics : IDisposable
{
    readonly Meter _meter = new("Prickle.Capture");
    readonly Counter<long> _refusedCounter;
    readonly Counter<long> _warnedCounter;
    readonly Counter<long> _storedCounter;
    readonly ConcurrentDictionary<string, long> _refused = new(StringComparer.Ordinal);
    readonly ConcurrentDictionary<DropReason, long> _notKept = new();
    long _stored;
    long _accepted;
    long _quarantined;

    /// <summary>Makes the counters, under the meter <c>Prickle.Capture</c>.</summary>
    public CaptureMetrics()
    {
        _refusedCounter = _meter.CreateCounter<long>("prickle.capture.requests_refused");
        _warnedCounter = _meter.CreateCounter<long>("prickle.capture.warnings");
        _storedCounter = _meter.CreateCounter<long>("prickle.capture.events_stored");
    }

    /// <summary>Requests answered with anything but 200 since the start, by reason.</summary>
    public IReadOnlyDictionary<string, long> Refused => _refused;

    /// <summary>Requests that were answered with 200 and whose content this version does not keep, by reason.</summary>
    public IReadOnlyDictionary<DropReason, long> NotKeptRequests => _notKept;

    /// <summary>Events stored since the start.</summary>
    public long Stored => Interlocked.Read(ref _stored);

    /// <summary>Requests accepted since the start.</summary>
    public long Accepted => Interlocked.Read(ref _accepted);

    internal void RequestAccepted() => Interlocked.Increment(ref _accepted);

    internal void RequestRefused(string reason)
    {
        _refused.AddOrUpdate(reason, 1, static (_, count) => count + 1);
        _refusedCounter.Add(1, new KeyValuePair<string, object?>("reason", reason));
    }

    internal void Warned(IReadOnlyList<IngestionWarning> warnings)
    {
        foreach (var warning in warnings)
        {
            _warnedCounter.Add(1, new KeyValuePair<string, object?>("reason", warning.Reason.ToString()));
        }
    }

    /// <summary>Requests put aside since the start because they could not be processed: each is a fault of ours.</summary>
    public long Quarantined => Interlocked.Read(ref _quarantined);

    internal void RequestQuarantined() => Interlocked.Increment(ref _quarantined);

    internal void NotKept(DropReason reason)
    {
        _notKept.AddOrUpdate(reason, 1, static (_, count) => count + 1);
        _warnedCounter.Add(1, new KeyValuePair<string, object?>("reason", reason.ToString()));
    }

    internal void EventsStored(int count)
    {
        Interlocked.Add(ref _stored, count);
        _storedCounter.Add(count);
    }

    /// <inheritdoc/>
    public void Dispose() => _meter.Dispose();
}
