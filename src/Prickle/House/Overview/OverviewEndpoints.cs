using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Prickle.Accounts;
using Prickle.Api;
using Prickle.House.Frame;
using Prickle.House.Sampling;
using Prickle.Servers;
using Prickle.Ui.Values;

namespace Prickle.House.Overview;

/// <summary><c>…/house/servers/{server}/overview</c> and <c>…/query_counts</c>.</summary>
static class OverviewEndpoints
{
    public static void Map(RouteGroupBuilder server)
    {
        server.MapGet("/overview", ReadAsync).Requires(Resource.House, Level.Read).WithSummary("What the nodes of a server did over a time, as read off them")
            .WithDescription("`range` is 1h, 6h, 24h, 7d or 30d. Steps without a point: nobody looked, or the node gave no answer.");
        server.MapGet("/query_counts", CountAsync).Requires(Resource.House, Level.Read).WithSummary("How many queries ran, by step and node, out of the server's own log")
            .WithDescription("`range` is 1h, 6h, 24h, 7d or 30d. Nodes that gave no answer are named.");
    }

    static async Task<Results<Ok<OverviewItem>, ProblemHttpResult>> ReadAsync(
        OrganizationGrant grant, Guid server, ServerDirectory servers, SampleHistory history, TimeProvider time, CancellationToken cancellationToken, [FromQuery] string? range = null)
    {
        if (range is not null && OverviewRange.All.All(known => known.Key != range))
        {
            return UnknownRange;
        }
        if (await servers.FindAsync(grant.OrganizationId, server, cancellationToken) is not { } found)
        {
            return NotFound;
        }
        var wanted = OverviewRange.Of(range);
        var points = await history.ReadAsync(found.Id, [.. SampledMetric.All.Select(metric => metric.Key)], wanted.StartsUntil(time.GetUtcNow())[0], wanted.Step, cancellationToken);
        return TypedResults.Ok(new OverviewItem(wanted.Key, (int)wanted.Step.TotalSeconds,
        [
            .. SampledMetric.All.Select(metric => new MetricItem(metric.Key, metric.Title, metric.Unit.Style == UnitStyle.Bytes ? $"bytes {metric.Unit.Name}".Trim() : metric.Unit.Name, [.. points.Where(point => point.Metric == metric.Key)
                .Select(point => new PointItem(point.Node, point.At, point.Average, point.Maximum))])),
        ]));
    }

    static async Task<Results<Ok<FleetItem<QueryCountItem>>, ProblemHttpResult>> CountAsync(
        OrganizationGrant grant, Guid server, ServerDirectory servers, Fleet fleet, TimeProvider time, CancellationToken cancellationToken, [FromQuery] string? range = null)
    {
        if (range is not null && OverviewRange.All.All(known => known.Key != range))
        {
            return UnknownRange;
        }
        if (await servers.FindAsync(grant.OrganizationId, server, cancellationToken) is not { } found)
        {
            return NotFound;
        }
        var wanted = OverviewRange.Of(range);
        var counts = await fleet.AskAsync(found, QueryCount.Since(wanted.StartsUntil(time.GetUtcNow())[0], wanted.Step), Account.Monitor, cancellationToken);
        return TypedResults.Ok(FleetItem<QueryCountItem>.Of(counts, count => new QueryCountItem(count.At, count.Finished, count.Failed, count.ReadBytes, count.WrittenRows)));
    }

    static ProblemHttpResult UnknownRange => ApiProblem.Invalid("range", $"One of {string.Join(", ", OverviewRange.All.Select(range => range.Key))} is expected here.");

    static ProblemHttpResult NotFound => ApiProblem.NotFound("Server not found.");
}

/// <summary>What was read off the nodes of a server.</summary>
sealed record OverviewItem(string Range, int StepSeconds, IReadOnlyList<MetricItem> Metrics);

/// <summary>A metric with its points; counters are rates a second.</summary>
sealed record MetricItem(string Key, string Title, string Unit, IReadOnlyList<PointItem> Points);

/// <summary>A step of a metric of a node.</summary>
sealed record PointItem(string Node, DateTimeOffset At, double Average, double Maximum);

/// <summary>Queries of a step.</summary>
sealed record QueryCountItem(DateTimeOffset At, long Finished, long Failed, long ReadBytes, long WrittenRows);
