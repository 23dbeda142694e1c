using System.Globalization;
using System.Text.Json;
using Prickle.Capture.Steps;

namespace Prickle.Capture.Receiving;

/// <summary>
/// Turns the JSON of a request into events. Lenient by item: what is wrong with one is a warning, and the others are kept.
/// </summary>
static class EventReader
{
    public const int LongestId = 200;
    const int LargestEvent = 4 * 1024 * 1024;

    /// <summary>The project token, wherever the SDK put it; null when there is none; "conflict" is told apart.</summary>
    public static TokenSearch FindToken(JsonElement root)
    {
        var found = root.ValueKind == JsonValueKind.Object ? TokenOf(root) : null;
        foreach (var item in Items(root))
        {
            var token = item.ValueKind == JsonValueKind.Object ? TokenOf(item) ?? TokenAmong(PropertiesOf(item)) : null;
            if (token is not null && found is not null && token != found)
            {
                return TokenSearch.Conflict;
            }

            found ??= token;
        }

        return new TokenSearch(found, false);
    }

    /// <summary>The events of a body, in order, and what was wrong with the others.</summary>
    public static ReadEvents Read(JsonElement root, RawRequest request, int projectId)
    {
        var read = new ReadEvents();
        var context = new Context(request, projectId, SentAt(root) ?? request.SentAt, read);
        var position = 0;
        foreach (var item in Items(root))
        {
            if (ReadEvent(item, context, position) is { } captured)
            {
                read.Events.Add(captured);
            }

            position++;
        }

        return read;
    }

    static CapturedEvent? ReadEvent(JsonElement item, Context context, int position)
    {
        context.Item = item;
        if (item.ValueKind != JsonValueKind.Object)
        {
            return context.Refuse(DropReason.NotAnObject, "", "", $"Item {position} of the batch is {Kind(item)}, not an object");
        }

        var properties = PropertiesOf(item);
        var scan = PropertyScan.Of(properties);
        var name = SharedText.Of(Member(item, "event"u8)) ?? (context.Request.Lane == CaptureLane.Engage ? "$identify" : null);
        var distinctId = IdOf(Member(item, "distinct_id"u8)) ?? IdOf(Member(item, "$distinct_id"u8)) ?? IdOf(scan.DistinctId);
        if (string.IsNullOrWhiteSpace(name))
        {
            return context.Refuse(DropReason.MissingEventName, "", distinctId ?? "", $"Item {position} has no event name");
        }

        if (string.IsNullOrWhiteSpace(distinctId))
        {
            return context.Refuse(DropReason.MissingDistinctId, name, "", $"Event {name} has no distinct_id");
        }

        if (item.TryGetProperty("properties"u8, out var given) && given.ValueKind is not (JsonValueKind.Object or JsonValueKind.Null))
        {
            return context.Refuse(DropReason.InvalidProperties, name, distinctId, $"The properties of {name} are {Kind(given)}, not an object");
        }

        if (System.Runtime.InteropServices.JsonMarshal.GetRawUtf8Value(item).Length is > LargestEvent and var size)
        {
            return context.Refuse(DropReason.EventTooLarge, name, distinctId,
                $"The event has {size:N0} bytes; {LargestEvent:N0} is the most");
        }

        return new CapturedEvent
        {
            ProjectId = context.ProjectId,
            Uuid = UuidOf(item, context, name, distinctId),
            Name = Cut(name, context, DropReason.EventNameCut, name, distinctId),
            DistinctId = Cut(distinctId, context, DropReason.DistinctIdCut, name, distinctId),
            Properties = properties,
            Special = scan.Special,
            SessionId = SharedText.Of(scan.SessionId) ?? "",
            WindowId = SharedText.Of(scan.WindowId) ?? "",
            Set = Member(item, "$set"u8),
            SetOnce = Member(item, "$set_once"u8),
            Unset = Member(item, "$unset"u8),
            Clock = ClockOf(item, scan.IgnoreSentAt, context.SentAt),
            CapturedAt = context.Request.ReceivedAt,
            RemoteAddress = context.Request.RemoteAddress,
        };
    }

    static IEnumerable<JsonElement> Items(JsonElement root)
    {
        var batch = Member(root, "batch"u8);
        return root.ValueKind == JsonValueKind.Array ? root.EnumerateArray()
            : batch.ValueKind == JsonValueKind.Array ? batch.EnumerateArray()
            : [root];
    }

    static string? TokenOf(JsonElement holder) =>
        holder.ValueKind != JsonValueKind.Object
            ? null
            : TextOf(holder, "api_key"u8) ?? TextOf(holder, "token"u8) ?? TextOf(holder, "$token"u8);

