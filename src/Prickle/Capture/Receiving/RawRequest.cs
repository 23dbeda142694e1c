namespace Prickle.Capture.Receiving;

/// <summary>What one request carried, as it came: enough to decode it again after a restart.</summary>
/// <param name="Lane">Which family of endpoint took it.</param>
/// <param name="Body">The bytes as they came: the body, or the <c>data</c> of a GET.</param>
/// <param name="ContentEncoding">The header of that name, or empty.</param>
/// <param name="ContentType">The header of that name, or empty.</param>
/// <param name="Compression">The <c>compression</c> hint of the query, or empty.</param>
/// <param name="SentAt">The query's <c>sent_at</c> or <c>_</c>, when it is plausible.</param>
/// <param name="RemoteAddress">Where it came from, after trusted proxies; empty when unknown.</param>
/// <param name="UserAgent">The header of that name, or empty.</param>
/// <param name="ReceivedAt">When it arrived: the "now" of the clock rules, also after a restart.</param>
public sealed record RawRequest(
    CaptureLane Lane,
    ReadOnlyMemory<byte> Body,
    string ContentEncoding,
    string ContentType,
    string Compression,
    DateTimeOffset? SentAt,
    string RemoteAddress,
    string UserAgent,
    DateTimeOffset ReceivedAt)
{
    /// <summary>
    /// What it takes in memory once it is read, as far as can be told before: bodies of SDKs grow about tenfold, and their events
    /// and the document over them take once and a half that again.
    /// </summary>
    public int LikelySize => (int)Math.Min(int.MaxValue / 4, (BodyDecoder.IsGzip(Body.Span) ? 25L : 3L) * Body.Length);
}

/// <summary>The families of capture endpoints; they differ in what a body may look like.</summary>
public enum CaptureLane
{
    /// <summary>Events: <c>/e</c>, <c>/i/v0/e</c>, <c>/batch</c>, <c>/capture</c>, <c>/track</c>.</summary>
    Events = 0,

    /// <summary>Person updates of very old SDKs: an event without a name is an <c>$identify</c>.</summary>
    Engage = 1,

    /// <summary>The newer capture protocol: <c>/i/v1/analytics/events</c>.</summary>
    Analytics = 2,
}
