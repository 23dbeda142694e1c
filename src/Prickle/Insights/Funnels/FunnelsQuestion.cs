using System.Globalization;
using Prickle.Accounts;
using Prickle.ClickHouse;
using Prickle.Insights.Breakdowns;

namespace Prickle.Insights.Funnels;

/// <summary>
/// Funnels. The store gives the events of each actor in order, and a machine of ours judges them: exact for every rule
/// (decision 0008).
/// </summary>
sealed class FunnelsQuestion : Question<FunnelsQuery>
{
    const int MostSessions = 10;

    public override Refusal? Check(FunnelsQuery query) => FunnelCheck.Of(query);

    public override Interval IntervalOf(FunnelsQuery query) =>
        query.FunnelsFilter.FunnelVizType == FunnelView.Trends ? query.Interval : Interval.Day;

    public override IEnumerable<EntityNode> EntitiesOf(FunnelsQuery query) =>
        query.Series.Concat(query.FunnelsFilter.Exclusions.Select(exclusion => exclusion.Entity));

    public override async Task<InsightResult> AnswerAsync(FunnelsQuery query, QueryScope scope, CancellationToken cancellationToken) =>
        query.FunnelsFilter.FunnelVizType switch
        {
            FunnelView.TimeToConvert => await TimesAsync(query, scope, cancellationToken),
            FunnelView.Trends => await TrendAsync(query, scope, cancellationToken),
            _ => await StepsAsync(query, scope, cancellationToken),
        };

    public override async Task<Outcome<string>> ActorsAsync(
        FunnelsQuery query, ActorsSelection selection, QueryScope scope, SqlBuilder sql, CancellationToken cancellationToken)
    {
        var isTrend = query.FunnelsFilter.FunnelVizType == FunnelView.Trends;
        // Without a value everybody is meant, by whatever the answer is broken down.
        var broken = selection.BreakdownValues is { Count: > 0 } ? query : query with { BreakdownFilter = new BreakdownFilter() };
        var asked = isTrend ? Cut(broken) : broken;
        var step = selection.FunnelStep ?? (isTrend ? asked.Series.Count : 1);
        if (Math.Abs(step) > asked.Series.Count || step is 0 or -1)
        {
            return Refusal.Invalid("funnelStep", $"Steps are 1 to {asked.Series.Count}, and -2 to -{asked.Series.Count} for those who dropped off there.");
        }
        var interval = isTrend && selection.Day is { } day ? scope.Period.Days.ToList().IndexOf(day) : (int?)null;
        if (interval == -1)
        {
            return Refusal.Invalid("day", $"'{selection.Day}' is no interval of this question.");
        }
        var source = new FunnelSource(asked, scope);
        await source.RankAsync(cancellationToken);
        var value = ValueOf(source, selection);
        var from = isTrend ? query.FunnelsFilter.FunnelFromStep ?? 0 : (int?)null;
        var list = new ActorList("actor_id String, event_count UInt64, session_ids Array(String)");
        var reader = source.Reader();
        var starts = Starts(scope);
        await source.EachAsync(
            row =>
            {
                var attempts = isTrend
                    ? reader.ReadEntries(row, starts).Where(one => interval is null || one.Interval == interval).Select(one => (one.Value, one.Attempt))
                    : reader.Read(row);
                foreach (var (_, attempt) in attempts.Where(one => one.Value == value && IsAt(one.Attempt, step, source.Rules, from)).Take(1))
                {
                    List(list, row, attempt);
                }
            }, named: true, cancellationToken);
        return $"SELECT actor_id, event_count, session_ids FROM {list.Table()}";
    }

    // Reached step n, or dropped there: reached the one before (in a trend: the one that rates relate to) and not this one.
    static bool IsAt(FunnelAttempt attempt, int step, FunnelRules rules, int? from) => step > 0
        ? attempt.Reached(step - 1)
        : attempt.Reached(from ?? rules.RequiredBefore(-step - 1)) && !attempt.Reached(-step - 1);

    static void List(ActorList list, FunnelRow row, FunnelAttempt attempt)
    {
        var events = attempt.Events.Where(at => at >= 0).ToList();
        var sessions = events.Select(at => row.Sessions![at]).Where(session => session.Length > 0).Distinct().Take(MostSessions);
        list.Add(ActorList.Text(row.Actor!), ActorList.Number(events.Count), ActorList.Texts(sessions));
    }

    static int? ValueOf(FunnelSource source, ActorsSelection selection)
    {
        if (selection.BreakdownValues is not { Count: > 0 } values || source.Values.Count == 0)
        {
            return 0;
        }
        return source.Values.ToList().IndexOf(BreakdownReader.Join(values)) is >= 0 and var index ? index : null;
    }

