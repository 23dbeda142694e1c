using Prickle.Accounts;

namespace Prickle.Capture.Receiving;

/// <summary>
/// Takes what SDKs send and this version does not keep (recordings, logs, metrics): checks the token, counts it, and
/// answers so that the SDK neither fails nor tries again.
/// </summary>
sealed class NotKeptEndpoint(ProjectDirectory projects, CaptureBudget budget, CaptureMetrics metrics, TimeProvider time)
{
    public Task RecordingAsync(HttpContext context) => HandleAsync(context, DropReason.RecordingsNotEnabled, CaptureReply.RecordingsNotKeptAsync);

    public Task TelemetryAsync(HttpContext context) => HandleAsync(context, DropReason.TelemetryNotKept, CaptureReply.AcceptedAsync);

    async Task HandleAsync(HttpContext context, DropReason reason, Func<HttpContext, Task> reply)
    {
        using var reservation = budget.TryReserve(context.Request.ContentLength);
        if (reservation is null)
        {
            await RefuseAsync(context, 503, "busy", "Too much is being received at this moment; send it again in a few seconds");
            return;
        }

        if (await CaptureRequestReader.ReadAsync(context, CaptureLane.Events, time) is not { } request)
        {
            await RefuseAsync(context, 413, "request_too_large", $"A request may have {BodyDecoder.Limit / 1024 / 1024} MB");
            return;
        }

        using var document = CapturedBody.Open(request).Document;
        var token = (document is null ? null : EventReader.FindToken(document.RootElement).Token) ?? SdkToken.FromRequest(context.Request);
        if (token is null || await projects.FindByTokenAsync(token, context.RequestAborted) is null)
        {
            await RefuseAsync(context, 401, "invalid_api_key", "No project has this token");
            return;
        }

        metrics.NotKept(reason);
        await reply(context);
    }

    Task RefuseAsync(HttpContext context, int status, string code, string detail)
    {
        metrics.RequestRefused(code);
        return CaptureReply.RefusedAsync(context, status, code, detail);
    }
}
