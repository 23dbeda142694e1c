using System.Data.Common;
using System.Globalization;
using Prickle.ClickHouse;
using Prickle.Filters;

namespace Prickle.Sessions.Questions;

/// <summary>Sessions from their aggregates: the events are not read.</summary>
static class SessionList
{
    /// <summary>SDKs end a session after this time, so rows further away belong to other ones.</summary>
    static readonly TimeSpan Longest = TimeSpan.FromDays(1);

    static readonly IReadOnlyDictionary<string, object> Settings = new Dictionary<string, object> { ["max_execution_time"] = 30 };

    public static Task<List<Session>> ReadAsync(
        ClickHouseStore store, SessionFilter filter, SessionOrder order, bool ascending, int offset, int limit, DateTimeOffset now,
        CancellationToken cancellationToken)
    {
        var (rows, groups) = Conditions(filter);
        var sql = new SqlBuilder();
        groups.Add(FilterSql.Compile(filter.Properties, new FilterScope(sql, filter.ProjectId, now) { Row = FilterRow.Sessions, Zone = filter.Zone }));
        var by = order switch { SessionOrder.Duration => "dateDiff('millisecond', started, ended)", SessionOrder.Events => "events", _ => "started" };
        var direction = ascending ? "ASC" : "DESC";
        var statement = $$"""
            SELECT session_id, min(started_at) AS started, max(ended_at) AS ended,
                   argMaxMerge(distinct_id) AS who,
                   dictGetOrDefault('person_overrides', 'person_id', ({project:UInt32}, argMaxMerge(distinct_id)), argMaxMerge(person_id)) AS person,
                   argMinIfMerge(entry_url) AS entry, argMaxIfMerge(exit_url), argMinIfMerge(referring_domain),
                   argMaxIfMerge(browser), argMaxIfMerge(operating_system), argMaxIfMerge(device_type), argMaxIfMerge(country),
                   sum(event_count) AS events, sum(pageview_count), sum(autocapture_count)
            FROM sessions
            WHERE {{string.Join(" AND ", rows)}}
            GROUP BY session_id
            HAVING {{string.Join(" AND ", groups)}}
            ORDER BY {{by}} {{direction}}, session_id
            LIMIT {limit:UInt32} OFFSET {offset:UInt32}
            """;
        return store.ListAsync(statement, Read, Parameters(filter, offset, limit).Concat(sql.Parameters), Settings, cancellationToken);
    }

    static (List<string> Rows, List<string> Groups) Conditions(SessionFilter filter)
    {
        List<string> rows = ["project_id = {project:UInt32}"];
        List<string> groups = ["1"];
        if (filter.SessionId is not null)
        {
            rows.Add("session_id = {id:String}");
        }
        if (filter.After is not null)
        {
            // A session lies in several rows until they are merged: those before the period tell that it began before.
            rows.Add("started_at >= fromUnixTimestamp64Micro({earliest:Int64}, 'UTC')");
            groups.Add("started >= fromUnixTimestamp64Micro({after:Int64}, 'UTC')");
        }
        if (filter.Before is not null)
        {
            rows.Add("started_at < fromUnixTimestamp64Micro({latest:Int64}, 'UTC')");
            groups.Add("started < fromUnixTimestamp64Micro({before:Int64}, 'UTC')");
        }
        if (filter.PersonId is not null)
        {
            groups.Add("person = {person:UUID}");
        }
        if (filter.AtLeast is not null)
        {
            groups.Add("dateDiff('millisecond', started, ended) >= {milliseconds:Float64}");
        }
        if (filter.Search.Length > 0)
        {
            groups.Add("(positionCaseInsensitiveUTF8(entry, {search:String}) > 0 OR positionCaseInsensitiveUTF8(who, {search:String}) > 0 "
                + "OR startsWith(session_id, {search:String}))");
        }
        return (rows, groups);
    }

    static IEnumerable<(string Name, object Value)> Parameters(SessionFilter filter, int offset, int limit)
    {
        yield return ("project", (uint)filter.ProjectId);
        yield return ("offset", (uint)offset);
        yield return ("limit", (uint)limit);
        yield return ("id", filter.SessionId ?? "");
        yield return ("after", Microseconds(filter.After));
        yield return ("earliest", Microseconds(filter.After - Longest));
        yield return ("before", Microseconds(filter.Before));
        yield return ("latest", Microseconds(filter.Before + Longest));
        yield return ("person", filter.PersonId ?? Guid.Empty);
        yield return ("milliseconds", filter.AtLeast?.TotalMilliseconds ?? 0);
        yield return ("search", filter.Search);
    }

    static long Microseconds(DateTimeOffset? at) =>
        at is { } moment ? (moment.UtcTicks - DateTimeOffset.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond : 0;

    static Session Read(DbDataReader row) => new(
        row.GetString(0), Moment(row, 1), Moment(row, 2), row.GetString(3), row.GetGuid(4),
        row.GetString(5), row.GetString(6), row.GetString(7), row.GetString(8), row.GetString(9), row.GetString(10), row.GetString(11),
        Count(row, 12), Count(row, 13), Count(row, 14));

    static DateTimeOffset Moment(DbDataReader row, int column) => new(DateTime.SpecifyKind(row.GetDateTime(column), DateTimeKind.Utc));

    static long Count(DbDataReader row, int column) => Convert.ToInt64(row.GetValue(column), CultureInfo.InvariantCulture);
}
