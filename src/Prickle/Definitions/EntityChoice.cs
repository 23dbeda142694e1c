namespace Prickle.Definitions;

/// <summary>What a question counts: an event by name, an action by id, or, with neither, every event.</summary>
public sealed record EntityChoice(string? Event, int? ActionId)
{
    /// <summary>Every event, whatever its name.</summary>
    public static readonly EntityChoice AnyEvent = new(null, null);

    /// <summary>Nothing yet: a place that waits for a choice.</summary>
    public static readonly EntityChoice Nothing = new("", null);
}

/// <summary>An action that an <see cref="EntityPicker"/> offers.</summary>
public sealed record ActionOption(int Id, string Name, string Description = "");
