using System.Data.Common;
using System.Globalization;
using System.Numerics;
using Prickle.ClickHouse;
using Prickle.Insights.Breakdowns;

namespace Prickle.Insights.Funnels;

/// <summary>
/// Asks for the events of a funnel, one row for each actor. Only what the machines read crosses the wire: for most funnels one
/// number for each event, its time and the steps that it matches.
/// </summary>
sealed class FunnelSource
{
    readonly FunnelsQuery _query;
    readonly QueryScope _scope;
    readonly IReadOnlyList<EntityNode> _matched;
    readonly BreakdownReader _breakdown;

    // Where a number of 64 bits holds both the time since the period began and the mask.
    readonly bool _isPacked;

    public FunnelSource(FunnelsQuery query, QueryScope scope)
    {
        (_query, _scope) = (query, scope);
        _breakdown = new BreakdownReader(query.BreakdownFilter, scope);
        var filter = query.FunnelsFilter;
        _matched = [.. query.Series, .. filter.Exclusions.Select(exclusion => exclusion.Entity)];
        _isPacked = _matched.Count + 64 - BitOperations.LeadingZeroCount((ulong)(Micros(scope.Period.To) - Micros(scope.Period.From))) <= 63;
        Rules = new FunnelRules(
            query.Series.Count, filter.FunnelOrderType, FunnelWindow.Of(filter).Ticks / TimeSpan.TicksPerMicrosecond,
            query.Series.Select((step, index) => step.OptionalInFunnel ? 1UL << index : 0).Aggregate(0UL, (all, bit) => all | bit),
            [.. filter.Exclusions.Select(exclusion => (exclusion.FunnelFromStep, exclusion.FunnelToStep))]);
    }

    public FunnelRules Rules { get; }

    /// <summary>
    /// The breakdown values by their index: None, those within the limit by how often they occur, Other. Empty before
    /// <see cref="RankAsync"/>, and without a breakdown.
    /// </summary>
    public IReadOnlyList<string> Values { get; private set; } = [];

    bool IsBrokenDown => !_breakdown.IsNone;

    bool IsBySession => _query.FunnelsFilter.AggregateBy == "session";

    string Actor => IsBySession ? "session_id" : _scope.Actor;

    public FunnelReader Reader() => new(Rules, new FunnelSpaces(
        Rules, IsBrokenDown ? _query.FunnelsFilter.BreakdownAttributionType : null, _query.FunnelsFilter.BreakdownAttributionValue ?? 0));

