namespace Prickle.ClickHouse;

/// <summary>There is no ClickHouse to talk to at this moment: the engine is starting, restarting or has failed.</summary>
public sealed class ClickHouseUnavailableException : Exception
{
    /// <summary>With a message for people.</summary>
    public ClickHouseUnavailableException(string message) : base(message) { }

    /// <summary>With the failure behind it.</summary>
    public ClickHouseUnavailableException(string message, Exception inner) : base(message, inner) { }
}
