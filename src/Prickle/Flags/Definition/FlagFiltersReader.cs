using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Prickle.Accounts;

namespace Prickle.Flags.Definition;

/// <summary>Reads the <c>filters</c> of a flag as SDKs know them. What has another form is refused with the path to it.</summary>
static class FlagFiltersReader
{
    public const int Largest = 256 * 1024;
    const int MostSets = 100;
    const int MostProperties = 100;
    const int MostVariants = 100;

    public static bool TryRead(JsonElement json, string path, [NotNullWhen(true)] out FlagFilters? filters, [NotNullWhen(false)] out Refusal? refusal)
    {
        (filters, refusal) = (null, null);
        try
        {
            filters = Filters(json, path);
            return true;
        }
        catch (FlagFormException form)
        {
            refusal = Refusal.Invalid(form.Path, form.Message);
            return false;
        }
    }

    static FlagFilters Filters(JsonElement json, string path)
    {
        Must(json.ValueKind == JsonValueKind.Object, path, "The filters of a flag are an object with groups.");
        Must(json.GetRawText().Length <= Largest, path, $"The filters of a flag may have {Largest / 1024} KB at most.");
        return new FlagFilters
        {
            Groups = Conditions(json, path, "groups"),
            SuperGroups = Conditions(json, path, "super_groups"),
            Variants = Variants(json, path),
            Payloads = Payloads(json, path),
            GroupTypeIndex = Index(json, path, "aggregation_group_type_index"),
            IsEarlyExit = Flag(json, path, "early_exit"),
            IsEnrollment = Flag(json, path, "feature_enrollment"),
            IsEnrollmentGuarded = Flag(json, path, "feature_enrollment_guarded"),
            Holdout = Holdout(json, path),
        };
    }

    static FlagCondition[] Conditions(JsonElement json, string path, string name) =>
        [.. Items(json, path, name, MostSets).Select(item => Condition(item.Value, item.Path))];

    static FlagCondition Condition(JsonElement json, string path)
    {
        Must(json.ValueKind == JsonValueKind.Object, path, "A condition set is an object.");
        var aggregation = json.TryGetProperty("aggregation_group_type_index", out var own)
            ? new FlagAggregation(own.ValueKind == JsonValueKind.Null ? null : Index(json, path, "aggregation_group_type_index")) : null;
        return new FlagCondition
        {
            Properties = [.. Items(json, path, "properties", MostProperties).Select(item => Property(item.Value, item.Path, aggregation?.GroupTypeIndex))],
            RolloutPercentage = Number(json, path, "rollout_percentage"),
            Variant = Text(json, path, "variant") is { Length: > 0 } variant ? variant : null,
            Aggregation = aggregation,
            Description = Text(json, path, "description"),
        };
    }

    static FlagProperty Property(JsonElement json, string path, int? groupType)
    {
        Must(json.ValueKind == JsonValueKind.Object, path, "A condition is an object with key, type, operator and value.");
        var type = Text(json, path, "type") ?? (groupType is null ? FlagPropertyTypes.Person : FlagPropertyTypes.Group);
        // A flag and a cohort may be named by number.
        var key = json.TryGetProperty("key", out var given) && given.ValueKind == JsonValueKind.Number ? given.GetRawText() : Text(json, path, "key");
        Must(!string.IsNullOrWhiteSpace(key), $"{path}.key", "Say what the condition looks at.");
        var name = Text(json, path, "operator") is { Length: > 0 } said ? said
            : type switch { FlagPropertyTypes.Cohort => "in", FlagPropertyTypes.Flag => FlagPropertyTypes.EvaluatesTo, _ => "exact" };
        return new FlagProperty(key!, type, name, json.TryGetProperty("value", out var value) ? value.Clone() : default)
        {
            IsNegated = Flag(json, path, "negation"),
            GroupTypeIndex = Index(json, path, "group_type_index"),
        };
    }

    static FlagVariant[] Variants(JsonElement json, string path)
    {
        if (!json.TryGetProperty("multivariate", out var multivariate) || multivariate.ValueKind == JsonValueKind.Null)
        {
            return [];
        }
        Must(multivariate.ValueKind == JsonValueKind.Object, $"{path}.multivariate", "Variants stand in an object: {\"variants\": […]}.");
        return [.. Items(multivariate, $"{path}.multivariate", "variants", MostVariants).Select(item => Variant(item.Value, item.Path))];
    }

