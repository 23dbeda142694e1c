using System.Globalization;
using Prickle.ClickHouse;

namespace Prickle.Insights.Breakdowns;

/// <summary>What a statement over events takes from persons, groups and sessions: each is joined once, with the values asked for.</summary>
sealed class RowJoins(QueryScope scope, SqlBuilder sql)
{
    readonly List<string> _persons = [];
    readonly SortedDictionary<int, List<string>> _groups = [];
    readonly List<string> _sessions = [];

    /// <summary>The person's current value, or NULL.</summary>
    public string Person(string property) => Add(_persons, "person", $"toString({PropertyPath.Of(property)})");

    public string Group(int type, string property)
    {
        if (!_groups.TryGetValue(type, out var values))
        {
            _groups[type] = values = [];
        }
        return Add(values, string.Create(CultureInfo.InvariantCulture, $"group_{type}"), $"toString({PropertyPath.Of(property)})");
    }

    public string Session(string property) => Add(_sessions, "session", SessionProperty.Sql(property)!);

    /// <summary>To be written after FROM events.</summary>
    public string Sql
    {
        get
        {
            List<string> joins = [];
            var project = _persons.Count + _groups.Count + _sessions.Count > 0 ? sql.Project(scope.Project.Id) : "";
            if (_persons.Count > 0)
            {
                joins.Add($"LEFT JOIN (SELECT id AS person_key, {string.Join(", ", _persons)} FROM persons FINAL WHERE project_id = {project}) AS joined_persons ON person_key = {scope.Person}");
            }
            foreach (var (type, values) in _groups)
            {
                joins.Add(string.Create(CultureInfo.InvariantCulture,
                    $"LEFT JOIN (SELECT key AS group_key_{type}, {string.Join(", ", values)} FROM groups FINAL WHERE project_id = {project} AND type_index = {type}) AS joined_groups_{type} ON group_key_{type} = group_{type}"));
            }
            if (_sessions.Count > 0)
            {
                joins.Add($"LEFT JOIN (SELECT session_id AS session_key, {string.Join(", ", _sessions)} FROM sessions WHERE project_id = {project} GROUP BY session_key) AS joined_sessions ON session_key = session_id");
            }
            return string.Join('\n', joins);
        }
    }

    static string Add(List<string> values, string source, string expression)
    {
        var index = values.FindIndex(value => value.StartsWith($"{expression} AS ", StringComparison.Ordinal));
        if (index < 0)
        {
            index = values.Count;
            values.Add(string.Create(CultureInfo.InvariantCulture, $"{expression} AS {source}_value_{index}"));
        }
        return string.Create(CultureInfo.InvariantCulture, $"{source}_value_{index}");
    }
}
