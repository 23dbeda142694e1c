using System.Text.Json.Nodes;

namespace Prickle.Destinations;

/// <summary>One try to deliver one message, with everything rendered and every secret open: for kinds, and never for logs.</summary>
/// <param name="ProjectId">Whose it is.</param>
/// <param name="Key">Names the message over all tries, restarts and nodes: the same key means the same message.</param>
/// <param name="Connection">By field, secrets open.</param>
/// <param name="Message">By field, rendered.</param>
public sealed record Delivery(int ProjectId, string Key, IReadOnlyDictionary<string, string> Connection, IReadOnlyDictionary<string, string> Message)
{
    /// <summary>Who it is about or for; null when it is about nobody.</summary>
    public DeliveryPerson? Person { get; init; }

    /// <summary>An earlier try may have arrived without our knowing.</summary>
    public bool MayHaveArrived { get; init; }

    /// <summary>What made it, from the first cause to the last: goes along with what is captured, so that loops are seen.</summary>
    public IReadOnlyList<string> Origin { get; init; } = [];

    /// <summary>What the delivery gave as output, where it is taken back now; null else.</summary>
    public JsonObject? Output { get; init; }

    /// <summary>Names the origin for people: "Automation Welcome".</summary>
    public string From { get; init; } = "";

    /// <summary>Goes along where the kind <see cref="DestinationKind.TakesPicture"/>; null for none.</summary>
    public DeliveryPicture? Picture { get; init; }

    /// <summary>A field of the connection or the message, or empty.</summary>
    public string this[string field] => Message.GetValueOrDefault(field) ?? Connection.GetValueOrDefault(field) ?? "";
}

/// <summary>A person that something is delivered to or done to.</summary>
/// <param name="Id">As stored.</param>
/// <param name="DistinctId">One of theirs, by which they are found after a merge.</param>
public sealed record DeliveryPerson(Guid Id, string DistinctId);

/// <summary>A PNG that belongs to a message.</summary>
/// <param name="Name">Of its file: <c>sales.png</c>. Within one message it names the picture over all tries.</param>
/// <param name="Title">What it shows, in a few words.</param>
public sealed record DeliveryPicture(string Name, string Title, byte[] Png);

/// <summary>What became of one try.</summary>
/// <param name="Output">What later steps may use: the number and address of an issue.</param>
/// <param name="Exchange">What went over the wire, secrets masked; null when nothing did.</param>
public sealed record DeliveryReport(DeliveryOutcome Outcome, JsonObject? Output = null, DeliveryExchange? Exchange = null)
{
    /// <summary>The fields as they were rendered, secrets left out; filled by the sender.</summary>
    public IReadOnlyDictionary<string, string> Rendered { get; init; } = new Dictionary<string, string>();
}

/// <summary>A request and its answer, for people who look for what went wrong: cut at some kilobytes, secrets masked.</summary>
/// <param name="Status">The status of HTTP or SMTP; null when none came.</param>
public sealed record DeliveryExchange(string Request, int? Status, string Response);

/// <summary>The closed set of what can become of a try. The detail is one sentence for the owner of the message.</summary>
public abstract record DeliveryOutcome(string Detail)
{
    /// <summary>It is there.</summary>
    public sealed record Delivered(string Detail = "") : DeliveryOutcome(Detail);

    /// <summary>The other side does not want this message; another try changes nothing.</summary>
    public sealed record Rejected(string Detail) : DeliveryOutcome(Detail);

    /// <summary>The other side wants fewer; another try when it says, or later.</summary>
    public sealed record RateLimited(string Detail, TimeSpan? RetryAfter = null) : DeliveryOutcome(Detail);

    /// <summary>No answer, or one that speaks of trouble over there; another try may help.</summary>
    /// <param name="MayHaveArrived">The request was on its way when the trouble began.</param>
    public sealed record Unreachable(string Detail, bool MayHaveArrived = false) : DeliveryOutcome(Detail);

    /// <summary>The connection is wrong: a token that was taken back, a channel that is gone. Somebody must mend it.</summary>
    public sealed record Misconfigured(string Detail) : DeliveryOutcome(Detail);

    /// <summary>For JSON and events: <c>delivered</c>, <c>rate_limited</c>.</summary>
    public string Name => this switch
    {
        Delivered => "delivered",
        Rejected => "rejected",
        RateLimited => "rate_limited",
        Unreachable => "unreachable",
        _ => "misconfigured",
    };
}