    static FlagVariant Variant(JsonElement json, string path)
    {
        Must(json.ValueKind == JsonValueKind.Object, path, "A variant is an object with key and rollout_percentage.");
        Must(Text(json, path, "key") is { Length: > 0 }, $"{path}.key", "A variant needs a key.");
        Must(Number(json, path, "rollout_percentage") is not null, $"{path}.rollout_percentage", "A variant needs its share in percent.");
        return new FlagVariant(Text(json, path, "key")!, Number(json, path, "rollout_percentage")!.Value) { Name = Text(json, path, "name") };
    }

    /// <summary>A payload is JSON in a text; JSON that stands there by itself is taken as meant.</summary>
    static Dictionary<string, string> Payloads(JsonElement json, string path)
    {
        var payloads = new Dictionary<string, string>(StringComparer.Ordinal);
        if (!json.TryGetProperty("payloads", out var given) || given.ValueKind == JsonValueKind.Null)
        {
            return payloads;
        }
        Must(given.ValueKind == JsonValueKind.Object, $"{path}.payloads", "Payloads are an object: the variant, or true, and its JSON.");
        foreach (var member in given.EnumerateObject().Where(member => member.Value.ValueKind != JsonValueKind.Null))
        {
            var text = member.Value.ValueKind == JsonValueKind.String ? member.Value.GetString()! : member.Value.GetRawText();
            if (text.Length > 0)
            {
                Must(IsJson(text), $"{path}.payloads.{member.Name}", "The payload is not valid JSON; text needs quotes.");
                payloads[member.Name] = text;
            }
        }
        return payloads;
    }

    static FlagHoldout? Holdout(JsonElement json, string path)
    {
        if (!json.TryGetProperty("holdout", out var given) || given.ValueKind == JsonValueKind.Null)
        {
            return null;
        }
        Must(given.ValueKind == JsonValueKind.Object, $"{path}.holdout", "A holdout is an object with id and exclusion_percentage.");
        Must(Index(given, $"{path}.holdout", "id") is not null, $"{path}.holdout.id", "A holdout needs an id.");
        Must(Number(given, $"{path}.holdout", "exclusion_percentage") is not null, $"{path}.holdout.exclusion_percentage", "A holdout needs its share in percent.");
        return new FlagHoldout(Index(given, $"{path}.holdout", "id")!.Value, Number(given, $"{path}.holdout", "exclusion_percentage")!.Value);
    }

    public static bool IsJson(string text)
    {
        try
        {
            JsonDocument.Parse(text).Dispose();
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    static IEnumerable<(JsonElement Value, string Path)> Items(JsonElement json, string path, string name, int most)
    {
        if (!json.TryGetProperty(name, out var list) || list.ValueKind == JsonValueKind.Null)
        {
            return [];
        }
        Must(list.ValueKind == JsonValueKind.Array, $"{path}.{name}", "A list is expected here.");
        Must(list.GetArrayLength() <= most, $"{path}.{name}", $"There may be {most} here at most.");
        return list.EnumerateArray().Select((item, index) => (item, $"{path}.{name}[{index}]"));
    }

    static string? Text(JsonElement json, string path, string name)
    {
        if (!json.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null)
        {
            return null;
        }
        Must(value.ValueKind == JsonValueKind.String, $"{path}.{name}", "Text is expected here.");
        return value.GetString();
    }

    static double? Number(JsonElement json, string path, string name)
    {
        if (!json.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null)
        {
            return null;
        }
        Must(value.ValueKind == JsonValueKind.Number, $"{path}.{name}", "A number is expected here.");
        return value.GetDouble();
    }

    static int? Index(JsonElement json, string path, string name)
    {
        if (!json.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null)
        {
            return null;
        }
        Must(value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out _), $"{path}.{name}", "A whole number is expected here.");
        return value.GetInt32();
    }

    static bool Flag(JsonElement json, string path, string name)
    {
        if (!json.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null)
        {
            return false;
        }
        Must(value.ValueKind is JsonValueKind.True or JsonValueKind.False, $"{path}.{name}", "true or false is expected here.");
        return value.ValueKind == JsonValueKind.True;
    }

    static void Must(bool holds, string path, string otherwise)
    {
        if (!holds)
        {
            throw new FlagFormException(path, otherwise);
        }
    }

    /// <summary>Ends the reading of a broken form; never leaves this class.</summary>
    sealed class FlagFormException(string path, string message) : Exception(message)
    {
        public string Path => path;
    }
}
