using System.Text.Json;
using Prickle.Accounts;
using Prickle.Capture;
using Prickle.Messages.Showing;
using Prickle.Storage;

namespace Prickle.Messages.Wire;

/// <summary>What pages of customers ask: the messages that wait for somebody, and what they did with one. The project's token is public.</summary>
sealed class PublicMessageEndpoints(SdkRequests requests, WaitingMessages messages, MissedMarks missed)
{
    // What is asked here has some hundred bytes. A larger body is read off the wire all the same, and refused in words.
    const long LargestBody = 64 * 1024;
    const long Largest = 80L * 1024 * 1024;
    const int LongestId = 200;
    const int LongestView = 64;

    public void Map(IEndpointRouteBuilder app)
    {
        var routes = app.MapGroup("").AllowAnonymous().DisableAntiforgery()
            .WithMetadata(new Microsoft.AspNetCore.Mvc.RequestSizeLimitAttribute(Largest)).ExcludeFromDescription();
        routes.MapPost("/api/messages", ListAsync);
        routes.MapPost("/api/messages/seen", MarkAsync);
    }

    Task ListAsync(HttpContext context) => AnswerAsync(context, async (project, _, distinctId) =>
    {
        var waiting = await messages.ListAsync(project.Id, distinctId, context.RequestAborted);
        await WriteAsync(context, writer =>
        {
            writer.WriteStartArray("messages");
            foreach (var (id, content) in waiting)
            {
                writer.WriteStartObject();
                writer.WriteString("id", id);
                writer.WriteString("style", content.Style);
                writer.WriteString("title", content.Title);
                writer.WriteString("body", content.Body);
                writer.WriteString("button_text", content.ButtonText);
                writer.WriteString("button_url", content.ButtonUrl);
                writer.WriteString("position", content.Position);
                writer.WriteEndObject();
            }
            writer.WriteEndArray();
        });
        return null;
    });

    Task MarkAsync(HttpContext context) => AnswerAsync(context, async (project, body, distinctId) =>
    {
        if (missed.Wait(context) is { } wait)
        {
            context.Response.Headers.RetryAfter = $"{(int)Math.Ceiling(wait.TotalSeconds)}";
            await requests.RefuseAsync(context, StatusCodes.Status429TooManyRequests, "throttled", "Too many messages were named from here that are not the person's; wait a few minutes.");
            return null;
        }
        if (!Guid.TryParse(Text(body, "id"), out var id))
        {
            return Refusal.Invalid("id", "Say which message, by its id.");
        }
        if (MessageMoments.Of(Text(body, "what")) is not { } moment)
        {
            return Refusal.Invalid("what", "shown, closed or clicked is expected here.");
        }
        var view = Text(body, "view") is { Length: > 0 and <= LongestView } given ? given : null;
        switch (await messages.MarkAsync(project.Id, distinctId, id, moment, view, context.RequestAborted))
        {
            case Outcome<bool>.Done(var isFirst):
                await WriteAsync(context, writer => writer.WriteBoolean("first", isFirst));
                return null;
            case Outcome<bool>.Refused(var refusal):
                if (refusal.Reason == RefusalReason.NotFound)
                {
                    missed.Note(context);
                }
                return refusal;
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    });

    async Task AnswerAsync(HttpContext context, Func<Project, JsonElement, string, Task<Refusal?>> answer)
    {
        if (context.Request.ContentLength > LargestBody)
        {
            await requests.RefuseAsync(context, StatusCodes.Status413PayloadTooLarge, "request_too_large", $"A request may have {LargestBody / 1024} KB");
            return;
        }
        using var opened = await requests.OpenAsync(context);
        if (opened is null)
        {
            return;
        }
        if (opened.Body.ValueKind != JsonValueKind.Object || Text(opened.Body, "distinct_id") is not { Length: > 0 and <= LongestId } distinctId)
        {
            await RefuseAsync(context, Refusal.Invalid("distinct_id", $"Say who looks, by a distinct id of at most {LongestId} characters."));
            return;
        }
        try
        {
            if (await answer(opened.Project, opened.Body, distinctId) is { } refused)
            {
                await RefuseAsync(context, refused);
            }
        }
        catch (Exception exception) when (exception is IOException || StorageOutage.Is(exception))
        {
            await requests.RefuseAsync(context, StatusCodes.Status503ServiceUnavailable, "unavailable", "Messages cannot be looked up at this moment; ask again in a few seconds");
        }
    }

    Task RefuseAsync(HttpContext context, Refusal refusal) => requests.RefuseAsync(
        context,
        refusal.Reason == RefusalReason.NotFound ? StatusCodes.Status404NotFound : StatusCodes.Status400BadRequest,
        JsonNamingPolicy.SnakeCaseLower.ConvertName(refusal.Reason.ToString()), refusal.Detail);

    static string? Text(JsonElement body, string name) =>
        body.TryGetProperty(name, out var value) ? value.ValueKind switch
        {
            JsonValueKind.String => value.GetString(),
            JsonValueKind.Number => value.GetRawText(),
            _ => null,
        } : null;

    static async Task WriteAsync(HttpContext context, Action<Utf8JsonWriter> write)
    {
        context.Response.ContentType = "application/json";
        context.Response.Headers.CacheControl = "no-store";
        await using (var writer = new Utf8JsonWriter(context.Response.BodyWriter))
        {
            writer.WriteStartObject();
            write(writer);
            writer.WriteEndObject();
        }
        await context.Response.BodyWriter.FlushAsync(context.RequestAborted);
    }
}
