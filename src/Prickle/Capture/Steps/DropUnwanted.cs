using System.Text.Json;

namespace Prickle.Capture.Steps;

/// <summary>Takes out what is known but not kept, each with its reason.</summary>
sealed class DropUnwanted : ICaptureStep
{
    public Task RunAsync(CaptureBatch batch, CancellationToken cancellationToken)
    {
        batch.Events.RemoveAll(captured =>
        {
            if (Verdict(captured) is not var (reason, details))
            {
                return false;
            }

            batch.Warn(captured, reason, details);
            return true;
        });
        return Task.CompletedTask;
    }

    static (DropReason Reason, string Details)? Verdict(CapturedEvent captured) => captured.Name switch
    {
        "$performance_event" => (DropReason.PerformanceEvent, "Performance events of old SDKs are not kept"),
        "$snapshot" or "$snapshot_items" => (DropReason.RecordingsNotEnabled, "Recordings are not switched on for this project"),
        "$$client_ingestion_warning" => (DropReason.HeldBackByClient,
            captured.Text("$$client_ingestion_warning_message"u8) ?? "The SDK held events back by its own rate limit"),
        _ when IsCookieless(captured) => (DropReason.CookielessNotSupported,
            "The SDK runs in cookieless mode and leaves the id to the server; give visitors an id instead"),
        _ => null,
    };

    static bool IsCookieless(CapturedEvent captured) =>
        captured.DistinctId == "$posthog_cookieless"
        || (captured.May(SpecialProperties.Cookieless)
            && captured.Properties.ValueKind == JsonValueKind.Object
            && captured.Properties.TryGetProperty("$cookieless_mode"u8, out var mode)
            && mode.ValueKind == JsonValueKind.True);
}
