using System.Text.Json;
using Prickle.Accounts;
using Prickle.Filters;

namespace Prickle.Cohorts;

/// <summary>What people say about a cohort. <c>filters.properties</c> holds the criteria of a dynamic one.</summary>
public sealed record CohortSettings
{
    const int MostCriteria = 30;

    public string Name { get; init; } = "";
    public string Description { get; init; } = "";
    public bool IsStatic { get; init; }
    public CohortFilters Filters { get; init; } = new(CohortGroup.Empty);

    internal static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    /// <summary>Why it cannot be saved; null when it can.</summary>
    public Refusal? Check() =>
        Name.Trim() is not { Length: > 0 and <= 400 } ? Refusal.Invalid("name", "Give the cohort a name of at most 400 characters.")
        : Description.Length > 4000 ? Refusal.Invalid("description", "A description may have 4000 characters at most.")
        : IsStatic ? null
        : CheckCriteria();

    /// <summary>Why the criteria cannot be asked for; null when they can.</summary>
    public Refusal? CheckCriteria()
    {
        var leaves = Filters.Properties.Leaves.ToList();
        return leaves.Count is 0 or > MostCriteria
            ? Refusal.Invalid("filters", $"A dynamic cohort has 1 to {MostCriteria} criteria.")
            : leaves.Select(Check).FirstOrDefault(refusal => refusal is not null);
    }

    static Refusal? Check(CohortCriterion criterion) => criterion switch
    {
        PersonCriterion { Filter.Key.Length: 0 } => Refusal.Invalid("filters", "Say which property is meant."),
        MembershipCriterion { CohortId: < 1 } => Refusal.Invalid("filters", "Say which cohort is meant."),
        PersonCriterion person => FilterCheck.Refuse(person.Filter, [FilterTypes.Person], "filters"),
        BehaviorCriterion behavior => Check(behavior),
        _ => null,
    };

    static Refusal? Check(BehaviorCriterion behavior) =>
        behavior.What is { ActionId: null, Event: null or "" } ? Refusal.Invalid("filters", "Say which event or action is meant.")
        : FilterCheck.Refuse(behavior.Filters, OfEvents, "filters") ?? Check(behavior.Within) ?? Check(behavior.ThenWithin) ?? behavior switch
        {
            { Behavior: CohortBehavior.DidThen, Then: null or { ActionId: null, Event: null or "" } } =>
                Refusal.Invalid("filters", "A sequence needs a second event or action."),
            { Behavior: CohortBehavior.DidTimes or CohortBehavior.DidRegularly, Operator: not ("gte" or "lte" or "exact") } =>
                Refusal.Invalid("filters", "A number of times is compared with gte, lte or exact."),
            { Behavior: CohortBehavior.DidTimes or CohortBehavior.DidRegularly, Times: < 0 or > 1_000_000 } =>
                Refusal.Invalid("filters", "A number of times lies between 0 and 1,000,000."),
            { Behavior: CohortBehavior.DidRegularly } when behavior.MinimumPeriods < 1 || behavior.TotalPeriods > 100 || behavior.MinimumPeriods > behavior.TotalPeriods =>
                Refusal.Invalid("filters", "Regularly means in at least 1 of at most 100 periods."),
            { Behavior: CohortBehavior.Stopped or CohortBehavior.Restarted } when behavior.ThenWithin.Before(Reference) <= behavior.Within.Before(Reference) =>
                Refusal.Invalid("filters", "\"Lately\" must be shorter than the time before it."),
            _ => null,
        };

    /// <summary>What filters of events may ask here; SQL has no place to be checked when a cohort is calculated.</summary>
    static readonly IReadOnlyList<string> OfEvents = [.. FilterTypes.All.Where(type => type != FilterTypes.Sql)];

    static readonly DateTimeOffset Reference = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    static Refusal? Check(CohortSpan span) =>
        !CohortSpan.Units.Contains(span.Unit) ? Refusal.Invalid("filters", $"A time is counted in {string.Join(", ", CohortSpan.Units)}.")
        : span.Count is < 1 or > 100_000 || span.Before(Reference) < Reference.AddYears(-10)
            ? Refusal.Invalid("filters", "A time is at least 1, and at most 10 years.")
        : null;
}

/// <summary>The field keeps the criteria one level down.</summary>
public sealed record CohortFilters(CohortGroup Properties);
