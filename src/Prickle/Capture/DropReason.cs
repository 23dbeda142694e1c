namespace Prickle.Capture;

/// <summary>
/// Why something that came in was not stored as it came. Every member has a counter, and one with a project
/// behind it is listed under Ingestion warnings.
/// </summary>
public enum DropReason
{
    /// <summary>The event has no name.</summary>
    MissingEventName,

    /// <summary>The event has no distinct id.</summary>
    MissingDistinctId,

    /// <summary>The item of the batch is not a JSON object.</summary>
    NotAnObject,

    /// <summary>The properties are not a JSON object.</summary>
    InvalidProperties,

    /// <summary>The distinct id was longer than 200 characters and was cut; the event is stored.</summary>
    DistinctIdCut,

    /// <summary>The event name was longer than 200 characters and was cut; the event is stored.</summary>
    EventNameCut,

    /// <summary>The uuid is none; the event is stored with one made from that text.</summary>
    InvalidUuid,

    /// <summary>The timestamp cannot be read; the event is stored with its arrival time.</summary>
    InvalidTimestamp,

    /// <summary>The timestamp was over 23 hours ahead; the event is stored with its arrival time.</summary>
    TimestampInFuture,

    /// <summary>A number is beyond what a double holds, or nesting is too deep; the value is stored as text.</summary>
    ValueStoredAsText,

    /// <summary>The store refused the properties; the event is stored with them as one text.</summary>
    PropertiesStoredAsText,

    /// <summary>The event alone is larger than allowed.</summary>
    EventTooLarge,

    /// <summary>Performance events of old SDKs are not kept.</summary>
    PerformanceEvent,

    /// <summary>A recording came where recordings are not on.</summary>
    RecordingsNotEnabled,

    /// <summary>Logs or metrics came, which are not kept.</summary>
    TelemetryNotKept,

    /// <summary>Cookieless events need an id made by the server, which is not offered.</summary>
    CookielessNotSupported,

    /// <summary>The SDK itself held events back, by its own rate limit.</summary>
    HeldBackByClient,

    /// <summary>An id that many people share by mistake (<c>undefined</c>, <c>null</c> …) must not be merged.</summary>
    IllegalMergeId,

    /// <summary>The other person is already identified: merging needs <c>$merge_dangerously</c>.</summary>
    MergeRefused,

    /// <summary>A merge event does not say with whom.</summary>
    MergeWithoutId,

    /// <summary>A project has five group types, the most there can be.</summary>
    TooManyGroupTypes,

    /// <summary>The attached file of an AI event is not kept; the event is stored.</summary>
    AttachmentNotKept,
}
