namespace Prickle.Destinations;

/// <summary>A connection of a project: a way out with its address and its secrets, under a name. Secrets are never among what is given back.</summary>
public sealed record Destination
{
    /// <summary>That a project may have.</summary>
    public const int Most = 200;

    public required Guid Id { get; init; }
    public required int ProjectId { get; init; }

    /// <summary>The key of its <see cref="DestinationKind"/>.</summary>
    public required string Kind { get; init; }
    public required string Name { get; init; }

    /// <summary>The connection's fields that are no secrets.</summary>
    public required IReadOnlyDictionary<string, string> Fields { get; init; }

    /// <summary>The names of the secrets that are kept.</summary>
    public required IReadOnlyList<string> Secrets { get; init; }
    public required bool Enabled { get; init; }

    /// <summary>When the product gave it up, or somebody switched it off; null while it is on.</summary>
    public DateTimeOffset? SwitchedOffAt { get; init; }

    /// <summary>Why the product gave it up; null when somebody switched it off.</summary>
    public string? SwitchedOffBecause { get; init; }

    /// <summary>Deliveries that failed in a row.</summary>
    public int Failures { get; init; }
    public DateTimeOffset? LastUsedAt { get; init; }

    /// <summary>What became of the last delivery, by <see cref="DeliveryOutcome.Name"/>.</summary>
    public string? LastOutcome { get; init; }
    public string? LastDetail { get; init; }
    public required string CreatedBy { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>Grows with each change by people.</summary>
    public required int Version { get; init; }
}

/// <summary>What people say about a connection.</summary>
/// <param name="Fields">By name, secrets among them; a secret that is empty keeps the one that is there.</param>
public sealed record DestinationDraft(string Kind, string Name, IReadOnlyDictionary<string, string> Fields)
{
    public bool Enabled { get; init; } = true;

    public static DestinationDraft Of(Destination destination) => new(destination.Kind, destination.Name, destination.Fields) { Enabled = destination.Enabled };
}
