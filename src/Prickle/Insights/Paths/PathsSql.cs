using System.Globalization;
using System.Text.RegularExpressions;
using Prickle.Accounts;
using Prickle.ClickHouse;
using Prickle.Filters;
using Prickle.Insights.Funnels;

namespace Prickle.Insights.Paths;

/// <summary>
/// Paths as one statement. Inside out: events as items; for each actor its items in order, cut where it was away; of each
/// part what is shown; its steps.
/// </summary>
/// <param name="ranges">The moments of each actor that are looked at; null for the whole period.</param>
/// <param name="away">A gap of at least this begins a new path.</param>
sealed class PathsSql(PathsQuery query, QueryScope scope, SqlBuilder sql, ActorList? ranges, TimeSpan away)
{
    public const string RangeColumns = "range_of String, range_from Int64, range_to Int64";

    readonly PathsFilter _filter = query.PathsFilter;

    /// <summary>Columns: source, target, weight, average seconds; the heaviest first.</summary>
    public string Edges() => $"""
        SELECT concat(toString(place - 1), '_', before) AS source, concat(toString(place), '_', name) AS target, count() AS weight, avg(micros) / 1000000 AS seconds
        FROM ({Steps(withSessions: false)})
        WHERE place > 1
        GROUP BY place, before, name
        HAVING weight >= {sql.Number(_filter.MinEdgeWeight ?? 1)} AND weight <= {sql.Number(_filter.MaxEdgeWeight ?? int.MaxValue)}
        ORDER BY weight DESC, source, target
        LIMIT {sql.Number(_filter.EdgeLimit)}
        """;

    /// <summary>Who went from a node to another, or was at one.</summary>
    public string Actors(string? source, string? target)
    {
        var where = (source, target) is ({ } from, { } to)
            ? $"source = {sql.Text(from)} AND target = {sql.Text(to)}"
            : $"target = {sql.Text((source ?? target)!)}";
        return $"""
            SELECT toString(who) AS actor_id, toUInt64(count()) AS event_count,
              arraySlice(arrayDistinct(arrayFilter(session -> session != '', arrayFlatten(groupArray({(source is not null && target is not null ? "[session_before, session]" : "[session]")})))), 1, 10) AS session_ids
            FROM ({Steps(withSessions: true)})
            WHERE {where}
            GROUP BY who
            """;
    }

    // A row for each step of each path: where it came from, and how long that took. The first comes from nowhere.
    string Steps(bool withSessions) => $"""
        SELECT who, place, path[place].2 AS name, if(place = 1, '', path[place - 1].2) AS before, concat(toString(place), '_', path[place].2) AS target, {(withSessions ? "path[place].3" : "''")} AS session,
          if(place = 1, '', concat(toString(place - 1), '_', path[place - 1].2)) AS source, {(withSessions ? "if(place = 1, '', path[place - 1].3)" : "''")} AS session_before,
          if(place = 1, 0, path[place].1 - path[place - 1].1) AS micros
        FROM (SELECT who, {Shown(withSessions)} AS path FROM ({Parts(withSessions)}))
        ARRAY JOIN arrayEnumerate(path) AS place
        """;

    string Parts(bool withSessions) => $"""
        SELECT who, arrayCompact(item -> item.2, part) AS walk
        FROM (
          SELECT who, arrayJoin(arraySplit((item, gap) -> gap >= {sql.Number((long)away.TotalMicroseconds)}, items, arrayDifference(arrayMap(item -> item.1, items)))) AS part
          FROM (
            SELECT who, arraySort(groupArray((micros_at, item{(withSessions ? ", session_id" : "")}))) AS items
            FROM ({Items(withSessions)})
            WHERE item != ''{(_filter.ExcludeEvents.Count == 0 ? "" : $" AND NOT has({sql.Texts(_filter.ExcludeEvents)}, item) AND NOT has({sql.Texts(_filter.ExcludeEvents)}, raw_item)")}
            GROUP BY who
          )
        )
        """;

    string Items(bool withSessions) => $"""
        SELECT who, micros_at, session_id, raw_item, {Grouped("cleaned")} AS item
        FROM (
          SELECT {scope.Actor} AS who, toUnixTimestamp64Micro(timestamp) AS micros_at, {(withSessions ? "session_id" : "''")} AS session_id, {Raw()} AS raw_item, {Cleaned("raw_item")} AS cleaned
          FROM events
          {(ranges is null ? "" : $"INNER JOIN (SELECT * FROM {ranges.Table()}) AS ranges ON toString({scope.Actor}) = range_of")}
          WHERE {scope.Base(sql)}
            AND {scope.During(sql)}
            AND ({Kinds()})
            {(ranges is null ? "" : "AND micros_at >= range_from AND micros_at <= range_to")}
        )
        """;

