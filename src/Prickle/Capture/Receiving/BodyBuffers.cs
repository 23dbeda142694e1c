using System.Numerics;

namespace Prickle.Capture.Receiving;

/// <summary>
/// Buffers for the texts of bodies, some hundreds of which wait at once. The shared pool's double in size from one to the
/// next, so that half of their memory would hold nothing; of these a sixth at most does.
/// </summary>
static class BodyBuffers
{
    const int Smallest = 4 * 1024;
    const long MostKept = 32L * 1024 * 1024;

    static readonly Lock Lock = new();
    static readonly Dictionary<int, Stack<byte[]>> Kept = [];
    static long _keptBytes;

    /// <summary>A buffer of at least so many bytes, with whatever its last user left in it.</summary>
    public static byte[] Rent(int length)
    {
        var size = SizeFor(length);
        lock (Lock)
        {
            if (Kept.TryGetValue(size, out var buffers) && buffers.TryPop(out var buffer))
            {
                _keptBytes -= size;
                return buffer;
            }
        }

        return GC.AllocateUninitializedArray<byte>(size);
    }

    /// <summary>Takes back what <see cref="Rent"/> gave.</summary>
    public static void Return(byte[] buffer)
    {
        lock (Lock)
        {
            if (_keptBytes + buffer.Length > MostKept)
            {
                return;
            }

            _keptBytes += buffer.Length;
            if (!Kept.TryGetValue(buffer.Length, out var buffers))
            {
                Kept[buffer.Length] = buffers = [];
            }

            buffers.Push(buffer);
        }
    }

    /// <summary>Four sizes between each power of two and the next: 64, 80, 96 and 112 kB, then 128 kB.</summary>
    public static int SizeFor(int length)
    {
        var step = BitOperations.Log2((uint)Math.Max(length, Smallest) - 1) - 2;
        return ((Math.Max(length, Smallest) - 1 >> step) + 1) << step;
    }
}
