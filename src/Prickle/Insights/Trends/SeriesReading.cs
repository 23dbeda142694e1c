using Prickle.ClickHouse;
using Prickle.Insights.Breakdowns;

namespace Prickle.Insights.Trends;

/// <summary>The numbers of one breakdown value: one for each bucket, or a single one for a total.</summary>
sealed record SeriesValues(string Value, double[] Data);

/// <summary>Asks for one series and fills in what was not there.</summary>
sealed class SeriesReading(TrendsQuery query, EntityNode entity, QueryScope scope)
{
    readonly BreakdownReader _breakdown = new(query.BreakdownFilter, scope);
    readonly BreakdownFilter _filter = query.BreakdownFilter;

    IReadOnlyList<Bins?> _bins = [];

    bool IsTotal => query.TrendsFilter.IsTotalValue;

    /// <summary>The series in the order in which they are shown: by total, then Other, then None.</summary>
    public async Task<List<SeriesValues>> ReadAsync(QueryPeriod period, CancellationToken cancellationToken)
    {
        _bins = await BinsAsync(period, cancellationToken);
        var series = new SeriesSql(query, entity, scope, _bins);
        var found = _breakdown.IsNone ? await WholeAsync(series, period, cancellationToken)
            : series.Math.IsAdditive ? await RankedAtOnceAsync(series, period, cancellationToken)
            : await RankedAsync(series, period, cancellationToken);
        return Scaled(series, Ordered(found));
    }

    /// <summary>The same for another period, for the values that the first one showed; all others are Other.</summary>
    public async Task<List<SeriesValues>> ReadLikeAsync(IReadOnlyList<SeriesValues> shown, QueryPeriod period, CancellationToken cancellationToken)
    {
        var series = new SeriesSql(query, entity, scope, _bins);
        if (_breakdown.IsNone)
        {
            return Scaled(series, await WholeAsync(series, period, cancellationToken));
        }
        var sql = new SqlBuilder();
        var (values, other) = (sql.Texts(shown.Select(one => one.Value).Append(_breakdown.NoneValue).Distinct()), sql.Text(_breakdown.OtherValue));
        var map = new ValueMap(_ => "1", value => $"if(has({values}, {value}), {value}, {other})");
        var found = await CellsAsync(series.Values(sql, period, map), sql, period, cancellationToken);
        return Scaled(series, Ordered(found));
    }

    async Task<List<SeriesValues>> WholeAsync(SeriesSql series, QueryPeriod period, CancellationToken cancellationToken)
    {
        var sql = new SqlBuilder();
        var found = await CellsAsync(series.Values(sql, period), sql, period, cancellationToken);
        return found.Count > 0 ? found : [new SeriesValues("", Empty(period))];
    }

    // What can be added up needs no second look at the rest.
    async Task<List<SeriesValues>> RankedAtOnceAsync(SeriesSql series, QueryPeriod period, CancellationToken cancellationToken)
    {
        var sql = new SqlBuilder();
        var none = sql.Text(_breakdown.NoneValue);
        var statement = $"""
            SELECT label, sumMap(ats, vs) AS sums, sums.1, sums.2 FROM (
              SELECT if(b = {none} OR place <= {sql.Number(Limit)}, b, {sql.Text(_breakdown.OtherValue)}) AS label, ats, vs, place FROM (
                SELECT b, ats, vs, row_number() OVER (ORDER BY b = {none}, total DESC, b) AS place FROM (
                  SELECT b, groupArray(at) AS ats, groupArray(v) AS vs, sum(v) AS total FROM ({series.Values(sql, period)}) GROUP BY b)))
            GROUP BY label
            ORDER BY min(place)
            """;
        return await RowsAsync(statement, sql, 2, period, cancellationToken);
    }

    async Task<List<SeriesValues>> RankedAsync(SeriesSql series, QueryPeriod period, CancellationToken cancellationToken)
    {
        var sql = new SqlBuilder();
        var statement = $"""
            SELECT b, ats, vs FROM (
              SELECT b, groupArray(at) AS ats, groupArray(v) AS vs, sum(v) AS total FROM ({series.Values(sql, period)}) GROUP BY b)
            ORDER BY b = {sql.Text(_breakdown.NoneValue)} DESC, total DESC, b
            LIMIT {sql.Number(Limit + 2)}
            """;
        var found = await RowsAsync(statement, sql, 1, period, cancellationToken);
        var named = found.Where(one => one.Value != _breakdown.NoneValue).ToList();
        if (named.Count <= Limit)
        {
            return found;
        }
        List<SeriesValues> shown = [.. named.Take(Limit), .. found.Where(one => one.Value == _breakdown.NoneValue)];
        return _filter.HideOther ? shown : [.. shown, .. await OtherAsync(series, shown, period, cancellationToken)];
    }

