using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Prickle.Insights;

/// <summary>The one way in which questions and answers are written: the field's camelCase.</summary>
public static class InsightJson
{
    public static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        AllowOutOfOrderMetadataProperties = true,
        NumberHandling = JsonNumberHandling.AllowReadingFromString,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        MaxDepth = 64,
    };

    /// <summary>Reads a question; null with the reason, naming the place, when it is none.</summary>
    public static InsightQuery? Read(JsonElement json, out string why)
    {
        why = "";
        if (json.ValueKind == JsonValueKind.Undefined)
        {
            why = "Say what is asked: a query is an object with a kind.";
            return null;
        }
        try
        {
            if (json.Deserialize<InsightQuery>(Options) is { } query)
            {
                return query;
            }
            why = "A query is an object with a kind.";
        }
        catch (JsonException failure)
        {
            why = failure.Path is { Length: > 1 } path && !failure.Message.Contains(path, StringComparison.Ordinal)
                ? $"{failure.Message} (at {path})" : failure.Message;
        }
        catch (NotSupportedException)
        {
            why = "The query needs a kind: TrendsQuery, FunnelsQuery, RetentionQuery, StickinessQuery, LifecycleQuery, PathsQuery or SqlQuery.";
        }
        return null;
    }

    /// <summary>Reads a question from text.</summary>
    public static InsightQuery? Read(string json, out string why)
    {
        try
        {
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = 64 });
            return Read(document.RootElement, out why);
        }
        catch (JsonException)
        {
            why = "The query is not JSON.";
            return null;
        }
    }

    public static string Write(InsightQuery query) => JsonSerializer.Serialize(query, Options);
}