    string Kinds() => _filter.IncludeEventTypes.Where(kind => kind != "hogql").Distinct().ToList() is { Count: > 0 } kinds
        ? string.Join(" OR ", kinds.Select(Kind)) : "1";

    static string Kind(string kind) => kind switch
    {
        "$pageview" => "event = '$pageview'",
        "$screen" => "event = '$screen'",
        // What people named themselves; the SDKs' own events begin with a dollar.
        _ => "NOT startsWith(event, '$')",
    };

    string Raw()
    {
        if (_filter.HasExpression)
        {
            return $"ifNull(toString({scope.Expressions!.Sql(scope.Project.Id, _filter.PathsHogQLExpression!)}), '')";
        }
        var url = $"ifNull(toString({PropertyPath.Of("$current_url")}), '')";
        var screen = $"ifNull(toString({PropertyPath.Of("$screen_name")}), '')";
        // "/docs/" and "/docs" are one page; the front page keeps its slash.
        var page = $"if({url} = '', '', concat('/', trim(BOTH '/' FROM path({url}))))";
        return _filter.IncludeEventTypes.Distinct().ToList() switch
        {
            ["$pageview"] => page,
            ["$screen"] => screen,
            _ => $"multiIf(event = '$pageview', {page}, event = '$screen', {screen}, toString(event))",
        };
    }

    string Cleaned(string item) => PathCleaner.Sql(
        item,
        [
            .. _filter.PathReplacements ? scope.Project.PathCleaningFilters : [],
            .. _filter.LocalPathCleaningFilters.Select(rule => new PathCleaningRule(rule.Alias, rule.Regex)),
        ], sql);

    string Grouped(string item) => _filter.PathGroupings.Count == 0 ? item
        : $"multiIf({string.Join(", ", _filter.PathGroupings.Select(wildcard => $"match({item}, {sql.Text(Pattern(wildcard))}), {sql.Text(wildcard)}"))}, {item})";

    static string Pattern(string wildcard) =>
        "^" + string.Join(".*", wildcard.Split('*').Select(Regex.Escape)) + "$";

    // What of a walk is shown; an empty path for one that does not go through the points asked for.
    string Shown(bool withSessions)
    {
        var limit = _filter.StepLimit.ToString(CultureInfo.InvariantCulture);
        var half = (_filter.StepLimit / 2).ToString(CultureInfo.InvariantCulture);
        const string Names = "arrayMap(item -> item.2, walk)";
        return (Point(_filter.StartPoint), Point(_filter.EndPoint)) switch
        {
            (null, null) => $"arraySlice(walk, 1, {limit})",
            ({ } start, null) => $"if(indexOf({Names}, {start}) = 0, [], arraySlice(walk, indexOf({Names}, {start}), {limit}))",
            (null, { } end) => $"if(indexOf({Names}, {end}) = 0, [], arraySlice(arraySlice(walk, 1, indexOf({Names}, {end})), -{limit}))",
            ({ } start, { } end) => Between(start, end, limit, half, withSessions),
        };
    }

    // From the first start to the first end behind it. Where that is too long, its middle is one step; it takes the time of the
    // first that it hides.
    static string Between(string start, string end, string limit, string half, bool withSessions)
    {
        const string Names = "arrayMap(item -> item.2, walk)";
        var from = $"indexOf({Names}, {start})";
        var to = $"arrayFirstIndex((item, at) -> item.2 = {end} AND at > {from}, walk, arrayEnumerate(walk))";
        var whole = $"arraySlice(walk, {from}, {to} - {from} + 1)";
        return $"if({from} = 0 OR {to} = 0, [], if({to} - {from} + 1 <= {limit}, {whole}, "
            + $"arrayConcat(arraySlice({whole}, 1, {half}), [({whole}[{half} + 1].1, '...'{(withSessions ? ", ''" : "")})], arraySlice({whole}, -{half}))))";
    }

    string? Point(string? point) => string.IsNullOrEmpty(point) ? null : sql.Text(point);
}
