using System.Globalization;
using Prickle.ClickHouse;
using Prickle.Events.Filtering;
using Prickle.Filters;
using Prickle.Ui.Charts;

namespace Prickle.Events.Questions;

/// <summary>Today's numbers beside those of the same time yesterday, in the project's time zone.</summary>
static class Today
{
    /// <summary>The last midnight of a zone.</summary>
    public static DateTimeOffset Midnight(DateTimeOffset now, TimeZoneInfo zone) =>
        new Ui.Filters.DateRange("dStart").Resolve(now, zone).After!.Value;

    public static async Task<DayNumbers> ReadAsync(
        ClickHouseStore store, int projectId, DateTimeOffset now, TimeZoneInfo zone, CancellationToken cancellationToken)
    {
        var midnight = Midnight(now, zone);
        var yesterday = Midnight(midnight.AddHours(-1), zone);
        var counts = CountAsync(store, projectId, midnight, yesterday, now, cancellationToken);
        var persons = CountPersonsAsync(store, projectId, midnight, yesterday, now, cancellationToken);
        var hours = CountHoursAsync(store, projectId, midnight, yesterday, now, cancellationToken);
        var (visitors, events, sessions) = await counts;
        return new DayNumbers(visitors, events, sessions, await persons, await hours);
    }

    static async Task<(DayNumber Visitors, DayNumber Events, DayNumber Sessions)> CountAsync(
        ClickHouseStore store, int projectId, DateTimeOffset midnight, DateTimeOffset yesterday, DateTimeOffset now,
        CancellationToken cancellationToken)
    {
        var sql = Period(projectId, yesterday, now, "timestamp");
        var today = $"timestamp >= {sql.Moment(midnight)}";
        var before = $"timestamp <= {sql.Moment(yesterday + (now - midnight))}";
        var statement = $"""
            SELECT uniqIf({FilterSql.Person}, {today}), uniqIf({FilterSql.Person}, {before}),
                   countIf({today}), countIf({before}),
                   uniqIf(session_id, {today} AND session_id != ''), uniqIf(session_id, {before} AND session_id != '')
            FROM events WHERE {sql.Where}
            """;
        var rows = await store.ListAsync(
            statement,
            row => (Numbers(row, 0), Numbers(row, 2), Numbers(row, 4)),
            sql.Parameters, Limits.Settings, cancellationToken);
        return rows.Single();
    }

    static async Task<DayNumber> CountPersonsAsync(
        ClickHouseStore store, int projectId, DateTimeOffset midnight, DateTimeOffset yesterday, DateTimeOffset now,
        CancellationToken cancellationToken)
    {
        var sql = Period(projectId, yesterday, now, "created_at");
        var statement = $"""
            SELECT countIf(created_at >= {sql.Moment(midnight)}), countIf(created_at <= {sql.Moment(yesterday + (now - midnight))})
            FROM persons FINAL WHERE {sql.Where}
            """;
        var rows = await store.ListAsync(statement, row => Numbers(row, 0), sql.Parameters, Limits.Settings, cancellationToken);
        return rows.Single();
    }

    static async Task<IReadOnlyList<ChartPoint>> CountHoursAsync(
        ClickHouseStore store, int projectId, DateTimeOffset midnight, DateTimeOffset yesterday, DateTimeOffset now,
        CancellationToken cancellationToken)
    {
        var sql = Period(projectId, yesterday, now, "timestamp");
        var start = sql.Moment(yesterday);
        var statement = $"""
            SELECT dateDiff('second', {start}, timestamp) DIV 3600 AS hour, count()
            FROM events WHERE {sql.Where} GROUP BY hour
            """;
        var counted = (await store.ListAsync(
            statement, row => (Hour: Number(row, 0), Count: Number(row, 1)), sql.Parameters, Limits.Settings, cancellationToken))
            .ToDictionary(row => row.Hour, row => row.Count);
        // The day that the clocks change has 23 or 25 hours.
        var hoursYesterday = (long)Math.Round((midnight - yesterday).TotalHours);
        var hoursSoFar = (long)(now - midnight).TotalHours;
        return
        [
            .. Enumerable.Range(0, 24).Select(hour => new ChartPoint(
                string.Create(CultureInfo.InvariantCulture, $"{hour:00}:00"),
                hour <= hoursSoFar ? counted.GetValueOrDefault(hoursYesterday + hour) : null,
                counted.GetValueOrDefault(hour < hoursYesterday ? hour : -1))),
        ];
    }

    static SqlBuilder Period(int projectId, DateTimeOffset from, DateTimeOffset to, string column)
    {
        var sql = new SqlBuilder();
        sql.And($"project_id = {sql.Project(projectId)}");
        sql.And($"{column} >= {sql.Moment(from)}");
        sql.And($"{column} <= {sql.Moment(to)}");
        return sql;
    }

    static DayNumber Numbers(System.Data.Common.DbDataReader row, int column) => new(Number(row, column), Number(row, column + 1));

    static long Number(System.Data.Common.DbDataReader row, int column) =>
        Convert.ToInt64(row.GetValue(column), CultureInfo.InvariantCulture);
}
