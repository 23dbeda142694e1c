using Prickle.Accounts;

namespace Prickle.Insights;

/// <summary>
/// The door: asks a question for a project, within its limits, from the cache where it may. What the API, the pages,
/// dashboards and subscriptions call.
/// </summary>
public interface IInsightQueries
{
    /// <summary>The answer, or why the question cannot be asked.</summary>
    Task<Outcome<InsightAnswer>> AskAsync(Project project, InsightQuery query, Refresh refresh, CancellationToken cancellationToken);

    /// <summary>How far a question is that this node computes now; null when it computes none such.</summary>
    Task<QueryProgress?> ProgressAsync(Project project, InsightQuery query, CancellationToken cancellationToken) => Task.FromResult<QueryProgress?>(null);

    /// <summary>Actors in one part at most: their ids go back to the store for their names.</summary>
    const int MostActors = 5000;

    /// <summary>A part of the actors behind one number of the answer, in a stable order.</summary>
    Task<Outcome<ActorsPage>> ActorsAsync(
        Project project, InsightQuery query, ActorsSelection selection, string? search, int offset, int limit, CancellationToken cancellationToken);
}

/// <summary>How far a question is.</summary>
/// <param name="RowsExpected">About how many rows its statements up to now read in all; a question may ask another after them.</param>
public sealed record QueryProgress(long RowsRead, long RowsExpected);

/// <summary>Actors and how many there are in all.</summary>
public sealed record ActorsPage(long Count, IReadOnlyList<InsightActor> Actors);

/// <summary>Somebody (or a group) behind a number.</summary>
/// <param name="Id">The person's id, or the group's key.</param>
/// <param name="Name">How the person is called; the id where nothing is known.</param>
/// <param name="EventCount">How many of the events counted are theirs.</param>
/// <param name="SessionIds">Sessions of those events, at most ten.</param>
public sealed record InsightActor(string Id, string Name, long EventCount, IReadOnlyList<string> SessionIds);
