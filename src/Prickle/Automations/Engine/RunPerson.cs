using System.Text.Json;

namespace Prickle.Automations.Engine;

/// <summary>The person of a run as they are now.</summary>
/// <param name="Properties">Undefined where nothing is stored of them.</param>
sealed record RunPerson(Guid Id, string DistinctId, JsonElement Properties)
{
    static readonly string[] ZoneProperties = ["$timezone", "timezone", "time_zone", "$geoip_time_zone"];

    /// <summary>Where their clock stands, as their properties or the event tell it; the project's when they do not.</summary>
    public TimeZoneInfo ZoneOr(TimeZoneInfo project, JsonElement eventProperties)
    {
        foreach (var properties in (JsonElement[])[Properties, eventProperties])
        {
            foreach (var name in ZoneProperties)
            {
                if (properties.ValueKind == JsonValueKind.Object && properties.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
                    && TimeZoneInfo.TryFindSystemTimeZoneById(value.GetString()!, out var zone))
                {
                    return zone;
                }
            }
        }
        return project;
    }

    /// <summary>Whether a property is true, as a boolean or a text.</summary>
    public bool Is(string property) =>
        Properties.ValueKind == JsonValueKind.Object && Properties.TryGetProperty(property, out var value)
        && (value.ValueKind == JsonValueKind.True || (value.ValueKind == JsonValueKind.String && value.ValueEquals("true"u8)));
}
