using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Prickle.Accounts;
using Prickle.Api;
using Prickle.House.Frame;
using Prickle.House.Queries;
using Prickle.Servers;

namespace Prickle.House.Running;

/// <summary><c>…/house/servers/{server}/running</c>.</summary>
static class RunningEndpoints
{
    public static void Map(RouteGroupBuilder server)
    {
        var running = server.MapGroup("/running");
        running.MapGet("", ListAsync).Requires(Resource.House, Level.Read).WithSummary("Lists what runs now on all nodes of a server")
            .WithDescription("`search` narrows by text and id, `user` and `node` by those. `nodes` names those that gave no answer.");
        running.MapPost("/kills", KillAsync).Requires(Resource.House, Level.Write).WithSummary("Ends statements")
            .WithDescription("`queries`: a list of `node`, `process_id` and `user` as the list gives them. The answer comes before they are gone: ask for the state of each.");
        running.MapGet("/kills/{kill:guid}", Find).Requires(Resource.House, Level.Read).WithSummary("How far an attempt to end a statement is")
            .WithDescription("`asked`, `cancelling`, then `gone`; or `no_such_query`, `refused`, `failed`, `still_running`.");
    }

    static async Task<Results<Ok<RunningList>, ProblemHttpResult>> ListAsync(
        OrganizationGrant grant, Guid server, ServerDirectory servers, RunningWatch watch, QueryOrigins origins, CancellationToken cancellationToken,
        [FromQuery] string? search = null, [FromQuery] string? user = null, [FromQuery] string? node = null)
    {
        if (await servers.FindAsync(grant.OrganizationId, server, cancellationToken) is not { } found)
        {
            return ApiProblem.NotFound("Server not found.");
        }
        var snapshot = await watch.LookAsync(found);
        var filter = new RunningFilter(search?.Trim() ?? "", user, node);
        var items = new List<RunningItem>();
        foreach (var query in snapshot.Queries.Where(filter.Fits))
        {
            items.Add(RunningItem.Of(query, await origins.FindAsync(grant, query.QueryId, query.Comment, cancellationToken)));
        }
        return TypedResults.Ok(new RunningList(items, NodeSaying.Of(snapshot.Answer), snapshot.At));
    }

    static async Task<Results<Accepted<IReadOnlyList<KillItem>>, ProblemHttpResult>> KillAsync(
        OrganizationGrant grant, Guid server, JsonElement body, QueryKiller killer, CancellationToken cancellationToken)
    {
        if (Read(body) is not { } targets)
        {
            return ApiProblem.From(Refusal.Invalid("queries", "A list of node, process_id and user is expected here."));
        }
        return (await killer.StartAsync(grant, server, targets, cancellationToken)).Match<Results<Accepted<IReadOnlyList<KillItem>>, ProblemHttpResult>>(
            kills => TypedResults.Accepted((string?)null, (IReadOnlyList<KillItem>)[.. kills.Select(KillItem.Of)]), refusal => ApiProblem.From(refusal));
    }

    static Results<Ok<KillItem>, ProblemHttpResult> Find(OrganizationGrant grant, Guid server, Guid kill, QueryKiller killer) =>
        killer.Find(grant.OrganizationId, server, kill) is { } found ? TypedResults.Ok(KillItem.Of(found)) : ApiProblem.NotFound("There is no such attempt, or it was more than an hour ago.");

    static List<KillTarget>? Read(JsonElement body)
    {
        if (body.ValueKind != JsonValueKind.Object || !body.TryGetProperty("queries", out var queries) || queries.ValueKind != JsonValueKind.Array)
        {
            return null;
        }
        var targets = new List<KillTarget>();
        foreach (var query in queries.EnumerateArray())
        {
            if (Text(query, "node") is not { } node || !Uri.TryCreate(node, UriKind.Absolute, out var address) || Text(query, "process_id") is not { Length: > 0 } id || Text(query, "user") is not { } user)
            {
                return null;
            }
            targets.Add(new KillTarget(address, id, user));
        }
        return targets;
    }

    static string? Text(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    internal sealed record RunningList(IReadOnlyList<RunningItem> Results, IReadOnlyList<NodeSaying> Nodes, DateTimeOffset At);

    internal sealed record RunningItem(
        string Node, string? Host, string ProcessId, string QueryId, string User, double Elapsed, long RowsRead, long RowsInAll, long BytesRead, long Memory,
        string Kind, string Query, string Client, bool IsCancelled, string? InitialQueryId, OriginItem? AskedBy)
    {
        public static RunningItem Of(RunningQuery query, QueryOrigin? origin) => new(
            query.Node.Address.ToString(), query.Node.Host, query.ProcessId, query.QueryId, query.User, query.Elapsed, query.RowsRead, query.RowsInAll, query.BytesRead, query.Memory,
            query.Kind, query.Text, query.Client, query.IsCancelled, query.PartOf, OriginItem.Of(origin));
    }

    internal sealed record KillItem(Guid Id, string Node, string ProcessId, string User, KillState State, string? Detail, DateTimeOffset AskedAt, DateTimeOffset ChangedAt)
    {
        public static KillItem Of(QueryKill kill) => new(
            kill.Id, kill.Target.Node.ToString(), kill.Target.ProcessId, kill.Target.User, kill.State, kill.Detail, kill.AskedAt, kill.ChangedAt);
    }
}
