using System.Globalization;
using Prickle.ClickHouse;
using Prickle.Insights.Breakdowns;

namespace Prickle.Insights.Trends;

/// <summary>Makes other values of those of a breakdown: which are looked at, and what they become, as expressions over one.</summary>
sealed record ValueMap(Func<string, string> Condition, Func<string, string> Value);

/// <summary>
/// One series as SQL, in layers: the rows that count (bucket, b, actor, session_id, x), what they are reduced to before
/// the aggregate, and the aggregate by bucket and b. The actors behind a number come from the same rows.
/// </summary>
sealed class SeriesSql(TrendsQuery query, EntityNode entity, QueryScope scope, IReadOnlyList<Bins?> bins)
{
    readonly BreakdownReader _breakdown = new(query.BreakdownFilter, scope);

    bool IsTotal => query.TrendsFilter.IsTotalValue;

    public SeriesMath Math { get; } = SeriesMath.Of(entity, query.Interval, query.TrendsFilter.IsTotalValue);

    string Actor => Math.Shape == MathShape.Groups
        ? string.Create(CultureInfo.InvariantCulture, $"group_{entity.MathGroupTypeIndex}")
        : scope.Actor;

    bool IsOfSession => Math.Shape == MathShape.Property
        && (entity.MathPropertyType is "session" or "session_properties" || entity.MathProperty == SessionProperty.Duration);

    /// <summary>Rows between two moments, with the bucket that the period puts them in.</summary>
    public string Rows(SqlBuilder sql, QueryPeriod period, DateTimeOffset from, DateTimeOffset to)
    {
        var joins = new RowJoins(scope, sql);
        var b = _breakdown.IsNone ? "''" : _breakdown.Sql(sql, joins, bins);
        return Math.Shape is MathShape.FirstTime or MathShape.FirstMatching ? FirstRows(sql, joins, b, period, from, to)
            : EventRows(sql, joins, b, period, from, to);
    }

    string EventRows(SqlBuilder sql, RowJoins joins, string b, QueryPeriod period, DateTimeOffset from, DateTimeOffset to)
    {
        var number = Math.Shape == MathShape.Property ? $", {Number(joins)} AS x" : "";
        return $"""
            SELECT {Bucket("timestamp", period)} AS bucket, {b} AS b, {Actor} AS actor, session_id{number}
            FROM events {joins.Sql}
            WHERE {Where(sql, from, to)}
            """;
    }

    string Where(SqlBuilder sql, DateTimeOffset from, DateTimeOffset to) => QueryScope.And(
        scope.Base(sql), QueryScope.Between(sql, from, to), scope.Matches(entity, sql),
        Math.Shape switch
        {
            MathShape.Sessions => "session_id != ''",
            MathShape.Groups => $"{Actor} != ''",
            MathShape.Property when IsOfSession => "session_id != '' AND isFinite(x)",
            MathShape.Property => "isFinite(x)",
            _ => "1",
        });

    // All of history is read: only so is the first known.
    string FirstRows(SqlBuilder sql, RowJoins joins, string b, QueryPeriod period, DateTimeOffset from, DateTimeOffset to)
    {
        var fits = QueryScope.And(scope.Fits(sql), Filters.FilterSql.Compile(entity.Properties, scope.Scope(sql)));
        var isMatching = Math.Shape == MathShape.FirstMatching;
        var where = QueryScope.And(
            scope.Whose(sql), $"timestamp <= {sql.Moment(to)}", scope.Is(entity, sql), isMatching ? fits : "1");
        return $"""
            SELECT {Bucket("at", period)} AS bucket, earliest.2 AS b, actor, earliest.3 AS session_id
            FROM (
              SELECT {Actor} AS actor, min(timestamp) AS at,
                argMin(({(isMatching ? "1" : fits)}, {b}, session_id), (timestamp, uuid)) AS earliest
              FROM events {joins.Sql}
              WHERE {where}
              GROUP BY actor)
            WHERE at >= {sql.Moment(from)} AND earliest.1
            """;
    }

    /// <summary>The numbers: columns at (Unix seconds), b and v.</summary>
    /// <param name="map">Makes other values of those of the breakdown.</param>
    public string Values(SqlBuilder sql, QueryPeriod period, ValueMap? map = null)
    {
        var (from, to) = Reach(period);
        if (Math.Shape == MathShape.Expression)
        {
            return Computed(sql, period, from, to, map);
        }
        var rows = Rows(sql, period, from, to);
        return Counted(map is null ? rows : Mapped(rows, map));
    }

    // The expression names columns of events, so that it stands where those are.
    string Computed(SqlBuilder sql, QueryPeriod period, DateTimeOffset from, DateTimeOffset to, ValueMap? map)
    {
        var joins = new RowJoins(scope, sql);
        var b = _breakdown.IsNone ? "''" : _breakdown.Sql(sql, joins, bins);
        var where = QueryScope.And(Where(sql, from, to), map is null ? "1" : map.Condition(b));
        var value = scope.Expressions!.Sql(scope.Project.Id, entity.MathHogql!, Filters.ExpressionPlace.Aggregate);
        return $"""
            SELECT toInt64(toUnixTimestamp({Bucket("timestamp", period)})) AS at, {(map is null ? b : map.Value(b))} AS b, ifNull(toFloat64OrNull(toString({value})), 0) AS v
            FROM events {joins.Sql}
            WHERE {where}
            GROUP BY at, b
            """;
    }

