namespace Prickle.ClickHouse.Nodes;

/// <summary>What came of a statement at a node.</summary>
public abstract record NodeReply
{
    NodeReply() { }

    /// <summary>It answered.</summary>
    public sealed record Answered(NodeTable Table, TimeSpan Took) : NodeReply;

    /// <summary>It did not, or refused.</summary>
    public sealed record Failed(NodeFailure Failure, TimeSpan Took) : NodeReply;
}
