using Prickle.Accounts;
using Prickle.ClickHouse;
using Prickle.Insights;

namespace Prickle.Tests.Insights.Editing;

/// <summary>Answers what it is told, and keeps what it was asked.</summary>
sealed class Answers : IInsightQueries
{
    static readonly DateTimeOffset Computed = new(2026, 3, 1, 11, 58, 0, TimeSpan.Zero);

    public List<(InsightQuery Query, Refresh Refresh, CancellationToken Token)> Asked { get; } = [];

    public List<(ActorsSelection Selection, string? Search, int Offset)> AskedActors { get; } = [];

    /// <summary>What is answered; null waits until the question is cancelled.</summary>
    public Func<InsightQuery, Outcome<InsightResult>?> Answer { get; set; } = _ => Trend(1, 2, 3);

    /// <summary>How far a question under way is.</summary>
    public QueryProgress? Progress { get; set; }

    public Task<QueryProgress?> ProgressAsync(Project project, InsightQuery query, CancellationToken cancellationToken) => Task.FromResult(Progress);

    public IReadOnlyList<InsightActor> Actors { get; set; } = [];

    /// <summary>Page views on the first days of March, the last of them still going on.</summary>
    public static TrendsResult Trend(params double[] values) => new(
        [new TrendsSeries(0, "$pageview", null, null, values, values.Sum())],
        [.. values.Select((_, index) => $"2026-02-{27 + index - values.Length + 1:00}")], Interval.Day, true);

    public async Task<Outcome<InsightAnswer>> AskAsync(Project project, InsightQuery query, Refresh refresh, CancellationToken cancellationToken)
    {
        Asked.Add((query, refresh, cancellationToken));
        if (Answer(query) is not { } answer)
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
            throw new InvalidOperationException("It waits for ever.");
        }
        return answer.Match<Outcome<InsightAnswer>>(
            result => new InsightAnswer(result, Computed, IsCached: true, Computed.AddMinutes(3), new QueryCost(12_345, 6_789_000, TimeSpan.FromMilliseconds(250)),
                [new RunStatement("SELECT count() FROM events WHERE project_id = {p1:Int32}", [new StatementParameter("p1", "5")])],
                "Europe/Berlin", Computed.AddDays(-7), Computed),
            refusal => refusal);
    }

    public Task<Outcome<ActorsPage>> ActorsAsync(
        Project project, InsightQuery query, ActorsSelection selection, string? search, int offset, int limit, CancellationToken cancellationToken)
    {
        AskedActors.Add((selection, search, offset));
        var found = Actors.Where(actor => search is null || actor.Name.Contains(search, StringComparison.OrdinalIgnoreCase)).ToList();
        return Task.FromResult<Outcome<ActorsPage>>(new ActorsPage(found.Count, [.. found.Skip(offset).Take(limit)]));
    }
}
