using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Prickle.Accounts;
using Prickle.Api;
using Prickle.ClickHouse.Nodes;
using Prickle.Servers;

namespace Prickle.House.Console;

/// <summary><c>…/house/servers/{server}/console</c>.</summary>
static class ConsoleEndpoints
{
    public static void Map(RouteGroupBuilder server)
    {
        var console = server.MapGroup("/console");
        // Reading is asked by POST: statements are too long for addresses, and GET would be done again by whoever prefetches.
        console.MapPost("", RunAsync).Requires(Resource.House, Level.Read).WithSummary("Runs one statement on a node")
            .WithDescription("`node`, `statement`, `run_id` (yours, to cancel by), `format` (json or csv). What reads runs as the user who reads, at most 60 seconds and 1,000 rows. "
                + "Anything else takes an admin and the operator's account: it is answered with `needs_confirmation` and its `kind`; send that as `confirm` to have it run.");
        console.MapDelete("/runs/{runId}", CancelAsync).Requires(Resource.House, Level.Read).WithSummary("Cancels a run of yours");
        console.MapGet("/history", HistoryAsync).Requires(Resource.House, Level.Read).WithSummary("Lists what you ran; nobody else sees it").WithDescription("`search` narrows by text.");
        console.MapDelete("/history", ForgetAsync).Requires(Resource.House, Level.Read).WithSummary("Forgets what you ran");
        console.MapDelete("/history/{id:guid}", ForgetOneAsync).Requires(Resource.House, Level.Read).WithSummary("Forgets one statement that you ran");
    }

    static async Task<IResult> RunAsync(OrganizationGrant grant, Guid server, JsonElement body, OperatorConsole console, CancellationToken cancellationToken)
    {
        if (Text(body, "node") is not { } node || !Uri.TryCreate(node, UriKind.Absolute, out var address))
        {
            return ApiProblem.From(Refusal.Invalid("node", "The address of a node is expected here, as the server lists it."));
        }
        if (Text(body, "statement") is not { } statement)
        {
            return ApiProblem.From(Refusal.Invalid("statement", "A statement is expected here."));
        }
        var request = new ConsoleRequest(address, statement, Text(body, "run_id") ?? $"{Guid.CreateVersion7():n}", Text(body, "confirm"));
        return (await console.RunAsync(grant, server, request, cancellationToken)).Match(
            answer => answer is ConsoleAnswer.Rows rows && Text(body, "format") == "csv"
                ? TypedResults.File(Encoding.UTF8.GetBytes(CsvText.Of(rows.Columns, rows.Cells)), "text/csv; charset=utf-8", "answer.csv")
                : (IResult)TypedResults.Ok(ConsoleItem.Of(answer)),
            refusal => ApiProblem.From(refusal));
    }

    static async Task<Results<NoContent, ProblemHttpResult>> CancelAsync(OrganizationGrant grant, Guid server, string runId, OperatorConsole console) =>
        await console.CancelAsync(grant, server, runId) ? TypedResults.NoContent() : ApiProblem.NotFound("No run of yours has this name.");

    static async Task<Results<Ok<ConsoleHistoryList>, ProblemHttpResult>> HistoryAsync(
        OrganizationGrant grant, Guid server, ServerDirectory servers, ConsoleHistory history, CancellationToken cancellationToken, [FromQuery] string? search = null) =>
        await servers.FindAsync(grant.OrganizationId, server, cancellationToken) is null
            ? ApiProblem.NotFound("Server not found.")
            : TypedResults.Ok(new ConsoleHistoryList(await history.ListAsync(grant, server, search ?? "", cancellationToken)));

    static Task<Results<NoContent, ProblemHttpResult>> ForgetAsync(OrganizationGrant grant, Guid server, ServerDirectory servers, ConsoleHistory history, CancellationToken cancellationToken) =>
        EraseAsync(grant, server, null, servers, history, cancellationToken);

    static Task<Results<NoContent, ProblemHttpResult>> ForgetOneAsync(
        OrganizationGrant grant, Guid server, Guid id, ServerDirectory servers, ConsoleHistory history, CancellationToken cancellationToken) =>
        EraseAsync(grant, server, id, servers, history, cancellationToken);

    static async Task<Results<NoContent, ProblemHttpResult>> EraseAsync(
        OrganizationGrant grant, Guid server, Guid? id, ServerDirectory servers, ConsoleHistory history, CancellationToken cancellationToken)
    {
        if (await servers.FindAsync(grant.OrganizationId, server, cancellationToken) is null)
        {
            return ApiProblem.NotFound("Server not found.");
        }
        await history.DeleteAsync(grant, server, id, cancellationToken);
        return TypedResults.NoContent();
    }

    static string? Text(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}

/// <summary>What one ran, the latest first.</summary>
sealed record ConsoleHistoryList(IReadOnlyList<ConsoleEntry> Results);

/// <summary>What came of a statement: <c>state</c> is <c>rows</c>, <c>needs_confirmation</c> or <c>failed</c>.</summary>
sealed record ConsoleItem(string State)
{
    public IReadOnlyList<NodeColumn>? Columns { get; init; }
    public IReadOnlyList<string?[]>? Results { get; init; }
    public bool? IsCut { get; init; }
    public double? ElapsedMs { get; init; }
    public long? RowsRead { get; init; }
    public long? BytesRead { get; init; }
    public string? Kind { get; init; }
    public string? Statement { get; init; }
    public string? Detail { get; init; }
    public int? Code { get; init; }

    public static ConsoleItem Of(ConsoleAnswer answer) => answer switch
    {
        ConsoleAnswer.Rows rows => new ConsoleItem("rows")
        {
            Columns = rows.Columns,
            Results = rows.Cells,
            IsCut = rows.IsCut,
            ElapsedMs = rows.Milliseconds,
            RowsRead = rows.RowsRead,
            BytesRead = rows.BytesRead,
        },
        ConsoleAnswer.NeedsConfirmation asked => new ConsoleItem("needs_confirmation")
        {
            Kind = asked.Kind,
            Statement = asked.Statement,
            Detail = $"{asked.Kind} would be run on {asked.Node} as {asked.User}. Send confirm: \"{asked.Kind}\" if that is meant.",
        },
        ConsoleAnswer.Failed failed => new ConsoleItem("failed") { Detail = failed.Message, Code = failed.Code, ElapsedMs = failed.Milliseconds },
        _ => throw new System.Diagnostics.UnreachableException(),
    };
}
