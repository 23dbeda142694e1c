namespace Prickle.House.Queries;

/// <summary>What asked a statement: a saved insight, a tile, a person. For people it reads as a sentence.</summary>
/// <param name="Parts">From what was asked to who asked it: "Insight Sign-ups", "on the dashboard Growth", "for Ada".</param>
public sealed record QueryOrigin(IReadOnlyList<OriginPart> Parts)
{
    /// <summary>The whole sentence.</summary>
    public override string ToString() => string.Join(", ", Parts.Select(part => part.ToString()));
}

/// <summary>A part of the sentence.</summary>
/// <param name="Words">What leads to the name: "on the dashboard". Empty where there is only a name.</param>
/// <param name="Name">Empty where words say all.</param>
/// <param name="Address">The page of what is named; null where it has none.</param>
public sealed record OriginPart(string Words, string Name = "", string? Address = null)
{
    public override string ToString() => Words.Length == 0 || Name.Length == 0 ? Words + Name : $"{Words} {Name}";
}

/// <summary>How much of a fingerprint's work one origin asked for.</summary>
/// <param name="Origin">Null for what others than Prickle asked.</param>
/// <param name="Milliseconds">Of all its calls together.</param>
public sealed record OriginShare(QueryOrigin? Origin, long Calls, double Milliseconds);
