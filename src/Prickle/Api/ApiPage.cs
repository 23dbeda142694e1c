namespace Prickle.Api;

/// <summary>A part of a list, as the field's scripts expect it.</summary>
/// <param name="Count">How many there are in all; null where counting them all would cost too much.</param>
/// <param name="Next">Address of the next part.</param>
/// <param name="Previous">Address of the part before.</param>
public sealed record ApiPage<T>(long? Count, string? Next, string? Previous, IReadOnlyList<T> Results);
