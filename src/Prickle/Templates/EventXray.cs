using System.Globalization;
using System.Text.Json;
using Prickle.Accounts;
using Prickle.ClickHouse;
using Prickle.Dashboards;
using Prickle.Definitions;
using Prickle.Insights;
using Prickle.Templates.Suggesting;

namespace Prickle.Templates;

/// <summary>
/// A sensible dashboard about one event, by simple rules: how often, by how many, by the properties that most events have and
/// that have few values, numbers summed, who comes back, and what people do before it.
/// </summary>
public sealed class EventXray(DashboardBook dashboards, EventDefinitions events, PropertyDefinitions properties, ClickHouseStore store, TimeProvider time)
{
    const int Days = 30;
    const int Breakdowns = 4;
    const int MostValues = 50;
    const double LeastCoverage = 0.3;

    public async Task<Outcome<Dashboard>> MakeAsync(ProjectGrant grant, string name, CancellationToken cancellationToken)
    {
        try
        {
            return await ReadAndMakeAsync(grant, name, cancellationToken);
        }
        catch (Exception failure) when (StoreAway.Is(failure))
        {
            return new Refusal(RefusalReason.Unavailable, "The events cannot be read at present. Try again in a moment.");
        }
    }

    async Task<Outcome<Dashboard>> ReadAndMakeAsync(ProjectGrant grant, string name, CancellationToken cancellationToken)
    {
        if (string.IsNullOrEmpty(name) || name.Length > 400 || (await events.OfferedAsync(grant.ProjectId, cancellationToken)).All(one => one.Name != name))
        {
            return Refusal.Invalid("event", "The project has seen no such event.");
        }
        var previous = await PreviousAsync(grant.ProjectId, name, cancellationToken);
        List<TileDraft> tiles =
        [
            Insight($"{name}: times a day", Trends(name, "total", "ActionsLineGraph"), new(0, 0, 6, 8), 0),
            Insight($"{name}: people a day", Trends(name, "dau", "ActionsLineGraph"), new(6, 0, 6, 8), 8),
            Insight($"{name}: who comes back", Retention(name), new(0, 8, 6, 8), 16),
            Insight(
                previous is null ? $"{name}, and again" : $"From {previous} to {name}",
                Funnel(previous ?? name, name), new(6, 8, 6, 8), 24),
        ];
        foreach (var (property, isNumber) in await PropertiesAsync(grant.ProjectId, name, cancellationToken))
        {
            var (place, below) = (tiles.Count - 4, 32 + ((tiles.Count - 4) * 8));
            tiles.Add(Insight(
                isNumber ? $"{name}: {property}" : $"{name} by {property}", isNumber ? Sum(name, property) : By(name, property),
                new(6 * (place % 2), 16 + (8 * (place / 2)), 6, 8), below));
        }
        return await dashboards.CreateAsync(
            grant, new DashboardDraft { Name = $"X-ray of {name}", Tags = ["x-ray"], Filters = new DashboardFilters { DateFrom = $"-{Days}d" } }, tiles, null, cancellationToken);
    }

