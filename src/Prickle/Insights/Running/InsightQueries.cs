using System.Collections.Concurrent;
using System.Text.Json;
using Prickle.Accounts;
using Prickle.Actions;
using Prickle.ClickHouse;
using Prickle.Filters;

namespace Prickle.Insights.Running;

/// <summary>Asks questions: checks, finds what they name, shares and keeps answers, and turns failures into words.</summary>
sealed partial class InsightQueries(
    ClickHouseStore store, InsightQuestions questions, NamedThings named, IExpressionCheck expressions, InsightLimits limits, TimeProvider time,
    ILogger<InsightQueries> logger) : IInsightQueries, IDisposable
{
    // Beyond the store's own limit: it stops by itself, this is for when it does not.
    static readonly TimeSpan Grace = TimeSpan.FromSeconds(15);

    /// <summary>In its first hour a project is being connected, or filled.</summary>
    static readonly TimeSpan Beginning = TimeSpan.FromHours(1);

    readonly AnswerCache _cache = new(limits);
    readonly SharedRuns<InsightAnswer> _runs = new();
    readonly ProjectTurns _turns = new(limits);
    readonly ProjectFacts _facts = new(store, time);
    readonly ConcurrentDictionary<(int ProjectId, string Query), QueryScope> _underWay = new();

    public async Task<Outcome<InsightAnswer>> AskAsync(Project project, InsightQuery query, Refresh refresh, CancellationToken cancellationToken)
    {
        var prepared = await PrepareAsync(project, query, cancellationToken);
        if (prepared is not Outcome<Prepared>.Done { Value: var ready })
        {
            return RefusalOf(prepared);
        }
        var known = refresh == Refresh.Force ? null : Kept(ready, refresh);
        if (known is not null && (refresh == Refresh.CacheOnly || time.GetUtcNow() < known.NextRefreshAt))
        {
            return known;
        }
        return refresh == Refresh.CacheOnly
            ? Refusal.NotFound("No answer to this question has been computed yet.")
            : await _runs.JoinAsync(
                $"{(refresh == Refresh.Force ? "anew" : "")}{ready.Key}",
                stop => GuardedAsync(ready, token => ComputeAsync(ready, refresh == Refresh.Force, token), stop), cancellationToken);
    }

    // A link shows what was found for whomever, and for longer; what has only begun is for nobody.
    InsightAnswer? Kept(Prepared ready, Refresh refresh) => _cache.Find(ready.Key) is not { } known ? null
        : refresh == Refresh.Shared && known.NextRefreshAt - known.ComputedAt > limits.FreshBeginning
            ? known with { NextRefreshAt = known.ComputedAt + limits.FreshShared }
        : known;

    public async Task<Outcome<ActorsPage>> ActorsAsync(
        Project project, InsightQuery query, ActorsSelection selection, string? search, int offset, int limit, CancellationToken cancellationToken)
    {
        var prepared = await PrepareAsync(project, query, cancellationToken);
        return prepared is Outcome<Prepared>.Done { Value: var ready }
            ? await GuardedAsync(ready, token => ReadActorsAsync(ready, selection, search, offset, limit, token), cancellationToken)
            : RefusalOf(prepared);
    }

    public async Task<QueryProgress?> ProgressAsync(Project project, InsightQuery query, CancellationToken cancellationToken) =>
        _underWay.TryGetValue((project.Id, InsightJson.Write(query)), out var scope) ? await scope.ProgressAsync(cancellationToken) : null;

    public void Dispose() => _cache.Dispose();

    static Refusal RefusalOf<T>(Outcome<T> outcome) => ((Outcome<T>.Refused)outcome).Refusal;

    // Checks everything that can be checked without the store.
    async Task<Outcome<Prepared>> PrepareAsync(Project project, InsightQuery query, CancellationToken cancellationToken)
    {
        var question = questions.Of(query);
        if ((QuestionCheck.Of(query) ?? question.Check(query) ?? QuestionCheck.OfAll(query, question)) is { } refusal)
        {
            return refusal;
        }
        if (!TimeZoneInfo.TryFindSystemTimeZoneById(project.TimeZone, out var zone))
        {
            return Refusal.Invalid("time_zone", $"The project's time zone '{project.TimeZone}' is not known here.");
        }
        if (QuestionCheck.ReadTestAccounts(project) is not { } testAccounts)
        {
            return Refusal.Invalid("test_account_filters", "The project's filters for its own people are not valid. Mend them in the project settings.");
        }
        var found = await named.FindAsync(project, query, question, testAccounts, cancellationToken);
        if (found is not Outcome<Dictionary<int, ActionDefinition>>.Done { Value: var used })
        {
            return RefusalOf(found);
        }
        IEnumerable<FilterGroup> filters =
        [
            .. QuestionCheck.FiltersOf(query, question), testAccounts,
            .. used.Values.SelectMany(action => action.Steps).Select(step => step.Properties),
        ];
        var asked = await CheckedExpressions.OfAsync(filters, QuestionCheck.ExpressionsOf(query), project, expressions, cancellationToken);
        if (asked is not Outcome<CheckedExpressions>.Done { Value: var passed })
        {
            return RefusalOf(asked);
        }
        var key = AnswerCache.KeyOf(project, query, JsonSerializer.Serialize(used.Values));
        return new Prepared(project, query, question, zone, testAccounts, used, passed, key);
    }

    async Task<Outcome<QueryScope>> ScopeAsync(Prepared ready, bool asksAgain, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var first = ready.Query.DateRange.DateFrom == "all" ? await _facts.FirstEventAsync(ready.Project.Id, cancellationToken) : null;
        var period = QueryPeriod.Resolve(
            ready.Query.DateRange, ready.Question.IntervalOf(ready.Query), ready.Zone, ready.Project.WeekStart, now, first);
        if (period is not Outcome<QueryPeriod>.Done { Value: var resolved })
        {
            return RefusalOf(period);
        }
        return new QueryScope(store, ready.Project, resolved, now, ready.Query)
        {
            TestAccounts = ready.TestAccounts,
            Actions = ready.Actions,
            Expressions = ready.Expressions,
            Settings = limits.Settings,
            HasMerges = await _facts.HasMergesAsync(ready.Project.Id, asksAgain, cancellationToken),
        };
    }

    async Task<Outcome<InsightAnswer>> ComputeAsync(Prepared ready, bool asksAgain, CancellationToken cancellationToken)
    {
        var found = await ScopeAsync(ready, asksAgain, cancellationToken);
        if (found is not Outcome<QueryScope>.Done { Value: var scope })
        {
            return RefusalOf(found);
        }
        var result = await FollowedAsync(ready, scope, () => ready.Question.AnswerAsync(ready.Query, scope, cancellationToken));
        var now = time.GetUtcNow();
        var answer = new InsightAnswer(
            result, now, false, now + FreshFor(ready.Project, result, scope.Period, now), scope.Cost, scope.Statements, ready.Project.TimeZone,
            scope.Period.From, scope.Period.To);
        _cache.Keep(ready.Key, answer);
        return answer;
    }

    // Where the same is computed twice, anew and not, the later one is followed.
    async Task<T> FollowedAsync<T>(Prepared ready, QueryScope scope, Func<Task<T>> compute)
    {
        var key = (ready.Project.Id, InsightJson.Write(ready.Query));
        _underWay[key] = scope;
        try
        {
            return await compute();
        }
        finally
        {
            _underWay.TryRemove(KeyValuePair.Create(key, scope));
        }
    }

    TimeSpan FreshFor(Project project, InsightResult result, QueryPeriod period, DateTimeOffset now)
    {
        var hasBegun = period.To >= now && (result.IsEmpty || now - project.CreatedAt < Beginning);
        var isShort = period.Interval <= Interval.Hour || period.To - period.From <= TimeSpan.FromDays(7);
        return hasBegun ? limits.FreshBeginning : isShort ? limits.FreshShort : limits.Fresh;
    }

    async Task<Outcome<ActorsPage>> ReadActorsAsync(
        Prepared ready, ActorsSelection selection, string? search, int offset, int limit, CancellationToken cancellationToken)
    {
        var found = await ScopeAsync(ready, false, cancellationToken);
        if (found is not Outcome<QueryScope>.Done { Value: var scope })
        {
            return RefusalOf(found);
        }
        var sql = new ClickHouse.SqlBuilder();
        var statement = await ready.Question.ActorsAsync(ready.Query, selection, scope, sql, cancellationToken);
        return statement is Outcome<string>.Done { Value: var actorsSql }
            ? await new ActorsReading(scope, ready.Question.ActorGroupType(ready.Query, selection)).ReadAsync(
                actorsSql, sql, search, Math.Max(0, offset), Math.Clamp(limit, 1, IInsightQueries.MostActors), cancellationToken)
            : RefusalOf(statement);
    }

    // Within the project's turns and the limit of time; what the store refuses becomes a refusal.
    async Task<Outcome<T>> GuardedAsync<T>(Prepared ready, Func<CancellationToken, Task<Outcome<T>>> ask, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(limits.LongestRun + limits.LongestWait + Grace, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            return await _turns.RunAsync(ready.Project.Id, () => ask(either.Token), either.Token);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return new Refusal(RefusalReason.TooExpensive, "The question took too long. Choose a shorter period, a longer interval, or a sample.");
        }
        catch (Exception failure) when (failure is not OperationCanceledException && !cancellationToken.IsCancellationRequested && StoreFailure.Of(failure) is { } refusal)
        {
            LogRefused(failure, ready.Query.GetType().Name, ready.Project.Id);
            return refusal;
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The store did not answer a {Kind} of project {ProjectId}")]
    partial void LogRefused(Exception failure, string kind, int projectId);

    /// <summary>A question that was checked, with what it names.</summary>
    sealed record Prepared(
        Project Project, InsightQuery Query, IQuestion Question, TimeZoneInfo Zone, Filters.FilterGroup TestAccounts,
        IReadOnlyDictionary<int, ActionDefinition> Actions, CheckedExpressions Expressions, string Key);
}
