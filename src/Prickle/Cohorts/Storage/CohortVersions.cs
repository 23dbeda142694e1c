namespace Prickle.Cohorts.Storage;

/// <summary>Versions of rows that replace each other: microseconds since 1970, and always greater than the one before.</summary>
sealed class CohortVersions(TimeProvider time)
{
    long _last;

    public long Next()
    {
        var now = (time.GetUtcNow().UtcTicks - DateTimeOffset.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond;
        while (true)
        {
            var last = Interlocked.Read(ref _last);
            var next = Math.Max(now, last + 1);
            if (Interlocked.CompareExchange(ref _last, next, last) == last)
            {
                return next;
            }
        }
    }
}
