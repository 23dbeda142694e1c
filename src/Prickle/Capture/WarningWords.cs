namespace Prickle.Capture;

/// <summary>A reason in words: what happened, and what to do about it.</summary>
public static class WarningWords
{
    /// <summary>A title, and one line of advice.</summary>
    public static (string Title, string Advice) Of(DropReason reason) => reason switch
    {
        DropReason.MissingEventName => ("Event without a name", "Not stored. Give every captured event a name."),
        DropReason.MissingDistinctId => ("Event without a distinct id", "Not stored. Send a distinct_id with every event."),
        DropReason.NotAnObject => ("Item that is no event", "Not stored. Every item of a batch must be a JSON object."),
        DropReason.InvalidProperties => ("Properties that are no object", "Not stored. Send properties as a JSON object."),
        DropReason.DistinctIdCut => ("Distinct id too long", "Stored with the first 200 characters. Use shorter ids: cut ones may meet."),
        DropReason.EventNameCut => ("Event name too long", "Stored with the first 200 characters. Put what varies into a property."),
        DropReason.InvalidUuid => ("Uuid that is none", "Stored with another uuid. Leave it out, or send a real one."),
        DropReason.InvalidTimestamp => ("Timestamp that cannot be read", "Stored at its time of arrival, or at 1970. Send ISO 8601."),
        DropReason.TimestampInFuture => ("Timestamp in the future", "Stored at its time of arrival. Check the sender's clock."),
        DropReason.ValueStoredAsText => ("Value stored as text", "A number was beyond a double, or nesting deeper than 32 levels."),
        DropReason.PropertiesStoredAsText => ("Properties stored as text", "The store refused them as they are; they lie in $raw_properties."),
        DropReason.EventTooLarge => ("Event too large", "Not stored. An event may have 4 MB."),
        DropReason.PerformanceEvent => ("Performance event", "Not stored. Only very old SDKs send these; update the SDK."),
        DropReason.RecordingsNotEnabled => ("Recording", "Not stored. Recordings are not switched on."),
        DropReason.TelemetryNotKept => ("Logs or metrics", "Not stored. Logs and metrics are not kept."),
        DropReason.CookielessNotSupported => ("Cookieless event", "Not stored. Switch the SDK's cookieless mode off."),
        DropReason.HeldBackByClient => ("Held back by the SDK", "A page captured more than the SDK's limit; look for a loop there."),
        DropReason.IllegalMergeId => ("Id that stands for many people", "Not merged. Look for code that identifies with a placeholder."),
        DropReason.MergeRefused => ("Merge of two identified persons", "Not merged. Merge by hand, or with $merge_dangerously."),
        DropReason.MergeWithoutId => ("Merge without a second id", "Not merged. An alias event needs the property alias."),
        DropReason.TooManyGroupTypes => ("Sixth kind of group", "Stored without that group. A project has five kinds at most."),
        DropReason.AttachmentNotKept => ("Attachment of an AI event", "The event is stored without its attachment."),
        _ => throw new System.Diagnostics.UnreachableException($"No words for {reason}"),
    };
}
