using System.Globalization;
using Prickle.Events;

namespace Prickle.Filters.Selectors;

/// <summary>Judges a selector on parsed elements: the same answer as <see cref="ChainExpression"/> gives on their chain.</summary>
static class SelectorMatcher
{
    static readonly char[] Blanks = [' ', '\t', '\n', '\r', '\f'];

    /// <summary>Whether the clicked element, or one around it, fits.</summary>
    public static bool Fits(ElementSelector selector, IReadOnlyList<Element> elements) => selector.Paths.Any(path =>
        Enumerable.Range(0, elements.Count).Any(at => Fits(path, path.Compounds.Count - 1, elements, at)));

    static bool Fits(SelectorPath path, int compound, IReadOnlyList<Element> elements, int at)
    {
        if (at >= elements.Count || !Fits(path.Compounds[compound], elements[at]))
        {
            return false;
        }
        if (compound == 0)
        {
            return true;
        }
        var furthest = path.IsChild[compound - 1] ? at + 1 : elements.Count - 1;
        for (var outer = at + 1; outer <= furthest; outer++)
        {
            if (Fits(path, compound - 1, elements, outer))
            {
                return true;
            }
        }
        return false;
    }

    static bool Fits(SelectorCompound compound, Element element) =>
        (compound.Tag is null || compound.Tag == element.TagName)
        && compound.Classes.All(element.Classes.Contains)
        && compound.Pairs.All(condition => !IsNever(condition) && Values(condition, element).Any(value => Fits(condition, value)));

    /// <summary>By CSS's rule an empty part is in nothing, and a word has no blanks.</summary>
    public static bool IsNever(PairCondition condition) => condition.Operator switch
    {
        "^=" or "$=" or "*=" => condition.Value.Length == 0,
        "~=" => condition.Value.Length == 0 || condition.Value.IndexOfAny(Blanks) >= 0,
        _ => false,
    };

    static bool Fits(PairCondition condition, string value) => condition.Operator switch
    {
        "" => true,
        "=" => value == condition.Value,
        "~=" => value.Split(Blanks).Contains(condition.Value),
        "|=" => value == condition.Value || value.StartsWith(condition.Value + "-", StringComparison.Ordinal),
        "^=" => value.StartsWith(condition.Value, StringComparison.Ordinal),
        "$=" => value.EndsWith(condition.Value, StringComparison.Ordinal),
        "*=" => value.Contains(condition.Value, StringComparison.Ordinal),
        _ => throw new ArgumentOutOfRangeException(nameof(condition), condition.Operator, "Not an operator of attributes."),
    };

    static IEnumerable<string> Values(PairCondition condition, Element element) =>
        condition.Names.Select(name => name switch
        {
            "attr_id" => element.Id,
            "href" => element.Href,
            "nth-child" => element.NthChild?.ToString(CultureInfo.InvariantCulture),
            "nth-of-type" => element.NthOfType?.ToString(CultureInfo.InvariantCulture),
            _ => element.Attributes.GetValueOrDefault(name),
        }).OfType<string>();
}
