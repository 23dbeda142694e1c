using System.Globalization;
using System.Text.Json.Serialization;
using Prickle.Cohorts.Criteria;
using Prickle.Filters;

namespace Prickle.Cohorts;

/// <summary>What somebody must be, or have done, to be in a cohort.</summary>
public abstract record CohortCriterion;

/// <summary>Several criteria of which all, or any, must hold. Written as the field's <c>{type, values}</c>.</summary>
[JsonConverter(typeof(CohortGroupConverter))]
public sealed record CohortGroup(FilterJoin Join, IReadOnlyList<CohortCriterion> Members) : CohortCriterion
{
    public static readonly CohortGroup Empty = new(FilterJoin.Or, []);

    /// <summary>Every leaf of the tree.</summary>
    public IEnumerable<CohortCriterion> Leaves => Members.SelectMany(member => member is CohortGroup group ? group.Leaves : [member]);

    /// <summary>Other cohorts that it is made of: by membership, and in the filters of what people did.</summary>
    public IEnumerable<int> Cohorts => Leaves.SelectMany(leaf => leaf switch
    {
        MembershipCriterion membership => [membership.CohortId],
        BehaviorCriterion behavior => behavior.Filters.Leaves.Where(filter => filter.Type == FilterTypes.Cohort)
            .SelectMany(filter => filter.Values).Select(id => int.Parse(id, CultureInfo.InvariantCulture)),
        _ => (IEnumerable<int>)[],
    });

    /// <summary>The actions that it names.</summary>
    public IEnumerable<int> Actions => Leaves.OfType<BehaviorCriterion>().SelectMany(behavior => new[] { behavior.What.ActionId, behavior.Then?.ActionId }).OfType<int>();
}

/// <summary>Something about the person's properties.</summary>
public sealed record PersonCriterion(PropertyFilter Filter) : CohortCriterion;

/// <summary>In another cohort, or not.</summary>
public sealed record MembershipCriterion(int CohortId, bool IsNegated) : CohortCriterion;

/// <summary>How a behaviour is meant; the names are the field's.</summary>
public enum CohortBehavior
{
    [JsonStringEnumMemberName("performed_event")] Did,
    [JsonStringEnumMemberName("performed_event_multiple")] DidTimes,
    [JsonStringEnumMemberName("performed_event_first_time")] DidFirst,
    [JsonStringEnumMemberName("performed_event_sequence")] DidThen,
    [JsonStringEnumMemberName("performed_event_regularly")] DidRegularly,
    [JsonStringEnumMemberName("stopped_performing_event")] Stopped,
    [JsonStringEnumMemberName("restarted_performing_event")] Restarted,
}

/// <summary>An event by name, or an action by id.</summary>
public sealed record CohortEvent(string? Event, int? ActionId);

/// <summary>A length of time: 30 days.</summary>
/// <param name="Unit">hour, day, week, month or year.</param>
public sealed record CohortSpan(int Count, string Unit)
{
    public static readonly IReadOnlyList<string> Units = ["hour", "day", "week", "month", "year"];

    public DateTimeOffset Before(DateTimeOffset moment) => Unit switch
    {
        "hour" => moment.AddHours(-Count),
        "week" => moment.AddDays(-7 * Count),
        "month" => moment.AddMonths(-Count),
        "year" => moment.AddYears(-Count),
        _ => moment.AddDays(-Count),
    };

    public override string ToString() => Count == 1 ? Unit : $"{Count} {Unit}s";
}

/// <summary>Something the person did, or did not do.</summary>
public sealed record BehaviorCriterion(CohortBehavior Behavior, CohortEvent What) : CohortCriterion
{
    /// <summary>Which of those events count.</summary>
    public FilterGroup Filters { get; init; } = FilterGroup.Everything;

    /// <summary>In the last so much time; for stopped and restarted the wider window, for regularly one period.</summary>
    public CohortSpan Within { get; init; } = new(30, "day");

    public bool IsNegated { get; init; }

    /// <summary>gte, lte or exact: for a number of times.</summary>
    public string Operator { get; init; } = "gte";

    public int Times { get; init; } = 1;

    /// <summary>For a sequence: what comes after.</summary>
    public CohortEvent? Then { get; init; }

    /// <summary>For a sequence: how soon after; for stopped and restarted: "lately".</summary>
    public CohortSpan ThenWithin { get; init; } = new(7, "day");

    /// <summary>For regularly: in at least so many periods,</summary>
    public int MinimumPeriods { get; init; } = 3;

    /// <summary>of the last so many.</summary>
    public int TotalPeriods { get; init; } = 5;
}
