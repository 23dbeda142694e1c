using System.Net.Mime;
using Prickle.Capture.Inbox;
using Prickle.Capture.Receiving;

namespace Prickle.Capture;

/// <summary>Takes events that the product itself makes, along the same way as those that SDKs send.</summary>
public sealed class EventIntake
{
    readonly DurableInbox _inbox;
    readonly TimeProvider _time;

    internal EventIntake(DurableInbox inbox, TimeProvider time) => (_inbox, _time) = (inbox, time);

    /// <summary>Returns when the events are safe on disk; they are stored soon after.</summary>
    /// <param name="projectId">The project they belong to.</param>
    /// <param name="body">UTF-8 JSON in any shape that <c>/batch</c> takes; it needs no token.</param>
    /// <param name="cancellationToken">Gives up while there is no room; what is accepted already stays.</param>
    /// <exception cref="IOException">The inbox cannot be written now: nothing was taken.</exception>
    public async Task TakeAsync(int projectId, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        var request = new RawRequest(
            CaptureLane.Events, body, "", MediaTypeNames.Application.Json, "", null, "", "", _time.GetUtcNow());
        var (document, outcome) = CapturedBody.Open(request);
        if (document is null)
        {
            throw new ArgumentException($"The product made a body that it cannot read: {outcome}", nameof(body));
        }

        var place = await _inbox.Room.EnterAsync(request.LikelySize, TimeSpan.Zero, cancellationToken);
        var parsed = new ParsedBody(document, EventReader.Read(document.RootElement, request, projectId), null, place);
        place?.Resize(parsed.Size);
        if (await _inbox.AppendAsync(projectId, request, parsed, cancellationToken) is AppendOutcome.Unavailable unavailable)
        {
            parsed.Dispose();
            throw new IOException(unavailable.Why);
        }
    }
}
