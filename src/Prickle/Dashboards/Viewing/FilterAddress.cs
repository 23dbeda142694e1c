using System.Text.Json;
using System.Text.Json.Nodes;
using Prickle.Insights;

namespace Prickle.Dashboards.Viewing;

/// <summary>Filters as an address carries them: their JSON without what is not set.</summary>
public static class FilterAddress
{
    const int MostCharacters = 8_000;

    public static string Write(DashboardFilters filters)
    {
        var json = JsonSerializer.SerializeToNode(filters, InsightJson.Options)!.AsObject();
        if (filters.Properties.IsEmpty)
        {
            json.Remove("properties");
        }
        return json.ToJsonString(InsightJson.Options);
    }

    /// <summary>Null when the text is none, or somebody broke it.</summary>
    public static DashboardFilters? Read(string? text)
    {
        if (text is null or { Length: 0 or > MostCharacters })
        {
            return null;
        }
        try
        {
            return JsonSerializer.Deserialize<DashboardFilters>(text, InsightJson.Options);
        }
        catch (Exception broken) when (broken is JsonException or NotSupportedException)
        {
            return null;
        }
    }

    public static bool AreEqual(DashboardFilters one, DashboardFilters other) => Write(one) == Write(other);
}
