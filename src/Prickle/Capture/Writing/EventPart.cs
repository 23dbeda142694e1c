using Prickle.ClickHouse;

namespace Prickle.Capture.Writing;

/// <summary>
/// What the store writes at once: the events of several rounds, in one insert that stays open for a moment. The store has a
/// part to merge for each insert, however few rows it holds; and of a round that was sent nothing is kept here but what
/// comes after.
/// </summary>
/// <param name="begin">Begins the insert, when the first rows come.</param>
/// <param name="openedAt">When the first round came to it.</param>
sealed class EventPart(Func<OpenInsert> begin, DateTimeOffset openedAt) : IDisposable
{
    OpenInsert? _insert;

    /// <summary>When the first round came to it.</summary>
    public DateTimeOffset OpenedAt => openedAt;

    public int Events { get; private set; }

    public int Requests { get; private set; }

    /// <summary>The last entry of the inbox in it.</summary>
    public long LastEntry { get; private set; }

    /// <summary>The uuids of its rounds: they count as stored, and the store does not show them yet.</summary>
    public List<IReadOnlySet<(int ProjectId, Guid Uuid)>> Uuids { get; } = [];

    /// <summary>What is to be done once it is stored.</summary>
    public List<AfterStored> AfterStored { get; } = [];

    /// <summary>Counts a round in, before it is sent.</summary>
    public void Take(CaptureBatch batch)
    {
        Events += batch.Events.Count;
        Requests += batch.Entries.Count;
        LastEntry = batch.Entries[^1].Id;
        Uuids.Add(batch.Uuids);
    }

    /// <summary>Sends the rows of a round.</summary>
    public Task WriteAsync(int count, Action<int, JsonRows> write, CancellationToken cancellationToken) =>
        (_insert ??= begin()).WriteAsync(count, write, cancellationToken);

    /// <summary>Returns when all of it is stored.</summary>
    /// <exception cref="ClickHouseUnavailableException">It is not, or perhaps not: its rounds have to run again.</exception>
    public async Task EndAsync()
    {
        if (_insert is not null && await _insert.EndAsync() is not InsertOutcome.Stored and var outcome)
        {
            throw new ClickHouseUnavailableException($"The store did not take {Events} events: {outcome}");
        }
    }

    public void Dispose() => _insert?.Dispose();
}