    // As above, but there are many properties and hardly ever a token: one pass.
    static string? TokenAmong(JsonElement properties)
    {
        if (properties.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        foreach (var property in properties.EnumerateObject())
        {
            var name = System.Runtime.InteropServices.JsonMarshal.GetRawUtf8PropertyName(property);
            if (name.Contains((byte)'\\') || name.SequenceEqual("token"u8) || name.SequenceEqual("api_key"u8) || name.SequenceEqual("$token"u8))
            {
                return TokenOf(properties);
            }
        }

        return null;
    }

    static JsonElement PropertiesOf(JsonElement item) =>
        Member(item, "properties"u8) is { ValueKind: JsonValueKind.Object } properties ? properties : default;

    static JsonElement Member(JsonElement item, ReadOnlySpan<byte> name) =>
        item.ValueKind == JsonValueKind.Object && item.TryGetProperty(name, out var value) ? value : default;

    static string? TextOf(JsonElement item, ReadOnlySpan<byte> name) =>
        Member(item, name) is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;

    // Numbers become text; a NUL is nothing that an id needs and nothing that PostgreSQL stores.
    static string? IdOf(JsonElement given) => given switch
    {
        { ValueKind: JsonValueKind.String } text => SharedText.Of(text)!.Replace("\0", "", StringComparison.Ordinal),
        { ValueKind: JsonValueKind.Number } number => number.GetRawText(),
        { ValueKind: JsonValueKind.True } => "true",
        { ValueKind: JsonValueKind.False } => "false",
        _ => null,
    };

    static string Cut(string text, Context context, DropReason reason, string name, string distinctId)
    {
        if (text.Length <= LongestId)
        {
            return text;
        }

        context.Warn(reason, name, distinctId, $"It had {text.Length} characters; {LongestId} are kept");
        var end = char.IsHighSurrogate(text[LongestId - 1]) ? LongestId - 1 : LongestId;
        return text[..end];
    }

    static Guid UuidOf(JsonElement item, Context context, string name, string distinctId)
    {
        var given = Member(item, "uuid"u8);
        if (given.ValueKind == JsonValueKind.String && given.TryGetGuid(out var uuid) && uuid != Guid.Empty)
        {
            return uuid;
        }

        var text = TextOf(item, "uuid"u8);
        if (string.IsNullOrEmpty(text))
        {
            return Guid.Empty;
        }

        if (Guid.TryParse(text, out uuid) && uuid != Guid.Empty)
        {
            return uuid;
        }

        context.Warn(DropReason.InvalidUuid, name, distinctId, $"'{text[..Math.Min(text.Length, 60)]}' is not a uuid");
        return DerivedUuid.FromText($"{context.ProjectId}/{text}");
    }

    static ClientClock ClockOf(JsonElement item, JsonElement ignoreSentAt, DateTimeOffset? sentAt)
    {
        var timestamp = Member(item, "timestamp"u8) switch
        {
            { ValueKind: JsonValueKind.String } text => text.GetString(),
            { ValueKind: JsonValueKind.Number } number => number.GetRawText(),
            _ => null,
        };
        var offset = Member(item, "offset"u8) is { ValueKind: JsonValueKind.Number } given && given.TryGetDouble(out var milliseconds)
            && double.IsFinite(milliseconds) ? milliseconds : (double?)null;
        return new ClientClock(
            timestamp, offset, SentAt(item) ?? sentAt, ignoreSentAt.ValueKind == JsonValueKind.True);
    }

    static DateTimeOffset? SentAt(JsonElement holder)
    {
        var given = Member(holder, "sent_at"u8);
        return given.ValueKind switch
        {
            JsonValueKind.String => EventClock.TryParse(given.GetString()!, out var sentAt) ? sentAt : null,
            JsonValueKind.Number => EventClock.FromEpochMilliseconds(given.GetRawText()),
            _ => null,
        };
    }

    static string Kind(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Array => "an array",
        JsonValueKind.String => "a string",
        JsonValueKind.Number => "a number",
        JsonValueKind.Null => "null",
        JsonValueKind.Undefined => "missing",
        _ => element.ValueKind.ToString().ToLower(CultureInfo.InvariantCulture),
    };

    sealed record Context(RawRequest Request, int ProjectId, DateTimeOffset? SentAt, ReadEvents Read)
    {
        /// <summary>The item in hand.</summary>
        public JsonElement Item { get; set; }

        public CapturedEvent? Refuse(DropReason reason, string name, string distinctId, string details)
        {
            Warn(reason, name, distinctId, details);
            Read.Refused.Add(Read.Warnings[^1]);
            return null;
        }

        public void Warn(DropReason reason, string name, string distinctId, string details) =>
            Read.Warnings.Add(new IngestionWarning(
                ProjectId, reason, Request.ReceivedAt, Shorten(name), Shorten(TextOf(Item, "uuid"u8) ?? ""), Shorten(distinctId), details));

        static string Shorten(string text) => text.Length <= LongestId ? text : text[..LongestId];
    }
}

/// <summary>The token of a request.</summary>
/// <param name="Token">It, or null when none was found.</param>
/// <param name="IsConflict">Two items name two projects.</param>
readonly record struct TokenSearch(string? Token, bool IsConflict)
{
    public static readonly TokenSearch Conflict = new(null, true);
}

/// <summary>What a body held.</summary>
sealed class ReadEvents
{
    public List<CapturedEvent> Events { get; } = [];

    public List<IngestionWarning> Warnings { get; } = [];

    /// <summary>Of the warnings, those whose items are not among the events.</summary>
    public List<IngestionWarning> Refused { get; } = [];
}
