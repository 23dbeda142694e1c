using Prickle.Accounts;

namespace Prickle.Filters;

/// <summary>Where a SQL expression that a person wrote stands.</summary>
public enum ExpressionPlace
{
    /// <summary>Over a row of events.</summary>
    Event,
    /// <summary>Over a row of persons.</summary>
    Person,
    /// <summary>Over many events at once: an aggregate.</summary>
    Aggregate,
}

/// <summary>Decides whether a SQL expression that a person wrote may stand in a place. The sandbox knows.</summary>
public interface IExpressionCheck
{
    /// <summary>The text to compile in its place, or why the expression may not stand there.</summary>
    Task<Outcome<string>> CheckAsync(Project project, string expression, ExpressionPlace place, CancellationToken cancellationToken);
}

/// <summary>The SQL expressions of a question after each has passed the check. There is no other way to make one.</summary>
public sealed class CheckedExpressions
{
    readonly Dictionary<(string Text, ExpressionPlace Place), string> _passed = [];
    readonly int _projectId;

    CheckedExpressions(int projectId) => _projectId = projectId;

    /// <summary>Checks every expression of the filters, and the others; the first that is refused ends it.</summary>
    /// <param name="place">Where the filters stand.</param>
    public static async Task<Outcome<CheckedExpressions>> OfAsync(
        IEnumerable<Filter> filters, IEnumerable<(string Text, ExpressionPlace Place)> others, Project project, IExpressionCheck check,
        CancellationToken cancellationToken, ExpressionPlace place = ExpressionPlace.Event)
    {
        var passed = new CheckedExpressions(project.Id);
        var expressions = filters.SelectMany(LeavesOf).Where(leaf => leaf.Type == FilterTypes.Sql).Select(leaf => (leaf.Key, place));
        foreach (var expression in expressions.Concat(others).ToHashSet())
        {
            switch (await check.CheckAsync(project, expression.Item1, expression.Item2, cancellationToken))
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
    /// <exception cref="InvalidOperationException">It was not checked, or for another project or place.</exception>
    public string Sql(int projectId, string expression, ExpressionPlace place = ExpressionPlace.Event) =>
        projectId == _projectId && _passed.TryGetValue((expression, place), out var text)
            ? $"({text})"
            : throw new InvalidOperationException("A SQL expression that was not checked is never compiled.");

    static IEnumerable<PropertyFilter> LeavesOf(Filter filter) => filter switch
    {
        PropertyFilter leaf => [leaf],
        FilterGroup group => group.Leaves,
        _ => [],
    };
}
