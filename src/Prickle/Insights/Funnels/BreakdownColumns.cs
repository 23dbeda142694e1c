using System.Globalization;
using Prickle.ClickHouse;

namespace Prickle.Insights.Funnels;

/// <summary>The breakdown value of an event as one text; NULL where every part is missing.</summary>
/// <remarks>Several properties are joined by a character that nobody types.</remarks>
sealed class BreakdownColumns(BreakdownFilter filter, QueryScope scope, SqlBuilder sql)
{
    const char Between = '\u001f';

    readonly List<string> _joins = [];

    public static IReadOnlyList<string> Split(string value) => value.Split(Between);

    public static string Join(IEnumerable<string> values) => string.Join(Between, values);

    /// <summary>What has to be joined to events; empty before <see cref="Value"/> was asked for.</summary>
    public string Joins => string.Join("\n", _joins);

    /// <summary>An expression over events with the joins.</summary>
    public string Value()
    {
        var parts = filter.Breakdowns.Select(Part).ToList();
        return parts is [var only] ? only
            : $"if({string.Join(" AND ", parts.Select(part => $"{part} IS NULL"))}, NULL, arrayStringConcat(["
                + string.Join(", ", parts.Select(part => $"ifNull({part}, {sql.Text(Breakdown.None)})")) + $"], {sql.Text(Between.ToString())}))";
    }

    string Part(Breakdown breakdown, int index)
    {
        var value = breakdown.Type switch
        {
            "person" => Joined(index, scope.Person,
                $"SELECT id AS breakdown_key_{index}, {Text(breakdown)} AS breakdown_value_{index} FROM persons FINAL WHERE project_id = {sql.Project(scope.Project.Id)}"),
            "group" => Joined(index, string.Create(CultureInfo.InvariantCulture, $"group_{breakdown.GroupTypeIndex}"),
                $"SELECT key AS breakdown_key_{index}, {Text(breakdown)} AS breakdown_value_{index} FROM groups FINAL "
                + $"WHERE project_id = {sql.Project(scope.Project.Id)} AND type_index = {sql.Number(breakdown.GroupTypeIndex ?? 0)}"),
            _ => Text(breakdown),
        };
        return breakdown.NormalizeUrl ? $"replaceRegexpOne({value}, '[/?#]+$', '')" : value;
    }

    string Joined(int index, string key, string rows)
    {
        _joins.Add(string.Create(CultureInfo.InvariantCulture, $"LEFT JOIN ({rows}) AS breakdown_{index} ON {key} = breakdown_{index}.breakdown_key_{index}"));
        return string.Create(CultureInfo.InvariantCulture, $"breakdown_value_{index}");
    }

    // A missing property reads as the empty text where others of that name are there.
    static string Text(Breakdown breakdown) => $"nullIf(toString({PropertyPath.Of(breakdown.Property)}), '')";
}
