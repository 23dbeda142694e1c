using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Prickle.Accounts;
using Prickle.Api;
using Prickle.House.Frame;
using Prickle.Servers;

namespace Prickle.House.Queries;

/// <summary><c>…/house/servers/{server}/queries</c>.</summary>
static class QueryEndpoints
{
    const string Ranges = "`range` is 1h, 6h, 24h (the usual), 7d or 30d; `from` and `to` name moments instead.";

    public static void Map(RouteGroupBuilder server)
    {
        var queries = server.MapGroup("/queries");
        queries.MapGet("", ListAsync).Requires(Resource.House, Level.Read).WithSummary("Lists statements by fingerprint: what differs only in its values is one")
            .WithDescription($"{Ranges} Narrow by `search`, `user`, `table`, `node`, `kind` and `failures=true`. `order` is time, calls, p50, p95, p99, max, bytes, rows, memory, failures or last; with a minus the largest first.");
        queries.MapGet("/regressions", RegressionsAsync).Requires(Resource.House, Level.Read).WithSummary("What became slower, against the stretch just before of the same length")
            .WithDescription($"{Ranges} `chance` is how likely the difference would be if nothing had changed (Mann-Whitney); what is below 0.001 is `real`.");
        queries.MapGet("/{fingerprint}", FindAsync).Requires(Resource.House, Level.Read).WithSummary("A fingerprint: figures, course, slowest and failed examples").WithDescription(Ranges);
        queries.MapGet("/{fingerprint}/explain", ExplainAsync).Requires(Resource.House, Level.Read).WithSummary("The plan of an example, or why there is none")
            .WithDescription($"{Ranges} Explained is the slowest example, on the node where it ran, as the user who reads.");
        queries.MapGet("/{fingerprint}/flames", FlamesAsync).Requires(Resource.House, Level.Read).WithSummary("Where its time went, by stack, or why nobody knows").WithDescription(Ranges);
        queries.MapGet("/{fingerprint}/parts", PartsAsync).Requires(Resource.House, Level.Read).WithSummary("What a statement made other nodes do")
            .WithDescription("`query_id`: that of an example.");
    }

    static async Task<Results<Ok<StatisticsPage>, ProblemHttpResult>> ListAsync(
        OrganizationGrant grant, Guid server, Paging paging, HttpRequest request, ServerDirectory servers, QueryStatistics statistics, TimeProvider time, RangeQuery range, CancellationToken cancellationToken,
        [FromQuery] string? search = null, [FromQuery] string? user = null, [FromQuery] string? table = null, [FromQuery] string? node = null,
        [FromQuery] string? kind = null, [FromQuery] bool failures = false, [FromQuery] string? order = null)
    {
        if (await servers.FindAsync(grant.OrganizationId, server, cancellationToken) is not { } found)
        {
            return ApiProblem.NotFound("Server not found.");
        }
        order = string.IsNullOrEmpty(order) ? "-time" : order;
        if (StatisticsFilter.OrderBy(order.TrimStart('-')) is not Outcome<Func<QueryStatistic, double>>.Done(var value))
        {
            return ApiProblem.From(((Outcome<Func<QueryStatistic, double>>.Refused)StatisticsFilter.OrderBy(order.TrimStart('-'))).Refusal);
        }
        if (range.Read(time) is not Outcome<QueryRange>.Done(var stretch))
        {
            return ApiProblem.From(((Outcome<QueryRange>.Refused)range.Read(time)).Refusal);
        }
        Uri? only = null;
        if (!string.IsNullOrEmpty(node) && (only = found.Nodes.FirstOrDefault(one => one.ToString() == node)) is null)
        {
            return ApiProblem.From(Refusal.Invalid("node", "The server has no such node: give an address as the server lists it."));
        }
        var answer = await statistics.FindAsync(found, stretch, string.IsNullOrEmpty(user) ? null : user, only, cancellationToken);
        var rows = new StatisticsFilter(search?.Trim() ?? "", table, kind, failures).Apply(answer.Statistics, value, order.StartsWith('-'));
        var page = paging.PageOf(request, rows);
        return TypedResults.Ok(new StatisticsPage(
            page.Count, page.Next, page.Previous, [.. page.Results.Select(one => StatisticItem.Of(one, answer))], stretch.From, stretch.To, answer.IsCut, NodeSaying.Of(answer.Answer)));
    }

    static async Task<Results<Ok<RegressionList>, ProblemHttpResult>> RegressionsAsync(
        OrganizationGrant grant, Guid server, ServerDirectory servers, QueryStatistics statistics, TimeProvider time, RangeQuery range, CancellationToken cancellationToken)
    {
        if (await servers.FindAsync(grant.OrganizationId, server, cancellationToken) is not { } found)
        {
            return ApiProblem.NotFound("Server not found.");
        }
        if (range.Read(time) is not Outcome<QueryRange>.Done(var stretch))
        {
            return ApiProblem.From(((Outcome<QueryRange>.Refused)range.Read(time)).Refusal);
        }
        var (after, before) = (statistics.FindAsync(found, stretch, null, null, cancellationToken), statistics.FindAsync(found, stretch.Before, null, null, cancellationToken));
        var regressions = Regressions.Find((await before).Statistics, (await after).Statistics);
        return TypedResults.Ok(new RegressionList([.. regressions.Take(1000).Select(RegressionItem.Of)], stretch.From, stretch.To, stretch.Before.From, NodeSaying.Of((await after).Answer)));
    }

