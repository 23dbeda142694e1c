namespace Prickle.House.Advice;

/// <summary>How much something matters.</summary>
public enum FindingLevel
{
    /// <summary>Could be better.</summary>
    Advice,
    /// <summary>Will hurt.</summary>
    Warning,
    /// <summary>Hurts already.</summary>
    Problem,
}

/// <summary>Something that could be better, and the statement that makes it so.</summary>
/// <param name="Kind">The advisor that found it.</param>
/// <param name="Where">Table, column or partition.</param>
/// <param name="What">What was seen, with its figures.</param>
/// <param name="Why">What it does to the server.</param>
/// <param name="Statement">What to run; null where it is no matter of a statement.</param>
sealed record Finding(string Kind, FindingLevel Level, string Where, string What, string Why, string? Statement);
