using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Prickle.Accounts;
using Prickle.Filters;
using Prickle.Flags.Evaluation;

namespace Prickle.Flags.Definition;

/// <summary>What a flag may name: the rest of the project.</summary>
/// <param name="Flags">All flags of the project whose keys are taken.</param>
/// <param name="Cohorts">The ids of its cohorts.</param>
/// <param name="GroupTypes">The names of its types of groups by index.</param>
sealed record FlagSurroundings(IReadOnlyList<FeatureFlag> Flags, IReadOnlySet<int> Cohorts, IReadOnlyDictionary<int, string> GroupTypes);

/// <summary>Says what is wrong with a flag before it is saved, with the path to it.</summary>
static partial class FlagCheck
{
    const int LongestKey = 400;
    const int LongestName = 4000;
    const int MostTags = 50;

    static readonly IReadOnlyList<string> Filterable = [FlagPropertyTypes.Person, FlagPropertyTypes.Group, FlagPropertyTypes.Cohort];

    /// <summary>The refusal; null for a flag that can be saved.</summary>
    /// <param name="id">The flag that is changed; 0 for a new one.</param>
    public static Refusal? Refuse(int id, FlagSettings settings, FlagSurroundings surroundings) =>
        RefuseKey(id, settings.Key, surroundings) ?? RefuseWords(settings) ?? RefuseVariants(settings.Filters) ?? RefusePayloads(settings)
        ?? RefuseBucketing(settings, surroundings) ?? RefuseConditions(settings.Filters, "groups", settings.Filters.Groups, surroundings)
        ?? RefuseConditions(settings.Filters, "super_groups", settings.Filters.SuperGroups, surroundings)
        ?? RefuseCircle(id, settings, surroundings);

    static Refusal? RefuseKey(int id, string key, FlagSurroundings surroundings) =>
        key.Length is 0 or > LongestKey || !KeyForm().IsMatch(key)
            ? Refusal.Invalid("key", $"A key has letters, digits, - and _, at most {LongestKey} of them.")
        : surroundings.Flags.Any(other => other.Id != id && other.Key == key)
            ? new Refusal(RefusalReason.AlreadyExists, $"There is a flag {key} already.", "key")
        : null;

    static Refusal? RefuseWords(FlagSettings settings) =>
        settings.Name.Length > LongestName ? Refusal.Invalid("name", $"A description has {LongestName} characters at most.")
        : TooMany("tags", settings.Tags) ?? TooMany("evaluation_contexts", settings.EvaluationContexts)
        ?? (settings.EvaluationRuntime is not (FlagRuntimes.All or FlagRuntimes.Client or FlagRuntimes.Server)
            ? Refusal.Invalid("evaluation_runtime", "The runtime is all, client or server.") : null);

    static Refusal? TooMany(string attribute, IReadOnlyList<string> words) =>
        words.Count > MostTags ? Refusal.Invalid(attribute, $"There may be {MostTags} at most.")
        : words.Any(word => word.Trim().Length is 0 or > 100) ? Refusal.Invalid(attribute, "Each has 1 to 100 characters.")
        : null;

    static Refusal? RefuseVariants(FlagFilters filters)
    {
        var variants = filters.Variants;
        for (var index = 0; index < variants.Count; index++)
        {
            var path = $"filters.multivariate.variants[{index}]";
            if (RefusePercentage($"{path}.rollout_percentage", variants[index].RolloutPercentage) is { } refusal)
            {
                return refusal;
            }
            if (!KeyForm().IsMatch(variants[index].Key) || variants[index].Key.Length > LongestKey)
            {
                return Refusal.Invalid($"{path}.key", "A variant's key has letters, digits, - and _.");
            }
            if (variants.Take(index).Any(other => other.Key == variants[index].Key))
            {
                return Refusal.Invalid($"{path}.key", $"There are two variants {variants[index].Key}.");
            }
        }
        // Thirds are written as 33.33 and the like: a hair's breadth more than all is all.
        return variants.Sum(variant => variant.RolloutPercentage) is > 100.0001 and var sum
            ? Refusal.Invalid("filters.multivariate.variants", string.Create(CultureInfo.InvariantCulture, $"The shares of the variants are {sum:0.##} % together; 100 % is all there is."))
            : null;
    }

