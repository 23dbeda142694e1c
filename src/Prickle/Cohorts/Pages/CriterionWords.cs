using Prickle.Actions;
using Prickle.Filters;

namespace Prickle.Cohorts.Pages;

/// <summary>Criteria as sentences about a person.</summary>
static class CriterionWords
{
    public static string Of(CohortCriterion criterion, IReadOnlyDictionary<int, ActionDefinition> actions, IReadOnlyDictionary<int, string> cohorts) => criterion switch
    {
        CohortGroup group => string.Join(
            group.Join == FilterJoin.And ? " and " : " or ",
            group.Members.Select(member => member is CohortGroup { Members.Count: > 1 } ? $"({Of(member, actions, cohorts)})" : Of(member, actions, cohorts))),
        PersonCriterion { Filter: var filter } =>
            $"{filter.Key} {FilterOperator.Find(filter.Operator)?.Words} {string.Join(" or ", filter.Values)}".TrimEnd(),
        MembershipCriterion membership =>
            $"{(membership.IsNegated ? "not in" : "in")} the cohort {cohorts.GetValueOrDefault(membership.CohortId, $"{membership.CohortId}")}",
        BehaviorCriterion behavior => Of(behavior, actions),
        _ => "",
    };

    static string Of(BehaviorCriterion behavior, IReadOnlyDictionary<int, ActionDefinition> actions)
    {
        var what = Name(behavior.What, actions);
        var sentence = behavior.Behavior switch
        {
            CohortBehavior.Did => $"did {what} in the last {behavior.Within}",
            CohortBehavior.DidTimes => $"did {what} {Times(behavior)} in the last {behavior.Within}",
            CohortBehavior.DidFirst => $"did {what} for the first time in the last {behavior.Within}",
            CohortBehavior.DidThen => $"did {what} in the last {behavior.Within}, and then {Name(behavior.Then!, actions)} within {behavior.ThenWithin}",
            CohortBehavior.DidRegularly =>
                $"did {what} {Times(behavior)} in {behavior.MinimumPeriods} of the last {behavior.TotalPeriods} periods of {behavior.Within}",
            CohortBehavior.Stopped => $"did {what} in the last {behavior.Within}, but not in the last {behavior.ThenWithin}",
            _ => $"did {what} before the last {behavior.Within}, and again in the last {behavior.ThenWithin} after a pause",
        };
        return behavior.IsNegated ? $"not: {sentence}" : sentence;
    }

    static string Times(BehaviorCriterion behavior) =>
        $"{behavior.Operator switch { "lte" => "at most", "exact" => "exactly", _ => "at least" }} {behavior.Times} {(behavior.Times == 1 ? "time" : "times")}";

    static string Name(CohortEvent what, IReadOnlyDictionary<int, ActionDefinition> actions) =>
        what.ActionId is { } id ? actions.TryGetValue(id, out var action) ? $"“{action.Name}”" : $"the action {id}, which is gone" : $"“{what.Event}”";
}
