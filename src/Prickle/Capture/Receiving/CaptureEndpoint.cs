using System.Text.Json;
using Prickle.Accounts;
using Prickle.Capture.Inbox;

namespace Prickle.Capture.Receiving;

/// <summary>Takes a request of events: read, understand, know whose it is, keep on disk, say so.</summary>
sealed class CaptureEndpoint(
    DurableInbox inbox, ProjectDirectory projects, CaptureBudget budget, CaptureMetrics metrics, TimeProvider time)
{
    public RequestDelegate For(CaptureLane lane) => context => HandleAsync(context, lane);

    async Task HandleAsync(HttpContext context, CaptureLane lane)
    {
        using var reservation = budget.TryReserve(context.Request.ContentLength);
        if (reservation is null)
        {
            await RefuseAsync(context, 503, "busy", "Too much is being received at this moment; send it again in a few seconds");
            return;
        }

        if (await ReadAsync(context, lane) is not { } request)
        {
            await RefuseAsync(context, 413, "request_too_large", $"A request may have {BodyDecoder.Limit / 1024 / 1024} MB; send smaller batches");
            return;
        }

        var (document, outcome) = CapturedBody.Open(request);
        if (document is null)
        {
            await RefuseBodyAsync(context, outcome);
            return;
        }

        var isHandedOver = false;
        try
        {
            isHandedOver = await TakeAsync(context, request, document, (outcome as DecodeOutcome.Decoded)?.Rented);
        }
        finally
        {
            if (!isHandedOver)
            {
                document.Dispose();
            }
        }
    }

    /// <summary>True when the document belongs to the inbox now.</summary>
    async Task<bool> TakeAsync(HttpContext context, RawRequest request, JsonDocument document, byte[]? rented)
    {
        var project = await FindProjectAsync(context, document.RootElement);
        if (project is null)
        {
            return false;
        }

        var read = EventReader.Read(document.RootElement, request, project.Id);
        // A body of which nothing is good goes in as well, so that its warnings are kept, and its sender is told.
        var why = read.Events.Count == 0 ? read.Refused.FirstOrDefault() : null;
        // The size counts what waits in memory: the packed body and the document over the unpacked one.
        var size = request.Body.Length + (int)Math.Min(int.MaxValue / 2, 2L * System.Runtime.InteropServices.JsonMarshal.GetRawUtf8Value(document.RootElement).Length);
        switch (await inbox.AppendAsync(project.Id, request, new ParsedBody(document, read, size, rented), context.RequestAborted))
        {
            case AppendOutcome.Unavailable unavailable:
                await RefuseAsync(context, 503, "unavailable", $"Nothing can be stored at this moment: {unavailable.Why}");
                return false;
            case AppendOutcome.Accepted when why is not null:
                await RefuseAsync(context, 400, JsonNamingPolicy.SnakeCaseLower.ConvertName(why.Reason.ToString()), why.Details);
                return true;
            default:
                metrics.RequestAccepted();
                await (request.Lane == CaptureLane.Analytics ? AnalyticsReply.WriteAsync(context, read) : CaptureReply.AcceptedAsync(context));
                return true;
        }
    }

    async Task<Project?> FindProjectAsync(HttpContext context, JsonElement root)
    {
        var search = EventReader.FindToken(root);
        if (search.IsConflict)
        {
            await RefuseAsync(context, 401, "conflicting_tokens", "The items of the batch carry tokens of different projects");
            return null;
        }

        var token = search.Token ?? SdkToken.FromRequest(context.Request);
        if (string.IsNullOrEmpty(token))
        {
            await RefuseAsync(context, 401, "missing_api_key", "Send the project token as 'api_key' or 'token'");
            return null;
        }

        if (token.StartsWith("phx_", StringComparison.Ordinal))
        {
            await RefuseAsync(context, 401, "personal_api_key", "This is a personal API key; capture needs the project token (it begins with phc_)");
            return null;
        }

        var project = await projects.FindByTokenAsync(token, context.RequestAborted);
        if (project is null)
        {
            await RefuseAsync(context, 401, "invalid_api_key", "No project has this token");
        }

        return project;
    }

    async Task<RawRequest?> ReadAsync(HttpContext context, CaptureLane lane)
    {
        try
        {
            return await CaptureRequestReader.ReadAsync(context, lane, time);
        }
        catch (BadHttpRequestException failure) when (failure.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            return null;
        }
    }

    Task RefuseBodyAsync(HttpContext context, DecodeOutcome outcome) => outcome switch
    {
        DecodeOutcome.TooLarge large => RefuseAsync(context, 413, "request_too_large", $"Unpacked, a request may have {large.Limit / 1024 / 1024} MB; send smaller batches"),
        DecodeOutcome.Unreadable unreadable => RefuseAsync(context, 400, "invalid_payload", unreadable.Why),
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    Task RefuseAsync(HttpContext context, int status, string code, string detail)
    {
        metrics.RequestRefused(code);
        return CaptureReply.RefusedAsync(context, status, code, detail);
    }
}
