using Prickle.Filters;

namespace Prickle.Actions;

/// <summary>Actions as conditions on stored events: they hold for the past too.</summary>
public static class ActionSql
{
    /// <summary>A condition that is 0 or 1 for each row of <c>events</c>. An action without steps fits nothing.</summary>
    public static string Compile(ActionDefinition action, FilterScope scope) =>
        action.Steps.Count == 0 ? "0" : "(" + string.Join(" OR ", action.Steps.Select(step => Step(step, scope))) + ")";

    static string Step(ActionStep step, FilterScope scope)
    {
        List<string> conditions = [];
        if (step.Event is { } name)
        {
            conditions.Add($"event = {scope.Sql.Text(name)}");
        }
        conditions.Add(FilterSql.Compile(step.Properties, scope));
        return "(" + string.Join(" AND ", conditions) + ")";
    }
}
