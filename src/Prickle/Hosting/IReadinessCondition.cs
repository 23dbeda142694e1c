namespace Prickle.Hosting;

/// <summary>Something a module wants to be there before the product calls itself ready.</summary>
public interface IReadinessCondition
{
    /// <summary>A short name of it, for programs.</summary>
    string Part { get; }

    /// <summary>What is not there yet, in words for an operator; null when it is.</summary>
    string? Obstacle { get; }
}
