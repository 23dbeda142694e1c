using System.Text.Json;
using Prickle.Accounts;
using Prickle.Capture.Inbox;

namespace Prickle.Capture.Receiving;

/// <summary>Takes a request of events: read, understand, know whose it is, keep on disk, say so.</summary>
sealed class CaptureEndpoint(
    DurableInbox inbox, CaptureState state, ProjectDirectory projects, CaptureBudget budget, CaptureMetrics metrics, TimeProvider time)
{
    // Senders that wait for their answers are slowed to the pace of the store. Where it stands still, or so much waits on disk
    // that a moment changes nothing, nobody is kept waiting.
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);
    const long FewWaiting = 4000;

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

        var patience = state.Obstacle is null && inbox.Count < FewWaiting ? Patience : TimeSpan.Zero;
        var place = await inbox.Room.EnterAsync(request.LikelySize, patience, context.RequestAborted);
        var isHandedOver = false;
        ParsedBody? parsed = null;
        try
        {
            var (document, outcome) = CapturedBody.Open(request);
            if (document is null)
            {
                await RefuseBodyAsync(context, outcome);
            }
            else if (await FindProjectAsync(context, document.RootElement) is { } project)
            {
                parsed = new ParsedBody(
                    document, EventReader.Read(document.RootElement, request, project.Id), (outcome as DecodeOutcome.Decoded)?.Rented, place);
                place?.Resize(parsed.Size);
                isHandedOver = await TakeAsync(context, project, request, parsed);
            }
            else
            {
                document.Dispose();
                (outcome as DecodeOutcome.Decoded)?.GiveBack();
            }
        }
        finally
        {
            if (!isHandedOver)
            {
                parsed?.Dispose();
                place?.Dispose();
            }
        }
    }

    /// <summary>True when the body belongs to the inbox now.</summary>
    async Task<bool> TakeAsync(HttpContext context, Project project, RawRequest request, ParsedBody parsed)
    {
        var read = parsed.Read;
        // A body of which nothing is good goes in as well, so that its warnings are kept, and its sender is told.
        var why = read.Events.Count == 0 ? read.Refused.FirstOrDefault() : null;
        switch (await inbox.AppendAsync(project.Id, request, parsed, context.RequestAborted))
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
