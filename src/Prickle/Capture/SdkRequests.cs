using System.Text.Json;
using System.Text.Json.Nodes;
using Prickle.Accounts;
using Prickle.Capture.Receiving;
using Prickle.Capture.Sdk;

namespace Prickle.Capture;

/// <summary>
/// Opens what SDKs send to other modules: in every encoding that events come in, with the project of its token. What cannot be
/// taken is answered here, in the form that SDKs read.
/// </summary>
public sealed class SdkRequests
{
    readonly CaptureBudget _budget;
    readonly ProjectDirectory _projects;
    readonly CaptureMetrics _metrics;
    readonly TimeProvider _time;

    internal SdkRequests(CaptureBudget budget, ProjectDirectory projects, CaptureMetrics metrics, TimeProvider time) =>
        (_budget, _projects, _metrics, _time) = (budget, projects, metrics, time);

    /// <summary>The request; null when it was refused, and answered so.</summary>
    public async Task<SdkRequest?> OpenAsync(HttpContext context)
    {
        var reservation = _budget.TryReserve(context.Request.ContentLength);
        if (reservation is null)
        {
            await RefuseAsync(context, StatusCodes.Status503ServiceUnavailable, "busy", "Too much is being received at this moment; send it again in a few seconds");
            return null;
        }
        JsonDocument? document = null;
        var isOpened = false;
        try
        {
            if (await CaptureRequestReader.ReadAsync(context, CaptureLane.Events, _time) is not { } raw)
            {
                await RefuseLargeAsync(context);
                return null;
            }
            (document, var outcome) = CapturedBody.Open(raw);
            if (document is null)
            {
                await (outcome is DecodeOutcome.TooLarge
                    ? RefuseLargeAsync(context)
                    : RefuseAsync(context, StatusCodes.Status400BadRequest, "invalid_payload", outcome is DecodeOutcome.Unreadable unreadable ? unreadable.Why : "The body cannot be read"));
                return null;
            }
            if (await FindProjectAsync(context, EventReader.FindToken(document.RootElement).Token ?? SdkToken.FromRequest(context.Request)) is not { } project)
            {
                return null;
            }
            isOpened = true;
            return new SdkRequest(project, document, outcome is DecodeOutcome.Decoded decoded ? decoded.GiveBack : null, reservation);
        }
        finally
        {
            if (!isOpened)
            {
                document?.Dispose();
                reservation.Dispose();
            }
        }
    }

    /// <summary>The project of a request without a body; null when it was refused, and answered so.</summary>
    public Task<Project?> FindProjectAsync(HttpContext context) => FindProjectAsync(context, SdkToken.FromRequest(context.Request));

    /// <summary>Refuses in the form that SDKs read, and counts it.</summary>
    public Task RefuseAsync(HttpContext context, int status, string code, string detail)
    {
        _metrics.RequestRefused(code);
        return CaptureReply.RefusedAsync(context, status, code, detail);
    }

    /// <summary>What browsers are told at the start of a page, for answers that carry it along.</summary>
    public static JsonObject RemoteConfigOf(Project project) => RemoteConfig.For(project);

    async Task<Project?> FindProjectAsync(HttpContext context, string? token)
    {
        if (token is not null && await _projects.FindByTokenAsync(token, context.RequestAborted) is { } project)
        {
            return project;
        }
        await RefuseAsync(context, StatusCodes.Status401Unauthorized, "invalid_api_key", "No project has this token");
        return null;
    }

    Task RefuseLargeAsync(HttpContext context) => RefuseAsync(
        context, StatusCodes.Status413PayloadTooLarge, "request_too_large", $"A request may have {BodyDecoder.Limit / 1024 / 1024} MB");
}

/// <summary>A request that was opened. Dispose it when nothing of its body is needed any more.</summary>
public sealed class SdkRequest : IDisposable
{
    readonly JsonDocument _document;
    readonly Action? _giveBack;
    readonly IDisposable _reservation;

    internal SdkRequest(Project project, JsonDocument document, Action? giveBack, IDisposable reservation) =>
        (Project, _document, _giveBack, _reservation) = (project, document, giveBack, reservation);

    public Project Project { get; }

    public JsonElement Body => _document.RootElement;

    public void Dispose()
    {
        _document.Dispose();
        _giveBack?.Invoke();
        _reservation.Dispose();
    }
}
