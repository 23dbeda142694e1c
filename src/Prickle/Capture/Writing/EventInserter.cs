using Prickle.ClickHouse;

namespace Prickle.Capture.Writing;

/// <summary>Puts events into the store; what it refuses is stored with the properties as one text.</summary>
sealed class EventInserter(ClickHouseStore store)
{
    // Imported history may touch many months at once.
    // One thread reads the rows: splitting a round over several costs more processor than it saves time.
    const string Settings =
        JsonColumn.InsertSettings + "&max_partitions_per_insert_block=0&date_time_input_format=basic&max_threads=1";

    /// <summary>Inserts all events of the batch, and warns of those that could not be stored as they came.</summary>
    /// <exception cref="ClickHouseUnavailableException">The store cannot take rows now; some may be stored.</exception>
    public async Task InsertAsync(CaptureBatch batch, CancellationToken cancellationToken)
    {
        var events = batch.Events;
        var refused = await store.InsertRowsAsync(
            EventRow.Table, events.Count, (row, rows) => EventRow.Write(rows, events[row]), Settings, cancellationToken);
        foreach (var captured in events.Where(captured => captured.HasValueAsText))
        {
            batch.Warn(captured, DropReason.ValueStoredAsText,
                "A number beyond what a double holds, or nesting deeper than 32 levels, is stored as text");
        }

        if (refused.Count > 0)
        {
            await InsertAsTextAsync(batch, refused, cancellationToken);
        }
    }

    async Task InsertAsTextAsync(
        CaptureBatch batch, IReadOnlyList<(int Row, string Why)> refused, CancellationToken cancellationToken)
    {
        foreach (var (row, why) in refused)
        {
            batch.Warn(batch.Events[row], DropReason.PropertiesStoredAsText, why[..Math.Min(why.Length, 300)]);
        }

        // Nothing that a client sent is structure in these rows any more: a refusal now is a fault of ours.
        var again = await store.InsertRowsAsync(
            EventRow.Table, refused.Count, (row, rows) => EventRow.Write(rows, batch.Events[refused[row].Row], propertiesAsText: true),
            Settings, cancellationToken);
        if (again.Count > 0)
        {
            throw new InvalidOperationException($"The store refuses an event in its plainest form: {again[0].Why}");
        }
    }
}
