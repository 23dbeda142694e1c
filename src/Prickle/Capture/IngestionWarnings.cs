using Prickle.Capture.Warnings;
using Prickle.ClickHouse;

namespace Prickle.Capture;

/// <summary>How often something was wrong in a period.</summary>
/// <param name="Reason">What was wrong.</param>
/// <param name="Count">How many times.</param>
/// <param name="LastAt">When last.</param>
public sealed record WarningCount(DropReason Reason, long Count, DateTimeOffset LastAt);

/// <summary>The warnings of a project, for pages and the API.</summary>
public sealed class IngestionWarnings(ClickHouseStore store)
{
    /// <summary>How often each thing was wrong since a moment, the most frequent first.</summary>
    public Task<List<WarningCount>> CountAsync(int projectId, DateTimeOffset since, CancellationToken cancellationToken) =>
        WarningRows.CountAsync(store, projectId, since, cancellationToken);

    /// <summary>Single warnings since a moment, newest first.</summary>
    /// <param name="projectId">Whose.</param>
    /// <param name="since">From when on.</param>
    /// <param name="reason">Only these; null for all.</param>
    /// <param name="search">Text in the event's name, the distinct id or the sentence; empty for any.</param>
    /// <param name="limit">The most to give.</param>
    /// <param name="offset">How many to pass over.</param>
    /// <param name="cancellationToken">Stops the query.</param>
    public Task<List<IngestionWarning>> ListAsync(
        int projectId, DateTimeOffset since, DropReason? reason, string search, int limit, int offset, CancellationToken cancellationToken) =>
        WarningRows.ListAsync(store, projectId, since, reason, search, limit, offset, cancellationToken);
}
