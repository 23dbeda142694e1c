using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Prickle.Templates;

/// <summary>How templates are read and written: snake_case, and no member that is not known.</summary>
public static class TemplateJson
{
    /// <summary>Larger ones are refused before they are looked at.</summary>
    public const int LargestBytes = 1024 * 1024;

    public static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        PropertyNameCaseInsensitive = false,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        WriteIndented = true,
        MaxDepth = 64,
    };

    public static JsonElement Write(DashboardTemplate template) => JsonSerializer.SerializeToElement(template, Options);
}