    // Where it matters, before anything is made distinct.
    string Mapped(string rows, ValueMap map)
    {
        var x = Math.Shape == MathShape.Property ? ", x" : "";
        return $"SELECT bucket, {map.Value("value")} AS b, actor, session_id{x} FROM (SELECT bucket, b AS value, actor, session_id{x} FROM ({rows})) WHERE {map.Condition("value")}";
    }

    string Counted(string rows)
    {
        var reduced = Math.Shape switch
        {
            MathShape.PerActor => $"SELECT bucket, b, actor, count() AS x FROM ({rows}) GROUP BY bucket, b, actor",
            MathShape.Property when IsOfSession => $"SELECT bucket, b, number AS x FROM (SELECT bucket, b, session_id, any(x) AS number FROM ({rows}) GROUP BY bucket, b, session_id)",
            MathShape.Active when !IsTotal => $"SELECT slot AS bucket, b, actor FROM ({ActiveBuckets(rows)})",
            _ when Math.CountsOnce && IsCumulative => $"SELECT first_bucket AS bucket, b, actor FROM (SELECT min(bucket) AS first_bucket, b, actor FROM ({rows}) GROUP BY b, actor)",
            _ => rows,
        };
        // A text among the keys, even the same for every row, makes grouping twice as long.
        return _breakdown.IsNone
            ? $"SELECT toInt64(toUnixTimestamp(bucket)) AS at, '' AS b, toFloat64(ifNull({Math.Aggregate}, 0)) AS v FROM ({reduced}) GROUP BY bucket"
            : $"SELECT toInt64(toUnixTimestamp(bucket)) AS at, b, toFloat64(ifNull({Math.Aggregate}, 0)) AS v FROM ({reduced}) GROUP BY bucket, b";
    }

    bool IsCumulative => query.TrendsFilter.Display == TrendsDisplay.Cumulative;

    /// <summary>From when to when rows are read for the buckets of a period, both included.</summary>
    public (DateTimeOffset From, DateTimeOffset To) Reach(QueryPeriod period)
    {
        if (Math.Shape != MathShape.Active)
        {
            return (period.From, period.To);
        }
        return IsTotal ? (Moved(period, period.To, -Math.Days).AddMicroseconds(1), period.To)
            : (Window(period, 0).From, Window(period, period.Buckets.Count - 1).To);
    }

    /// <summary>Of the active: from when to when an event counts for a bucket. After the start, up to and with the end (K3).</summary>
    public (DateTimeOffset From, DateTimeOffset To) Window(QueryPeriod period, int bucket)
    {
        var start = period.Buckets[bucket];
        var end = query.Interval == Interval.Hour ? start.AddHours(1) : Moved(period, start, 1);
        return (Moved(period, end, -Math.Days).AddMicroseconds(1), end);
    }

    static DateTimeOffset Moved(QueryPeriod period, DateTimeOffset moment, int days) =>
        QueryPeriod.ToUtc(QueryPeriod.Local(moment, period.Zone).AddDays(days), period.Zone);

    // The bucket of these rows is the day (or hour) that ends with or after them; everybody counts there and for the days after it.
    string ActiveBuckets(string rows) => query.Interval == Interval.Hour
        ? string.Create(CultureInfo.InvariantCulture, $"SELECT b, actor, arrayJoin(arrayMap(hours -> bucket + hours * 3600, range({Math.Days * 24}))) AS slot FROM (SELECT DISTINCT b, actor, bucket FROM ({rows}))")
        : string.Create(CultureInfo.InvariantCulture, $"SELECT b, actor, toDateTime(arrayJoin(arrayMap(days -> addDays(toDate(bucket), days), range({Math.Days}))), '{scope.Period.Zone.Id}') AS slot FROM (SELECT DISTINCT b, actor, bucket FROM ({rows}))");

    string Bucket(string moment, QueryPeriod period) =>
        IsTotal ? "toDateTime(0, 'UTC')"
        : Math.Shape != MathShape.Active ? period.BucketSql(moment)
        : query.Interval == Interval.Hour ? $"toStartOfHour(toTimeZone({moment} - toIntervalMicrosecond(1), '{period.Zone.Id}'))"
        : $"toStartOfDay(toTimeZone({moment} - toIntervalMicrosecond(1), '{period.Zone.Id}'))";

    string Number(RowJoins joins)
    {
        var property = entity.MathProperty!;
        return entity.MathPropertyType switch
        {
            _ when property == SessionProperty.Duration => joins.Session(property),
            "session" or "session_properties" => $"toFloat64OrNull(toString({joins.Session(property)}))",
            "person" or "person_properties" => $"toFloat64OrNull({joins.Person(property)})",
            "group" => $"toFloat64OrNull({joins.Group(entity.MathGroupTypeIndex!.Value, property)})",
            _ when property == "$time" => "toUnixTimestamp64Micro(timestamp) / 1000000",
            _ => $"toFloat64OrNull(toString({PropertyPath.Of(property)}))",
        };
    }
}
