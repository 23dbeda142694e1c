namespace Prickle.Ui.Charts;

/// <summary>The steps of a funnel and how many came through, per breakdown.</summary>
public sealed record FunnelData
{
    /// <summary>The steps, in order.</summary>
    public required IReadOnlyList<string> Steps { get; init; }

    /// <summary>One for everybody, or one per value of the breakdown.</summary>
    public required IReadOnlyList<FunnelGroup> Groups { get; init; }

    /// <summary>Who is counted: "persons".</summary>
    public string Counted { get; init; } = "persons";
}

/// <summary>The figures of one breakdown value.</summary>
/// <param name="Key">Identifies it to the one who asked.</param>
/// <param name="Steps">As many as the funnel has steps.</param>
public sealed record FunnelGroup(string Key, string Name, IReadOnlyList<FunnelStep> Steps)
{
    /// <summary>The same funnel in the earlier period, where it is compared: counts per step.</summary>
    public IReadOnlyList<long>? Previous { get; init; }
}

/// <summary>How many reached a step, and how long it took them from the step before.</summary>
public sealed record FunnelStep(long Count, double? AverageSeconds = null, double? MedianSeconds = null);

/// <summary>Which way the steps run.</summary>
public enum FunnelDirection
{
    /// <summary>Steps from left to right, bars upright.</summary>
    LeftToRight,

    /// <summary>Steps from top to bottom, bars lying.</summary>
    TopToBottom,
}

/// <summary>Those who came through a step, or were lost before it.</summary>
/// <param name="Step">Index of the step.</param>
/// <param name="GroupKey">Key of the breakdown value.</param>
/// <param name="Dropped">True: those who reached the step before and not this one.</param>
public sealed record FunnelSelection(int Step, string GroupKey, bool Dropped);
