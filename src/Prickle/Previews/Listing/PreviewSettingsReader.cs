using System.Globalization;
using System.Text.Json;
using Prickle.Accounts;
using Prickle.Flags;

namespace Prickle.Previews.Listing;

/// <summary>Lays what a request names over the settings of a preview. What it does not name stays; what it names wrongly is refused with the path.</summary>
static class PreviewSettingsReader
{
    public static Outcome<PreviewSettings> Apply(PreviewSettings current, JsonElement body)
    {
        if (body.ValueKind != JsonValueKind.Object)
        {
            return Refusal.Invalid("body", "Send an object.");
        }
        foreach (var member in body.EnumerateObject())
        {
            switch (Apply(current, member.Name, member.Value))
            {
                case Outcome<PreviewSettings>.Done(var next):
                    current = next;
                    break;
                case { } refused:
                    return refused;
            }
        }
        return current;
    }

    // Names that the settings do not have are passed over, as the field's API does.
    static Outcome<PreviewSettings> Apply(PreviewSettings current, string name, JsonElement value) => name switch
    {
        "name" => Text(name, value, text => current with { Name = text }),
        "description" => Text(name, value, text => current with { Description = text }),
        "stage" => PreviewStages.Of(value.ValueKind == JsonValueKind.String ? value.GetString() : null) is { } stage ? current with { Stage = stage }
            : Refusal.Invalid(name, "A stage is draft, concept, alpha, beta, general-availability or archived."),
        "documentation_url" => Text(name, value, text => current with { DocumentationUrl = text }),
        "payload" => current with { Payload = value.ValueKind == JsonValueKind.Null ? new PreviewSettings().Payload : value.Clone() },
        "audience" => Audience(current, value),
        "codes" => List(name, value, item => item.ValueKind == JsonValueKind.String ? item.GetString() : null, list => current with { Codes = list }),
        "seat_limit" => Whole(name, value, number => current with { SeatLimit = number }),
        "group_type_index" => Whole(name, value, number => current with { GroupTypeIndex = number }),
        "group_decides" => value.ValueKind is JsonValueKind.True or JsonValueKind.False ? current with { DoesGroupDecide = value.GetBoolean() }
            : Refusal.Invalid(name, "true or false is expected here."),
        "requires" => Ids(name, value, list => current with { Requires = list }),
        "conflicts_with" => Ids(name, value, list => current with { ConflictsWith = list }),
        "review_at" => Moment(name, value, moment => current with { ReviewAt = moment }),
        "sunset_at" => Moment(name, value, moment => current with { SunsetAt = moment }),
        _ => current,
    };

    static Outcome<PreviewSettings> Text(string name, JsonElement value, Func<string, PreviewSettings> with) => value.ValueKind switch
    {
        JsonValueKind.String => with(value.GetString()!),
        JsonValueKind.Null => with(""),
        _ => Refusal.Invalid(name, "Text is expected here."),
    };

    static Outcome<PreviewSettings> Whole(string name, JsonElement value, Func<int?, PreviewSettings> with) =>
        value.ValueKind == JsonValueKind.Null ? with(null)
        : value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) ? with(number)
        : Refusal.Invalid(name, "A whole number or null is expected here.");

    static Outcome<PreviewSettings> Moment(string name, JsonElement value, Func<DateTimeOffset?, PreviewSettings> with) =>
        value.ValueKind == JsonValueKind.Null ? with(null)
        : value.ValueKind == JsonValueKind.String && DateTimeOffset.TryParse(
            value.GetString(), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var moment) ? with(moment)
        : Refusal.Invalid(name, "A moment or null is expected here, such as 2027-03-01T09:00:00Z.");

    static Outcome<PreviewSettings> Ids(string name, JsonElement value, Func<IReadOnlyList<Guid>, PreviewSettings> with) =>
        List(name, value, item => item.ValueKind == JsonValueKind.String && item.TryGetGuid(out var id) ? id : (Guid?)null, list => with([.. list.Select(id => id!.Value)]));

    static Outcome<PreviewSettings> List<T>(string name, JsonElement value, Func<JsonElement, T?> read, Func<IReadOnlyList<T>, PreviewSettings> with)
    {
        if (value.ValueKind == JsonValueKind.Null)
        {
            return with([]);
        }
        if (value.ValueKind != JsonValueKind.Array)
        {
            return Refusal.Invalid(name, "A list is expected here.");
        }
        var items = new List<T>();
        foreach (var item in value.EnumerateArray())
        {
            if (read(item) is not { } one)
            {
                return Refusal.Invalid($"{name}[{items.Count}]", "This cannot be read.");
            }
            items.Add(one);
        }
        return with(items);
    }

    static Outcome<PreviewSettings> Audience(PreviewSettings current, JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.Null)
        {
            return current with { Audience = [] };
        }
        var body = JsonSerializer.SerializeToElement(new Dictionary<string, JsonElement> { ["filters"] = value });
        return FlagAdministration.Read(new FlagSettings(), body).Match<Outcome<PreviewSettings>>(
            settings => current with { Audience = settings.Filters.Groups },
            refusal => refusal with { Attribute = refusal.Attribute?.Replace("filters", "audience", StringComparison.Ordinal) });
    }
}
