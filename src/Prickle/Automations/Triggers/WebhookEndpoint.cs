using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Prickle.Automations.Engine;
using Prickle.Automations.Storage;
using Prickle.Persons;
using Prickle.Storage;

namespace Prickle.Automations.Triggers;

/// <summary><c>POST /hooks/{token}</c>: begins a run of the automation that has the token. The token is all that is asked for.</summary>
sealed class WebhookEndpoint(
    IDbContextFactory<PrickleDatabase> databases, AutomationDirectory directory, PersonLookup persons, RunStarter starter, TimeProvider time)
{
    const int Largest = 1024 * 1024;
    const int LongestKey = 200;

    public void Map(IEndpointRouteBuilder app) =>
        app.MapPost("/hooks/{token}", HandleAsync).AllowAnonymous().DisableAntiforgery().WithMetadata(new Microsoft.AspNetCore.Mvc.RequestSizeLimitAttribute(Largest)).ExcludeFromDescription();

    async Task HandleAsync(HttpContext context, string token)
    {
        var cancellationToken = context.RequestAborted;
        if (await AutomationAsync(token, cancellationToken) is not { } automation)
        {
            await AnswerAsync(context, StatusCodes.Status404NotFound, "No automation that is switched on has this address.");
            return;
        }
        JsonObject? body;
        try
        {
            body = context.Request.ContentLength == 0 ? [] : await JsonNode.ParseAsync(context.Request.Body, cancellationToken: cancellationToken) as JsonObject;
        }
        catch (JsonException)
        {
            body = null;
        }
        catch (BadHttpRequestException failure)
        {
            await AnswerAsync(context, failure.StatusCode, "The body has 1 MB at most.");
            return;
        }
        if (body is null)
        {
            await AnswerAsync(context, StatusCodes.Status400BadRequest, "The body is a JSON object.");
            return;
        }
        await BeginAsync(context, automation, body, cancellationToken);
    }

    async Task BeginAsync(HttpContext context, ActiveAutomation automation, JsonObject body, CancellationToken cancellationToken)
    {
        var trigger = (WebhookTrigger)automation.Definition.Trigger;
        string? distinctId = null;
        if (trigger.DistinctIdFrom is { } path)
        {
            distinctId = Member(body, path);
            if (distinctId is not { Length: > 0 and <= 200 })
            {
                await AnswerAsync(context, StatusCodes.Status400BadRequest, $"The body says in {path} whom it is about: 200 characters at most.");
                return;
            }
        }
        var key = context.Request.Headers["Idempotency-Key"].ToString();
        if (key.Length > LongestKey)
        {
            await AnswerAsync(context, StatusCodes.Status400BadRequest, $"An Idempotency-Key has {LongestKey} characters at most.");
            return;
        }
        var person = distinctId is null ? null : await persons.FindAsync(automation.ProjectId, distinctId, cancellationToken);
        var begun = await starter.StartAsync(automation.ProjectId,
        [
            new RunCandidate(
                automation, key.Length > 0 ? $"hook:{key}" : $"hook:{Guid.CreateVersion7(time.GetUtcNow()):N}", person?.PersonId, distinctId,
                RunContext.Of(new JsonObject { ["body"] = body })),
        ], cancellationToken);
        context.Response.StatusCode = StatusCodes.Status202Accepted;
        await context.Response.WriteAsJsonAsync(new JsonObject { ["started"] = begun }, cancellationToken);
    }

    static string? Member(JsonObject body, string path)
    {
        JsonNode? node = body;
        foreach (var part in path.Split('.'))
        {
            node = (node as JsonObject)?[part];
        }
        return node is JsonValue value && value.GetValueKind() is JsonValueKind.String or JsonValueKind.Number ? node.ToString() : null;
    }

    async Task<ActiveAutomation?> AutomationAsync(string token, CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        var id = await database.Set<AutomationRow>().Where(row => row.WebhookToken == token && row.State == AutomationState.Active && !row.IsDeleted)
            .Select(row => row.Id).SingleOrDefaultAsync(cancellationToken);
        return id == 0 ? null : (await directory.ActiveAsync(cancellationToken)).FirstOrDefault(one => one.Id == id && one.Definition.Trigger is WebhookTrigger);
    }

    static Task AnswerAsync(HttpContext context, int status, string detail)
    {
        context.Response.StatusCode = status;
        return context.Response.WriteAsJsonAsync(new JsonObject { ["detail"] = detail }, context.RequestAborted);
    }
}
