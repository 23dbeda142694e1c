namespace Prickle.ClickHouse.Supervision;

/// <summary>Where the embedded engine is in its life.</summary>
public enum EngineState
{
    /// <summary>Its first start is under way.</summary>
    Starting,

    /// <summary>It answers.</summary>
    Running,

    /// <summary>It ended or hung, and is started again after a pause.</summary>
    Restarting,

    /// <summary>It cannot run here until the operator does something; it is tried again now and then.</summary>
    Failed,

    /// <summary>It was stopped on purpose, or never started.</summary>
    Stopped,
}

/// <summary>The embedded engine as it is now.</summary>
/// <param name="State">Where it is in its life.</param>
/// <param name="Endpoint">Where it listens; the same over restarts unless another program took the port.</param>
/// <param name="Version">The version of ClickHouse inside.</param>
/// <param name="ProcessId">Its process.</param>
/// <param name="StartedAt">Since when it runs.</param>
/// <param name="Restarts">How often it was started again.</param>
/// <param name="LastError">Why it is not running, or why it was last started again.</param>
/// <param name="ResidentBytes">Memory its process holds.</param>
public sealed record EngineStatus(
    EngineState State,
    Uri? Endpoint = null,
    string? Version = null,
    int? ProcessId = null,
    DateTimeOffset? StartedAt = null,
    int Restarts = 0,
    string? LastError = null,
    long? ResidentBytes = null);
