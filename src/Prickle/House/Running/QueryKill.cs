namespace Prickle.House.Running;

/// <summary>How far an attempt to end a statement is.</summary>
public enum KillState
{
    /// <summary>Not yet put to the node.</summary>
    Asked,
    /// <summary>The node took it; the statement is still there.</summary>
    Cancelling,
    /// <summary>The statement is there no more.</summary>
    Gone,
    /// <summary>It had ended before, or another statement has its id.</summary>
    NoSuchQuery,
    /// <summary>The node refused: the operator's account may not.</summary>
    Refused,
    /// <summary>The node could not be asked.</summary>
    Failed,
    /// <summary>Asked, and still there after a minute.</summary>
    StillRunning,
}

/// <summary>Which statement is meant.</summary>
/// <param name="Node">The address of one of the server's nodes.</param>
/// <param name="ProcessId">By what that node knows it.</param>
/// <param name="User">Whose it is: the id alone may be that of another by now.</param>
public sealed record KillTarget(Uri Node, string ProcessId, string User)
{
    /// <summary>The id that its caller gave, where that is another one: for people.</summary>
    public string? QueryId { get; init; }
}

/// <summary>An attempt to end a statement.</summary>
/// <param name="Detail">A sentence where the state alone does not tell: the node's own reason.</param>
public sealed record QueryKill(Guid Id, Guid Server, int OrganizationId, KillTarget Target, KillState State, string? Detail, DateTimeOffset AskedAt, DateTimeOffset ChangedAt)
{
    public bool IsOver => State is not (KillState.Asked or KillState.Cancelling);
}
