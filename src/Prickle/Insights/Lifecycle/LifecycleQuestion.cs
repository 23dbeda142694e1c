using System.Globalization;
using Prickle.Accounts;
using Prickle.ClickHouse;
using Prickle.Insights.Running;

namespace Prickle.Insights.Lifecycle;

/// <summary>New, returning, resurrecting and dormant actors (K8).</summary>
sealed class LifecycleQuestion : Question<LifecycleQuery>
{
    static readonly LifecycleStatus[] All = [LifecycleStatus.New, LifecycleStatus.Returning, LifecycleStatus.Resurrecting, LifecycleStatus.Dormant];

    public override Refusal? Check(LifecycleQuery query) =>
        query.Series.Count != 1 ? Refusal.Invalid("series", "A lifecycle has exactly one series.")
        : QuestionCheck.OfEntity(query.Series[0], "series");

    public override Interval IntervalOf(LifecycleQuery query) => query.Interval;

    public override IEnumerable<EntityNode> EntitiesOf(LifecycleQuery query) => query.Series;

    public override async Task<InsightResult> AnswerAsync(LifecycleQuery query, QueryScope scope, CancellationToken cancellationToken)
    {
        var period = scope.Period.Whole;
        var sql = new SqlBuilder();
        var statement = $"SELECT point.1 AS place, point.2 AS status, count() FROM ({Points(query, period, scope, sql, withEvents: false)}) GROUP BY place, status";
        var rows = await scope.AskAsync(
            statement, sql,
            row => (Place: Convert.ToInt32(row.GetValue(0), null), Status: Convert.ToInt32(row.GetValue(1), null), Actors: Convert.ToInt64(row.GetValue(2), null)),
            cancellationToken);
        var byStatus = All.ToDictionary(status => status, _ => new long[period.Buckets.Count]);
        foreach (var (place, number, actors) in rows)
        {
            var status = (LifecycleStatus)number;
            var counted = query.SamplingFactor is { } factor and < 1 ? (long)Math.Round(actors / factor) : actors;
            byStatus[status][place - 2] = status == LifecycleStatus.Dormant ? -counted : counted;
        }
        var shown = query.LifecycleFilter.ToggledLifecycles is { } toggled ? All.Where(toggled.Contains) : All;
        return new LifecycleResult([.. shown.Select(status => new LifecycleSeries(status, byStatus[status]))], period.Days, query.Interval);
    }

    public override Outcome<string> Actors(LifecycleQuery query, ActorsSelection selection, QueryScope scope, SqlBuilder sql)
    {
        var period = scope.Period.Whole;
        if (selection.Day is null || period.BucketOf(selection.Day) is not { } bucket || selection.Status is not { } status)
        {
            return Refusal.Invalid("selection", "Name one of the answer's days and a status.");
        }
        // A dormant one did nothing here: what counts are the events before.
        var place = bucket + 2;
        var eventful = sql.Number(status == LifecycleStatus.Dormant ? place - 1 : place);
        return $"""
            SELECT toString(actor) AS actor_id, arraySum(arrayMap((at, events) -> if(at = {eventful}, events, 0), places, counts)) AS event_count,
              arrayFlatten(arrayMap((at, sessions) -> if(at = {eventful}, sessions, []), places, all_sessions)) AS session_ids
            FROM ({Points(query, period, scope, sql, withEvents: true)})
            WHERE point.1 = {sql.Number(place)} AND point.2 = {sql.Number((int)status)}
            """;
    }

    // Buckets by their place: 1 is the one before the period, 2 its first. One row for each actor and point of its life.
    // Which events they were is asked for only where somebody wants to see them: it costs more than all the rest.
    static string Points(LifecycleQuery query, QueryPeriod period, QueryScope scope, SqlBuilder sql, bool withEvents)
    {
        var before = QueryPeriod.ToUtc(period.Next(period.StartOf(QueryPeriod.Local(period.Buckets[0], period.Zone)), -1), period.Zone);
        var starts = sql.Value("Array(Int64)", period.Buckets.Prepend(before).Select(start => start.ToUnixTimeSeconds()).ToArray());
        var where = QueryScope.And(scope.Base(sql), QueryScope.Between(sql, before, period.To), scope.Matches(query.Series[0], sql));
        var last = sql.Number(period.Buckets.Count + 1);
        var born = string.Create(CultureInfo.InvariantCulture, $"toInt64(toUnixTimestamp({period.BucketSql("created_at")}))");
        var profiles = query.AggregationGroupTypeIndex is { } type
            ? $"SELECT key AS profile, {born} AS born FROM groups FINAL WHERE project_id = {sql.Project(scope.Project.Id)} AND type_index = {sql.Number(type)}"
            : $"SELECT id AS profile, {born} AS born FROM persons FINAL WHERE project_id = {sql.Project(scope.Project.Id)}";
        var events = $"SELECT {scope.Actor} AS actor, {period.BucketSql("timestamp")} AS bucket, session_id FROM events WHERE {where}";
        var place = $"toInt64(indexOf({starts}, toInt64(toUnixTimestamp(bucket)))) AS place";
        var lives = withEvents
            ? $"""
              SELECT actor, arraySort(groupArray((place, events, sessions))) AS lived,
                arrayMap(life -> life.1, lived) AS places, arrayMap(life -> life.2, lived) AS counts, arrayMap(life -> life.3, lived) AS all_sessions
              FROM (
                SELECT actor, {place}, count() AS events, groupUniqArrayIf(10)(session_id, session_id != '') AS sessions
                FROM ({events})
                GROUP BY actor, bucket)
              WHERE place > 0
              GROUP BY actor
              """
            : $"""
              SELECT actor, arraySort(arrayMap(bucket -> toInt64(indexOf({starts}, toInt64(toUnixTimestamp(bucket)))), groupUniqArray(bucket))) AS places
              FROM ({events})
              GROUP BY actor
              """;
        return $"""
            SELECT * FROM (
            SELECT actor, places{(withEvents ? ", counts, all_sessions" : "")}, arrayJoin(arrayConcat(
              arrayMap((at, earlier, nth) -> (at, multiIf(earlier = at - 1, {Number(LifecycleStatus.Returning)},
                nth = 1 AND {starts}[at] = born, {Number(LifecycleStatus.New)}, {Number(LifecycleStatus.Resurrecting)})),
                places, arrayPopBack(arrayPushFront(places, toInt64(-9))), arrayEnumerate(places)),
              arrayMap(at -> (at + 1, {Number(LifecycleStatus.Dormant)}),
                arrayFilter((at, later) -> later != at + 1, places, arrayPopFront(arrayPushBack(places, toInt64(-9))))))) AS point
            FROM ({lives}) AS lives
            INNER JOIN ({profiles}) AS profiles ON profile = actor)
            WHERE point.1 BETWEEN 2 AND {last}
            """;
    }

    static string Number(LifecycleStatus status) => string.Create(CultureInfo.InvariantCulture, $"toInt64({(int)status})");
}
