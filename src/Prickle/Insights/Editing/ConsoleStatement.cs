using System.Text.RegularExpressions;
using Prickle.Filters;

namespace Prickle.Insights.Editing;

/// <summary>
/// A statement of ours as the SQL console takes it: over the project's own tables, whose persons are resolved and which
/// hold no other project, with the values in their places.
/// </summary>
static partial class ConsoleStatement
{
    /// <summary>Longer addresses are cut by browsers and by what stands before the product.</summary>
    const int LongestAddress = 6000;

    public static string Of(RunStatement statement)
    {
        var values = statement.Parameters.ToDictionary(parameter => parameter.Name, parameter => parameter.Value);
        var text = PersonOfEvent().Replace(statement.Sql, match => $"{match.Groups["of"].Value}person_id");
        text = ProjectCondition().Replace(text, "true");
        return Parameter().Replace(text, match => values.TryGetValue(match.Groups["name"].Value, out var value) ? Literal(value, match.Groups["type"].Value) : match.Value);
    }

    /// <summary>The query of the console's address; null when the console knows not all that the statement reads, or it is too long.</summary>
    public static string? AddressOf(string text) =>
        !OursAlone().IsMatch(text) && Uri.EscapeDataString(text) is { Length: <= LongestAddress } query ? $"sql?query={query}" : null;

    static string Literal(string value, string type) =>
        type.StartsWith("Array", StringComparison.Ordinal) || Number().IsMatch(type) ? value
        : type == "String" ? Quoted(value)
        : $"CAST({Quoted(value)}, {Quoted(type)})";

    static string Quoted(string value) =>
        $"'{value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "\\'", StringComparison.Ordinal)}'";

    [GeneratedRegex(@"dictGetOrDefault\('person_overrides', 'person_id', \((?<of>\w+\.)?project_id, (\w+\.)?distinct_id\), (\w+\.)?person_id\)")]
    private static partial Regex PersonOfEvent();

    [GeneratedRegex(@"\b(\w+\.)?project_id = \{\w+:UInt32\}")]
    private static partial Regex ProjectCondition();

    [GeneratedRegex(@"\{(?<name>\w+):(?<type>[^{}]+)\}")]
    private static partial Regex Parameter();

    [GeneratedRegex(@"^(U?Int|Float|Bool)")]
    private static partial Regex Number();

    [GeneratedRegex(@"\bdictGet|\bcohort_|\bproject_id\b")]
    private static partial Regex OursAlone();
}
