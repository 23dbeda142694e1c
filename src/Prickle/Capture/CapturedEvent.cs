using System.Text.Json;
using Prickle.Persons;

namespace Prickle.Capture;

/// <summary>One event on its way through the pipeline. Steps fill it from top to bottom.</summary>
public sealed class CapturedEvent
{
    JsonElement _properties;
    JsonElement _set;
    JsonElement _setOnce;
    JsonElement _unset;

    /// <summary>The project it belongs to.</summary>
    public required int ProjectId { get; init; }

    /// <summary>The client's uuid, or one made from the request's place in the inbox: the same again after a crash.</summary>
    public required Guid Uuid { get; set; }

    /// <summary>The place of its request in the inbox.</summary>
    public long Entry { get; set; }

    /// <summary>The name, not empty, at most 200 characters.</summary>
    public required string Name { get; init; }

    /// <summary>Not empty, at most 200 characters.</summary>
    public required string DistinctId { get; init; }

    /// <summary>The event's own properties: an object, or undefined when it has none.</summary>
    public JsonElement Properties { get => _properties; init => _properties = value; }

    internal SpecialProperties Special { get; init; } = SpecialProperties.Unknown;

    /// <summary><c>$set</c> from outside the properties.</summary>
    public JsonElement Set { get => _set; init => _set = value; }

    /// <summary><c>$set_once</c> from outside the properties.</summary>
    public JsonElement SetOnce { get => _setOnce; init => _setOnce = value; }

    /// <summary><c>$unset</c> from outside the properties.</summary>
    public JsonElement Unset { get => _unset; init => _unset = value; }

    /// <summary>What the client said about time.</summary>
    public ClientClock Clock { get; init; }

    /// <summary>When the request arrived.</summary>
    public required DateTimeOffset CapturedAt { get; init; }

    /// <summary>Where the request came from; empty when unknown.</summary>
    public string RemoteAddress { get; init; } = "";

    /// <summary>When it happened, by the clock rules.</summary>
    public DateTimeOffset Timestamp { get; set; }

    /// <summary>The value of <c>$session_id</c>, or empty.</summary>
    public string SessionId { get; set; } = "";

    /// <summary>The value of <c>$window_id</c>, or empty.</summary>
    public string WindowId { get; set; } = "";

    /// <summary>The clicked element and its parents, in the chain form; empty for most events.</summary>
    public string ElementsChain { get; set; } = "";

    /// <summary>The keys of the groups by type index; null when there is none.</summary>
    public string?[]? Groups { get; set; }

    /// <summary>The address to store as <c>$ip</c>, or null to store none.</summary>
    public string? StoredAddress { get; set; }

    /// <summary>A value in its properties became text on the way into the store.</summary>
    internal bool HasValueAsText { get; set; }

    /// <summary>Who it is, filled by the step that resolves persons.</summary>
    public PersonSignal Person { get; set; } = null!;

    /// <summary>Whose it is, once persons are resolved.</summary>
    public Guid PersonId => Person.PersonId;

    /// <summary>Whether a person is stored for it.</summary>
    public bool HasProfile => Person.HasProfile;

    /// <summary>A copy that outlives the body it came in.</summary>
    public CapturedEvent Detached()
    {
        var copy = (CapturedEvent)MemberwiseClone();
        copy._properties = Copy(_properties);
        copy._set = Copy(_set);
        copy._setOnce = Copy(_setOnce);
        copy._unset = Copy(_unset);
        copy.Person = Person.Detached();
        return copy;
    }

    static JsonElement Copy(JsonElement value) => value.ValueKind == JsonValueKind.Undefined ? value : value.Clone();

    /// <summary>False when the event is known to have none of these properties.</summary>
    internal bool May(SpecialProperties hold) => (Special & hold) != 0;

    /// <summary>The string value of a property, or null.</summary>
    public string? Text(ReadOnlySpan<byte> property) =>
        Properties.ValueKind == JsonValueKind.Object
        && Properties.TryGetProperty(property, out var value)
        && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;
}

/// <summary>The client's words about time, before they are judged.</summary>
/// <param name="Timestamp">The text (or number) of <c>timestamp</c>, or null.</param>
/// <param name="Offset">Milliseconds between the event and sending it, when given.</param>
/// <param name="SentAt">The client's clock when it sent.</param>
/// <param name="IsTrusted"><c>$ignore_sent_at</c>: take the timestamp as it is.</param>
public readonly record struct ClientClock(string? Timestamp, double? Offset, DateTimeOffset? SentAt, bool IsTrusted);
