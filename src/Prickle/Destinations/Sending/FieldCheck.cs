using System.Text.Json;

namespace Prickle.Destinations.Sending;

/// <summary>Whether a value is of its field's type.</summary>
static class FieldCheck
{
    /// <summary>Null when it is, or is empty.</summary>
    public static string? ProblemOf(DestinationField field, string value) => value.Length == 0 ? null : field.Type switch
    {
        FieldType.Choice when !field.Choices.Contains(value) => $"{field.Label} is one of {string.Join(", ", field.Choices)}.",
        FieldType.Switch when value is not ("true" or "false") => $"{field.Label} is true or false.",
        FieldType.Url when !Uri.TryCreate(value, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https") =>
            $"{field.Label} begins with http:// or https://.",
        FieldType.Headers when value.Split('\n').Any(line => line.Trim().Length > 0 && line.IndexOf(':', StringComparison.Ordinal) < 1) =>
            $"{field.Label} has lines of \"name: value\".",
        FieldType.Json when !IsJson(value) => $"{field.Label} is not JSON.",
        _ => null,
    };

    public static bool IsJson(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            return true;
        }
        catch (Exception failure) when (failure is JsonException or ArgumentException)
        {
            return false;
        }
    }
}
