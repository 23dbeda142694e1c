using System.Diagnostics.CodeAnalysis;

namespace Prickle.Filters.Selectors;

/// <summary>A CSS selector as far as a stored chain of elements can answer it: any of several paths.</summary>
sealed record ElementSelector(IReadOnlyList<SelectorPath> Paths)
{
    public const int LongestText = 400;

    /// <summary>Reads a selector; what cannot be asked of a chain is refused in one sentence.</summary>
    public static bool TryParse(
        string text, [NotNullWhen(true)] out ElementSelector? selector, [NotNullWhen(false)] out string? problem) =>
        SelectorReader.TryRead(text, out selector, out problem);
}

/// <summary>Compounds from the outermost to the one that is meant, and how each leads to the next.</summary>
/// <param name="IsChild">For each compound but the first: whether it lies directly in the one before.</param>
sealed record SelectorPath(IReadOnlyList<SelectorCompound> Compounds, IReadOnlyList<bool> IsChild);

/// <summary>What one element must be.</summary>
/// <param name="Tag">Null is any.</param>
sealed record SelectorCompound(string? Tag, IReadOnlyList<string> Classes, IReadOnlyList<PairCondition> Pairs);

/// <summary>A condition on a pair of the chain.</summary>
/// <param name="Names">The pairs that may hold the value: SDKs write an id and an address twice.</param>
/// <param name="Operator">Empty for "is there", else CSS's: <c>= ~= |= ^= $= *=</c>.</param>
sealed record PairCondition(IReadOnlyList<string> Names, string Operator, string Value);
