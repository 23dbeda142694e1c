using System.Text.Json;

namespace Prickle.Events.Api;

/// <summary>A part of the list of events.</summary>
public sealed record EventPage(string? Next, IReadOnlyList<EventReply> Results);

/// <summary>An event as the API shows it.</summary>
public sealed record EventReply(
    Guid Id,
    Guid Uuid,
    string Event,
    string DistinctId,
    Guid PersonId,
    DateTimeOffset Timestamp,
    JsonElement Properties,
    IReadOnlyList<ElementReply> Elements,
    string ElementsChain)
{
    public static EventReply Of(StoredEvent stored) => new(
        stored.Uuid, stored.Uuid, stored.Event, stored.DistinctId, stored.PersonId, stored.Timestamp, stored.Properties,
        [.. Element.ParseChain(stored.ElementsChain).Select(ElementReply.Of)], stored.ElementsChain);
}

/// <summary>An element as the API shows it; the first is the one that was clicked.</summary>
public sealed record ElementReply(
    int Order,
    string TagName,
    string? Text,
    string? Href,
    string? AttrId,
    IReadOnlyList<string> AttrClass,
    int? NthChild,
    int? NthOfType,
    IReadOnlyDictionary<string, string> Attributes)
{
    public static ElementReply Of(Element element, int order) => new(
        order, element.TagName, element.Text, element.Href, element.Id, element.Classes, element.NthChild, element.NthOfType,
        element.Attributes);
}
