using System.Text.Json;

namespace Prickle.Capture.Receiving;

/// <summary>The answer of the newer protocol: a verdict for each uuid.</summary>
sealed record AnalyticsReply(Dictionary<string, AnalyticsReply.Verdict> Results)
{
    public static Task WriteAsync(HttpContext context, ReadEvents read)
    {
        var results = new Dictionary<string, Verdict>(StringComparer.Ordinal);
        foreach (var captured in read.Events)
        {
            results[captured.Uuid.ToString()] = new Verdict("ok", null);
        }

        foreach (var warning in read.Warnings.Where(warning => warning.EventUuid.Length > 0))
        {
            results[warning.EventUuid] = new Verdict(read.Refused.Contains(warning) ? "drop" : "warning", warning.Details);
        }

        var json = JsonSerializer.SerializeToUtf8Bytes(new AnalyticsReply(results), CaptureJson.Default.AnalyticsReply);
        context.Response.ContentType = "application/json";
        return context.Response.Body.WriteAsync(json).AsTask();
    }

    /// <summary><c>ok</c>, <c>warning</c>, <c>drop</c> or <c>retry</c>.</summary>
    internal sealed record Verdict(string Result, string? Details);
}
