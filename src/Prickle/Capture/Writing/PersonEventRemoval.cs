using Prickle.ClickHouse;
using Prickle.Persons;

namespace Prickle.Capture.Writing;

/// <summary>Removes what a deleted person did, where that is wanted. A session in which others were too stays.</summary>
sealed class PersonEventRemoval(ClickHouseStore store) : IPersonDeletionListener
{
    const int SessionsAtOnce = 1000;

    public async Task DeleteAsync(DeletedPerson person, CancellationToken cancellationToken)
    {
        if (!person.WithEvents)
        {
            return;
        }
        foreach (var ids in person.IdsInParts.Where(ids => ids.Length > 0))
        {
            var sessions = await SessionsAsync(person, ids, cancellationToken);
            var (sql, where) = Theirs(person, ids);
            await store.DeleteWhereAsync("events", $"{where} AND captured_at <= fromUnixTimestamp64Micro({sql.Value("Int64", person.AtMicroseconds)})", sql.Parameters, cancellationToken);
            (sql, where) = Theirs(person, ids);
            await store.DeleteWhereAsync("ingestion_warnings", where, sql.Parameters, cancellationToken);
            foreach (var some in sessions.Chunk(SessionsAtOnce))
            {
                await RemoveSessionsAsync(person.ProjectId, some, cancellationToken);
            }
        }
    }

    static (SqlBuilder Sql, string Where) Theirs(DeletedPerson person, string[] ids)
    {
        var sql = new SqlBuilder();
        return (sql, $"project_id = {sql.Project(person.ProjectId)} AND has({sql.Value("Array(String)", ids)}, distinct_id)");
    }

    Task<List<string>> SessionsAsync(DeletedPerson person, string[] ids, CancellationToken cancellationToken)
    {
        var (sql, where) = Theirs(person, ids);
        return store.ListAsync($"SELECT DISTINCT session_id FROM events WHERE {where} AND session_id != ''", row => row.GetString(0), sql.Parameters, null, cancellationToken);
    }

    async Task RemoveSessionsAsync(int projectId, string[] sessions, CancellationToken cancellationToken)
    {
        var sql = new SqlBuilder();
        var shared = await store.ListAsync(
            $"SELECT DISTINCT session_id FROM events WHERE project_id = {sql.Project(projectId)} AND has({sql.Value("Array(String)", sessions)}, session_id)",
            row => row.GetString(0), sql.Parameters, null, cancellationToken);
        sql = new SqlBuilder();
        await store.DeleteWhereAsync(
            "sessions", $"project_id = {sql.Project(projectId)} AND has({sql.Value("Array(String)", sessions.Except(shared).ToArray())}, session_id)", sql.Parameters, cancellationToken);
    }
}
