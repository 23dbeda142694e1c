namespace Prickle.ClickHouse.Supervision;

/// <summary>How the embedded engine is run.</summary>
public sealed class EngineOptions
{
    /// <summary>The folder of the engine's data; made when missing. One engine at a time can have it open.</summary>
    public required string DataDirectory { get; init; }

    /// <summary>Prickle.Engine.dll; null to look beside the application and in the build's output.</summary>
    public string? ProgramPath { get; init; }

    /// <summary>libchdb; null to let the engine look for it in node_modules.</summary>
    public string? LibraryPath { get; init; }

    /// <summary>How long a start may take before it counts as failed.</summary>
    public TimeSpan StartTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How often a running engine is asked whether it is well.</summary>
    public TimeSpan PingInterval { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How long it may take to answer; three missed answers in a row and it is killed.</summary>
    public TimeSpan PingTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a stop may take before the process is killed.</summary>
    public TimeSpan StopTimeout { get; init; } = TimeSpan.FromSeconds(10);
}
