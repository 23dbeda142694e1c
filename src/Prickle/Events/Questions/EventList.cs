using Prickle.ClickHouse;
using Prickle.Events.Filtering;

namespace Prickle.Events.Questions;

/// <summary>Events that fit a filter, newest first or oldest first.</summary>
static class EventList
{
    public static Task<List<StoredEvent>> ReadAsync(
        ClickHouseStore store, EventFilter filter, EventCursor? after, int offset, int limit, bool oldestFirst, DateTimeOffset now,
        CancellationToken cancellationToken)
    {
        var sql = EventConditions.Of(filter, now);
        if (after is not null)
        {
            sql.And($"(timestamp, uuid) {(oldestFirst ? '>' : '<')} ({sql.Moment(after.Timestamp)}, {sql.Uuid(after.Uuid)})");
        }
        // Days are read from one end on, as the table is sorted by them, until there are enough.
        var order = oldestFirst ? "ASC" : "DESC";
        var statement = $"""
            SELECT {EventRows.Columns}
            FROM events
            WHERE {sql.Where}
            ORDER BY toDate(timestamp) {order}, timestamp {order}, uuid {order}
            LIMIT {sql.Number(limit)} OFFSET {sql.Number(offset)}
            """;
        return store.ListAsync(statement, EventRows.Read, sql.Parameters, Limits.Settings, cancellationToken);
    }
}
