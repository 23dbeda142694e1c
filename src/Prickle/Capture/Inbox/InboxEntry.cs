using System.Buffers;
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
/// <param name="Size">What it takes in memory.</param>
/// <param name="Rented">The buffer of the shared pool that the document lies in, or null when it lies in none.</param>
sealed record ParsedBody(JsonDocument Document, ReadEvents Read, int Size, byte[]? Rented = null) : IDisposable
{
    byte[]? _rented = Rented;

    // From here on the document throws when it is asked: nobody can read what the next one writes into the buffer.
    public void Dispose()
    {
        Document.Dispose();
        if (Interlocked.Exchange(ref _rented, null) is { } rented)
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }
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
