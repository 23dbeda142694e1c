using Prickle.ClickHouse;
using Prickle.Events.Filtering;

namespace Prickle.Events.Questions;

/// <summary>One event.</summary>
static class EventByUuid
{
    public static async Task<StoredEvent?> ReadAsync(
        ClickHouseStore store, int projectId, Guid uuid, CancellationToken cancellationToken)
    {
        var sql = new SqlBuilder();
        sql.And($"project_id = {sql.Project(projectId)}");
        sql.And($"uuid = {sql.Uuid(uuid)}");
        var statement = $"SELECT {EventRows.Columns} FROM events WHERE {sql.Where} LIMIT 1";
        var found = await store.ListAsync(statement, EventRows.Read, sql.Parameters, Limits.Settings, cancellationToken);
        return found.FirstOrDefault();
    }
}