    static async Task<FunnelsResult> StepsAsync(FunnelsQuery query, QueryScope scope, CancellationToken cancellationToken)
    {
        var source = new FunnelSource(query, scope);
        await source.RankAsync(cancellationToken);
        var tallies = new FunnelTally?[Math.Max(1, source.Values.Count)];
        var reader = source.Reader();
        await source.EachAsync(
            row =>
            {
                foreach (var (value, attempt) in reader.Read(row))
                {
                    (tallies[value] ??= new FunnelTally(source.Rules)).Add(attempt, row.Times);
                }
            }, named: false, cancellationToken);
        return new FunnelsResult
        {
            Funnels = [.. Shown(query, source, tallies).Select(one => new Funnel(
                one.Values, (one.Tally ?? new FunnelTally(source.Rules)).Steps(step => Label(query, scope, step))))],
        };
    }

    static async Task<FunnelsResult> TimesAsync(FunnelsQuery query, QueryScope scope, CancellationToken cancellationToken)
    {
        // One distribution of all: a breakdown has no say in it.
        var source = new FunnelSource(query with { BreakdownFilter = new BreakdownFilter() }, scope);
        var (from, to) = (query.FunnelsFilter.FunnelFromStep ?? 0, query.FunnelsFilter.FunnelToStep ?? query.Series.Count - 1);
        List<double> seconds = [];
        var reader = source.Reader();
        await source.EachAsync(
            row =>
            {
                foreach (var (_, attempt) in reader.Read(row).Where(one => one.Attempt.Reached(from) && one.Attempt.Reached(to)))
                {
                    seconds.Add(FunnelTally.Seconds(attempt, row.Times, from, to));
                }
            }, named: false, cancellationToken);
        return new FunnelsResult { ConversionTimes = ConversionTally.Of(seconds, query.FunnelsFilter.BinCount) };
    }

    static async Task<FunnelsResult> TrendAsync(FunnelsQuery query, QueryScope scope, CancellationToken cancellationToken)
    {
        var cut = Cut(query);
        var source = new FunnelSource(cut, scope);
        await source.RankAsync(cancellationToken);
        var (from, to) = (query.FunnelsFilter.FunnelFromStep ?? 0, cut.Series.Count - 1);
        var (starts, reader) = (Starts(scope), source.Reader());
        var tallies = new TrendTally?[Math.Max(1, source.Values.Count)];
        await source.EachAsync(
            row =>
            {
                foreach (var (value, interval, attempt) in reader.ReadEntries(row, starts).Where(one => one.Attempt.Reached(from)))
                {
                    var tally = tallies[value] ??= new TrendTally(starts.Count);
                    tally.ReachedFrom[interval]++;
                    tally.ReachedTo[interval] += attempt.Reached(to) ? 1 : 0;
                }
            }, named: false, cancellationToken);
        var shown = query.FunnelsFilter.HideIncompleteConversionWindowPeriods
            ? Enumerable.Range(0, starts.Count).TakeWhile(interval => scope.Period.EndOf(interval) + FunnelWindow.Of(query.FunnelsFilter) <= scope.Now).Count()
            : starts.Count;
        return new FunnelsResult
        {
            Trend = new FunnelTrend(
                [.. scope.Period.Days.Take(shown)],
                [.. Shown(query, source, tallies).Select(one => (one.Tally ?? new TrendTally(starts.Count)).Series(one.Values, shown))]),
        };
    }

    // The trend's funnel ends with the step that is converted to.
    static FunnelsQuery Cut(FunnelsQuery query)
    {
        var (filter, to) = (query.FunnelsFilter, query.FunnelsFilter.FunnelToStep ?? query.Series.Count - 1);
        return query with
        {
            Series = [.. query.Series.Take(to + 1)],
            FunnelsFilter = filter with
            {
                Exclusions = [.. filter.Exclusions.Where(exclusion => exclusion.FunnelFromStep < to)
                    .Select(exclusion => exclusion with { FunnelToStep = Math.Min(to, exclusion.FunnelToStep) })],
                BreakdownAttributionValue = filter.BreakdownAttributionValue is { } step ? Math.Min(step, to) : null,
            },
        };
    }

    // Values by how often they occur, then Other and None; a question without a breakdown has one answer, whatever was found.
    static IEnumerable<(IReadOnlyList<string>? Values, T? Tally)> Shown<T>(FunnelsQuery query, FunnelSource source, T?[] tallies)
        where T : class
    {
        if (source.Values.Count == 0)
        {
            return [(null, tallies[0])];
        }
        var other = source.Values.Count - 1;
        return Enumerable.Range(1, other - 1)
            .Concat(query.BreakdownFilter.HideOther ? [] : [other])
            .Append(0)
            .Where(index => tallies[index] is not null)
            .Select(index => ((IReadOnlyList<string>?)BreakdownReader.Split(source.Values[index]), tallies[index]));
    }

    static List<long> Starts(QueryScope scope) => [.. scope.Period.Buckets.Select(FunnelSource.Micros)];

    static string Label(FunnelsQuery query, QueryScope scope, int step) => query.FunnelsFilter.FunnelOrderType == FunnelOrder.Unordered
        ? string.Create(CultureInfo.InvariantCulture, $"Completed {step + 1} step{(step == 0 ? "" : "s")}")
        : scope.LabelOf(query.Series[step]);
}