    async Task<List<SeriesValues>> OtherAsync(SeriesSql series, List<SeriesValues> shown, QueryPeriod period, CancellationToken cancellationToken)
    {
        var sql = new SqlBuilder();
        var (values, other) = (sql.Texts(shown.Select(one => one.Value).Append(_breakdown.NoneValue)), sql.Text(_breakdown.OtherValue));
        var map = new ValueMap(value => $"NOT has({values}, {value})", _ => other);
        return await CellsAsync(series.Values(sql, period, map), sql, period, cancellationToken);
    }

    int Limit => _breakdown.Limit(UsualLimit(query.TrendsFilter.Display));

    /// <summary>A map of the world has room for all countries.</summary>
    public static int UsualLimit(TrendsDisplay display) => display == TrendsDisplay.WorldMap ? 300 : 25;

    List<SeriesValues> Ordered(List<SeriesValues> found) => _breakdown.IsNone ? found :
    [
        .. found.Where(one => !IsRest(one.Value)),
        .. found.Where(one => one.Value == _breakdown.OtherValue && !_filter.HideOther),
        .. found.Where(one => one.Value == _breakdown.NoneValue),
    ];

    bool IsRest(string value) => value == _breakdown.OtherValue || value == _breakdown.NoneValue;

    List<SeriesValues> Scaled(SeriesSql series, List<SeriesValues> found) =>
        query.SamplingFactor is { } factor and < 1 && series.Math.IsScaled
            ? found.ConvertAll(one => one with { Data = [.. one.Data.Select(value => Math.Round(value / factor))] })
            : found;

    // Quantiles, rounded down to hundredths; the last edge lies just above the largest.
    async Task<IReadOnlyList<Bins?>> BinsAsync(QueryPeriod period, CancellationToken cancellationToken)
    {
        var all = new Bins?[_filter.Breakdowns.Count];
        for (var index = 0; index < all.Length; index++)
        {
            if (_filter.Breakdowns[index].HistogramBinCount is not { } count)
            {
                continue;
            }
            var sql = new SqlBuilder();
            var joins = new RowJoins(scope, sql);
            var number = _breakdown.Number(index, joins);
            var levels = string.Join(", ", Enumerable.Range(0, count + 1).Select(step => FormattableString.Invariant($"{(double)step / count:0.######}")));
            var where = QueryScope.And(scope.Base(sql), QueryScope.Between(sql, period.From, period.To), scope.Matches(entity, sql), $"isFinite({number})");
            var found = await scope.AskAsync(
                $"SELECT quantiles({levels})(assumeNotNull({number})), count() FROM events {joins.Sql} WHERE {where}", sql,
                row => (Edges: (double[])row.GetValue(0), Count: Convert.ToInt64(row.GetValue(1), null)), cancellationToken);
            var edges = found[0].Count == 0 ? [0] : found[0].Edges.Select(edge => Math.Floor(edge * 100) / 100).Distinct().ToList();
            if (edges.Count > 1)
            {
                edges[^1] = Math.Round(edges[^1] + 0.01, 2);
            }
            else
            {
                edges.Add(Math.Round(edges[0] + 0.01, 2));
            }
            all[index] = new Bins(edges);
        }
        return all;
    }

    async Task<List<SeriesValues>> CellsAsync(string statement, SqlBuilder sql, QueryPeriod period, CancellationToken cancellationToken)
    {
        var cells = await scope.AskAsync(
            statement, sql, row => (At: row.GetInt64(0), Value: row.GetString(1), Number: row.GetDouble(2)), cancellationToken);
        return [.. cells.GroupBy(cell => cell.Value).Select(group =>
            new SeriesValues(group.Key, Filled(period, group.Select(cell => (cell.At, cell.Number)))))];
    }

    async Task<List<SeriesValues>> RowsAsync(string statement, SqlBuilder sql, int first, QueryPeriod period, CancellationToken cancellationToken) =>
        await scope.AskAsync(
            statement, sql,
            row => new SeriesValues(
                row.GetString(0), Filled(period, ((long[])row.GetValue(first)).Zip((double[])row.GetValue(first + 1)))),
            cancellationToken);

    double[] Empty(QueryPeriod period) => new double[IsTotal ? 1 : period.Buckets.Count];

    double[] Filled(QueryPeriod period, IEnumerable<(long At, double Number)> cells)
    {
        var data = Empty(period);
        _places ??= [];
        if (!_places.TryGetValue(period, out var places))
        {
            _places[period] = places = period.Buckets.Select((start, index) => (start, index)).ToDictionary(one => one.start.ToUnixTimeSeconds(), one => one.index);
        }
        foreach (var (at, number) in cells)
        {
            // What overflows, or has no number at all, counts as nothing.
            if ((IsTotal ? 0 : places.GetValueOrDefault(at, -1)) is >= 0 and var place && double.IsFinite(number))
            {
                data[place] = number;
            }
        }
        return data;
    }

    Dictionary<QueryPeriod, Dictionary<long, int>>? _places;
}
