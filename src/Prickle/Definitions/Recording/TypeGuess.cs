using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Prickle.Definitions.Recording;

/// <summary>What a value says about the type of its property.</summary>
static partial class TypeGuess
{
    /// <summary>Null when the value says nothing: null, a list, an object, an empty text.</summary>
    public static PropertyType? Of(NameHint name, JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.True or JsonValueKind.False => PropertyType.Boolean,
        JsonValueKind.Number => OfNumber(name, value),
        JsonValueKind.String => OfText(value.GetString()!),
        _ => null,
    };

    /// <summary>
    /// The type after one more value. Two kinds of values make it text, in which every value can be compared; text stays text.
    /// </summary>
    public static PropertyType? Together(PropertyType? known, PropertyType? seen) =>
        known is null ? seen : seen is null || seen == known ? known : PropertyType.String;

    /// <summary>What a name says about its numbers. To be kept: every number of every event asks for it.</summary>
    public static NameHint HintOf(string name) =>
        TimeName.IsMatch(name) ? NameHint.Time : DurationName.IsMatch(name) ? NameHint.Duration : NameHint.None;

    static PropertyType OfNumber(NameHint name, JsonElement value) => name switch
    {
        // Seconds or milliseconds of our times, under a name that says so.
        NameHint.Time when value.TryGetDouble(out var number) && number is (> 1e9 and < 5e9) or (> 1e12 and < 5e12) => PropertyType.DateTime,
        NameHint.Duration => PropertyType.Duration,
        _ => PropertyType.Numeric,
    };

    static PropertyType? OfText(string text) => text switch
    {
        "" => null,
        "true" or "false" => PropertyType.Boolean,
        _ when Date.IsMatch(text) && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out _) => PropertyType.DateTime,
        _ => PropertyType.String,
    };

    [GeneratedRegex(@"(^|_)(time|timestamp|date|at)\z|Time\z|Date\z|At\z")]
    static partial Regex TimeName { get; }

    [GeneratedRegex(@"(^|_|\$)duration\z|Duration\z|_seconds\z")]
    static partial Regex DurationName { get; }

    [GeneratedRegex(@"^[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9:.]{5,}(Z|[+-][0-9:]{4,6})?)?\z")]
    static partial Regex Date { get; }
}

/// <summary>What a name says about the numbers under it.</summary>
enum NameHint
{
    None,
    Time,
    Duration,
}