    static Refusal? RefusePayloads(FlagSettings settings)
    {
        var filters = settings.Filters;
        var stranger = filters.Payloads.Keys.FirstOrDefault(
            variant => filters.Variants.Count == 0 ? variant != "true" : filters.Variants.All(known => known.Key != variant));
        // Pages hand over what people wrote; what came as JSON was read before.
        var torn = filters.Payloads.FirstOrDefault(payload => !FlagFiltersReader.IsJson(payload.Value));
        return torn.Key is not null ? Refusal.Invalid($"filters.payloads.{torn.Key}", "The payload is not valid JSON; text needs quotes.")
            : stranger is not null
                ? Refusal.Invalid($"filters.payloads.{stranger}", filters.Variants.Count == 0
                    ? "A flag without variants has one payload, under true." : $"There is no variant {stranger}.")
            : settings.IsRemoteConfiguration && (filters.Variants.Count > 0 || !filters.Payloads.ContainsKey("true"))
                ? Refusal.Invalid("filters.payloads.true", "A remote configuration has a payload, and no variants.")
            : null;
    }

    static Refusal? RefuseBucketing(FlagSettings settings, FlagSurroundings surroundings) =>
        settings.BucketingIdentifier is not (FlagBucketing.DistinctId or FlagBucketing.DeviceId)
            ? Refusal.Invalid("bucketing_identifier", "Shares go by distinct_id or by device_id.")
        : settings is { EnsureExperienceContinuity: true, BucketingIdentifier: FlagBucketing.DeviceId }
            ? Refusal.Invalid("ensure_experience_continuity", "A flag that goes by devices stays the same after signing in as it is.")
        : settings is { EnsureExperienceContinuity: true, Filters.GroupTypeIndex: not null }
            ? Refusal.Invalid("ensure_experience_continuity", "A flag for groups stays the same after signing in as it is.")
        : settings is { Filters: { IsEnrollment: true, GroupTypeIndex: not null } }
            ? Refusal.Invalid("filters.feature_enrollment", "People choose for themselves, not for a group.")
        : settings.Filters.Holdout is { } holdout && RefusePercentage("filters.holdout.exclusion_percentage", holdout.ExclusionPercentage) is { } refusal ? refusal
        : RefuseGroupType("filters.aggregation_group_type_index", settings.Filters.GroupTypeIndex, surroundings);

    static Refusal? RefuseConditions(FlagFilters filters, string name, IReadOnlyList<FlagCondition> conditions, FlagSurroundings surroundings)
    {
        for (var index = 0; index < conditions.Count; index++)
        {
            var (path, condition) = ($"filters.{name}[{index}]", conditions[index]);
            var refusal = (condition.RolloutPercentage is { } percentage ? RefusePercentage($"{path}.rollout_percentage", percentage) : null)
                ?? RefuseGroupType($"{path}.aggregation_group_type_index", condition.Aggregation?.GroupTypeIndex, surroundings)
                ?? (condition.Variant is { } variant && filters.Variants.All(known => known.Key != variant)
                    ? Refusal.Invalid($"{path}.variant", $"There is no variant {variant}.") : null)
                ?? condition.Properties.Select((property, at) => RefuseProperty($"{path}.properties[{at}]", property, condition, filters, surroundings))
                    .FirstOrDefault(found => found is not null);
            if (refusal is not null)
            {
                return refusal;
            }
        }
        return null;
    }

    static Refusal? RefuseProperty(string path, FlagProperty property, FlagCondition condition, FlagFilters filters, FlagSurroundings surroundings)
    {
        switch (property.Type)
        {
            case FlagPropertyTypes.Flag:
                return RefuseDependency(path, property, surroundings);
            case FlagPropertyTypes.Person or FlagPropertyTypes.Cohort or FlagPropertyTypes.Group:
                break;
            default:
                return Refusal.Invalid($"{path}.type", $"A condition looks at {string.Join(", ", Filterable)} or flag, not at {property.Type}.");
        }
        if (FilterOperator.Find(property.Operator) is null)
        {
            return Refusal.Invalid($"{path}.operator", $"No operator is called \"{property.Operator}\".");
        }
        if (property.Value.ValueKind == JsonValueKind.Object
            || (property.Value.ValueKind == JsonValueKind.Array && property.Value.EnumerateArray().Any(item => item.ValueKind is JsonValueKind.Object or JsonValueKind.Array)))
        {
            return Refusal.Invalid($"{path}.value", "A value is text, a number, a boolean, or a list of them.");
        }
        var groupType = property.GroupTypeIndex ?? (condition.Aggregation is { } own ? own.GroupTypeIndex : filters.GroupTypeIndex);
        if (property.Type == FlagPropertyTypes.Group && groupType is null)
        {
            return Refusal.Invalid($"{path}.group_type_index", "Say which type of group is meant.");
        }
        var filter = FlagFilterForm.ToFilter(property) with { GroupTypeIndex = property.Type == FlagPropertyTypes.Group ? groupType : null };
        if (FilterCheck.Refuse(filter, Filterable, $"{path}.value") is { } refusal)
        {
            return refusal;
        }
        return property.Type == FlagPropertyTypes.Group ? RefuseGroupType($"{path}.group_type_index", groupType, surroundings)
            : property.Type == FlagPropertyTypes.Cohort && filter.Values.FirstOrDefault(id => !surroundings.Cohorts.Contains(int.Parse(id, CultureInfo.InvariantCulture))) is { } unknown
                ? Refusal.Invalid($"{path}.value", $"There is no cohort {unknown} in this project.")
            : null;
    }

