using Prickle.Accounts;
using Prickle.ClickHouse;
using Prickle.Insights.Running;

namespace Prickle.Insights.Stickiness;

/// <summary>In how many intervals of the period actors are active (K7).</summary>
sealed class StickinessQuestion : Question<StickinessQuery>
{
    const int MostSeries = 26;

    public override Refusal? Check(StickinessQuery query) =>
        query.Series.Count is 0 or > MostSeries ? Refusal.Invalid("series", $"Stickiness has 1 to {MostSeries} series.")
        : query.IntervalCount is < 1 or > 366 ? Refusal.Invalid("intervalCount", "1 to 366 intervals count as one.")
        : query.StickinessFilter.ComputedAs is not ("non_cumulative" or "cumulative") ? Refusal.Invalid("computedAs", "It is computed as non_cumulative or cumulative.")
        : query.StickinessFilter.StickinessCriteria is { } criteria && (criteria.Operator is not ("gte" or "lte" or "exact") || criteria.Value < 1)
            ? Refusal.Invalid("stickinessCriteria", "The criterion is gte, lte or exact and a number from 1.")
        : query.CompareFilter.Compare && query.DateRange.DateFrom == "all" ? Refusal.Invalid("compare", "All of time has nothing before it to compare with.")
        : query.Series.Select(entity => QuestionCheck.OfEntity(entity, "series")).FirstOrDefault(refusal => refusal is not null);

    public override Interval IntervalOf(StickinessQuery query) => query.Interval;

    public override IEnumerable<EntityNode> EntitiesOf(StickinessQuery query) => query.Series;

    public override async Task<InsightResult> AnswerAsync(StickinessQuery query, QueryScope scope, CancellationToken cancellationToken)
    {
        var period = scope.Period.Whole;
        List<StickinessSeries> series = [];
        foreach (var (entity, order) in query.Series.Select((entity, order) => (entity, order)))
        {
            series.Add(await ReadAsync(query, entity, order, period, query.CompareFilter.Compare ? "current" : null, scope, cancellationToken));
        }
        if (query.CompareFilter.Compare)
        {
            if (PreviousOf(query, scope) is { } previous)
            {
                foreach (var (entity, order) in query.Series.Select((entity, order) => (entity, order)))
                {
                    series.Add(await ReadAsync(query, entity, order, previous, "previous", scope, cancellationToken));
                }
            }
        }
        return new StickinessResult(series, query.Interval, CountOf(query, period));
    }

    public override Outcome<string> Actors(StickinessQuery query, ActorsSelection selection, QueryScope scope, SqlBuilder sql)
    {
        if (selection.Series < 0 || selection.Series >= query.Series.Count)
        {
            return Refusal.Invalid("series", $"There is no series {selection.Series}.");
        }
        var period = selection.Compare == "previous" ? PreviousOf(query, scope) : scope.Period.Whole;
        if (period is null || selection.Interval is not { } intervals)
        {
            return Refusal.Invalid("selection", "Name the number of intervals, and compare only where the question does.");
        }
        return $"""
            SELECT toString(actor) AS actor_id, sum(events) AS event_count, groupUniqArrayArray(10)(sessions) AS session_ids
            FROM ({Slots(query, query.Series[selection.Series], period, scope, sql)})
            GROUP BY actor
            HAVING count() {(query.StickinessFilter.ComputedAs == "cumulative" ? ">=" : "=")} {sql.Number(intervals)}
            """;
    }

    static QueryPeriod? PreviousOf(StickinessQuery query, QueryScope scope) => scope.Period.Previous(query.CompareFilter.CompareTo)?.Whole;

    static int CountOf(StickinessQuery query, QueryPeriod period) => (period.Buckets.Count + query.IntervalCount - 1) / query.IntervalCount;

    static async Task<StickinessSeries> ReadAsync(
        StickinessQuery query, EntityNode entity, int order, QueryPeriod period, string? compare, QueryScope scope, CancellationToken cancellationToken)
    {
        var sql = new SqlBuilder();
        var statement = $"""
            SELECT intervals, count() FROM (
              SELECT actor, count() AS intervals FROM ({Slots(query, entity, period, scope, sql)}) GROUP BY actor)
            GROUP BY intervals
            """;
        var rows = await scope.AskAsync(
            statement, sql, row => (Intervals: Convert.ToInt32(row.GetValue(0), null), Actors: Convert.ToInt64(row.GetValue(1), null)), cancellationToken);
        var data = new long[CountOf(query, period)];
        foreach (var (intervals, actors) in rows.Where(row => row.Intervals >= 1 && row.Intervals <= data.Length))
        {
            data[intervals - 1] = query.SamplingFactor is { } factor and < 1 ? (long)Math.Round(actors / factor) : actors;
        }
        var all = data.Sum();
        if (query.StickinessFilter.ComputedAs == "cumulative")
        {
            for (var index = data.Length - 2; index >= 0; index--)
            {
                data[index] += data[index + 1];
            }
        }
        return new StickinessSeries(order, scope.LabelOf(entity), compare, data, all);
    }

    // One row for each actor and interval that counts: actor, slot, events, sessions.
    static string Slots(StickinessQuery query, EntityNode entity, QueryPeriod period, QueryScope scope, SqlBuilder sql)
    {
        var bucket = period.BucketSql("timestamp");
        var slot = "bucket";
        if (query.IntervalCount > 1)
        {
            // Counted backwards from the end: the last intervals make the first group.
            var starts = sql.Value("Array(Int64)", period.Buckets.Select(start => start.ToUnixTimeSeconds()).ToArray());
            slot = $"intDiv({sql.Number(period.Buckets.Count)} - toInt64(indexOf({starts}, toInt64(toUnixTimestamp(bucket)))), {sql.Number(query.IntervalCount)})";
        }
        var where = QueryScope.And(scope.Base(sql), QueryScope.Between(sql, period.From, period.To), scope.Matches(entity, sql));
        var having = query.StickinessFilter.StickinessCriteria is not { } criteria ? ""
            : $"HAVING events {(criteria.Operator == "gte" ? ">=" : criteria.Operator == "lte" ? "<=" : "=")} {sql.Number(criteria.Value)}";
        return $"""
            SELECT actor, {slot} AS slot, count() AS events, groupUniqArrayIf(10)(session_id, session_id != '') AS sessions
            FROM (SELECT {scope.Actor} AS actor, {bucket} AS bucket, session_id FROM events WHERE {where})
            GROUP BY actor, slot {having}
            """;
    }
}
