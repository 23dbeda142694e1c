using System.Text.Json.Serialization;

namespace Prickle.Capture.Receiving;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(CaptureProblem))]
[JsonSerializable(typeof(AnalyticsReply))]
sealed partial class CaptureJson : JsonSerializerContext;
