using System.Text.Json;

namespace Prickle.Capture.Receiving;

/// <summary>
/// What SDKs are told. Exactly 200 with JSON means "yours no more"; 4xx makes them drop what they sent, so it is kept
/// for what can never be taken; 503 makes them try again.
/// </summary>
static class CaptureReply
{
    static readonly byte[] Ok = """{"status":"Ok"}"""u8.ToArray();
    static readonly byte[] RecordingsLimited = """{"status":"Ok","quota_limited":["recordings"]}"""u8.ToArray();

    public static Task AcceptedAsync(HttpContext context) => WriteAsync(context, Ok);

    /// <summary>Taken and not kept: browsers stop sending recordings for a minute.</summary>
    public static Task RecordingsNotKeptAsync(HttpContext context) => WriteAsync(context, RecordingsLimited);

    public static Task RefusedAsync(HttpContext context, int status, string code, string detail)
    {
        context.Response.StatusCode = status;
        if (status == StatusCodes.Status503ServiceUnavailable)
        {
            context.Response.Headers.RetryAfter = "5";
        }

        var type = status == StatusCodes.Status401Unauthorized ? "authentication_error" : status >= 500 ? "server_error" : "validation_error";
        return WriteAsync(context, JsonSerializer.SerializeToUtf8Bytes(new CaptureProblem(type, code, detail, null), CaptureJson.Default.CaptureProblem));
    }

    static Task WriteAsync(HttpContext context, byte[] json)
    {
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = json.Length;
        return context.Response.Body.WriteAsync(json).AsTask();
    }
}

/// <summary>An error in the form that SDKs read.</summary>
sealed record CaptureProblem(string Type, string Code, string Detail, string? Attr);
