using Prickle.Accounts;
using Prickle.ClickHouse;
using Prickle.Sql.Checking;
using Prickle.Sql.Views;

namespace Prickle.Sql;

/// <summary>A column of a table.</summary>
public sealed record SqlColumn(string Name, string Type);

/// <summary>A property that was seen in a column of properties.</summary>
/// <param name="Path">How it is read in a statement: <c>properties.$browser</c>.</param>
/// <param name="Type">The type most often seen.</param>
public sealed record SqlProperty(string Path, string Type);

/// <summary>A table that statements of a project may read.</summary>
public sealed record SqlTable(string Name, IReadOnlyList<SqlColumn> Columns, IReadOnlyList<SqlProperty> Properties);

/// <summary>What a project's statements can name, as it is now.</summary>
public sealed class SqlSchema
{
    const int MostProperties = 300;
    const int EventsLookedAt = 20_000;

    readonly ClickHouseStore _store;
    readonly ProjectViews _views;
    readonly EngineFunctions _functions;

    internal SqlSchema(ClickHouseStore store, ProjectViews views, EngineFunctions functions) =>
        (_store, _views, _functions) = (store, views, functions);

    /// <summary>The tables with their columns, and the properties most used of late.</summary>
    public async Task<IReadOnlyList<SqlTable>> TablesAsync(Project project, CancellationToken cancellationToken)
    {
        var scope = await _views.EnsureAsync(project, cancellationToken);
        var columns = await _store.ListAsync(
            "SELECT table, name, type FROM system.columns WHERE database = {database:String} ORDER BY table, position",
            row => (Table: row.GetString(0), Column: new SqlColumn(row.GetString(1), row.GetString(2))), [("database", scope.Database)],
            cancellationToken: cancellationToken);
        var ofEvents = await PropertiesAsync(
            $"SELECT properties FROM {scope.Database}.events ORDER BY timestamp DESC LIMIT {EventsLookedAt}", cancellationToken);
        var ofPersons = await PropertiesAsync($"SELECT properties FROM {scope.Database}.persons LIMIT {EventsLookedAt}", cancellationToken);
        return
        [
            .. columns.Where(row => row.Table != ProjectViews.EventsWithPerson).GroupBy(row => row.Table)
                .OrderBy(group => group.Key == "events" ? 0 : 1).ThenBy(group => group.Key, StringComparer.Ordinal)
                .Select(group => new SqlTable(group.Key, [.. group.Select(row => row.Column)], group.Key switch
                {
                    "events" => [.. Paths("properties", ofEvents), .. Paths("person.properties", ofPersons)],
                    "persons" => [.. Paths("properties", ofPersons)],
                    _ => [],
                })),
        ];
    }

    /// <summary>The functions that may be called.</summary>
    public async Task<IReadOnlyList<string>> FunctionsAsync(CancellationToken cancellationToken) =>
        [.. (await _functions.RulesAsync(cancellationToken)).Allowed.Order(StringComparer.OrdinalIgnoreCase)];

    Task<List<(string Path, string Type)>> PropertiesAsync(string rows, CancellationToken cancellationToken) => _store.ListAsync(
        $"""
        SELECT path, topK(1)(type)[1] FROM (SELECT arrayJoin(JSONAllPathsWithTypes(properties)) AS pair, pair.1 AS path, pair.2 AS type FROM ({rows}))
        GROUP BY path ORDER BY count() DESC, path LIMIT {MostProperties}
        """,
        row => (row.GetString(0), row.GetString(1)), settings: new Dictionary<string, object> { ["max_execution_time"] = 20 },
        cancellationToken: cancellationToken);

    static IEnumerable<SqlProperty> Paths(string column, IEnumerable<(string Path, string Type)> paths) =>
        paths.Select(found => new SqlProperty($"{column}.{string.Join('.', found.Path.Split('.').Select(Part))}", found.Type));

    static string Part(string part) =>
        part.Length > 0 && !char.IsAsciiDigit(part[0]) && part.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '_' or '$')
            ? part
            : $"`{part.Replace("%2E", ".", StringComparison.Ordinal).Replace("\\", "\\\\", StringComparison.Ordinal).Replace("`", "``", StringComparison.Ordinal)}`";
}
