using Prickle.Hosting;

namespace Prickle.Demo;

/// <summary>How far the demo data is: until it is there, the product does not call itself ready.</summary>
public sealed class DemoProgress : IReadinessCondition
{
    volatile string? _obstacle = "the demo data is waiting for the analytical store";

    /// <inheritdoc/>
    public string Part => "demo_data";

    /// <inheritdoc/>
    public string? Obstacle => _obstacle;

    /// <summary>The data is there, all of it.</summary>
    public bool IsComplete => _obstacle is null;

    internal void Told(int percent) => _obstacle = $"the demo data is being made: {percent} %";

    internal void Failed() => _obstacle = "the demo data could not be made";

    internal void Complete() => _obstacle = null;
}
