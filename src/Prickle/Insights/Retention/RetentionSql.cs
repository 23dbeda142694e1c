using System.Globalization;
using Prickle.ClickHouse;
using Prickle.Insights.Breakdowns;
using Prickle.Insights.Funnels;

namespace Prickle.Insights.Retention;

/// <summary>
/// Retention as one statement. Inside out: events with what they are; for each actor and interval (in windows of their own:
/// moment) what happened; for each actor the starts and the returns; for each member of a cohort its cells.
/// </summary>
sealed class RetentionSql(RetentionQuery query, RetentionPlan plan, QueryScope scope, SqlBuilder sql)
{
    readonly RetentionFilter _filter = query.RetentionFilter;

    readonly BreakdownReader _breakdown = new(query.BreakdownFilter, scope);

    bool IsBrokenDown => !_breakdown.IsNone;

    /// <summary>Columns: breakdown value and its rank (from 1, and 0 for None), row, cell, members, sum and number of numbers.</summary>
    public string Table() => $"""
        SELECT label, place, row, cell, count() AS members, sum(amount) AS total, sum(numbers) AS numbered
        FROM (
          SELECT who, {Label()} AS label, {Place()} AS place, row, {(_filter.Cumulative ? "max(cell)" : "cell")} AS cell, sum(amount) AS amount, sum(numbers) AS numbers
          FROM ({Cells(null)})
          GROUP BY who, label, place, row{(_filter.Cumulative ? "" : ", cell")}
        )
        GROUP BY label, place, row, cell
        """;

    /// <summary>The members of a row that are in a cell; all of them for the first.</summary>
    public string Actors(int row, int cell, IReadOnlyList<string>? values)
    {
        var wanted = values is { Count: > 0 } && IsBrokenDown ? $" AND {Label()} = {sql.Text(BreakdownReader.Join(values))}" : "";
        return cell == 0
            ? $"""
              SELECT toString(who) AS actor_id, toUInt64(any(targets_of_row)) AS event_count, any(sessions_of_row) AS session_ids
              FROM ({Cells(row)})
              WHERE row = {sql.Number(row)} AND cell = 0{wanted}
              GROUP BY who
              """
            : $"""
              SELECT toString(who) AS actor_id, toUInt64(sum(returned)) AS event_count,
                arraySlice(arrayDistinct(arrayFlatten(groupArray(sessions))), 1, 10) AS session_ids
              FROM ({Cells(row)})
              WHERE row = {sql.Number(row)} AND cell {(_filter.Cumulative ? ">=" : "=")} {sql.Number(cell)}{wanted}
              GROUP BY who
              """;
    }

    string Place() => IsBrokenDown ? $"least(place, {Limit + 1})" : "place";

    string Label() => IsBrokenDown ? $"if(place > {Limit}, {sql.Text(_breakdown.OtherValue)}, label)" : "label";

    int Limit => IsBrokenDown ? _breakdown.Limit() : 0;

    // A row for each member and cell; the cell 0 is there for every member, whether it came back or not.
    string Cells(int? ofRow)
    {
        var extra = ofRow is null ? "" : ", any(targets_of_row) AS targets_of_row, any(sessions_of_row) AS sessions_of_row, "
            + "arraySlice(arrayDistinct(arrayFlatten(groupArray(visit.5))), 1, 10) AS sessions";
        var carried = ofRow is null ? "" : ", targets_of_row, sessions_of_row";
        return $"""
            SELECT who, label, place, row, {Cell()} AS cell, sum(visit.2) AS returned, sum(visit.3) AS amount, sum(visit.4) AS numbers{extra}
            FROM (
              SELECT who, label, place, start.1 AS row, start.2 AS started{carried},
                arrayJoin(arrayConcat([({(plan.IsRolling ? "started" : "row")}, toUInt64(0), toFloat64(0), toUInt64(0){(ofRow is null ? "" : ", emptyArrayString()")})], returns)) AS visit,
                {(plan.IsRolling ? $"if(visit.1 < started, -1, intDiv(visit.1 - started, {sql.Number((long)plan.Width.TotalMicroseconds)}))" : "visit.1 - row")} AS gap
              FROM ({Ranked(ofRow)})
              ARRAY JOIN starts AS start
            )
            GROUP BY who, label, place, row, cell
            HAVING cell >= 0
              AND row + arrayElement({sql.Value("Array(Int64)", plan.FirstOffsets.Select(offset => (long)offset).ToArray())}, cell + 1) < {plan.Rows}
              AND (cell = 0 OR returned >= {sql.Number(_filter.MinimumOccurrences)})
            """;
    }

    // Which cell so many intervals later are; -1 for none.
    string Cell() => _filter.RetentionCustomBrackets.Count == 0
        ? $"if(gap < {plan.Cells}, gap, -1)"
        : $"if(gap < 0, -1, toInt64(arrayFirstIndex(last -> gap <= last, {sql.Value("Array(Int64)", plan.LastOffsets.Select(offset => (long)offset).ToArray())})) - 1)";

