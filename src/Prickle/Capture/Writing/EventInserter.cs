using Prickle.ClickHouse;

namespace Prickle.Capture.Writing;

/// <summary>Puts events into the store; what it refuses is stored with the properties as one text.</summary>
sealed class EventInserter(ClickHouseStore store) : IDisposable
{
    // Imported history may touch many months at once.
    // One thread reads the rows: splitting a round over several costs more processor than it saves time.
    const string Settings =
        JsonColumn.InsertSettings + "&max_partitions_per_insert_block=0&date_time_input_format=basic&max_threads=1";

    readonly EventRowWriter _rows = new();
    readonly EventRowWriter _plain = new();

    /// <summary>Inserts all events of the batch, and warns of those that could not be stored as they came.</summary>
    /// <exception cref="ClickHouseUnavailableException">The store cannot take rows now; some may be stored.</exception>
    public async Task InsertAsync(CaptureBatch batch, CancellationToken cancellationToken)
    {
        _rows.Rows.Clear();
        foreach (var captured in batch.Events)
        {
            if (_rows.Add(captured))
            {
                batch.Warn(captured, DropReason.ValueStoredAsText,
                    "A number beyond what a double holds, or nesting deeper than 32 levels, is stored as text");
            }
        }

        var refused = await store.InsertRowsAsync(EventRowWriter.Table, _rows.Rows, Settings, cancellationToken);
        if (refused.Count > 0)
        {
            await InsertAsTextAsync(batch, refused, cancellationToken);
        }
    }

    public void Dispose()
    {
        _rows.Dispose();
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
}
