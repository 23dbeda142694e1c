using System.Numerics;
using System.Runtime.InteropServices;
using System.Text.Json;
using Prickle.Capture.Receiving;

namespace Prickle.Capture.Inbox;

/// <summary>One accepted request that waits for the pipeline.</summary>
/// <param name="Id">Its place: entries are processed in this order.</param>
/// <param name="ProjectId">Whose token it carried.</param>
/// <param name="Request">What came.</param>
/// <param name="Parsed">What the endpoint read of it already; null after a restart, or when memory was short.</param>
sealed record InboxEntry(long Id, int ProjectId, RawRequest Request, ParsedBody? Parsed);

/// <summary>A parsed body. The events point into the document, so it lives until they are stored.</summary>
/// <param name="Document">The body.</param>
/// <param name="Read">What was read of it.</param>
/// <param name="Rented">The buffer of <see cref="BodyBuffers"/> that the document lies in, or null when it lies in none.</param>
/// <param name="Place">Its place in memory; without one it is not kept there, only on disk.</param>
sealed record ParsedBody(JsonDocument Document, ReadEvents Read, byte[]? Rented = null, BodyRoom.Place? Place = null) : IDisposable
{
    // What the events of a body take beside its text, on average and each: names and ids are shared.
    const int EventBytes = 700;

    byte[]? _rented = Rented;

    // From here on the document throws when it is asked: nobody can read what the next one writes into the buffer.
    public void Dispose()
    {
        Document.Dispose();
        if (Interlocked.Exchange(ref _rented, null) is { } rented)
        {
            BodyBuffers.Return(rented);
        }

        Place?.Dispose();
    }

    /// <summary>
    /// What it takes in memory: body, text, events, and the document's table, for which the framework takes a buffer of half
    /// the text's size or of its whole size, rounded to a power of two.
    /// </summary>
    public int Size { get; } = (int)Math.Min(int.MaxValue / 4,
        (Rented?.Length ?? 0L) + BitOperations.RoundUpToPowerOf2((uint)JsonMarshal.GetRawUtf8Value(Document.RootElement).Length / 2)
        + ((long)Read.Events.Count * EventBytes));
}

/// <summary>How an append ended.</summary>
abstract record AppendOutcome
{
    AppendOutcome() { }

    /// <summary>On disk: it survives a crash from here on.</summary>
    public sealed record Accepted(long Id) : AppendOutcome;

    /// <summary>Not taken; the sender should try again.</summary>
    public sealed record Unavailable(string Why) : AppendOutcome;
}
