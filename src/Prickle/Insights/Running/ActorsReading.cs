using Prickle.Accounts;
using Prickle.ClickHouse;

namespace Prickle.Insights.Running;

/// <summary>A page of the actors behind a number, with their names.</summary>
sealed class ActorsReading(QueryScope scope, int? groupType)
{
    public async Task<Outcome<ActorsPage>> ReadAsync(
        string actors, SqlBuilder sql, string? search, int offset, int limit, CancellationToken cancellationToken)
    {
        var from = $"({actors}) AS actors";
        var where = "1";
        if (search?.Trim() is { Length: > 0 } text)
        {
            from += $" LEFT JOIN ({Names(sql, "")}) AS names ON names.actor_key = actors.actor_id";
            where = $"(positionCaseInsensitiveUTF8(ifNull(names.name, ''), {sql.Text(text)}) > 0 OR positionCaseInsensitiveUTF8(actor_id, {sql.Text(text)}) > 0)";
        }
        // Those who did most first; the id makes the order stable.
        var statement = $"""
            SELECT actor_id, event_count, session_ids, count() OVER () AS all_of_them FROM {from}
            WHERE {where}
            ORDER BY event_count DESC, actor_id
            LIMIT {sql.Number(limit)} OFFSET {sql.Number(offset)}
            """;
        var rows = await scope.AskAsync(
            statement, sql,
            row => (Id: row.GetString(0), Events: Convert.ToInt64(row.GetValue(1), null), Sessions: (string[])row.GetValue(2), All: Convert.ToInt64(row.GetValue(3), null)),
            cancellationToken);
        var count = rows.Count > 0 ? rows[0].All
            : offset == 0 ? 0
            : (await scope.AskAsync(
                $"SELECT count() FROM {from} WHERE {where}", sql, row => Convert.ToInt64(row.GetValue(0), null), cancellationToken))[0];
        var names = await NamesAsync([.. rows.Select(row => row.Id)], cancellationToken);
        return new ActorsPage(count, rows.ConvertAll(row =>
            new InsightActor(row.Id, names.GetValueOrDefault(row.Id) is { Length: > 0 } name ? name : row.Id, row.Events, row.Sessions)));
    }

    async Task<Dictionary<string, string>> NamesAsync(string[] ids, CancellationToken cancellationToken)
    {
        if (ids.Length == 0)
        {
            return [];
        }
        var sql = new SqlBuilder();
        var names = groupType is null
            ? Names(sql, $" AND p.id IN {sql.Value("Array(UUID)", ids.Select(id => Guid.TryParse(id, out var uuid) ? uuid : Guid.Empty).ToArray())}")
            : Names(sql, $" AND key IN {sql.Texts(ids)}");
        var found = await scope.AskAsync(names, sql, row => (Id: row.GetString(0), Name: row.GetString(1)), cancellationToken);
        return found.ToDictionary(one => one.Id, one => one.Name);
    }

    string Names(SqlBuilder sql, string which) => groupType is { } index
        ? $"SELECT key AS actor_key, ifNull(nullIf(toString({PropertyPath.Of("name")}), ''), '') AS name FROM groups FINAL "
            + $"WHERE project_id = {sql.Project(scope.Project.Id)} AND type_index = {sql.Number(index)}{which}"
        : $"SELECT toString(p.id) AS actor_key, {PersonName} AS name FROM persons AS p FINAL WHERE project_id = {sql.Project(scope.Project.Id)}{which}";

    static readonly string PersonName = "coalesce("
        + string.Join(", ", new[] { "email", "name", "username" }.Select(key => $"nullIf(toString({PropertyPath.Of(key)}), '')")) + ", '')";
}
