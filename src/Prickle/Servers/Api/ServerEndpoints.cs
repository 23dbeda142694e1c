using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Prickle.Accounts;
using Prickle.Api;

namespace Prickle.Servers.Api;

/// <summary><c>/api/organizations/{organization}/house/servers</c>.</summary>
static class ServerEndpoints
{
    public static void Map(RouteGroupBuilder organization)
    {
        var servers = organization.MapGroup("/house/servers").WithTags("house");
        servers.MapGet("", ListAsync).Requires(Resource.House, Level.Read).WithSummary("Lists the ClickHouse servers that are watched, with what is known of their nodes")
            .WithDescription("`search` narrows by name and address.");
        servers.MapPost("", CreateAsync).Requires(Resource.House, Level.Write).WithSummary("Watches a server")
            .WithDescription("`name`, `nodes` (HTTP addresses), `monitor_user` and `monitor_password` for reading, `operator_user` and `operator_password` for acting. Passwords are never given back.");
        servers.MapPost("/test", TryDraftAsync).Requires(Resource.House, Level.Write).WithSummary("Tries a server before it is saved, each node by itself")
            .WithDescription("`cluster_nodes` are nodes that it names in `system.clusters` and that are not in the list. They are hints: nothing is sent there before somebody adds them.");
        servers.MapGet("/{server:guid}", FindAsync).Requires(Resource.House, Level.Read).WithSummary("Gives a server and what is known of its nodes");
        servers.MapPatch("/{server:guid}", UpdateAsync).Requires(Resource.House, Level.Write).WithSummary("Changes what the body names")
            .WithDescription("A password that is left out, or empty, stays. With `version` the change is refused when somebody was quicker.");
        servers.MapDelete("/{server:guid}", DeleteAsync).Requires(Resource.House, Level.Write).WithSummary("Forgets a server; nothing happens to the server itself");
        servers.MapPost("/{server:guid}/test", TrySavedAsync).Requires(Resource.House, Level.Write).WithSummary("Tries a server as it is saved");
    }

    static async Task<ApiPage<ServerItem>> ListAsync(
        OrganizationGrant grant, Paging paging, HttpRequest request, ServerDirectory servers, Fleet fleet, CancellationToken cancellationToken, [FromQuery] string? search = null) =>
        paging.PageOf(request, [.. (await servers.ListAsync(grant.OrganizationId, cancellationToken)).Where(server => Fits(server, search?.Trim() ?? "")).Select(server => ServerItem.Of(server, fleet))]);

    static bool Fits(WatchedServer server, string search) =>
        server.Name.Contains(search, StringComparison.OrdinalIgnoreCase) || server.Nodes.Any(node => node.ToString().Contains(search, StringComparison.OrdinalIgnoreCase));

    static async Task<Results<Created<ServerItem>, ProblemHttpResult>> CreateAsync(
        OrganizationGrant grant, JsonElement body, ServerBook book, Fleet fleet, CancellationToken cancellationToken) =>
        ServerBody.Read(ServerBody.Nothing, body) switch
        {
            Outcome<ServerDraft>.Done(var draft) => (await book.CreateAsync(grant, draft, cancellationToken)).Match<Results<Created<ServerItem>, ProblemHttpResult>>(
                made => TypedResults.Created($"/api/organizations/{grant.OrganizationId}/house/servers/{made.Id}", ServerItem.Of(made, fleet)), refusal => ApiProblem.From(refusal)),
            Outcome<ServerDraft>.Refused(var refusal) => ApiProblem.From(refusal),
            _ => throw new System.Diagnostics.UnreachableException(),
        };

    static async Task<Results<Ok<ServerItem>, ProblemHttpResult>> FindAsync(
        OrganizationGrant grant, Guid server, ServerDirectory servers, Fleet fleet, CancellationToken cancellationToken) =>
        await servers.FindAsync(grant.OrganizationId, server, cancellationToken) is { } found ? TypedResults.Ok(ServerItem.Of(found, fleet)) : NotFound;

    static async Task<Results<Ok<ServerItem>, ProblemHttpResult>> UpdateAsync(
        OrganizationGrant grant, Guid server, JsonElement body, ServerDirectory servers, ServerBook book, Fleet fleet, CancellationToken cancellationToken)
    {
        if (await servers.FindAsync(grant.OrganizationId, server, cancellationToken) is not { } found)
        {
            return NotFound;
        }
        return ServerBody.Read(ServerDraft.Of(found), body) switch
        {
            Outcome<ServerDraft>.Done(var draft) => (await book.UpdateAsync(grant, server, draft, cancellationToken, ServerBody.Version(body)))
                .Match<Results<Ok<ServerItem>, ProblemHttpResult>>(changed => TypedResults.Ok(ServerItem.Of(changed, fleet)), refusal => ApiProblem.From(refusal)),
            Outcome<ServerDraft>.Refused(var refusal) => ApiProblem.From(refusal),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }

    static async Task<Results<NoContent, ProblemHttpResult>> DeleteAsync(OrganizationGrant grant, Guid server, ServerBook book, CancellationToken cancellationToken) =>
        (await book.DeleteAsync(grant, server, cancellationToken)).Match<Results<NoContent, ProblemHttpResult>>(_ => TypedResults.NoContent(), refusal => ApiProblem.From(refusal));

    static async Task<Results<Ok<IReadOnlyList<NodeReportItem>>, ProblemHttpResult>> TryDraftAsync(
        OrganizationGrant grant, JsonElement body, ServerTest test, CancellationToken cancellationToken) =>
        ServerBody.Read(ServerBody.Nothing, body) switch
        {
            Outcome<ServerDraft>.Done(var draft) => Reply(await test.TryAsync(grant, draft, null, cancellationToken)),
            Outcome<ServerDraft>.Refused(var refusal) => ApiProblem.From(refusal),
            _ => throw new System.Diagnostics.UnreachableException(),
        };

    static async Task<Results<Ok<IReadOnlyList<NodeReportItem>>, ProblemHttpResult>> TrySavedAsync(
        OrganizationGrant grant, Guid server, ServerTest test, CancellationToken cancellationToken) => Reply(await test.TryAsync(grant, server, cancellationToken));

    static Results<Ok<IReadOnlyList<NodeReportItem>>, ProblemHttpResult> Reply(Outcome<IReadOnlyList<NodeReport>> outcome) =>
        outcome.Match<Results<Ok<IReadOnlyList<NodeReportItem>>, ProblemHttpResult>>(
            reports => TypedResults.Ok<IReadOnlyList<NodeReportItem>>([.. reports.Select(NodeReportItem.Of)]), refusal => ApiProblem.From(refusal));

    static ProblemHttpResult NotFound => ApiProblem.NotFound("Server not found.");
}
