using Prickle.Accounts;
using Prickle.ClickHouse;
using Prickle.Insights.Breakdowns;
using Prickle.Insights.Running;

namespace Prickle.Insights.Trends;

/// <summary>How many, over time or in all (K3, K4).</summary>
sealed class TrendsQuestion : Question<TrendsQuery>
{
    const int MostSeries = 26;
    const int MostFormulas = 26;

    public override Refusal? Check(TrendsQuery query) =>
        query.Series.Count is 0 or > MostSeries ? Refusal.Invalid("series", $"A trend has 1 to {MostSeries} series.")
        : query.TrendsFilter.SmoothingIntervals is < 1 or > 365 ? Refusal.Invalid("smoothingIntervals", "Smoothing takes 1 to 365 intervals.")
        : query.TrendsFilter.FormulaNodes.Count > MostFormulas ? Refusal.Invalid("formula", $"At most {MostFormulas} formulas.")
        : query.CompareFilter.Compare && query.DateRange.DateFrom == "all" ? Refusal.Invalid("compare", "All of time has nothing before it to compare with.")
        : CheckSeries(query) ?? BreakdownCheck.Of(query.BreakdownFilter, hasBins: true) ?? CheckFormulas(query);

    public override Interval IntervalOf(TrendsQuery query) => query.TrendsFilter.IsTotalValue && query.Interval < Interval.Hour ? Interval.Hour : query.Interval;

    public override IEnumerable<EntityNode> EntitiesOf(TrendsQuery query) => query.Series;

    public override async Task<InsightResult> AnswerAsync(TrendsQuery query, QueryScope scope, CancellationToken cancellationToken)
    {
        var period = PeriodOf(query, scope);
        var previous = query.CompareFilter.Compare ? PreviousOf(query, scope) : null;
        List<List<SeriesValues>> current = [];
        List<List<SeriesValues>> earlier = [];
        foreach (var entity in query.Series)
        {
            var reading = new SeriesReading(query, entity, scope);
            current.Add(await reading.ReadAsync(period, cancellationToken));
            if (previous is not null)
            {
                earlier.Add(await reading.ReadLikeAsync(current[^1], previous, cancellationToken));
            }
        }
        var shown = new ShownSeries(query, scope);
        var series = shown.Of(current, previous is null ? null : "current", null)
            .Concat(previous is null ? [] : shown.Of(earlier, "previous", query.TrendsFilter.IsTotalValue ? null : previous.Days));
        return query.TrendsFilter.IsTotalValue
            ? new TrendsResult([.. series], [], query.Interval, false)
            : new TrendsResult([.. series], period.Days, query.Interval, period.IsLastIncomplete(scope.Now));
    }

    public override Outcome<string> Actors(TrendsQuery query, ActorsSelection selection, QueryScope scope, SqlBuilder sql) =>
        query.TrendsFilter.FormulaNodes.Count > 0
            ? Refusal.Invalid("selection", "A formula has no actors of its own. Look at one of the series it is made of.")
            : new TrendsActors(query, selection, scope).Sql(sql);

    internal static QueryPeriod PeriodOf(TrendsQuery query, QueryScope scope) => query.TrendsFilter.IsTotalValue ? scope.Period : scope.Period.Whole;

    internal static QueryPeriod? PreviousOf(TrendsQuery query, QueryScope scope) =>
        scope.Period.Previous(query.CompareFilter.CompareTo) is not { } previous ? null : query.TrendsFilter.IsTotalValue ? previous : previous.Whole;

    static Refusal? CheckSeries(TrendsQuery query) => query.Series
        .Select(entity => QuestionCheck.OfEntity(entity, "series") ?? SeriesMath.Check(entity, query.Interval, query.TrendsFilter.IsTotalValue))
        .FirstOrDefault(refusal => refusal is not null)
        ?? (query.CompareFilter is { Compare: true, CompareTo: { } shift } && !System.Text.RegularExpressions.Regex.IsMatch(shift, @"^-\d{1,4}[hdwmqy]\z")
            ? Refusal.Invalid("compare_to", $"'{shift}' is no shift. Write -1w, -1m or -1y.") : null);

    static Refusal? CheckFormulas(TrendsQuery query) => query.TrendsFilter.FormulaNodes
        .Select(node => Formula.Read(node.Formula, query.Series.Count).Match(_ => (Refusal?)null, refusal => refusal))
        .FirstOrDefault(refusal => refusal is not null);

    public override int? ActorGroupType(TrendsQuery query, ActorsSelection selection) =>
        selection.Series >= 0 && selection.Series < query.Series.Count && query.Series[selection.Series] is { Math: "unique_group" } entity
            ? entity.MathGroupTypeIndex
            : query.AggregationGroupTypeIndex;
}
