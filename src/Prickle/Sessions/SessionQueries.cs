using Prickle.ClickHouse;
using Prickle.Sessions.Questions;

namespace Prickle.Sessions;

/// <summary>What pages and other modules ask about sessions.</summary>
public sealed class SessionQueries(ClickHouseStore store, TimeProvider time)
{
    /// <summary>Sessions that fit, the latest (or largest) first unless told otherwise.</summary>
    public Task<List<Session>> ListAsync(
        SessionFilter filter, int limit, int offset = 0, SessionOrder order = SessionOrder.Start, bool ascending = false,
        CancellationToken cancellationToken = default) =>
        SessionList.ReadAsync(store, filter, order, ascending, offset, limit, time.GetUtcNow(), cancellationToken);

    /// <summary>One session; null when the project has none of that id.</summary>
    public async Task<Session?> FindAsync(int projectId, string id, CancellationToken cancellationToken) =>
        (await ListAsync(new SessionFilter { ProjectId = projectId, SessionId = id }, 1, cancellationToken: cancellationToken)).FirstOrDefault();
}
