using System.Globalization;
using System.Text.Json;

namespace Prickle.Benchmarks.Insights;

/// <summary>A question as the API takes it, and the bare SQL that answers it.</summary>
/// <param name="Name">What is asked.</param>
/// <param name="Query">The query in JSON; DATES stands for the period.</param>
/// <param name="Sql">WHERE stands for project and period.</param>
/// <param name="Share">How many times the bare SQL the answer may take, beside 20 ms.</param>
sealed record InsightCase(string Name, string Query, string Sql, double Share = 1.2)
{
    /// <summary>The bare SQL for a project.</summary>
    public string SqlOf(int project) => Sql.Replace("{where}", InsightWorld.Where(project), StringComparison.Ordinal)
        .Replace("{project}", project.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);

    /// <summary>The query for the period that ends on a day.</summary>
    public JsonElement QueryUntil(DateOnly day) => JsonSerializer.Deserialize<JsonElement>(Query.Replace(
        "DATES", JsonSerializer.Serialize(new { date_from = InsightWorld.From, date_to = day.ToString("O", CultureInfo.InvariantCulture) }), StringComparison.Ordinal));
}

/// <summary>One question of each kind, over all 90 days.</summary>
static class InsightCases
{
    // The SQL pays for merged persons too, as an exact answer must.
    const string Person = "dictGetOrDefault('person_overrides', 'person_id', (project_id, distinct_id), person_id)";

    public static readonly IReadOnlyList<InsightCase> All =
    [
        new("trend, total by day",
            """{"kind":"TrendsQuery","dateRange":DATES,"series":[{"kind":"EventsNode","event":"$pageview"}]}""",
            "SELECT toStartOfDay(timestamp) AS day, count() FROM events WHERE {where} AND event = '$pageview' GROUP BY day ORDER BY day"),
        new("trend, unique users by day",
            """{"kind":"TrendsQuery","dateRange":DATES,"series":[{"kind":"EventsNode","event":"$pageview","math":"dau"}]}""",
            $"SELECT toStartOfDay(timestamp) AS day, uniqExact({Person}) FROM events WHERE {{where}} AND event = '$pageview' GROUP BY day ORDER BY day"),
        new("trend, sum of a property by day",
            """{"kind":"TrendsQuery","dateRange":DATES,"series":[{"kind":"EventsNode","event":"paid","math":"sum","math_property":"amount"}]}""",
            "SELECT toStartOfDay(timestamp) AS day, sum(toFloat64OrNull(toString(properties.amount))) FROM events WHERE {where} AND event = 'paid' GROUP BY day ORDER BY day"),
        new("trend, by browser",
            """{"kind":"TrendsQuery","dateRange":DATES,"series":[{"kind":"EventsNode","event":"$pageview"}],"breakdownFilter":{"breakdowns":[{"property":"$browser"}]}}""",
            "SELECT toString(properties.`$browser`) AS browser, toStartOfDay(timestamp) AS day, count() FROM events WHERE {where} AND event = '$pageview' GROUP BY browser, day"),
        new("trend, with a filter on an event's property",
            """{"kind":"TrendsQuery","dateRange":DATES,"properties":[{"key":"plan","operator":"exact","value":["team"]}],"series":[{"kind":"EventsNode","event":"$pageview"}]}""",
            "SELECT toStartOfDay(timestamp) AS day, count() FROM events WHERE {where} AND event = '$pageview' AND lowerUTF8(toString(properties.plan)) = 'team' GROUP BY day ORDER BY day"),
        new("funnel of three steps, 14 days",
            """{"kind":"FunnelsQuery","dateRange":DATES,"series":[{"kind":"EventsNode","event":"product viewed"},{"kind":"EventsNode","event":"added to cart"},{"kind":"EventsNode","event":"paid"}]}""",
            $"""
            SELECT level, count() FROM (
                SELECT windowFunnel(1209600000000)(toUInt64(toUnixTimestamp64Micro(timestamp)), event = 'product viewed', event = 'added to cart', event = 'paid') AS level
                FROM events WHERE {"{where}"} AND event IN ('product viewed', 'added to cart', 'paid') GROUP BY {Person})
            GROUP BY level
            """,
            Share: 3),
        new("retention, recurring, 8 weeks",
            """{"kind":"RetentionQuery","dateRange":DATES,"retentionFilter":{"retentionType":"retention_recurring","period":"Week","totalIntervals":8,"targetEntity":{"kind":"EventsNode","event":"product viewed"},"returningEntity":{"kind":"EventsNode","event":"paid"}}}""",
            $$"""
            SELECT cohort, dateDiff('week', cohort, back) AS after, uniqExact(actor) FROM (
                SELECT {{Person}} AS actor,
                    groupUniqArrayIf(toStartOfWeek(timestamp, 1), event = 'product viewed') AS began,
                    groupUniqArrayIf(toStartOfWeek(timestamp, 1), event = 'paid') AS returned
                FROM events WHERE {where} AND timestamp >= '2026-07-05' AND event IN ('product viewed', 'paid') GROUP BY actor)
            ARRAY JOIN began AS cohort ARRAY JOIN arrayPushFront(arrayFilter(x -> x > cohort, returned), cohort) AS back
            GROUP BY cohort, after
            """),
        new("stickiness by day",
            """{"kind":"StickinessQuery","dateRange":DATES,"series":[{"kind":"EventsNode","event":"$pageview"}]}""",
            $"SELECT days, count() FROM (SELECT {Person} AS actor, uniqExact(toDate(timestamp)) AS days FROM events WHERE {{where}} AND event = '$pageview' GROUP BY actor) GROUP BY days ORDER BY days"),
        new("lifecycle by week",
            """{"kind":"LifecycleQuery","dateRange":DATES,"interval":"week","series":[{"kind":"EventsNode","event":"$pageview"}]}""",
            $$"""
            SELECT week, status, count() FROM (
                SELECT arraySort(groupUniqArray(toStartOfWeek(timestamp, 1))) AS weeks, min(created.created_at) AS born
                FROM (SELECT timestamp, {{Person}} AS actor FROM events WHERE {where} AND event = '$pageview') AS seen
                INNER JOIN (SELECT id, created_at FROM persons FINAL WHERE project_id = {project}) AS created ON created.id = seen.actor
                GROUP BY actor)
            ARRAY JOIN weeks AS week, arrayMap((this, before) -> if(before = this - 7, 'returning', if(toStartOfWeek(born, 1) = this, 'new', 'resurrecting')), weeks, arrayPopBack(arrayPushFront(weeks, toDate(0)))) AS status
            GROUP BY week, status
            """),
        new("paths of pages",
            """{"kind":"PathsQuery","dateRange":DATES,"pathsFilter":{"includeEventTypes":["$pageview"]}}""",
            $$"""
            SELECT source, target, count() AS weight FROM (
                SELECT arraySplit((item, gap) -> gap > 1800, items, arrayDifference(times)) AS parts FROM (
                    SELECT arrayMap(x -> x.2, sorted) AS items, arrayMap(x -> toUnixTimestamp(x.1), sorted) AS times FROM (
                        SELECT arraySort(groupArray((timestamp, toString(properties.`$pathname`)))) AS sorted
                        FROM events WHERE {where} AND event = '$pageview' GROUP BY {{Person}})))
            ARRAY JOIN parts AS part ARRAY JOIN arrayZip(arrayPopBack(arraySlice(part, 1, 5)), arrayPopFront(arraySlice(part, 1, 5))) AS edge
            GROUP BY edge.1 AS source, edge.2 AS target ORDER BY weight DESC LIMIT 50
            """),
    ];
}
