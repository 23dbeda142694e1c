using System.Globalization;
using Prickle.ClickHouse;
using Prickle.Events.Filtering;

namespace Prickle.Events.Questions;

/// <summary>How many events fit a filter.</summary>
static class EventCount
{
    public static async Task<long> ReadAsync(
        ClickHouseStore store, EventFilter filter, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var sql = EventConditions.Of(filter, now);
        var counts = await store.ListAsync(
            $"SELECT count() FROM events WHERE {sql.Where}",
            row => Convert.ToInt64(row.GetValue(0), CultureInfo.InvariantCulture), sql.Parameters, Limits.Settings, cancellationToken);
        return counts.Single();
    }
}
