namespace Prickle.ClickHouse.Nodes;

/// <summary>A question about a node that is written by what the node has.</summary>
/// <param name="Write">The statement for a node, or what that node lacks.</param>
/// <param name="Read">Makes a value of a row.</param>
public sealed record SystemQuery<T>(Func<NodeCapabilities, SystemStatement> Write, Func<NodeRow, T> Read);

/// <summary>How a question is put to a node.</summary>
public abstract record SystemStatement
{
    SystemStatement() { }

    /// <summary>The statement.</summary>
    public sealed record Ask(NodeStatement Statement) : SystemStatement;

    /// <summary>It cannot be asked there.</summary>
    /// <param name="Piece">What the node lacks: <c>system.text_log</c>.</param>
    /// <param name="Remedy">Since when servers have it, and how it is switched on: a sentence.</param>
    public sealed record Missing(string Piece, string Remedy) : SystemStatement;

    /// <summary>A statement without values.</summary>
    public static implicit operator SystemStatement(string sql) => new Ask(new NodeStatement(sql));

    /// <summary>A statement.</summary>
    public static implicit operator SystemStatement(NodeStatement statement) => new Ask(statement);
}
