using Prickle.Filters.Sql;

namespace Prickle.Filters;

/// <summary>What an event's elements say, as one text: of the clicked element, or of the nearest around it that says anything.</summary>
public static class ElementProperty
{
    public static readonly IReadOnlyList<string> Keys = [.. ElementChain.Keys.Where(key => key != "selector")];

    /// <summary>An expression over the column <c>elements_chain</c>, empty where there is nothing; null for what elements do not have.</summary>
    public static string? Sql(string key) => Keys.Contains(key) ? $"arrayFirst(text -> text != '', {ElementChain.Sql(key)})" : null;
}