    // Properties by how many of the events have them; those with few values are worth a bar each, numbers a sum.
    async Task<List<(string Name, bool IsNumber)>> PropertiesAsync(int projectId, string name, CancellationToken cancellationToken)
    {
        var with = await properties.OfEventsAsync(projectId, [name], cancellationToken);
        var candidates = (await properties.OfferedAsync(projectId, PropertyScope.Event, null, cancellationToken))
            .Where(one => with.Contains(one.Name) && one.Type is PropertyType.String or PropertyType.Boolean or PropertyType.Numeric
                && (!one.IsBuiltIn || Telling.Contains(one.Name)))
            .Take(40).ToList();
        var found = new List<(string Name, bool IsNumber, double Coverage)>();
        foreach (var candidate in candidates)
        {
            var sql = new SqlBuilder();
            var value = $"toString({PropertyPath.Of(candidate.Name)})";
            var row = (await store.ListAsync(
                $"""
                SELECT countIf({value} != '') / count() AS coverage, uniqIf({value}, {value} != '') AS kinds
                FROM (SELECT properties FROM events WHERE project_id = {sql.Project(projectId)} AND event = {sql.Text(name)} AND timestamp >= {sql.Moment(time.GetUtcNow().AddDays(-Days))} LIMIT 50000)
                """,
                row => (Coverage: Convert.ToDouble(row.GetValue(0), CultureInfo.InvariantCulture), Kinds: Convert.ToInt64(row.GetValue(1), CultureInfo.InvariantCulture)),
                sql.Parameters, cancellationToken: cancellationToken))[0];
            if (row.Coverage >= LeastCoverage && (candidate.IsNumber || row.Kinds is >= 2 and <= MostValues))
            {
                found.Add((candidate.Name, candidate.IsNumber, row.Coverage));
            }
        }
        return [.. found.OrderByDescending(one => one.Coverage).ThenBy(one => one.Name.StartsWith('$')).Take(Breakdowns).Select(one => (one.Name, one.IsNumber))];
    }

    static readonly HashSet<string> Telling =
        ["$browser", "$os", "$device_type", "$geoip_country_name", "$geoip_country_code", "$referring_domain", "$pathname", "utm_source", "utm_campaign"];

    // What most people did last before it, among the events that mean something.
    async Task<string?> PreviousAsync(int projectId, string name, CancellationToken cancellationToken)
    {
        var sql = new SqlBuilder();
        var found = await store.ListAsync(
            $"""
            SELECT before, count() AS times FROM (
              SELECT event, lagInFrame(toString(event)) OVER (PARTITION BY distinct_id ORDER BY timestamp ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) AS before
              FROM events
              WHERE project_id = {sql.Project(projectId)} AND timestamp >= {sql.Moment(time.GetUtcNow().AddDays(-Days))}
                AND event NOT IN ('$autocapture', '$pageleave', '$identify', '$set', '$groupidentify', '$web_vitals', '$feature_flag_called')
              LIMIT 2000000)
            WHERE event = {sql.Text(name)} AND before != '' AND before != event
            GROUP BY before ORDER BY times DESC, before LIMIT 1
            """,
            row => row.GetString(0), sql.Parameters, cancellationToken: cancellationToken);
        return found.FirstOrDefault();
    }

    static TileDraft Insight(string name, object query, TilePlace place, int below) => new()
    {
        NewInsight = new InsightDraft { Name = name.Length > 400 ? name[..400] : name, Query = JsonSerializer.SerializeToElement(query) },
        Layouts = new TileLayouts(place, new TilePlace(0, below, 1, place.H)),
    };

    static object Trends(string name, string math, string display) => new
    {
        kind = "TrendsQuery",
        series = new[] { new { kind = "EventsNode", @event = name, math } },
        trendsFilter = new { display },
    };

    static object By(string name, string property) => new
    {
        kind = "TrendsQuery",
        series = new[] { new { kind = "EventsNode", @event = name } },
        trendsFilter = new { display = "ActionsBarValue" },
        breakdownFilter = new { breakdowns = new[] { new { property, type = "event" } }, breakdown_limit = 10 },
    };

    static object Sum(string name, string property) => new
    {
        kind = "TrendsQuery",
        series = new[]
        {
            new { kind = "EventsNode", @event = name, math = "sum", math_property = property },
            new { kind = "EventsNode", @event = name, math = "avg", math_property = property },
        },
    };

    static object Retention(string name) => new
    {
        kind = "RetentionQuery",
        retentionFilter = new
        {
            retentionType = "retention_first_time",
            period = "week",
            totalIntervals = 5,
            targetEntity = new { kind = "EventsNode", @event = name },
            returningEntity = new { kind = "EventsNode", @event = name },
        },
    };

    static object Funnel(string from, string to) => new
    {
        kind = "FunnelsQuery",
        series = new[] { new { kind = "EventsNode", @event = from }, new { kind = "EventsNode", @event = to } },
    };
}
