using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Prickle.Accounts;
using Prickle.Api;
using Prickle.House.Operations.Templates;

namespace Prickle.House.Operations;

/// <summary><c>…/house/servers/{server}/operations</c>.</summary>
static class OperationEndpoints
{
    public static void Map(RouteGroupBuilder server)
    {
        var operations = server.MapGroup("/operations");
        operations.MapGet("", ListAsync).Requires(Resource.House, Level.Read).WithSummary("Lists the operations of a server, the newest first")
            .WithDescription("Narrow by `search` and `state`; `order` is title, state, by or at, with a minus the other way round.");
        operations.MapPost("", CreateAsync).Requires(Resource.House, Level.Write).WithSummary("Drafts an operation")
            .WithDescription("`title`, `why`, `on_failure` (`ask`, `roll_back`), `required_when` (a SELECT: 0 on every node says that there is nothing to do), `after` (ids of operations that have to be done before), `health_checks` (`name`, `sql`, `slow`, `stop`) and `steps`, each with its `kind`: `statement`, `backup`, `create`, `copy`, `attach`, `verify`, `gate`, `swap`, `mutation`, `optimize`, `assert`, `drop`.");
        operations.MapGet("/templates", Templates).Requires(Resource.House, Level.Read).WithSummary("The ready-made operations, with their fields");
        operations.MapPost("/templates/{key}", WriteAsync).Requires(Resource.House, Level.Write).WithSummary("Writes out a ready-made operation for this server: the answer can be drafted as it is")
            .WithDescription("The body holds the fields of the template, as texts. Nothing is stored or changed.");
        operations.MapGet("/{id:guid}", FindAsync).Requires(Resource.House, Level.Read).WithSummary("An operation: its steps, its dry run, and how far each step is on each node");
        operations.MapPut("/{id:guid}", UpdateAsync).Requires(Resource.House, Level.Write).WithSummary("Writes a draft anew; a dry run made before no longer holds");
        operations.MapGet("/{id:guid}/events", EventsAsync).Requires(Resource.House, Level.Read).WithSummary("Everything that happened to an operation, each statement with its node and id, the newest first")
            .WithDescription("Each entry's `hash` is over its own text and the hash of the one before; `broken_at` of the operation names the first that is not as it was written.");
        operations.MapPost("/{id:guid}/plan", PlanAsync).Requires(Resource.House, Level.Write).WithSummary("Makes the dry run: what each step would do on each node, and what speaks against it");
        operations.MapPost("/{id:guid}/approve", ApproveAsync).Requires(Resource.House, Level.Write).WithSummary("Approves what was planned, by its `hash`, and starts it");
        operations.MapPost("/{id:guid}/pause", PauseAsync).Requires(Resource.House, Level.Write).WithSummary("Asks it to stop after the piece of work that it is at");
        operations.MapPost("/{id:guid}/resume", ResumeAsync).Requires(Resource.House, Level.Write).WithSummary("Goes on from where it stopped or failed; at a gate, says go");
        operations.MapPost("/{id:guid}/roll_back", RollBackAsync).Requires(Resource.House, Level.Write).WithSummary("Undoes what was done, the last step first; one that got stuck goes on");
        operations.MapPost("/{id:guid}/cancel", CancelAsync).Requires(Resource.House, Level.Write).WithSummary("Gives up an operation that has not begun");
        operations.MapPut("/{id:guid}/throttle", ThrottleAsync).Requires(Resource.House, Level.Write).WithSummary("Changes when it goes slower and when it stops, while it runs too");
        operations.MapPut("/{id:guid}/drop_at", DropAtAsync).Requires(Resource.House, Level.Write).WithSummary("Changes when the tables that are kept are dropped, `at`");
    }

    static async Task<Results<Ok<ApiPage<OperationSummary>>, ProblemHttpResult>> ListAsync(
        OrganizationGrant grant, Guid server, Paging paging, HttpRequest request, OperationBook book, CancellationToken cancellationToken,
        [FromQuery] string? search = null, [FromQuery] string? state = null, [FromQuery] string? order = null)
    {
        var wanted = OperationWords.Read(state);
        if (wanted is null && state is { Length: > 0 })
        {
            return ApiProblem.From(Refusal.Invalid("state", $"There is no state \"{state}\"."));
        }
        order = string.IsNullOrEmpty(order) ? "-at" : order;
        if (order.TrimStart('-') is not ("title" or "state" or "by" or "at"))
        {
            return ApiProblem.From(Refusal.Invalid("order", "Order is title, state, by or at, with a minus the other way round."));
        }
        var (count, operations) = await book.ListAsync(grant, server, search ?? "", wanted, order.TrimStart('-'), order.StartsWith('-'), paging.Offset, paging.Limit, cancellationToken);
        return TypedResults.Ok(paging.Page(request, count, [.. operations.Select(OperationSummary.Of)]));
    }

