using System.Text.Json;

namespace Prickle.Persons;

/// <summary>What one event says about a person, and (after resolving) who that is.</summary>
public sealed class PersonSignal
{
    /// <summary>The project of the event.</summary>
    public required int ProjectId { get; init; }

    /// <summary>The event's distinct id.</summary>
    public required string DistinctId { get; init; }

    /// <summary>
    /// Its place in the inbox of this node, or 0 for none. What was applied up to a place is applied once: after a crash
    /// the same signals only ask who it is, so that an old value does not come back over a newer one.
    /// </summary>
    public long Entry { get; init; }

    /// <summary>When the event happened: a new person is that old.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Whether the event makes and updates a person. False for anonymous events: they only reserve the id.</summary>
    public bool UsesProfile { get; init; } = true;

    /// <summary>The person is known by an id that the product gave, not an anonymous one.</summary>
    public bool Identifies { get; init; }

    /// <summary>Another id that belongs to the same person, or null.</summary>
    public string? OtherId { get; init; }

    /// <summary>Merge even when the person behind the other id is identified.</summary>
    public bool IsDangerous { get; init; }

    /// <summary>The event's properties: holds <c>$set</c> and its relatives, and what persons get automatically.</summary>
    public JsonElement Properties { get; init; }

    /// <summary>False when <c>$set</c> and its relatives are known not to be among the properties: they are not looked for then.</summary>
    public bool MayHoldUpdates { get; init; } = true;

    /// <summary><c>$set</c> beside the properties; wins over the one inside.</summary>
    public JsonElement Set { get; init; }

    /// <summary><c>$set_once</c> beside the properties.</summary>
    public JsonElement SetOnce { get; init; }

    /// <summary><c>$unset</c> beside the properties.</summary>
    public JsonElement Unset { get; init; }

    /// <summary>Who it is. The same for the same distinct id, whether or not a person is stored.</summary>
    public Guid PersonId { get; internal set; }

    /// <summary>Whether a person is stored.</summary>
    public bool HasProfile { get; internal set; }

    /// <summary>Why the ids were not brought together, or null.</summary>
    public MergeRefusal? Refusal { get; internal set; }

    /// <summary>Who it is, without what the event said: that lies in a body that is let go.</summary>
    public PersonSignal Detached() => new()
    {
        ProjectId = ProjectId,
        DistinctId = DistinctId,
        Entry = Entry,
        At = At,
        UsesProfile = UsesProfile,
        Identifies = Identifies,
        OtherId = OtherId,
        IsDangerous = IsDangerous,
        MayHoldUpdates = false,
        PersonId = PersonId,
        HasProfile = HasProfile,
        Refusal = Refusal,
    };
}

/// <summary>Why two ids were not brought together.</summary>
public enum MergeRefusal
{
    /// <summary>One of the ids stands for many people (<c>undefined</c>, <c>null</c>, <c>guest</c> …).</summary>
    IllegalId,

    /// <summary>The person behind the other id is already identified.</summary>
    AlreadyIdentified,
}
