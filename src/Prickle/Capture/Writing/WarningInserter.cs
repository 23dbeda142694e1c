using Prickle.Capture.Receiving;
using Prickle.ClickHouse;

namespace Prickle.Capture.Writing;

/// <summary>Stores ingestion warnings and counts them. Ids are made from the content, so that a repeated batch writes the same rows.</summary>
sealed class WarningInserter(ClickHouseStore store, CaptureMetrics metrics) : IDisposable
{
    const string Table = "ingestion_warnings (project_id, id, timestamp, reason, event, event_uuid, distinct_id, details)";

    readonly JsonRows _rows = new();

    public async Task InsertAsync(CaptureBatch batch, CancellationToken cancellationToken)
    {
        if (batch.Warnings.Count == 0)
        {
            return;
        }

        _rows.Clear();
        var place = 0;
        var first = batch.Entries[0].Id;
        foreach (var warning in batch.Warnings)
        {
            var content = $"{batch.Node}/{first}/{place++}/{warning.ProjectId}/{warning.Reason}/{warning.Event}/{warning.DistinctId}";
            var writer = _rows.Writer;
            _rows.Begin();
            writer.WriteNumber("project_id"u8, warning.ProjectId);
            writer.WriteString("id"u8, DerivedUuid.FromText(content));
            writer.WriteString("timestamp"u8, warning.At.UtcDateTime.ToString(
                "yyyy-MM-dd HH:mm:ss.ffffff", System.Globalization.CultureInfo.InvariantCulture));
            writer.WriteString("reason"u8, warning.Reason.ToString());
            writer.WriteString("event"u8, warning.Event);
            writer.WriteString("event_uuid"u8, warning.EventUuid);
            writer.WriteString("distinct_id"u8, warning.DistinctId);
            writer.WriteString("details"u8, warning.Details);
            _rows.End();
        }

        await store.InsertRowsAsync(Table, _rows, "", cancellationToken);
        metrics.Warned(batch.Warnings);
    }

    public void Dispose() => _rows.Dispose();
}
