using Prickle.Accounts;
using Prickle.ClickHouse;
using Prickle.Insights.Breakdowns;

namespace Prickle.Insights.Trends;

/// <summary>Who is behind one number of a trend: the rows of the series, of that bucket and that value.</summary>
sealed class TrendsActors(TrendsQuery query, ActorsSelection selection, QueryScope scope)
{
    readonly BreakdownReader _breakdown = new(query.BreakdownFilter, scope);

    public Outcome<string> Sql(SqlBuilder sql)
    {
        if (selection.Series < 0 || selection.Series >= query.Series.Count)
        {
            return Refusal.Invalid("series", $"There is no series {selection.Series}.");
        }
        var current = TrendsQuestion.PeriodOf(query, scope);
        var period = selection.Compare == "previous" ? TrendsQuestion.PreviousOf(query, scope) : current;
        if (period is null || (selection.Compare == "previous" && !query.CompareFilter.Compare))
        {
            return Refusal.Invalid("compare", "The question compares with nothing.");
        }
        if (BinsOf() is not { } bins)
        {
            return Refusal.Invalid("breakdownValues", "The values of a breakdown are given as the answer wrote them, one for each breakdown.");
        }
        var series = new SeriesSql(query, query.Series[selection.Series], scope, bins);
        if (ReachOf(series, period) is not { } reach)
        {
            return Refusal.Invalid("day", $"'{selection.Day}' is none of the answer's days.");
        }
        var rows = series.Rows(sql, period, reach.From, reach.To);
        return $"""
            SELECT toString(actor) AS actor_id, count() AS event_count, groupUniqArrayIf(10)(session_id, session_id != '') AS session_ids
            FROM ({rows})
            WHERE {OfValue(series, current, sql)}
            GROUP BY actor
            """;
    }

    (DateTimeOffset From, DateTimeOffset To)? ReachOf(SeriesSql series, QueryPeriod period)
    {
        if (query.TrendsFilter.IsTotalValue || selection.Day is null)
        {
            return series.Reach(period);
        }
        return period.BucketOf(selection.Day) is not { } bucket ? null
            : series.Math.Shape == MathShape.Active ? series.Window(period, bucket)
            : query.TrendsFilter.Display == TrendsDisplay.Cumulative ? (period.From, period.LastOf(bucket))
            : (period.FirstOf(bucket), period.LastOf(bucket));
    }

    // A bin is known by its label alone.
    IReadOnlyList<Bins?>? BinsOf()
    {
        var breakdowns = query.BreakdownFilter.Breakdowns;
        if (selection.BreakdownValues is not { Count: > 0 } values)
        {
            return new Bins?[breakdowns.Count];
        }
        return values.Count != BreakdownReader.Split(_breakdown.IsNone ? "" : _breakdown.NoneValue).Count || _breakdown.IsNone ? null
            : [.. breakdowns.Select((one, index) => one.HistogramBinCount is null ? null : Bins.Read(values[index]) ?? new Bins([0, 0]))];
    }

    string OfValue(SeriesSql series, QueryPeriod current, SqlBuilder sql)
    {
        if (selection.BreakdownValues is not { Count: > 0 } values)
        {
            return "1";
        }
        var value = BreakdownReader.Join(values);
        if (value != _breakdown.OtherValue)
        {
            return $"b = {sql.Text(value)}";
        }
        // Other is what the answer did not show by name.
        var none = sql.Text(_breakdown.NoneValue);
        return $"""
            b != {none} AND b NOT IN (
              SELECT b FROM ({series.Values(sql, current)})
              WHERE b != {none} GROUP BY b ORDER BY sum(v) DESC, b LIMIT {sql.Number(_breakdown.Limit(SeriesReading.UsualLimit(query.TrendsFilter.Display)))})
            """;
    }
}
