namespace Prickle.House.Operations.Running;

/// <summary>How a step ended, or why it did not get to its end.</summary>
abstract record StepEnd
{
    StepEnd() { }

    /// <summary>It is done, and its check says so.</summary>
    public sealed record Done(string? Detail = null) : StepEnd;

    /// <summary>It stops here and can go on: somebody asked for it, a gate, or a server that is not well.</summary>
    public sealed record Paused(string Why) : StepEnd;

    /// <summary>It cannot go on by itself.</summary>
    public sealed record Failed(string Why) : StepEnd;

    /// <summary>Another node of the product works at it by now: nothing more is written.</summary>
    public sealed record Lost : StepEnd;
}

/// <summary>Unwinds a step from deep inside; never leaves the one who runs it.</summary>
sealed class StepInterruption(StepEnd end) : Exception("The step was interrupted.")
{
    public StepEnd End => end;
}
