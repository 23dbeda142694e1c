using System.Text.RegularExpressions;
using Prickle.Accounts;
using Prickle.ClickHouse;
using Prickle.Filters.Meaning;

namespace Prickle.Filters;

/// <summary>Rules that make one address of many, in the store and in memory. Each works on what the one before it left.</summary>
public static partial class PathCleaner
{
    /// <summary>Why a rule cannot be applied, in a sentence; null when it can.</summary>
    public static string? ProblemOf(PathCleaningRule rule) =>
        !RegexDialect.TryRead(rule.Regex, out _, out var problem) ? $"'{rule.Regex}' is not a regular expression that can be used: {problem}."
        // The store takes it for a reference to a group, however it is escaped.
        : Reference.IsMatch(rule.Alias) ? $"'{rule.Alias}' is written as it stands: it cannot refer to groups, and hold no backslash before a digit."
        : null;

    /// <summary>What becomes of an address; rules that cannot be read change nothing.</summary>
    public static string Clean(string address, IEnumerable<PathCleaningRule> rules) => rules.Aggregate(address, (text, rule) =>
        RegexDialect.TryRead(rule.Regex, out var regex, out _) ? regex.Replace(text, _ => rule.Alias) : text);

    /// <summary>The same of an expression that is a text.</summary>
    public static string Sql(string text, IEnumerable<PathCleaningRule> rules, SqlBuilder sql) => rules.Aggregate(
        text, (cleaned, rule) => $"replaceRegexpAll({cleaned}, {sql.Text(rule.Regex)}, {sql.Text(Substitution(rule.Alias))})");

    [GeneratedRegex(@"\\[0-9]")]
    static partial Regex Reference { get; }

    // The alias is a text: a backslash in it is no reference to a group.
    static string Substitution(string alias) => alias.Replace("\\", "\\\\", StringComparison.Ordinal);
}