    // By how many actors have them, breakdown values get places from 1; None has none.
    string Ranked(int? ofRow) => !IsBrokenDown
        ? $"SELECT *, '' AS label, toInt64(0) AS place FROM ({Actor(ofRow)})"
        : $"""
          SELECT *, if(label = {sql.Text(_breakdown.NoneValue)}, toInt64(0), toInt64(dense_rank() OVER (ORDER BY label = {sql.Text(_breakdown.NoneValue)}, held_by DESC, label))) AS place
          FROM (SELECT *, count() OVER (PARTITION BY label) AS held_by FROM ({Actor(ofRow)}))
          """;

    string Actor(int? ofRow)
    {
        var isFirst = _filter.RetentionType != RetentionKind.Recurring;
        var isEver = _filter.RetentionType == RetentionKind.FirstEverOccurrence;
        var starts = isFirst
            ? $"""
              if(sum(targets) > 0 AND minIf(first_target, targets > 0) >= {Micros(plan.Start)}{(isEver ? " AND minIf(first_target, targets > 0) = minIf(first_of_kind, of_kind > 0)" : "")},
                [(argMinIf(slot, first_target, targets > 0), minIf(first_target, targets > 0))], [])
              """
            : $"arrayZip((minMapIf([slot], [first_target], targets > 0 AND slot < {plan.Rows}) AS own).1, own.2)";
        // A member of several cohorts is looked at in each of them.
        var byCohort = _breakdown.IsCohorts ? ", value" : "";
        return $"""
            SELECT who, {starts} AS starts,
              groupArrayIf((spot, returned, amount, numbers{(ofRow is null ? "" : ", visits")}), returned > 0) AS returns
              {(!IsBrokenDown ? "" : _breakdown.IsCohorts ? ", value AS label" : ", argMinIf(value_of_target, first_target, targets > 0) AS label")}
              {(ofRow is { } row ? $", sumIf(targets, slot = {sql.Number(row)}) AS targets_of_row, arraySlice(arrayDistinct(arrayFlatten(groupArrayIf(targeted, slot = {sql.Number(row)}))), 1, 10) AS sessions_of_row" : "")}
            FROM (
              SELECT who, slot, spot, countIf(is_return) AS returned, sumIf(ifNull(number, 0), is_return) AS amount,
                countIf(is_return AND number IS NOT NULL) AS numbers, countIf(is_target) AS targets, minIf(micros, is_target) AS first_target
                {(isEver ? ", countIf(is_of_kind) AS of_kind, minIf(micros, is_of_kind) AS first_of_kind" : "")}
                {(!IsBrokenDown ? "" : _breakdown.IsCohorts ? ", value" : ", argMinIf(value, micros, is_target) AS value_of_target")}
                {(ofRow is null ? "" : ", groupUniqArrayIf(10)(session, is_return AND session != '') AS visits, groupUniqArrayIf(10)(session, is_target AND session != '') AS targeted")}
              FROM ({Events(isFirst, isEver, ofRow is not null)})
              GROUP BY who, slot, spot{byCohort}
            )
            GROUP BY who{byCohort}
            HAVING notEmpty(starts)
            """;
    }

    string Events(bool isFirst, bool isEver, bool withSessions)
    {
        var filters = scope.Fits(sql);
        var target = $"{scope.Matches(_filter.TargetEntity, sql)} AND {filters}";
        var kind = isEver ? scope.Matches(_filter.TargetEntity with { Properties = Prickle.Filters.FilterGroup.Everything }, sql) : target;
        var returning = $"{scope.Matches(_filter.ReturningEntity, sql)} AND {filters}";
        var bounds = sql.Value("Array(Int64)", plan.Bounds.Select(bound => bound.ToUnixTimeSeconds()).ToArray());
        var (start, end, last) = (sql.Moment(plan.Start), sql.Moment(plan.End), sql.Moment(plan.Bounds[^1]));
        // What is outside the table has no interval; bounds are whole seconds in every zone.
        var slot = $"if(timestamp < {start}, -1, toInt64(indexOf({bounds}, roundDown(toInt64(toUnixTimestamp(timestamp)), {bounds}))) - 1)";
        var joins = new RowJoins(scope, sql);
        var value = IsBrokenDown ? $", {_breakdown.Sql(sql, joins)} AS value" : "";
        var number = _filter is { AggregationType: not "count", AggregationProperty: { } property }
            ? $"toFloat64OrNull(toString({PropertyPath.Of(property)}))" : "CAST(NULL, 'Nullable(Float64)')";
        return $"""
            SELECT {scope.Actor} AS who, toUnixTimestamp64Micro(timestamp) AS micros, {slot} AS slot,
              {(plan.IsRolling ? "micros" : "slot")} AS spot,
              ({target}) AND timestamp < {end} AS is_target, ({returning}) AND timestamp >= {start} AND timestamp < {last} AS is_return,
              {number} AS number{(isEver ? $", ({kind}) AS is_of_kind" : "")}{value}{(withSessions ? ", session_id AS session" : "")}
            FROM events {joins.Sql}
            WHERE {scope.Whose(sql)}
              AND timestamp < {last}{(isFirst ? "" : $" AND timestamp >= {start}")}
              AND (({kind}) OR (({returning}) AND timestamp >= {start}))
            """;
    }

    static string Micros(DateTimeOffset at) => FunnelSource.Micros(at).ToString(CultureInfo.InvariantCulture);
}
