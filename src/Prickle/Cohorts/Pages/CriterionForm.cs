using Prickle.Definitions;
using Prickle.Filters;

namespace Prickle.Cohorts.Pages;

/// <summary>A criterion while it is edited.</summary>
public sealed class CriterionForm
{
    /// <summary>person, cohort, or a behaviour's name.</summary>
    public string Kind { get; set; } = nameof(CohortBehavior.Did);
    public bool IsNegated { get; set; }

    public EntityChoice What { get; set; } = EntityChoice.Nothing;
    public EntityChoice Then { get; set; } = EntityChoice.Nothing;
    public int Count { get; set; } = 30;
    public string Unit { get; set; } = "day";
    public int ThenCount { get; set; } = 7;
    public string ThenUnit { get; set; } = "day";
    public string Operator { get; set; } = "gte";
    public int Times { get; set; } = 2;
    public int MinimumPeriods { get; set; } = 3;
    public int TotalPeriods { get; set; } = 5;
    public FilterGroup Filters { get; set; } = FilterGroup.Everything;
    public string Key { get; set; } = "";
    public string PersonOperator { get; set; } = "exact";
    public string Value { get; set; } = "";
    public int CohortId { get; set; }

    public bool IsBehavior => Kind is not ("person" or "cohort");

    public static CriterionForm Of(CohortCriterion criterion) => criterion switch
    {
        PersonCriterion { Filter: var filter } => new() { Kind = "person", Key = filter.Key, PersonOperator = filter.Operator, Value = string.Join(" | ", filter.Values) },
        MembershipCriterion membership => new() { Kind = "cohort", CohortId = membership.CohortId, IsNegated = membership.IsNegated },
        BehaviorCriterion behavior => new()
        {
            Kind = behavior.Behavior.ToString(),
            IsNegated = behavior.IsNegated,
            What = Choice(behavior.What),
            Then = behavior.Then is { } then ? Choice(then) : EntityChoice.Nothing,
            Count = behavior.Within.Count,
            Unit = behavior.Within.Unit,
            ThenCount = behavior.ThenWithin.Count,
            ThenUnit = behavior.ThenWithin.Unit,
            Operator = behavior.Operator,
            Times = behavior.Times,
            MinimumPeriods = behavior.MinimumPeriods,
            TotalPeriods = behavior.TotalPeriods,
            Filters = behavior.Filters,
        },
        _ => throw new ArgumentOutOfRangeException(nameof(criterion), criterion, "Not a leaf."),
    };

    public CohortCriterion ToCriterion() => Kind switch
    {
        "person" => new PersonCriterion(new PropertyFilter(
            Key.Trim(), PersonOperator, FilterOperator.Find(PersonOperator) is { TakesValue: false } ? [] : [.. Value.Split('|', StringSplitOptions.TrimEntries)], "person")),
        "cohort" => new MembershipCriterion(CohortId, IsNegated),
        _ => new BehaviorCriterion(Enum.Parse<CohortBehavior>(Kind), Event(What))
        {
            IsNegated = IsNegated,
            Within = new CohortSpan(Count, Unit),
            ThenWithin = new CohortSpan(ThenCount, ThenUnit),
            Operator = Operator,
            Times = Times,
            MinimumPeriods = MinimumPeriods,
            TotalPeriods = TotalPeriods,
            Then = Kind == nameof(CohortBehavior.DidThen) ? Event(Then) : null,
            Filters = Filters,
        },
    };

    static EntityChoice Choice(CohortEvent what) => what.ActionId is { } id ? new(null, id) : new(what.Event ?? "", null);

    static CohortEvent Event(EntityChoice chosen) => chosen.ActionId is { } id ? new(null, id) : new(chosen.Event ?? "", null);
}
