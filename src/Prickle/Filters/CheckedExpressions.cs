using Prickle.Accounts;

namespace Prickle.Filters;

/// <summary>Decides whether a SQL expression that a person wrote may stand over a row of events. The sandbox knows.</summary>
public interface IExpressionCheck
{
    /// <summary>The text to compile in its place, or why the expression may not stand there.</summary>
    Task<Outcome<string>> CheckAsync(Project project, string expression, CancellationToken cancellationToken);
}

/// <summary>The SQL expressions of a question after each has passed the check. There is no other way to make one.</summary>
public sealed class CheckedExpressions
{
    readonly Dictionary<string, string> _passed = new(StringComparer.Ordinal);
    readonly int _projectId;

    CheckedExpressions(int projectId) => _projectId = projectId;

    /// <summary>Checks every expression of the filters, and the others; the first that is refused ends it.</summary>
    public static async Task<Outcome<CheckedExpressions>> OfAsync(
        IEnumerable<Filter> filters, IEnumerable<string> others, Project project, IExpressionCheck check, CancellationToken cancellationToken)
    {
        var passed = new CheckedExpressions(project.Id);
        var expressions = filters.SelectMany(LeavesOf).Where(leaf => leaf.Type == FilterTypes.Sql).Select(leaf => leaf.Key);
        foreach (var expression in expressions.Concat(others).ToHashSet(StringComparer.Ordinal))
        {
            switch (await check.CheckAsync(project, expression, cancellationToken))
            {
                case Outcome<string>.Refused refused:
                    return refused.Refusal;
                case Outcome<string>.Done { Value: var text }:
                    passed._passed.Add(expression, text);
                    break;
            }
        }
        return passed;
    }

    /// <summary>The text to compile for an expression of the project.</summary>
    /// <exception cref="InvalidOperationException">It was not checked, or for another project.</exception>
    public string Sql(int projectId, string expression) =>
        projectId == _projectId && _passed.TryGetValue(expression, out var text)
            ? $"({text})"
            : throw new InvalidOperationException("A SQL expression that was not checked is never compiled.");

    static IEnumerable<PropertyFilter> LeavesOf(Filter filter) => filter switch
    {
        PropertyFilter leaf => [leaf],
        FilterGroup group => group.Leaves,
        _ => [],
    };
}
