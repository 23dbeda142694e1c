using System.Globalization;
using Prickle.Actions;
using Prickle.ClickHouse;
using Prickle.Filters;

namespace Prickle.Cohorts.Criteria;

/// <summary>A cohort's criteria as a statement that gives its persons.</summary>
sealed class CriterionSql(SqlBuilder sql, int projectId, TimeZoneInfo zone, DateTimeOffset now, IReadOnlyDictionary<int, ActionDefinition> actions)
{
    readonly string _project = sql.Project(projectId);

    FilterScope Scope => new(sql, projectId, now) { Zone = zone };

    /// <summary>The persons, as the column <c>id</c>: out of everybody the project has met, with or without a profile.</summary>
    public string Persons(CohortGroup criteria) => $"""
        SELECT DISTINCT id FROM (
          SELECT id FROM persons FINAL WHERE project_id = {_project}
          UNION ALL
          SELECT DISTINCT {FilterSql.Person} AS id FROM events WHERE project_id = {_project}
        ) WHERE {Condition(criteria)}
        """;

    string Condition(CohortCriterion criterion) => criterion switch
    {
        CohortGroup { Members.Count: 0 } => "0",
        CohortGroup group => "(" + string.Join(group.Join == FilterJoin.And ? " AND " : " OR ", group.Members.Select(Condition)) + ")",
        PersonCriterion person => OfPerson(person.Filter),
        MembershipCriterion membership => $"id {(membership.IsNegated ? "NOT IN" : "IN")} {CohortSql.Members(sql, projectId, membership.CohortId)}",
        BehaviorCriterion behavior => behavior.IsNegated ? $"NOT ({Behavior(behavior)})" : Behavior(behavior),
        _ => throw new ArgumentOutOfRangeException(nameof(criterion), criterion, "Not a criterion."),
    };

    // Somebody without a profile has no properties: where that fits, those are looked for that do not.
    string OfPerson(PropertyFilter filter)
    {
        var fitsMissing = FilterMatcher.Matches(filter, new FilterSubject { Now = now });
        var condition = FilterSql.Compile(filter, Scope with { Row = FilterRow.Persons });
        return $"id {(fitsMissing ? "NOT IN" : "IN")} (SELECT id FROM persons FINAL WHERE project_id = {_project} AND {(fitsMissing ? "NOT " : "")}({condition}))";
    }

    string Behavior(BehaviorCriterion behavior)
    {
        var from = behavior.Within.Before(now);
        return behavior.Behavior switch
        {
            CohortBehavior.Did => $"id IN ({Did(behavior, from, now)})",
            CohortBehavior.DidTimes => Times(behavior, from),
            CohortBehavior.DidFirst =>
                $"id IN ({Did(behavior, null, now)} GROUP BY person HAVING min(timestamp) > {sql.Moment(from)})",
            CohortBehavior.DidThen => Sequence(behavior, from),
            CohortBehavior.DidRegularly => Regularly(behavior),
            CohortBehavior.Stopped =>
                $"(id IN ({Did(behavior, from, Lately(behavior))}) AND id NOT IN ({Did(behavior, Lately(behavior), now)}))",
            CohortBehavior.Restarted =>
                $"(id IN ({Did(behavior, null, from)}) AND id NOT IN ({Did(behavior, from, Lately(behavior))}) AND id IN ({Did(behavior, Lately(behavior), now)}))",
            _ => throw new ArgumentOutOfRangeException(nameof(behavior), behavior.Behavior, "Not a behaviour."),
        };
    }

    DateTimeOffset Lately(BehaviorCriterion behavior) => behavior.ThenWithin.Before(now);

    /// <summary>Persons who did it after one moment and up to another; may be grouped by <c>person</c>.</summary>
    string Did(BehaviorCriterion behavior, DateTimeOffset? after, DateTimeOffset upTo) =>
        $"SELECT {FilterSql.Person} AS person FROM events WHERE project_id = {_project} AND {Window(after, upTo)} AND {Matches(behavior.What, behavior.Filters)}";

    // Who never did it did it 0 times: an upper bound is the negation of the lower bound above it.
    string Times(BehaviorCriterion behavior, DateTimeOffset from)
    {
        var times = sql.Number(behavior.Times);
        var grouped = $"{Did(behavior, from, now)} GROUP BY person HAVING count()";
        return behavior switch
        {
            { Operator: "lte" } => $"id NOT IN ({grouped} > {times})",
            { Operator: "exact", Times: 0 } => $"id NOT IN ({grouped} > 0)",
            { Operator: "exact" } => $"id IN ({grouped} = {times})",
            { Times: 0 } => "1",
            _ => $"id IN ({grouped} >= {times})",
        };
    }

    string Sequence(BehaviorCriterion behavior, DateTimeOffset from)
    {
        var first = Matches(behavior.What, behavior.Filters);
        var then = Matches(behavior.Then!, FilterGroup.Everything);
        // The parameters of an aggregate function are part of the statement's text: a number of ours.
        var window = ((now - behavior.ThenWithin.Before(now)).Ticks / TimeSpan.TicksPerMicrosecond).ToString(CultureInfo.InvariantCulture);
        return $"""
            id IN (SELECT {FilterSql.Person} AS person FROM events
              WHERE project_id = {_project} AND {Window(from, now)} AND ({first} OR {then})
              GROUP BY person
              HAVING windowFunnel({window}, 'strict_increase')(toUInt64(toUnixTimestamp64Micro(timestamp)), {first}, {then}) >= 2)
            """;
    }

    string Regularly(BehaviorCriterion behavior)
    {
        var seconds = (long)(now - behavior.Within.Before(now)).TotalSeconds;
        var from = now.AddSeconds(-seconds * behavior.TotalPeriods);
        var comparison = behavior.Operator switch { "lte" => "<=", "exact" => "=", _ => ">=" };
        return $"""
            id IN (SELECT person FROM (
                SELECT {FilterSql.Person} AS person, intDiv(toUnixTimestamp64Micro({sql.Moment(now)}) - toUnixTimestamp64Micro(timestamp), {sql.Number(seconds * 1_000_000)}) AS period
                FROM events WHERE project_id = {_project} AND {Window(from, now)} AND {Matches(behavior.What, behavior.Filters)}
                GROUP BY person, period HAVING count() {comparison} {sql.Number(behavior.Times)})
              GROUP BY person HAVING count() >= {sql.Number(behavior.MinimumPeriods)})
            """;
    }

    string Window(DateTimeOffset? after, DateTimeOffset upTo) =>
        $"{(after is { } moment ? $"timestamp > {sql.Moment(moment)} AND " : "")}timestamp <= {sql.Moment(upTo)}";

    string Matches(CohortEvent what, FilterGroup filters)
    {
        var condition = what switch
        {
            { ActionId: { } id } => actions.TryGetValue(id, out var action)
                ? ActionSql.Compile(action, Scope)
                : throw new CohortCalculationException(string.Create(CultureInfo.InvariantCulture, $"The action {id} does not exist any more.")),
            { Event: null or "" } => "1",
            _ => $"event = {sql.Text(what.Event)}",
        };
        return $"({condition} AND {FilterSql.Compile(filters, Scope)})";
    }
}

/// <summary>A cohort cannot be calculated, for a reason that its people can mend.</summary>
sealed class CohortCalculationException(string message) : Exception(message);
