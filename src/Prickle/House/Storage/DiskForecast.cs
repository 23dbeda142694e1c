namespace Prickle.House.Storage;

/// <summary>How fast disks fill: a straight line through what was used before.</summary>
/// <param name="BytesADay">Negative where they empty.</param>
/// <param name="Basis">Over how long it was seen.</param>
sealed record DiskForecast(double BytesADay, TimeSpan Basis)
{
    /// <summary>The line of least squares; null where it was watched for too short.</summary>
    public static DiskForecast? Of(IReadOnlyList<(DateTimeOffset At, double Used)> points, TimeSpan shortest)
    {
        if (points.Count < 2 || points.Max(point => point.At) - points.Min(point => point.At) is var basis && basis < shortest)
        {
            return null;
        }
        var first = points.Min(point => point.At);
        var (days, used) = (points.Average(point => (point.At - first).TotalDays), points.Average(point => point.Used));
        var spread = points.Sum(point => Math.Pow((point.At - first).TotalDays - days, 2));
        return spread == 0 ? null : new DiskForecast(points.Sum(point => ((point.At - first).TotalDays - days) * (point.Used - used)) / spread, basis);
    }

    /// <summary>When what is free is used up; null where the disks do not fill.</summary>
    public TimeSpan? FullAfter(long free) => BytesADay > 1 && free / BytesADay < 36_500 ? TimeSpan.FromDays(free / BytesADay) : null;
}
