using System.Text.Json;
using Prickle.Accounts;
using Prickle.Capture;
using Prickle.Storage;

namespace Prickle.Previews.Wire;

/// <summary>What pages of customers ask: the SDK's list, the widget's list, choices and screenshots. The project's token is public.</summary>
sealed class PublicPreviewEndpoints(
    SdkRequests requests, PreviewQueries previews, PreviewOffers offers, PreviewPictures pictures, PreviewLinks links, CodeGuesses guesses)
{
    // What the server reads off the wire before it cuts a sender off; what is larger than allowed is refused in words.
    const long Largest = 80L * 1024 * 1024;

    public void Map(IEndpointRouteBuilder app)
    {
        var routes = app.MapGroup("").AllowAnonymous().DisableAntiforgery()
            .WithMetadata(new Microsoft.AspNetCore.Mvc.RequestSizeLimitAttribute(Largest)).ExcludeFromDescription();
        routes.MapMethods("/api/early_access_features", [HttpMethods.Get, HttpMethods.Head], FeaturesAsync);
        routes.MapPost("/api/previews", ListAsync);
        routes.MapPost("/api/previews/enroll", EnrollAsync);
        routes.MapMethods("/previews/images/{id:guid}", [HttpMethods.Get, HttpMethods.Head], PictureAsync);
    }

    async Task FeaturesAsync(HttpContext context)
    {
        if (await requests.FindProjectAsync(context) is not { } project)
        {
            return;
        }
        string[] asked = [.. context.Request.Query["stage"].OfType<string>()];
        var stages = asked.Length == 0 ? [PreviewStage.Beta] : asked.Select(PreviewStages.Of).OfType<PreviewStage>().ToHashSet();
        // The SDK does not say who asks: only what everybody may see can be told.
        var found = (await previews.ListedAsync(project.Id, context.RequestAborted)).Where(preview => stages.Contains(preview.Stage) && preview.Settings.IsPublic);
        await WriteAsync(context, writer =>
        {
            writer.WriteStartObject();
            writer.WriteStartArray("earlyAccessFeatures");
            foreach (var preview in found)
            {
                OfferReply.WriteFeature(writer, preview);
            }
            writer.WriteEndArray();
            writer.WriteEndObject();
        });
    }

    Task ListAsync(HttpContext context) => AnswerAsync(context, async (project, body, visitor) =>
    {
        var list = await offers.ListAsync(project, visitor, VisitorReader.Flag(body, "opened") == true, context.RequestAborted);
        if (visitor.Code is not null && !list.Offers.Any(offer => offer.Preview.Settings.Codes.Contains(visitor.Code.Trim(), StringComparer.OrdinalIgnoreCase)))
        {
            guesses.Note(context);
        }
        await WriteAsync(context, writer => OfferReply.Write(writer, list, OriginOf(context)));
        return null;
    });

    Task EnrollAsync(HttpContext context) => AnswerAsync(context, async (project, body, visitor) =>
    {
        if (VisitorReader.Choice(body, VisitorReader.Text(body, "source") is "page" ? "page" : "widget") is not { } choice)
        {
            return Refusal.Invalid("enabled", "true or false is expected here.");
        }
        if ((VisitorReader.Text(body, "preview") ?? VisitorReader.Text(body, "flag")) is not { Length: > 0 } name)
        {
            return Refusal.Invalid("preview", "Say which preview, by its id or the key of its flag.");
        }
        switch (await offers.ChooseAsync(project, name, visitor, choice, context.RequestAborted))
        {
            case Outcome<ChosenPreview>.Done(var chosen):
                await WriteAsync(context, writer => OfferReply.Write(writer, chosen, OriginOf(context)));
                return null;
            case Outcome<ChosenPreview>.Refused(var refusal):
                if (visitor.Code is not null)
                {
                    guesses.Note(context);
                }
                return refusal;
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    });

    async Task AnswerAsync(HttpContext context, Func<Project, JsonElement, PreviewVisitor, Task<Refusal?>> answer)
    {
        using var opened = await requests.OpenAsync(context);
        if (opened is null)
        {
            return;
        }
        if (!VisitorReader.TryRead(opened.Body, opened.Project.Id, links, out var visitor, out var refusal))
        {
            await RefuseAsync(context, refusal);
            return;
        }
        if (visitor.Code is not null && guesses.Wait(context) is { } wait)
        {
            context.Response.Headers.RetryAfter = $"{(int)Math.Ceiling(wait.TotalSeconds)}";
            await requests.RefuseAsync(context, StatusCodes.Status429TooManyRequests, "throttled", "Too many invite codes were tried from here; wait a few minutes.");
            return;
        }
        try
        {
            if (await answer(opened.Project, opened.Body, visitor) is { } refused)
            {
                await RefuseAsync(context, refused);
            }
        }
        catch (Exception exception) when (StorageOutage.Is(exception))
        {
            await requests.RefuseAsync(context, StatusCodes.Status503ServiceUnavailable, "unavailable", "Previews cannot be looked up at this moment; ask again in a few seconds");
        }
    }

    Task RefuseAsync(HttpContext context, Refusal refusal) => requests.RefuseAsync(
        context,
        refusal.Reason switch
        {
            RefusalReason.NotFound => StatusCodes.Status404NotFound,
            RefusalReason.PermissionDenied => StatusCodes.Status403Forbidden,
            _ => StatusCodes.Status400BadRequest,
        },
        JsonNamingPolicy.SnakeCaseLower.ConvertName(refusal.Reason.ToString()), refusal.Detail);

    async Task PictureAsync(HttpContext context, Guid id)
    {
        if (await pictures.FindAsync(id, context.RequestAborted) is not { } picture)
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }
        var headers = context.Response.Headers;
        context.Response.ContentType = picture.MediaType;
        context.Response.ContentLength = picture.Content.Length;
        headers.CacheControl = "public, max-age=31536000, immutable";
        // Pages of any site show it; opened by itself it can do nothing.
        headers["Cross-Origin-Resource-Policy"] = "cross-origin";
        headers.ContentSecurityPolicy = "default-src 'none'; sandbox";
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await context.Response.Body.WriteAsync(picture.Content, context.RequestAborted);
        }
    }

    static Uri OriginOf(HttpContext context) => new($"{context.Request.Scheme}://{context.Request.Host}");

    static async Task WriteAsync(HttpContext context, Action<Utf8JsonWriter> write)
    {
        context.Response.ContentType = "application/json";
        context.Response.Headers.CacheControl = "no-store";
        if (HttpMethods.IsHead(context.Request.Method))
        {
            return;
        }
        await using (var writer = new Utf8JsonWriter(context.Response.BodyWriter))
        {
            write(writer);
        }
        await context.Response.BodyWriter.FlushAsync(context.RequestAborted);
    }
}