    public static long Micros(DateTimeOffset at) => (at.UtcTicks - DateTimeOffset.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond;

    /// <summary>Finds the breakdown values that are shown by themselves.</summary>
    public async Task RankAsync(CancellationToken cancellationToken)
    {
        if (!IsBrokenDown)
        {
            return;
        }
        var sql = new SqlBuilder();
        var joins = new RowJoins(_scope, sql);
        var filter = _query.FunnelsFilter;
        // By step, only what stands at that step can be attributed.
        var steps = filter.BreakdownAttributionType == Attribution.Step && Rules.Order != FunnelOrder.Unordered
            ? [_query.Series[filter.BreakdownAttributionValue ?? 0]] : _query.Series;
        var value = _breakdown.Sql(sql, joins);
        var any = string.Join(" OR ", steps.Select(step => _scope.Matches(step, sql)));
        var top = await _scope.AskAsync(
            $"""
            SELECT value, count() AS events
            FROM (
              SELECT {value} AS value
              FROM events {joins.Sql}
              WHERE {Events(sql)}
                AND ({any})
            )
            WHERE value != {sql.Text(_breakdown.NoneValue)}
            GROUP BY value
            ORDER BY events DESC, value
            LIMIT {sql.Number(_breakdown.Limit())}
            """, sql, row => row.GetString(0), cancellationToken);
        Values = [_breakdown.NoneValue, .. top, _breakdown.OtherValue];
    }

    /// <summary>Reads the actors' events, one actor after the other.</summary>
    /// <param name="each">Is given one after the other.</param>
    /// <param name="named">Says who it is, and in which sessions.</param>
    public Task EachAsync(Action<FunnelRow> each, bool named, CancellationToken cancellationToken)
    {
        var sql = new SqlBuilder();
        var matches = _matched.Select(entity => _scope.Matches(entity, sql)).ToList();
        var fields = Fields(sql, named, matches, out var joins, out var conditions);
        var rows = fields.Count == 1
            ? ["rows"]
            : fields.Select((_, index) => string.Create(CultureInfo.InvariantCulture, $"arrayMap(row -> row.{index + 1}, rows)"));
        var needed = Rules.Order == FunnelOrder.Unordered ? Rules.StepBits : 1UL;
        var statement = $"""
            SELECT {(named ? "toString(actor)" : "''")}, {string.Join(", ", rows)}
            FROM (
              SELECT actor, arraySort(groupArray({(fields.Count == 1 ? fields[0].Sql : $"({string.Join(", ", fields.Select(field => field.Sql))})")})) AS rows
              FROM (
                SELECT {Actor} AS actor, timestamp, {Mask(matches)} AS mask{string.Concat(fields.Where(field => field.Source.Length > 0).Select(field => $", {field.Source}"))}
                FROM events {joins}
                WHERE {string.Join("\n      AND ", conditions)}
              )
              GROUP BY actor{(_breakdown.IsCohorts ? ", value" : "")}
              HAVING bitAnd(groupBitOr(mask), {needed.ToString(CultureInfo.InvariantCulture)}) != 0
            )
            """;
        var names = fields.Select(field => field.Name).ToList();
        return _scope.EachAsync(statement, sql, row => each(Read(row, names, named)), cancellationToken);
    }

    sealed record Field(string Name, string Sql, string Source = "");

    // In the order by which they are sorted: attempts of one held value lie together, then time, then everything that could
    // make two events of one moment differ, so that the order is always the same.
    List<Field> Fields(SqlBuilder sql, bool named, List<string> matches, out string joins, out List<string> conditions)
    {
        var held = _query.FunnelsFilter.HoldConstant.Select(property => $"nullIf(toString({PropertyPath.Of(property)}), '')").ToList();
        var since = $"(toUnixTimestamp64Micro(timestamp) - {sql.Number(Micros(_scope.Period.From))})";
        List<Field> fields = [];
        if (held.Count > 0)
        {
            fields.Add(new("held", "held", $"cityHash64({string.Join(", ", held.Select(text => $"assumeNotNull({text})"))}) AS held"));
        }
        if (_isPacked)
        {
            fields.Add(new("packed", string.Create(CultureInfo.InvariantCulture, $"toUInt64({since}) * {1UL << _matched.Count} + mask")));
        }
        else
        {
            fields.Add(new("time", $"toUInt64({since})"));
            fields.Add(new("mask", "mask"));
        }
        conditions = [Events(sql), .. held.Select(text => $"{text} IS NOT NULL")];
        joins = "";
        if (IsBrokenDown)
        {
            var joined = new RowJoins(_scope, sql);
            var known = Values.SkipLast(1).ToArray();
            fields.Add(new("value", "value",
                $"transform({_breakdown.Sql(sql, joined)}, {sql.Texts(known)}, {sql.Value("Array(UInt64)", Enumerable.Range(0, known.Length).Select(index => (ulong)index).ToArray())}, {sql.Value("UInt64", (ulong)known.Length)}) AS value"));
            joins = joined.Sql;
        }
        if (named)
        {
            fields.Add(new("session", "session_id", "session_id"));
        }
        if (Rules.Order != FunnelOrder.Strict)
        {
            conditions.Add($"({string.Join(" OR ", matches)})");
        }
        return fields;
    }

    string Events(SqlBuilder sql) =>
        $"{_scope.Base(sql)}\n      AND {_scope.During(sql)}{(IsBySession ? "\n      AND session_id != ''" : "")}";

    static string Mask(List<string> matches) => string.Join(" + ", matches.Select((condition, index) =>
        string.Create(CultureInfo.InvariantCulture, $"toUInt64({condition}) * {1UL << index}")));

    FunnelRow Read(DbDataReader row, List<string> names, bool named)
    {
        var since = Micros(_scope.Period.From);
        var (times, masks) = _isPacked ? Unpack(Numbers(row, names, "packed")!, since) : (
            [.. Numbers(row, names, "time")!.Select(time => (long)time + since)], Numbers(row, names, "mask")!);
        return new FunnelRow(
            named ? row.GetString(0) : null, times, masks, Numbers(row, names, "held"),
            Numbers(row, names, "value") is { } values ? [.. values.Select(value => (int)value)] : null,
            named ? (string[])row.GetValue(1 + names.IndexOf("session")) : null);
    }

    (long[] Times, ulong[] Masks) Unpack(ulong[] packed, long since)
    {
        var (times, masks) = (new long[packed.Length], new ulong[packed.Length]);
        var bits = (1UL << _matched.Count) - 1;
        for (var at = 0; at < packed.Length; at++)
        {
            times[at] = (long)(packed[at] >> _matched.Count) + since;
            masks[at] = packed[at] & bits;
        }
        return (times, masks);
    }

    static ulong[]? Numbers(DbDataReader row, List<string> names, string name) =>
        names.IndexOf(name) is >= 0 and var at ? (ulong[])row.GetValue(at + 1) : null;
}
