using Prickle.ClickHouse;

namespace Prickle.Definitions.Questions;

/// <summary>What carries a property, and of how many.</summary>
static class UsageOfProperty
{
    const int MostEvents = 10;

    public static async Task<PropertyUsage> ReadAsync(
        ClickHouseStore store, int projectId, PropertyDefinition definition, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var sql = new SqlBuilder();
        var carries = $"({PropertyPath.Of(definition.Name)} IS NOT NULL OR toString({PropertyPath.ObjectOf(definition.Name)}) != '{{}}')";
        var (name, from) = definition.Scope switch
        {
            PropertyScope.Person => ("''", $"persons FINAL WHERE project_id = {sql.Project(projectId)}"),
            PropertyScope.Group =>
                ("''", $"groups FINAL WHERE project_id = {sql.Project(projectId)} AND type_index = {sql.Number(definition.GroupTypeIndex ?? 0)}"),
            _ => ("event", $"events WHERE project_id = {sql.Project(projectId)} AND timestamp > {sql.Moment(now.AddDays(-30))}"),
        };
        var rows = await store.ListAsync(
            $"SELECT {name} AS name, countIf({carries}) AS carrying, count() FROM {from} GROUP BY name ORDER BY carrying DESC, name",
            row => (Event: row.GetString(0), Carrying: UsageOfEvents.Number(row.GetValue(1)), Total: UsageOfEvents.Number(row.GetValue(2))),
            sql.Parameters, UsageOfEvents.Settings, cancellationToken);
        return new PropertyUsage(
            rows.Sum(row => row.Carrying), rows.Sum(row => row.Total),
            definition.Scope == PropertyScope.Event
                ? [.. rows.Where(row => row.Carrying > 0).Take(MostEvents).Select(row => (row.Event, row.Carrying))]
                : []);
    }
}
