using Prickle.Engine.Native;

namespace Prickle.Engine.Queries;

/// <summary>Connections that callers keep over several requests: temporary tables and settings stay with them.</summary>
sealed class Sessions(EngineHost host, TimeProvider time) : IDisposable
{
    const int NotFound = 372;
    const int Locked = 373;

    readonly Lock gate = new();
    readonly Dictionary<string, Entry> entries = new(StringComparer.Ordinal);

    /// <summary>Takes the session for one statement, or a connection of its own for a statement without one.</summary>
    public (ConnectionLease? Lease, EngineError? Refusal) Lease(SessionRequest? request)
    {
        if (request is null)
        {
            return (new(host.Connect(), IsNew: true, Return: connection => connection.Dispose()), null);
        }
        lock (gate)
        {
            CloseExpired();
            var isNew = !entries.TryGetValue(request.Id, out var entry);
            if (isNew && request.MustExist)
            {
                return (null, EngineError.Of(NotFound, "SESSION_NOT_FOUND", $"Session {request.Id} not found."));
            }
            entry ??= entries[request.Id] = new(host.Connect());
            if (entry.IsBusy)
            {
                return (null, EngineError.Of(
                    Locked, "SESSION_IS_LOCKED", $"Session {request.Id} is locked by a concurrent client."));
            }
            entry.IsBusy = true;
            return (new(entry.Connection, isNew, _ => Release(entry, request.Timeout)), null);
        }
    }

    public void Close(string id)
    {
        lock (gate)
        {
            if (entries.TryGetValue(id, out var entry) && !entry.IsBusy)
            {
                entries.Remove(id);
                entry.Connection.Dispose();
            }
        }
    }

    /// <summary>Closes sessions that nobody used for as long as they asked to be kept.</summary>
    public void CloseExpired()
    {
        lock (gate)
        {
            var now = time.GetUtcNow();
            foreach (var (id, entry) in entries.Where(pair => !pair.Value.IsBusy && pair.Value.ExpiresAt <= now).ToList())
            {
                entries.Remove(id);
                entry.Connection.Dispose();
            }
        }
    }

    public void Dispose()
    {
        lock (gate)
        {
            foreach (var entry in entries.Values.Where(entry => !entry.IsBusy))
            {
                entry.Connection.Dispose();
            }
            entries.Clear();
        }
    }

    void Release(Entry entry, TimeSpan timeout)
    {
        lock (gate)
        {
            entry.IsBusy = false;
            entry.ExpiresAt = time.GetUtcNow() + timeout;
        }
    }

    sealed class Entry(EngineConnection connection)
    {
        public EngineConnection Connection => connection;
        public bool IsBusy { get; set; }
        public DateTimeOffset ExpiresAt { get; set; }
    }
}

/// <summary>A connection for one statement; given back at the end.</summary>
/// <param name="IsNew">Whether nothing was set on it yet.</param>
sealed record ConnectionLease(EngineConnection Connection, bool IsNew, Action<EngineConnection> Return) : IDisposable
{
    public void Dispose() => Return(Connection);
}
