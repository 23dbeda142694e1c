namespace Prickle.ClickHouse.Nodes;

/// <summary>One ClickHouse node by its HTTP interface, and who asks it.</summary>
/// <param name="Address">Scheme, host and port: <c>http://10.0.0.7:8123/</c>.</param>
/// <param name="User">The ClickHouse user.</param>
/// <param name="Password">Its password; sent in a header, never in an address.</param>
public sealed record NodeTarget(Uri Address, string User, string Password)
{
    /// <summary>The product's own server, which it may call wherever that is.</summary>
    public bool IsOwn { get; init; }

    /// <summary>The address alone: the password must never reach a log.</summary>
    public override string ToString() => Address.ToString();
}
