using System.Diagnostics.CodeAnalysis;
using Prickle.ClickHouse;
using Prickle.Events;
using Prickle.Filters.Selectors;

namespace Prickle.Filters;

/// <summary>A CSS selector over the elements of an event: the clicked one, or one around it, must fit.</summary>
public sealed class ElementSelectors
{
    readonly ElementSelector _selector;

    ElementSelectors(ElementSelector selector) => _selector = selector;

    /// <summary>Reads a selector; what cannot be asked of stored elements is refused in one sentence.</summary>
    public static bool TryParse(
        string text, [NotNullWhen(true)] out ElementSelectors? selector, [NotNullWhen(false)] out string? problem)
    {
        selector = ElementSelector.TryParse(text, out var parsed, out problem) ? new ElementSelectors(parsed) : null;
        return selector is not null;
    }

    /// <summary>Any element with this tag.</summary>
    public static ElementSelectors OfTag(string tag) =>
        new(new ElementSelector([new SelectorPath([new SelectorCompound(tag.ToLowerInvariant(), [], [])], [])]));

    /// <summary>Why a text cannot be asked, in one sentence; null when it can.</summary>
    public static string? ProblemOf(string text) => TryParse(text, out _, out var problem) ? null : problem;

    /// <summary>A condition on the column <c>elements_chain</c> that is 0 or 1.</summary>
    public string Compile(SqlBuilder sql) =>
        "(" + string.Join(" OR ", _selector.Paths.Select(path => $"match(elements_chain, {sql.Text(ChainExpression.Of(path))})")) + ")";

    /// <summary>The same in memory.</summary>
    public bool Fits(IReadOnlyList<Element> elements) => SelectorMatcher.Fits(_selector, elements);
}
