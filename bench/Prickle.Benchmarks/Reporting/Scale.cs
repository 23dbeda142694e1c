namespace Prickle.Benchmarks.Reporting;

/// <summary>How much a run does: enough for a figure to quote, or enough to see that nothing broke.</summary>
/// <param name="IsQuick">Under a minute.</param>
/// <param name="Limit">When a run that hangs is given up.</param>
sealed record Scale(bool IsQuick, TimeSpan Limit)
{
    public static readonly Scale Full = new(false, TimeSpan.FromMinutes(20));
    public static readonly Scale Quick = new(true, TimeSpan.FromMinutes(5));

    public T Choose<T>(T full, T quick) => IsQuick ? quick : full;
}