    static Ok<IReadOnlyList<TemplateItem>> Templates() => TypedResults.Ok((IReadOnlyList<TemplateItem>)[.. OperationTemplates.All.Select(template => new TemplateItem(template.Key, template.Title, template.Text, template.Fields))]);

    static async Task<Results<ContentHttpResult, ProblemHttpResult>> WriteAsync(
        OrganizationGrant grant, Guid server, string key, Dictionary<string, string> body, OperationTemplates templates, CancellationToken cancellationToken) =>
        (await templates.WriteAsync(grant, server, key, body, cancellationToken)).Match<Results<ContentHttpResult, ProblemHttpResult>>(
            definition => TypedResults.Content(definition.ToJson(), "application/json"), refusal => ApiProblem.From(refusal));

    static async Task<Results<Created<OperationItem>, ProblemHttpResult>> CreateAsync(OrganizationGrant grant, Guid server, JsonElement body, OperationBook book, CancellationToken cancellationToken)
    {
        var (definition, problem) = OperationDefinition.Read(body.GetRawText());
        if (definition is null)
        {
            return ApiProblem.From(Refusal.Invalid("steps", problem ?? "A definition is expected here."));
        }
        return (await book.CreateAsync(grant, server, definition, cancellationToken)).Match<Results<Created<OperationItem>, ProblemHttpResult>>(
            made => TypedResults.Created($"/api/organizations/{grant.OrganizationId}/house/servers/{server}/operations/{made.Id}", OperationItem.Of(made, [], null)), refusal => ApiProblem.From(refusal));
    }

    static async Task<Results<Ok<OperationItem>, ProblemHttpResult>> UpdateAsync(OrganizationGrant grant, Guid server, Guid id, JsonElement body, OperationBook book, CancellationToken cancellationToken)
    {
        var (definition, problem) = OperationDefinition.Read(body.GetRawText());
        return definition is null ? ApiProblem.From(Refusal.Invalid("steps", problem ?? "A definition is expected here."))
            : await ReplyAsync(grant, server, book, await book.UpdateAsync(grant, server, id, definition, cancellationToken), cancellationToken);
    }

    static async Task<Results<Ok<OperationItem>, ProblemHttpResult>> FindAsync(OrganizationGrant grant, Guid server, Guid id, OperationBook book, CancellationToken cancellationToken) =>
        await book.FindAsync(grant, server, id, cancellationToken) is { } found ? await ReplyAsync(grant, server, book, found, cancellationToken) : ApiProblem.NotFound("The operation does not exist.");

    static async Task<Results<Ok<ApiPage<OperationEvent>>, ProblemHttpResult>> EventsAsync(
        OrganizationGrant grant, Guid server, Guid id, Paging paging, HttpRequest request, OperationBook book, CancellationToken cancellationToken)
    {
        if (await book.FindAsync(grant, server, id, cancellationToken) is null)
        {
            return ApiProblem.NotFound("The operation does not exist.");
        }
        var (count, events) = await book.EventsAsync(grant, server, id, paging.Offset, paging.Limit, cancellationToken);
        return TypedResults.Ok(paging.Page(request, count, events));
    }

    static async Task<Results<Ok<OperationItem>, ProblemHttpResult>> PlanAsync(OrganizationGrant grant, Guid server, Guid id, OperationBook book, CancellationToken cancellationToken) =>
        await ReplyAsync(grant, server, book, await book.PlanAsync(grant, server, id, cancellationToken), cancellationToken);

    static async Task<Results<Ok<OperationItem>, ProblemHttpResult>> ApproveAsync(OrganizationGrant grant, Guid server, Guid id, ApproveBody body, OperationBook book, CancellationToken cancellationToken) =>
        await ReplyAsync(grant, server, book, await book.ApproveAsync(grant, server, id, body.Hash, cancellationToken), cancellationToken);

    static async Task<Results<Ok<OperationItem>, ProblemHttpResult>> PauseAsync(OrganizationGrant grant, Guid server, Guid id, OperationBook book, CancellationToken cancellationToken) =>
        await ReplyAsync(grant, server, book, await book.PauseAsync(grant, server, id, cancellationToken), cancellationToken);

