using Prickle.ClickHouse.Nodes;

namespace Prickle.House.Console;

/// <summary>What somebody wants run on a node.</summary>
/// <param name="Node">The address of one of the server's nodes.</param>
/// <param name="RunId">A name of the caller's own, by which it can be cancelled; letters, digits and dashes.</param>
/// <param name="Confirmed">The kind of statement that was agreed to: what changes something is run only with it.</param>
sealed record ConsoleRequest(Uri Node, string Statement, string RunId, string? Confirmed = null);

/// <summary>What came of it.</summary>
abstract record ConsoleAnswer
{
    ConsoleAnswer() { }

    /// <summary>It answered.</summary>
    /// <param name="IsCut">There are more rows than are given.</param>
    public sealed record Rows(IReadOnlyList<NodeColumn> Columns, IReadOnlyList<string?[]> Cells, bool IsCut, double Milliseconds, long RowsRead, long BytesRead) : ConsoleAnswer;

    /// <summary>It would change something: ask whether that is meant, and send its kind along.</summary>
    public sealed record NeedsConfirmation(string Kind, string Statement, string Node, string User) : ConsoleAnswer;

    /// <summary>It gave no answer.</summary>
    public sealed record Failed(string Message, NodeFailureKind? Kind, int? Code, double Milliseconds) : ConsoleAnswer;
}
