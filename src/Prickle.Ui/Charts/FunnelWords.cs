using Prickle.Ui.Values;

namespace Prickle.Ui.Charts;

/// <summary>The figures of a funnel in words.</summary>
static class FunnelWords
{
    static readonly ValueUnit Shares = ValueUnit.Share();
    static readonly ValueUnit Spans = ValueUnit.Seconds();

    public static FunnelStep? StepAt(FunnelGroup group, int step) => step < group.Steps.Count ? group.Steps[step] : null;

    public static long CountAt(FunnelGroup group, int step) => StepAt(group, step)?.Count ?? 0;

    public static string Share(long part, long whole) => whole > 0 ? Shares.Short((double)part / whole) : ValueUnit.Nothing;

    public static string? Time(FunnelGroup group, int step) => StepAt(group, step) switch
    {
        { AverageSeconds: { } mean } => $"{Spans.Full(mean)} on average",
        { MedianSeconds: { } median } => $"{Spans.Full(median)} median",
        _ => null,
    };

    /// <summary>Of the first step, in parts of one: each breakdown value is measured by its own.</summary>
    public static double PartOf(FunnelGroup group, long count) => CountAt(group, 0) > 0 ? Math.Clamp((double)count / CountAt(group, 0), 0, 1) : 0;
}
