using System.Globalization;
using System.Text.Json;
using Prickle.Filters;
using Prickle.Flags.Evaluation;

namespace Prickle.Flags.Pages;

/// <summary>Flags as people read them.</summary>
static class FlagWords
{
    /// <summary>"multivariate", for a list.</summary>
    public static string TypeOf(FlagSettings settings) => FlagQueries.TypeOf(settings) switch
    {
        "remote_config" => "Remote configuration",
        "multivariate" => $"{settings.Filters.Variants.Count} variants",
        _ => "On or off",
    };

    /// <summary>The roll-out in a few words: "50 % of everyone", "everyone", "nobody", "3 condition sets".</summary>
    public static string Rollout(FlagSettings settings, IReadOnlyDictionary<int, string> groupTypes)
    {
        if (settings.IsRemoteConfiguration)
        {
            return "everyone";
        }
        return settings.Filters.Groups switch
        {
            [] => "nobody",
            [var only] when only.Properties.Count == 0 => Share(only, settings.Filters, groupTypes),
            [var only] => $"{Share(only, settings.Filters, groupTypes)} where {Conditions(only)}",
            var sets when sets.FirstOrDefault(set => set.Properties.Count == 0 && set.RolloutPercentage is null or >= 100) is { } all => Share(all, settings.Filters, groupTypes),
            var sets => $"{sets.Count} condition sets",
        };
    }

    /// <summary>Who a set lets in: "50 % of people".</summary>
    public static string Share(FlagCondition set, FlagFilters filters, IReadOnlyDictionary<int, string> groupTypes)
    {
        var groupType = set.Aggregation is { } own ? own.GroupTypeIndex : filters.GroupTypeIndex;
        var whom = groupType is { } type ? $"every {groupTypes.GetValueOrDefault(type, "group")}" : "everyone";
        return set.RolloutPercentage switch
        {
            null or >= 100 => whom,
            0 => "nobody",
            var share => string.Create(CultureInfo.InvariantCulture, $"{share:0.##} % of {(groupType is { } some ? $"each {groupTypes.GetValueOrDefault(some, "group")}" : "everyone")}"),
        };
    }

    /// <summary>"plan equals pro and in cohort 3"; empty for a set without conditions.</summary>
    public static string Conditions(FlagCondition set) => string.Join(" and ", set.Properties.Select(Condition));

    public static string Condition(FlagProperty property) => property.Type switch
    {
        FlagPropertyTypes.Flag => $"flag {property.Key} is {Text(property.Value)}",
        _ => $"{(property.IsNegated && property.Type != FlagPropertyTypes.Cohort ? "not: " : "")}{FilterWords.Of(FlagFilterForm.ToFilter(property))}",
    };

    /// <summary>A JSON value without its quotes.</summary>
    public static string Text(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Undefined => "",
        JsonValueKind.String => value.GetString()!,
        _ => value.GetRawText(),
    };

    /// <summary>What an answer is called in charts and lists.</summary>
    public static string Answer(string answer) => answer switch { "true" => "On", "false" => "Off", "" => "No answer", _ => answer };

    public static string Percent(double share) => string.Create(CultureInfo.InvariantCulture, $"{share:0.##} %");
}
