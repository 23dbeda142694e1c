using Prickle.ClickHouse;

namespace Prickle.Capture.Writing;

/// <summary>Puts events into the store; what it refuses is stored with the properties as one text.</summary>
sealed class EventInserter(ClickHouseStore store)
{
    // Imported history may touch many months at once.
    // One thread reads the rows: splitting a round over several costs more processor than it saves time.
    const string Settings =
        JsonColumn.InsertSettings + "&max_partitions_per_insert_block=0&date_time_input_format=basic&max_threads=1";

    /// <summary>Begins to write what several rounds bring.</summary>
    public EventPart Open(DateTimeOffset now, CancellationToken cancellationToken) =>
        new(() => store.BeginInsert(EventRow.Table, Settings, cancellationToken), now);

    /// <summary>
    /// Inserts all events of the batch, or adds them to the part that it goes into, and warns of those that could not be stored
    /// as they came. In a part a refused row stands for all of it: it runs again in rounds of their own.
    /// </summary>
    /// <exception cref="ClickHouseUnavailableException">The store cannot take rows now; some may be stored.</exception>
    public async Task InsertAsync(CaptureBatch batch, CancellationToken cancellationToken)
    {
        var events = batch.Events;
        void Write(int row, JsonRows rows) => EventRow.Write(rows, events[row]);
        IReadOnlyList<(int Row, string Why)> refused = [];
        if (batch.Part is { } part)
        {
            await part.WriteAsync(events.Count, Write, cancellationToken);
        }
        else
        {
            refused = await store.InsertRowsAsync(EventRow.Table, events.Count, Write, Settings, cancellationToken);
        }

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