    static async Task<Results<Ok<OperationItem>, ProblemHttpResult>> ResumeAsync(OrganizationGrant grant, Guid server, Guid id, OperationBook book, CancellationToken cancellationToken) =>
        await ReplyAsync(grant, server, book, await book.ResumeAsync(grant, server, id, cancellationToken), cancellationToken);

    static async Task<Results<Ok<OperationItem>, ProblemHttpResult>> RollBackAsync(OrganizationGrant grant, Guid server, Guid id, OperationBook book, CancellationToken cancellationToken) =>
        await ReplyAsync(grant, server, book, await book.RollBackAsync(grant, server, id, cancellationToken), cancellationToken);

    static async Task<Results<Ok<OperationItem>, ProblemHttpResult>> CancelAsync(OrganizationGrant grant, Guid server, Guid id, OperationBook book, CancellationToken cancellationToken) =>
        await ReplyAsync(grant, server, book, await book.CancelAsync(grant, server, id, cancellationToken), cancellationToken);

    static async Task<Results<Ok<OperationItem>, ProblemHttpResult>> ThrottleAsync(
        OrganizationGrant grant, Guid server, Guid id, OperationThrottle body, OperationBook book, CancellationToken cancellationToken) =>
        await ReplyAsync(grant, server, book, await book.ThrottleAsync(grant, server, id, body, cancellationToken), cancellationToken);

    static async Task<Results<Ok<OperationItem>, ProblemHttpResult>> DropAtAsync(OrganizationGrant grant, Guid server, Guid id, DropAtBody body, OperationBook book, CancellationToken cancellationToken) =>
        await ReplyAsync(grant, server, book, await book.DropAtAsync(grant, server, id, body.At, cancellationToken), cancellationToken);

    static async Task<Results<Ok<OperationItem>, ProblemHttpResult>> ReplyAsync(OrganizationGrant grant, Guid server, OperationBook book, Outcome<Operation> outcome, CancellationToken cancellationToken) =>
        outcome switch
        {
            Outcome<Operation>.Done(var operation) => TypedResults.Ok(OperationItem.Of(
                operation, await book.ProgressAsync(grant, server, operation.Id, cancellationToken), await book.BrokenAtAsync(grant, server, operation.Id, cancellationToken))),
            Outcome<Operation>.Refused(var refusal) => ApiProblem.From(refusal),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
}

/// <summary>What is approved.</summary>
sealed record ApproveBody(string Hash);

/// <summary>When what is kept is dropped.</summary>
sealed record DropAtBody(DateTimeOffset At);

/// <summary>A ready-made operation.</summary>
sealed record TemplateItem(string Key, string Title, string Text, IReadOnlyList<TemplateField> Fields);

/// <summary>An operation in a list.</summary>
sealed record OperationSummary(
    Guid Id, string Title, OperationState State, int Step, int Steps, string? Detail, string CreatedBy, DateTimeOffset CreatedAt, DateTimeOffset? StartedAt, DateTimeOffset? EndedAt, DateTimeOffset? DropAt)
{
    public static OperationSummary Of(Operation operation) => new(
        operation.Id, operation.Definition.Title, operation.State, operation.Step, operation.Definition.Steps.Count, operation.Detail, operation.CreatedBy, operation.CreatedAt, operation.StartedAt,
        operation.EndedAt, operation.DropAt);
}

/// <summary>An operation. <c>broken_at</c> names the first entry of its audit that is not as it was written.</summary>
sealed record OperationItem(
    Guid Id, JsonElement Definition, string Hash, OperationState State, int Step, string? Detail, string? Gate, bool IsStopping, OperationThrottle Throttle, OperationPlan? Plan, string CreatedBy,
    DateTimeOffset CreatedAt, string? ApprovedBy, DateTimeOffset? StartedAt, DateTimeOffset? EndedAt, DateTimeOffset? DropAt, IReadOnlyList<OperationProgress> Progress, int? BrokenAt)
{
    public static OperationItem Of(Operation operation, IReadOnlyList<OperationProgress> progress, int? brokenAt) => new(
        operation.Id, JsonElement.Parse(operation.Definition.ToJson()), operation.Hash, operation.State, operation.Step, operation.Detail, operation.Gate?.Question, operation.IsStopping, operation.Throttle,
        operation.Plan, operation.CreatedBy, operation.CreatedAt, operation.ApprovedBy, operation.StartedAt, operation.EndedAt, operation.DropAt, progress, brokenAt);
}
