using System.Globalization;
using Prickle.ClickHouse;
using Prickle.Events.Filtering;
using Prickle.Ui.Charts;

namespace Prickle.Events.Questions;

/// <summary>What happens most in a period: events by name, page views by page.</summary>
static class Ranking
{
    public static Task<List<BarItem>> OfEventsAsync(
        ClickHouseStore store, EventFilter filter, DateTimeOffset now, int limit, CancellationToken cancellationToken) =>
        ReadAsync(store, filter, "event", now, limit, cancellationToken);

    public static Task<List<BarItem>> OfPagesAsync(
        ClickHouseStore store, EventFilter filter, DateTimeOffset now, int limit, CancellationToken cancellationToken) =>
        ReadAsync(store, filter with { Event = "$pageview" }, $"ifNull(toString({PropertyPath.Of("$pathname")}), '')", now, limit, cancellationToken);

    static Task<List<BarItem>> ReadAsync(
        ClickHouseStore store, EventFilter filter, string by, DateTimeOffset now, int limit, CancellationToken cancellationToken)
    {
        var sql = EventConditions.Of(filter, now);
        var statement = $"""
            SELECT {by} AS name, count() AS how_often
            FROM events WHERE {sql.Where}
            GROUP BY name HAVING name != ''
            ORDER BY how_often DESC, name
            LIMIT {sql.Number(limit)}
            """;
        return store.ListAsync(
            statement,
            row => new BarItem(row.GetString(0), Convert.ToInt64(row.GetValue(1), CultureInfo.InvariantCulture)),
            sql.Parameters, Limits.Settings, cancellationToken);
    }
}
