using Prickle.Accounts;

namespace Prickle.Insights;

/// <summary>
/// One kind of question: checks it, asks the store, and says who is behind a number of the answer. A class each, found by
/// the type of its query; <see cref="InsightQuestions"/> is the list.
/// </summary>
public interface IQuestion
{
    /// <summary>The record that it answers.</summary>
    Type QueryType { get; }

    /// <summary>What is wrong with the question itself, before anything is asked; null when nothing is.</summary>
    Refusal? Check(InsightQuery query);

    /// <summary>The width of its buckets.</summary>
    Interval IntervalOf(InsightQuery query);

    /// <summary>Every entity in the question, so that its actions can be found beforehand.</summary>
    IEnumerable<EntityNode> EntitiesOf(InsightQuery query);

    /// <summary>Which type of group the actors of a number are; null for persons.</summary>
    int? ActorGroupType(InsightQuery query, ActorsSelection selection);

    /// <summary>Asks the store.</summary>
    Task<InsightResult> AnswerAsync(InsightQuery query, QueryScope scope, CancellationToken cancellationToken);

    /// <summary>
    /// The actors behind one number, as a SELECT without ORDER BY and LIMIT of the columns <c>actor_id</c> (the text of a
    /// person's UUID, or a group's key), <c>event_count</c> (UInt64) and <c>session_ids</c> (Array(String), at most 10 of the
    /// matching events), with values in the builder. Its rows are exactly those that the number counted.
    /// </summary>
    Outcome<string> Actors(InsightQuery query, ActorsSelection selection, QueryScope scope, ClickHouse.SqlBuilder sql);

    /// <summary>As <see cref="Actors"/>, for whoever can wait: some questions have to ask the store to know who is behind a number.</summary>
    Task<Outcome<string>> ActorsAsync(
        InsightQuery query, ActorsSelection selection, QueryScope scope, ClickHouse.SqlBuilder sql, CancellationToken cancellationToken);
}

/// <summary>The same with its types known.</summary>
public abstract class Question<TQuery> : IQuestion
    where TQuery : InsightQuery
{
    public Type QueryType => typeof(TQuery);

    public abstract Refusal? Check(TQuery query);

    public abstract Interval IntervalOf(TQuery query);

    public abstract IEnumerable<EntityNode> EntitiesOf(TQuery query);

    public virtual int? ActorGroupType(TQuery query, ActorsSelection selection) => query.AggregationGroupTypeIndex;

    public abstract Task<InsightResult> AnswerAsync(TQuery query, QueryScope scope, CancellationToken cancellationToken);

    /// <summary>Of a question that knows without asking; one that does not overrides <see cref="ActorsAsync"/>.</summary>
    public virtual Outcome<string> Actors(TQuery query, ActorsSelection selection, QueryScope scope, ClickHouse.SqlBuilder sql) =>
        throw new NotSupportedException($"{GetType().Name} has to ask the store for its actors: call ActorsAsync.");

    public virtual Task<Outcome<string>> ActorsAsync(
        TQuery query, ActorsSelection selection, QueryScope scope, ClickHouse.SqlBuilder sql, CancellationToken cancellationToken) =>
        Task.FromResult(Actors(query, selection, scope, sql));

    int? IQuestion.ActorGroupType(InsightQuery query, ActorsSelection selection) => ActorGroupType((TQuery)query, selection);

    Refusal? IQuestion.Check(InsightQuery query) => Check((TQuery)query);

    Interval IQuestion.IntervalOf(InsightQuery query) => IntervalOf((TQuery)query);

    IEnumerable<EntityNode> IQuestion.EntitiesOf(InsightQuery query) => EntitiesOf((TQuery)query);

    Task<InsightResult> IQuestion.AnswerAsync(InsightQuery query, QueryScope scope, CancellationToken cancellationToken) =>
        AnswerAsync((TQuery)query, scope, cancellationToken);

    Outcome<string> IQuestion.Actors(InsightQuery query, ActorsSelection selection, QueryScope scope, ClickHouse.SqlBuilder sql) =>
        Actors((TQuery)query, selection, scope, sql);

    Task<Outcome<string>> IQuestion.ActorsAsync(
        InsightQuery query, ActorsSelection selection, QueryScope scope, ClickHouse.SqlBuilder sql, CancellationToken cancellationToken) =>
        ActorsAsync((TQuery)query, selection, scope, sql, cancellationToken);
}

/// <summary>Which number of an answer was chosen. Each kind of question reads its own members.</summary>
public sealed record ActorsSelection
{
    /// <summary>Index of the series.</summary>
    public int Series { get; init; }

    /// <summary>A day as the answer wrote it; null for the whole period.</summary>
    public string? Day { get; init; }

    public IReadOnlyList<string>? BreakdownValues { get; init; }

    /// <summary>"previous" for the period that was compared with.</summary>
    public string? Compare { get; init; }

    /// <summary>Funnels: n reached step n (from 1); -n dropped at n.</summary>
    public int? FunnelStep { get; init; }

    /// <summary>Retention: the row, and the offset (null: the whole cohort). Stickiness: <see cref="Interval"/> is the number of intervals.</summary>
    public int? Row { get; init; }

    public int? Interval { get; init; }

    public LifecycleStatus? Status { get; init; }

    /// <summary>Paths: an edge's two nodes, or one of them for all who were there.</summary>
    public string? PathSource { get; init; }

    public string? PathTarget { get; init; }
}