    static async Task<Results<Ok<DetailItem>, ProblemHttpResult>> FindAsync(
        OrganizationGrant grant, Guid server, string fingerprint, QueryDetails details, TimeProvider time, RangeQuery range, CancellationToken cancellationToken) =>
        range.Read(time) is not Outcome<QueryRange>.Done(var stretch)
            ? ApiProblem.From(((Outcome<QueryRange>.Refused)range.Read(time)).Refusal)
            : (await details.FindAsync(grant, server, fingerprint, stretch, cancellationToken)).Match<Results<Ok<DetailItem>, ProblemHttpResult>>(
                found => TypedResults.Ok(DetailItem.Of(found)), refusal => ApiProblem.From(refusal));

    static async Task<Results<Ok<ExplainItem>, ProblemHttpResult>> ExplainAsync(
        OrganizationGrant grant, Guid server, string fingerprint, QueryDetails details, QueryPlans plans, TimeProvider time, RangeQuery range, CancellationToken cancellationToken)
    {
        if (range.Read(time) is not Outcome<QueryRange>.Done(var stretch))
        {
            return ApiProblem.From(((Outcome<QueryRange>.Refused)range.Read(time)).Refusal);
        }
        if (await details.FindAsync(grant, server, fingerprint, stretch, cancellationToken) is not Outcome<QueryDetail>.Done(var found))
        {
            return ApiProblem.NotFound("No such statement in this stretch.");
        }
        return TypedResults.Ok(await plans.ExplainAsync(found, cancellationToken) switch
        {
            QueryPlan.Tree tree => new ExplainItem(tree.Node.ToString(), tree.Root, null),
            QueryPlan.None none => new ExplainItem(null, null, none.Reason),
            _ => throw new System.Diagnostics.UnreachableException(),
        });
    }

    static async Task<Results<Ok<FlamesItem>, ProblemHttpResult>> FlamesAsync(
        OrganizationGrant grant, Guid server, string fingerprint, QueryDetails details, QueryFlames flames, TimeProvider time, RangeQuery range, CancellationToken cancellationToken,
        [FromQuery] string? type = null)
    {
        if (range.Read(time) is not Outcome<QueryRange>.Done(var stretch))
        {
            return ApiProblem.From(((Outcome<QueryRange>.Refused)range.Read(time)).Refusal);
        }
        if (await details.FindAsync(grant, server, fingerprint, stretch, cancellationToken) is not Outcome<QueryDetail>.Done(var found))
        {
            return ApiProblem.NotFound("No such statement in this stretch.");
        }
        var answer = await flames.FindAsync(found, type ?? "CPU", cancellationToken);
        return TypedResults.Ok(new FlamesItem(answer.Root, answer.Samples, answer.Reason));
    }

    static async Task<Results<Ok<PartsItem>, ProblemHttpResult>> PartsAsync(
        OrganizationGrant grant, Guid server, string fingerprint, QueryDetails details, TimeProvider time, RangeQuery range, CancellationToken cancellationToken,
        [FromQuery(Name = "query_id")] string? queryId = null)
    {
        if (range.Read(time) is not Outcome<QueryRange>.Done(var stretch))
        {
            return ApiProblem.From(((Outcome<QueryRange>.Refused)range.Read(time)).Refusal);
        }
        if (await details.ServerAsync(grant, server, cancellationToken) is not { } found || !QueryFingerprint.IsId(fingerprint))
        {
            return ApiProblem.NotFound("Server not found.");
        }
        if (string.IsNullOrEmpty(queryId))
        {
            return ApiProblem.From(Refusal.Invalid("query_id", "Give the id of an example."));
        }
        var parts = await details.PartsAsync(found, stretch, queryId, cancellationToken);
        return TypedResults.Ok(new PartsItem([.. parts.Items.Select(part => ExampleItem.Of(part.Node, part.Item))], NodeSaying.Of(parts)));
    }
}

/// <summary>A stretch of time as an address names it: <c>range</c>, or <c>from</c> and <c>to</c>.</summary>
sealed record RangeQuery(string? Range, string? From, string? To)
{
    public static ValueTask<RangeQuery> BindAsync(HttpContext context) =>
        new(new RangeQuery(context.Request.Query["range"], context.Request.Query["from"], context.Request.Query["to"]));

    public Outcome<QueryRange> Read(TimeProvider time) => QueryRange.Read(Range, From, To, time.GetUtcNow());
}
