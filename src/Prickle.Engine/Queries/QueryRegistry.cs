using System.Collections.Concurrent;
using Prickle.Engine.Native;

namespace Prickle.Engine.Queries;

/// <summary>The statements under way, by the ids their callers gave them.</summary>
sealed class QueryRegistry(int limit)
{
    const int TooManyQueries = 202;
    const int SameIdIsRunning = 216;

    readonly ConcurrentDictionary<string, RunningQuery> running = new(StringComparer.Ordinal);

    public IReadOnlyCollection<RunningQuery> Running => (IReadOnlyCollection<RunningQuery>)running.Values;

    public bool Contains(string queryId) => running.ContainsKey(queryId);

    /// <summary>Takes a place for the statement; null on success.</summary>
    public EngineError? TryAdd(RunningQuery query)
    {
        if (running.Count >= limit)
        {
            return EngineError.Of(TooManyQueries, "TOO_MANY_SIMULTANEOUS_QUERIES",
                $"Too many simultaneous queries. Maximum: {limit}.");
        }
        return running.TryAdd(query.Request.QueryId, query)
            ? null
            : EngineError.Of(SameIdIsRunning, "QUERY_WITH_SAME_ID_IS_ALREADY_RUNNING",
                $"Query with id = {query.Request.QueryId} is already running.");
    }

    public void Remove(RunningQuery query) => running.TryRemove(new(query.Request.QueryId, query));
}
