using System.Collections.Concurrent;
using Prickle.ClickHouse;

namespace Prickle.Capture.Writing;

/// <summary>Puts events into the store; what it refuses is stored with the properties as one text.</summary>
sealed class EventInserter(ClickHouseStore store) : IDisposable
{
    // Imported history may touch many months at once.
    // One thread reads the rows: splitting a round over several costs more processor than it saves time.
    const string Settings =
        JsonColumn.InsertSettings + "&max_partitions_per_insert_block=0&date_time_input_format=basic&max_threads=1";

    readonly ConcurrentBag<EventRowWriter> _idle = [];
    readonly EventRowWriter _plain = new();

    /// <summary>Writes the rows of the batch, and warns of what cannot be stored as it came. The batch gives them back at its end.</summary>
    public void Build(CaptureBatch batch)
    {
        var rows = _idle.TryTake(out var used) ? used : new EventRowWriter();
        batch.Own(new Lease(_idle, rows));
        batch.Rows = rows;
        foreach (var captured in batch.Events)
        {
            if (rows.Add(captured))
            {
                batch.Warn(captured, DropReason.ValueStoredAsText,
                    "A number beyond what a double holds, or nesting deeper than 32 levels, is stored as text");
            }
        }
    }

    /// <summary>Inserts all events of the batch, and warns of those that could not be stored as they came.</summary>
    /// <exception cref="ClickHouseUnavailableException">The store cannot take rows now; some may be stored.</exception>
    public async Task InsertAsync(CaptureBatch batch, CancellationToken cancellationToken)
    {
        var refused = await store.InsertRowsAsync(EventRowWriter.Table, batch.Rows!.Rows, Settings, cancellationToken);
        if (refused.Count > 0)
        {
            await InsertAsTextAsync(batch, refused, cancellationToken);
        }
    }

    public void Dispose()
    {
        foreach (var rows in _idle)
        {
            rows.Dispose();
        }

        _plain.Dispose();
    }

    async Task InsertAsTextAsync(
        CaptureBatch batch, IReadOnlyList<(int Row, string Why)> refused, CancellationToken cancellationToken)
    {
        _plain.Rows.Clear();
        foreach (var (row, why) in refused)
        {
            _plain.Add(batch.Events[row], propertiesAsText: true);
            batch.Warn(batch.Events[row], DropReason.PropertiesStoredAsText, why[..Math.Min(why.Length, 300)]);
        }

        // Nothing that a client sent is structure in these rows any more: a refusal now is a fault of ours.
        var again = await store.InsertRowsAsync(EventRowWriter.Table, _plain.Rows, Settings, cancellationToken);
        if (again.Count > 0)
        {
            throw new InvalidOperationException($"The store refuses an event in its plainest form: {again[0].Why}");
        }
    }

    sealed class Lease(ConcurrentBag<EventRowWriter> idle, EventRowWriter rows) : IDisposable
    {
        public void Dispose()
        {
            rows.Rows.Clear();
            idle.Add(rows);
        }
    }
}
