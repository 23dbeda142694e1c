using Prickle.Accounts;

namespace Prickle.Filters;

/// <summary>Decides whether a SQL expression that a person wrote may stand in a condition on events. The sandbox knows.</summary>
public interface IFilterExpressionCheck
{
    /// <summary>The refusal, or null when the expression touches nothing but the row.</summary>
    Task<Refusal?> RefuseAsync(int projectId, string expression, CancellationToken cancellationToken);
}

/// <summary>The SQL expressions of a filter after each has passed the check. There is no other way to make one.</summary>
public sealed class CheckedExpressions
{
    readonly HashSet<string> _passed;
    readonly int _projectId;

    CheckedExpressions(int projectId, IEnumerable<string> passed)
    {
        _projectId = projectId;
        _passed = [.. passed];
    }

    /// <summary>Checks every expression of the filters, the first that is refused ends it.</summary>
    public static async Task<Outcome<CheckedExpressions>> OfAsync(
        IEnumerable<Filter> filters, int projectId, IFilterExpressionCheck check, CancellationToken cancellationToken)
    {
        var expressions = filters.SelectMany(LeavesOf).Where(leaf => leaf.Type == FilterTypes.Sql).Select(leaf => leaf.Key).ToHashSet();
        foreach (var expression in expressions)
        {
            if (await check.RefuseAsync(projectId, expression, cancellationToken) is { } refusal)
            {
                return refusal;
            }
        }
        return new CheckedExpressions(projectId, expressions);
    }

    /// <summary>Whether this very text may be compiled for the project.</summary>
    public bool Holds(int projectId, string expression) => projectId == _projectId && _passed.Contains(expression);

    static IEnumerable<PropertyFilter> LeavesOf(Filter filter) => filter switch
    {
        PropertyFilter leaf => [leaf],
        FilterGroup group => group.Leaves,
        _ => [],
    };
}
