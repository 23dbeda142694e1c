using Prickle.Filters;
using Prickle.Flags.Evaluation;
using Prickle.Flags.Pages;

namespace Prickle.Flags;

/// <summary>Condition sets as filters, for pages of other modules that let people edit them, and as words.</summary>
public static class FlagConditions
{
    /// <summary>The conditions of a set that a filter bar can show; those on other flags are not among them.</summary>
    public static FilterGroup ToFilters(FlagCondition condition) =>
        FilterGroup.All([.. condition.Properties.Where(property => property.Type != FlagPropertyTypes.Flag).Select(FlagFilterForm.ToFilter)]);

    /// <summary>A set in which all of the filters have to fit.</summary>
    public static FlagCondition FromFilters(FilterGroup filters) => new() { Properties = [.. filters.Leaves.Select(FlagFilterForm.FromFilter)] };

    /// <summary>In a sentence: "email contains @example.com".</summary>
    public static string WordsOf(FlagCondition condition) => FlagWords.Conditions(condition);
}
