using System.Text.RegularExpressions;
using Prickle.ClickHouse;

namespace Prickle.Actions;

/// <summary>The three ways in which a step compares a text.</summary>
static class TextMatch
{
    public static readonly IReadOnlyList<string> Names = ["contains", "exact", "regex"];

    /// <summary>As a condition on an expression that is never NULL.</summary>
    public static string Sql(string expression, string matching, string wanted, SqlBuilder sql) => matching switch
    {
        "exact" => $"{expression} = {sql.Text(wanted)}",
        "regex" => $"match({expression}, {sql.Text(wanted)})",
        _ => $"positionCaseInsensitiveUTF8({expression}, {sql.Text(wanted)}) > 0",
    };

    /// <summary>As a question in memory; made once for many texts.</summary>
    public static Func<string, bool> Judge(string matching, string wanted)
    {
        if (matching == "regex")
        {
            var expression = new Regex(wanted, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | RegexOptions.Singleline);
            return expression.IsMatch;
        }
        return matching == "exact"
            ? text => text == wanted
            : text => text.Contains(wanted, StringComparison.OrdinalIgnoreCase);
    }
}