    static Refusal? RefuseDependency(string path, FlagProperty property, FlagSurroundings surroundings) =>
        property.Operator != FlagPropertyTypes.EvaluatesTo
            ? Refusal.Invalid($"{path}.operator", $"A condition on a flag has the operator {FlagPropertyTypes.EvaluatesTo}.")
        : FindFlag(property.Key, surroundings.Flags) is not { } other
            ? Refusal.Invalid($"{path}.key", $"There is no flag {property.Key} in this project.")
        : property.Value.ValueKind is JsonValueKind.True or JsonValueKind.False
            || (property.Value.ValueKind == JsonValueKind.String && other.Settings.Filters.Variants.Any(variant => variant.Key == property.Value.GetString()))
            ? null
        : Refusal.Invalid($"{path}.value", $"The value is true, false, or a variant of {other.Key}.");

    /// <summary>The flag that a condition names: by its key, else by its id.</summary>
    public static FeatureFlag? FindFlag(string name, IReadOnlyList<FeatureFlag> flags) =>
        flags.FirstOrDefault(flag => flag.Key == name)
        ?? (int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? flags.FirstOrDefault(flag => flag.Id == id) : null);

    /// <summary>The flags that conditions of a flag name.</summary>
    public static IEnumerable<string> DependenciesOf(FlagFilters filters) =>
        filters.Groups.Concat(filters.SuperGroups).SelectMany(group => group.Properties)
            .Where(property => property.Type == FlagPropertyTypes.Flag).Select(property => property.Key);

    /// <summary>The cohorts that conditions of a flag name.</summary>
    public static IEnumerable<int> CohortsOf(FlagFilters filters) =>
        filters.Groups.Concat(filters.SuperGroups).SelectMany(group => group.Properties)
            .Where(property => property.Type == FlagPropertyTypes.Cohort)
            .SelectMany(property => FlagFilterForm.ToFilter(property).Values)
            .Select(id => int.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0);

    static Refusal? RefuseCircle(int id, FlagSettings settings, FlagSurroundings surroundings)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        return Search(settings.Filters, [settings.Key]) is { } chain
            ? Refusal.Invalid("filters.groups", $"A flag cannot depend on itself: {string.Join(" → ", chain)}.")
            : null;

        IReadOnlyList<string>? Search(FlagFilters filters, IReadOnlyList<string> way)
        {
            foreach (var name in DependenciesOf(filters))
            {
                var other = FindFlag(name, surroundings.Flags);
                if (name == settings.Key || other?.Id == id)
                {
                    return [.. way, settings.Key];
                }
                if (other is not null && seen.Add(other.Key) && Search(other.Settings.Filters, [.. way, other.Key]) is { } found)
                {
                    return found;
                }
            }
            return null;
        }
    }

    static Refusal? RefuseGroupType(string path, int? index, FlagSurroundings surroundings) =>
        index is { } type && !surroundings.GroupTypes.ContainsKey(type)
            ? Refusal.Invalid(path, surroundings.GroupTypes.Count == 0
                ? "This project knows no groups: send some with group() first."
                : $"There is no type of group {type}; there is {string.Join(", ", surroundings.GroupTypes.OrderBy(pair => pair.Key).Select(pair => $"{pair.Key} ({pair.Value})"))}.")
            : null;

    static Refusal? RefusePercentage(string path, double percentage) =>
        percentage is >= 0 and <= 100 ? null : Refusal.Invalid(path, "A share lies between 0 and 100 percent.");

    [GeneratedRegex(@"\A[A-Za-z0-9_-]+\z")]
    private static partial Regex KeyForm();
}
