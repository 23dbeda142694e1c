using System.Text;
using System.Text.Json;

namespace Prickle.Flags.Definition;

/// <summary>Writes what <see cref="FlagFiltersReader"/> reads.</summary>
static class FlagFiltersWriter
{
    public static string Write(FlagFilters filters)
    {
        using var text = new MemoryStream();
        using (var writer = new Utf8JsonWriter(text))
        {
            Write(writer, filters);
        }
        return Encoding.UTF8.GetString(text.ToArray());
    }

    /// <param name="chainOf">For a condition on another flag: the keys of the flags to evaluate, in order, that one last.</param>
    public static void Write(Utf8JsonWriter writer, FlagFilters filters, Func<FlagProperty, IReadOnlyList<string>>? chainOf = null)
    {
        writer.WriteStartObject();
        WriteConditions(writer, "groups", filters.Groups, chainOf);
        if (filters.Variants.Count == 0)
        {
            writer.WriteNull("multivariate");
        }
        else
        {
            WriteVariants(writer, filters.Variants);
        }
        writer.WriteStartObject("payloads");
        foreach (var (variant, payload) in filters.Payloads)
        {
            writer.WriteString(variant, payload);
        }
        writer.WriteEndObject();
        WriteNumberOrNull(writer, "aggregation_group_type_index", filters.GroupTypeIndex);
        if (filters.IsEarlyExit)
        {
            writer.WriteBoolean("early_exit", true);
        }
        if (filters.IsEnrollment)
        {
            writer.WriteBoolean("feature_enrollment", true);
        }
        if (filters.IsEnrollmentGuarded)
        {
            writer.WriteBoolean("feature_enrollment_guarded", true);
        }
        if (filters.SuperGroups.Count > 0)
        {
            WriteConditions(writer, "super_groups", filters.SuperGroups, chainOf);
        }
        if (filters.Holdout is { } holdout)
        {
            writer.WriteStartObject("holdout");
            writer.WriteNumber("id", holdout.Id);
            writer.WriteNumber("exclusion_percentage", holdout.ExclusionPercentage);
            writer.WriteEndObject();
        }
        writer.WriteEndObject();
    }

    static void WriteVariants(Utf8JsonWriter writer, IReadOnlyList<FlagVariant> variants)
    {
        writer.WriteStartObject("multivariate");
        writer.WriteStartArray("variants");
        foreach (var variant in variants)
        {
            writer.WriteStartObject();
            writer.WriteString("key", variant.Key);
            writer.WriteString("name", variant.Name);
            writer.WriteNumber("rollout_percentage", variant.RolloutPercentage);
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    static void WriteConditions(
        Utf8JsonWriter writer, string name, IReadOnlyList<FlagCondition> conditions, Func<FlagProperty, IReadOnlyList<string>>? chainOf)
    {
        writer.WriteStartArray(name);
        foreach (var condition in conditions)
        {
            writer.WriteStartObject();
            writer.WriteStartArray("properties");
            foreach (var property in condition.Properties)
            {
                WriteProperty(writer, property, chainOf);
            }
            writer.WriteEndArray();
            WriteNumberOrNull(writer, "rollout_percentage", condition.RolloutPercentage);
            writer.WriteString("variant", condition.Variant);
            if (condition.Aggregation is { } aggregation)
            {
                WriteNumberOrNull(writer, "aggregation_group_type_index", aggregation.GroupTypeIndex);
            }
            if (condition.Description is { } description)
            {
                writer.WriteString("description", description);
            }
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
    }

    public static void WriteProperty(Utf8JsonWriter writer, FlagProperty property, Func<FlagProperty, IReadOnlyList<string>>? chainOf = null)
    {
        var chain = property.Type == FlagPropertyTypes.Flag ? chainOf?.Invoke(property) : null;
        writer.WriteStartObject();
        // SDKs look for the flag under the name that ends the chain.
        writer.WriteString("key", chain is [.., var last] ? last : property.Key);
        writer.WriteString("type", property.Type);
        writer.WriteString("operator", property.Operator);
        if (property.Value.ValueKind != JsonValueKind.Undefined)
        {
            writer.WritePropertyName("value");
            property.Value.WriteTo(writer);
        }
        if (property.IsNegated)
        {
            writer.WriteBoolean("negation", true);
        }
        if (property.GroupTypeIndex is { } type)
        {
            writer.WriteNumber("group_type_index", type);
        }
        if (chain is not null)
        {
            writer.WriteStartArray("dependency_chain");
            foreach (var key in chain)
            {
                writer.WriteStringValue(key);
            }
            writer.WriteEndArray();
        }
        writer.WriteEndObject();
    }

    static void WriteNumberOrNull(Utf8JsonWriter writer, string name, double? value)
    {
        if (value is { } number)
        {
            writer.WriteNumber(name, number);
        }
        else
        {
            writer.WriteNull(name);
        }
    }
}
