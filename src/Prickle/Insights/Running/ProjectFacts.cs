using System.Collections.Concurrent;
using System.Data.Common;
using Prickle.ClickHouse;

namespace Prickle.Insights.Running;

/// <summary>What questions need to know about a project's data beforehand.</summary>
sealed class ProjectFacts(ClickHouseStore store, TimeProvider time)
{
    static readonly TimeSpan Known = TimeSpan.FromSeconds(2);

    readonly ConcurrentDictionary<int, (bool HasMerges, long At)> _merges = [];

    /// <summary>Whether persons of the project were ever merged or split; at most as old as the dictionary that knows them.</summary>
    public async Task<bool> HasMergesAsync(int projectId, bool asksAgain, CancellationToken cancellationToken)
    {
        // Once there are merges there always will be.
        if (_merges.TryGetValue(projectId, out var known) && (known.HasMerges || (!asksAgain && time.GetElapsedTime(known.At) < Known)))
        {
            return known.HasMerges;
        }
        var at = time.GetTimestamp();
        var sql = new SqlBuilder();
        var found = await store.ListAsync(
            $"SELECT 1 FROM person_override_rows WHERE project_id = {sql.Project(projectId)} LIMIT 1", _ => true, sql.Parameters, null, cancellationToken);
        _merges[projectId] = (found.Count > 0, at);
        return found.Count > 0;
    }

    /// <summary>When the first event happened; null when there is none.</summary>
    public async Task<DateTimeOffset?> FirstEventAsync(int projectId, CancellationToken cancellationToken)
    {
        var sql = new SqlBuilder();
        var project = sql.Project(projectId);
        // The days lie in order: only the first is read.
        var statement = $"""
            SELECT min(timestamp) FROM events
            WHERE project_id = {project} AND toDate(timestamp) = (
                SELECT toDate(timestamp) FROM events WHERE project_id = {project} ORDER BY project_id, toDate(timestamp) LIMIT 1)
            HAVING count() > 0
            """;
        var found = await store.ListAsync(statement, Moment, sql.Parameters, null, cancellationToken);
        return found.Count == 0 ? null : found[0];
    }

    static DateTimeOffset Moment(DbDataReader row) => new(DateTime.SpecifyKind(row.GetDateTime(0), DateTimeKind.Utc));
}
