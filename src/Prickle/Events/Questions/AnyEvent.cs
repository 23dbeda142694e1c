using Prickle.ClickHouse;
using Prickle.Events.Filtering;

namespace Prickle.Events.Questions;

/// <summary>Whether a project has any event: the key alone is read.</summary>
static class AnyEvent
{
    public static async Task<bool> ReadAsync(ClickHouseStore store, int projectId, CancellationToken cancellationToken)
    {
        var sql = new SqlBuilder();
        var statement = $"SELECT 1 FROM events WHERE project_id = {sql.Project(projectId)} LIMIT 1";
        return await store.ListAsync(statement, row => row.GetByte(0), sql.Parameters, Limits.Settings, cancellationToken) is [_, ..];
    }
}
