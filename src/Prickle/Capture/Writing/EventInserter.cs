using Prickle.ClickHouse;

namespace Prickle.Capture.Writing;

/// <summary>
/// Puts rows into the store. A refused batch is halved until the row that is the matter stands alone: that one is
/// stored with its properties as text, and the others as they are.
/// </summary>
internal sealed class EventInserter(ClickHouseStore store)
{
    // Imported history may touch many months at once.
    private const string Settings =
        JsonColumn.InsertSettings + "&max_partitions_per_insert_block=0&date_time_input_format=basic";

    private const int LargestInsert = 32 * 1024 * 1024;

    /// <summary>Inserts all rows. Gives the places of rows that no form of was taken.</summary>
    /// <exception cref="ClickHouseUnavailableException">The store cannot take rows now; some may be stored.</exception>
    public async Task<InsertReport> InsertAsync(
        EventRowWriter rows, IReadOnlyList<CapturedEvent> events, CancellationToken cancellationToken)
    {
        var report = new InsertReport([], []);
        for (var from = 0; from < rows.Count;)
        {
            var to = from + 1;
            while (to < rows.Count && rows.Rows(from, to + 1).Length <= LargestInsert)
            {
                to++;
            }

            await InsertRangeAsync(rows, events, from, to, report, cancellationToken);
            from = to;
        }

        return report;
    }

    private async Task InsertRangeAsync(
        EventRowWriter rows, IReadOnlyList<CapturedEvent> events, int from, int to, InsertReport report, CancellationToken cancellationToken)
    {
        var outcome = await SendAsync(rows.Rows(from, to), cancellationToken);
        if (outcome is InsertOutcome.Stored)
        {
            return;
        }

        if (to - from > 1)
        {
            var middle = from + ((to - from) / 2);
            await InsertRangeAsync(rows, events, from, middle, report, cancellationToken);
            await InsertRangeAsync(rows, events, middle, to, report, cancellationToken);
            return;
        }

        using var plain = new EventRowWriter();
        plain.Add(events[from], propertiesAsText: true);
        var isStored = await SendAsync(plain.Rows(0, 1), cancellationToken) is InsertOutcome.Stored;
        (isStored ? report.StoredAsText : report.Refused).Add((events[from], ((InsertOutcome.Refused)outcome).Message));
    }

    private async Task<InsertOutcome> SendAsync(ReadOnlyMemory<byte> rows, CancellationToken cancellationToken) =>
        await store.InsertJsonRowsAsync(EventRowWriter.Table, rows, Settings, cancellationToken) is var outcome
        && outcome is InsertOutcome.Unavailable unavailable
            ? throw new ClickHouseUnavailableException(unavailable.Message)
            : outcome;
}

/// <summary>What was special about an insert.</summary>
/// <param name="StoredAsText">Stored with their properties as one text, and why.</param>
/// <param name="Refused">Not taken in any form, and why.</param>
internal sealed record InsertReport(
    List<(CapturedEvent Event, string Why)> StoredAsText, List<(CapturedEvent Event, string Why)> Refused);
