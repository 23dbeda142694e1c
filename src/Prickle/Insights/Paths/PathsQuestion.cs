using System.Globalization;
using Prickle.Accounts;
using Prickle.ClickHouse;
using Prickle.Filters;
using Prickle.Insights.Funnels;

namespace Prickle.Insights.Paths;

/// <summary>Paths: what people do one after the other, as connections between items at places.</summary>
sealed class PathsQuestion : Question<PathsQuery>
{
    static readonly TimeSpan SessionGap = TimeSpan.FromMinutes(30);

    public override Refusal? Check(PathsQuery query) => PathsCheck.Of(query);

    public override Interval IntervalOf(PathsQuery query) => Interval.Day;

    public override IEnumerable<EntityNode> EntitiesOf(PathsQuery query) => query.FunnelPathsFilter is { } funnel
        ? funnel.FunnelSource.Series.Concat(funnel.FunnelSource.FunnelsFilter.Exclusions.Select(exclusion => exclusion.Entity))
        : [];

    public override async Task<InsightResult> AnswerAsync(PathsQuery query, QueryScope scope, CancellationToken cancellationToken)
    {
        var sql = new SqlBuilder();
        var paths = await PathsAsync(query, scope, sql, cancellationToken);
        var edges = await scope.AskAsync(
            paths.Edges(), sql,
            row => new PathsEdge(
                row.GetString(0), row.GetString(1), Convert.ToInt64(row.GetValue(2), CultureInfo.InvariantCulture),
                Convert.ToDouble(row.GetValue(3), CultureInfo.InvariantCulture)),
            cancellationToken);
        return new PathsResult(Reachable(edges));
    }

    public override async Task<Outcome<string>> ActorsAsync(
        PathsQuery query, ActorsSelection selection, QueryScope scope, SqlBuilder sql, CancellationToken cancellationToken) =>
        selection is { PathSource: null, PathTarget: null }
            ? Refusal.Invalid("pathSource", "Say which connection or which item.")
            : (await PathsAsync(query, scope, sql, cancellationToken)).Actors(selection.PathSource, selection.PathTarget);

    static async Task<PathsSql> PathsAsync(PathsQuery query, QueryScope scope, SqlBuilder sql, CancellationToken cancellationToken) =>
        query.FunnelPathsFilter is { } funnel
            ? new PathsSql(query, scope, sql, await RangesAsync(funnel, scope, cancellationToken), FunnelWindow.Of(funnel.FunnelSource.FunnelsFilter))
            : new PathsSql(query, scope, sql, null, SessionGap);

    // The time around the step, of everybody who reached it.
    static async Task<ActorList> RangesAsync(FunnelPathsFilter funnel, QueryScope scope, CancellationToken cancellationToken)
    {
        var asked = funnel.FunnelSource with
        {
            // Those of the paths are part of every question; those of the funnel are its steps' alone.
            Series = [.. funnel.FunnelSource.Series.Select(step => step with { Properties = FilterGroup.All([step.Properties, funnel.FunnelSource.Properties]) })],
            BreakdownFilter = new BreakdownFilter(),
        };
        var source = new FunnelSource(asked, scope);
        var (reader, list) = (source.Reader(), new ActorList(PathsSql.RangeColumns));
        await source.EachAsync(
            row =>
            {
                foreach (var (_, attempt) in reader.Read(row).Where(one => one.Attempt.Reached(funnel.FunnelStep)))
                {
                    var (from, to) = Range(funnel.FunnelPathType, row.Times, attempt, funnel.FunnelStep, source.Rules);
                    list.Add(ActorList.Text(row.Actor!), ActorList.Number(from), ActorList.Number(to));
                }
            }, named: true, cancellationToken);
        return list;
    }

    static (long From, long To) Range(string side, long[] times, FunnelAttempt attempt, int step, FunnelRules rules)
    {
        var at = times[attempt.Events[step]];
        return side switch
        {
            "before" => (at - rules.Window, at),
            "after" => (at, at + rules.Window),
            _ => (times[attempt.Events[rules.RequiredBefore(step)]], at),
        };
    }

    // Connections that hang in the air, since lighter ones before them were left out, are left out too.
    static List<PathsEdge> Reachable(List<PathsEdge> edges)
    {
        HashSet<string> reached = [];
        List<PathsEdge> kept = [];
        foreach (var edge in edges.OrderBy(edge => PlaceOf(edge.Source)))
        {
            if (PlaceOf(edge.Source) == 1 || reached.Contains(edge.Source))
            {
                reached.Add(edge.Target);
                kept.Add(edge);
            }
        }
        return [.. edges.Where(kept.Contains)];
    }

    static int PlaceOf(string node) => int.Parse(node.AsSpan(0, node.IndexOf('_')), CultureInfo.InvariantCulture);
}
