using Prickle.ClickHouse;
using Prickle.Events.Filtering;

namespace Prickle.Events.Questions;

/// <summary>The names of a page's persons, in one question.</summary>
static class PersonLabels
{
    /// <summary>How a person is called, over the columns of the persons table; empty when nothing is known.</summary>
    public static readonly string Name = "coalesce("
        + string.Join(", ", new[] { "email", "name", "username" }.Select(key => $"nullIf(toString({PropertyPath.Of(key)}), '')"))
        + ", '')";

    public static async Task<IReadOnlyDictionary<Guid, string>> ReadAsync(
        ClickHouseStore store, int projectId, IReadOnlyCollection<Guid> persons, CancellationToken cancellationToken)
    {
        if (persons.Count == 0)
        {
            return new Dictionary<Guid, string>();
        }
        var sql = new SqlBuilder();
        sql.And($"project_id = {sql.Project(projectId)}");
        sql.And($"id IN {sql.Value("Array(UUID)", persons.Distinct().ToArray())}");
        var statement = $"SELECT id, {Name} AS name FROM persons FINAL WHERE {sql.Where} AND name != ''";
        var rows = await store.ListAsync(
            statement, row => (Id: row.GetGuid(0), Name: row.GetString(1)), sql.Parameters, Limits.Settings, cancellationToken);
        return rows.ToDictionary(row => row.Id, row => row.Name);
    }
}
