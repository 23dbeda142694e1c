using System.Text.Json;

namespace Prickle.Persons.Listing;

/// <summary>How a person is called where one line is all there is.</summary>
static class PersonName
{
    static readonly string[] Keys = ["email", "name", "username"];

    public static string Of(JsonElement properties, IReadOnlyList<string> distinctIds)
    {
        foreach (var key in Keys)
        {
            if (properties.TryGetProperty(key, out var value) && value is { ValueKind: JsonValueKind.String } && value.GetString() is { Length: > 0 } name)
            {
                return name;
            }
        }

        // An id that the product gave reads better than a browser's random one.
        return distinctIds.FirstOrDefault(id => !Guid.TryParse(id, out _)) ?? (distinctIds is [var first, ..] ? first : "");
    }
}
