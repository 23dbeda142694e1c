using System.Text.Json;

namespace Prickle.Capture.Receiving;

/// <summary>From the bytes of a request to a document in the classic shape. The same for the endpoint and after a restart.</summary>
static class CapturedBody
{
    public static (JsonDocument? Document, DecodeOutcome Outcome) Open(RawRequest request)
    {
        var outcome = BodyDecoder.Decode(request);
        if (outcome is not DecodeOutcome.Decoded decoded)
        {
            return (null, outcome);
        }

        if (LenientJson.TryParse(decoded.Json, out var why) is not { } document)
        {
            return (null, new DecodeOutcome.Unreadable(why!));
        }

        if (request.Lane != CaptureLane.Analytics)
        {
            return (document, outcome);
        }

        using (document)
        {
            return AnalyticsEnvelope.ToClassic(document.RootElement) is { } classic
                ? (JsonDocument.Parse(classic, LenientJson.Options), outcome)
                : (null, new DecodeOutcome.Unreadable("The body needs a 'batch' array"));
        }
    }
}
