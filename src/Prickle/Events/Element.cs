using Prickle.Events.Elements;

namespace Prickle.Events;

/// <summary>An element of a page, as autocapture saw it.</summary>
/// <param name="Text">Null when it had none, or it was masked.</param>
/// <param name="Attributes">By their names in the chain: <c>attr__class</c>, <c>attr__data-plan</c>.</param>
public sealed record Element(
    string TagName,
    string? Text,
    string? Href,
    string? Id,
    IReadOnlyList<string> Classes,
    int? NthChild,
    int? NthOfType,
    IReadOnlyDictionary<string, string> Attributes)
{
    /// <summary>The elements of a chain, from the clicked one outwards. Never fails: what cannot be read is left out.</summary>
    public static IReadOnlyList<Element> ParseChain(string chain) => ChainParser.Parse(chain);
}
