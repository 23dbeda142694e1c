using Prickle.ClickHouse;
using Prickle.Filters;

namespace Prickle.Actions;

/// <summary>Actions as conditions on stored events: they hold for the past too.</summary>
public static class ActionSql
{
    static readonly string Url = $"ifNull(toString({PropertyPath.Of("$current_url")}), '')";

    /// <summary>A condition that is 0 or 1 for each row of <c>events</c>. An action without steps fits nothing.</summary>
    public static string Compile(ActionDefinition action, FilterScope scope) =>
        action.Steps.Count == 0 ? "0" : "(" + string.Join(" OR ", action.Steps.Select(step => Step(step, scope))) + ")";

    static string Step(ActionStep step, FilterScope scope)
    {
        var sql = scope.Sql;
        List<string> conditions = [];
        if (step.Event is { } name)
        {
            conditions.Add($"event = {sql.Text(name)}");
        }
        if (step.Url is { } url)
        {
            conditions.Add($"({Url} != '' AND {TextMatch.Sql(Url, step.UrlMatching, url, sql)})");
        }
        if (step.TagName is { } tag)
        {
            conditions.Add(ElementSelectors.OfTag(tag).Compile(sql));
        }
        if (step.Selector is { } selector)
        {
            conditions.Add(ElementSelectors.TryParse(selector, out var parsed, out _) ? parsed.Compile(sql) : "0");
        }
        if (step.Text is { } text)
        {
            conditions.Add($"arrayExists(value -> {TextMatch.Sql("value", step.TextMatching, text, sql)}, {Values("text", sql)})");
        }
        if (step.Href is { } href)
        {
            conditions.Add($"arrayExists(value -> {TextMatch.Sql("value", step.HrefMatching, href, sql)}, "
                + $"arrayConcat({Values("href", sql)}, {Values("attr__href", sql)}))");
        }
        conditions.Add(FilterSql.Compile(step.Properties, scope));
        return "(" + string.Join(" AND ", conditions) + ")";
    }

    // A quote closes a value where an element or a pair can follow: as the parser of chains decides it.
    static string Values(string pair, SqlBuilder sql) =>
        $"arrayMap(found -> replaceAll(found, '\\\\\"', '\"'), extractAll(elements_chain, {sql.Text($"[:\"]{pair}=\"((?:\\\\\"|[^\"])*)\"(?:$|;|[\\w\\-:@.]+=\")")}))";
}
