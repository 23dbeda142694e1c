namespace Prickle.Capture.Receiving;

/// <summary>
/// Bounds the memory of requests that are being read: beyond it the answer is 503 with a moment to wait, which every
/// SDK retries. Without it a few hundred large bodies at once would take the process down.
/// </summary>
sealed class CaptureBudget
{
    const long Limit = 160L * 1024 * 1024;

    // What is not declared is taken to be this large until it is read.
    const int Undeclared = 256 * 1024;

    // Packed text grows; this is what is reserved for a body on top of itself.
    const int Growth = 3;

    long _used;

    /// <summary>Reserves room for a body of the declared length; null when there is none.</summary>
    public Reservation? TryReserve(long? declared)
    {
        var size = Math.Min(declared ?? Undeclared, BodyDecoder.Limit) * Growth;
        if (Interlocked.Add(ref _used, size) <= Limit)
        {
            return new Reservation(this, size);
        }

        Interlocked.Add(ref _used, -size);
        return null;
    }

    /// <summary>Room in the budget, given back when disposed.</summary>
    public sealed class Reservation(CaptureBudget budget, long size) : IDisposable
    {
        public void Dispose() => Interlocked.Add(ref budget._used, -size);
    }
}
