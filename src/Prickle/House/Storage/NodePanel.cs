using Microsoft.AspNetCore.Components;
using Prickle.ClickHouse.Nodes;
using Prickle.Servers;
using Prickle.Ui.Tables;

namespace Prickle.House.Storage;

/// <summary>Something about a table on one node.</summary>
public abstract class NodePanel : ComponentBase, IDisposable
{
    readonly CancellationTokenSource _closing = new();

    [Parameter, EditorRequired] public required WatchedServer Server { get; set; }
    [Parameter, EditorRequired] public required Uri Node { get; set; }
    [Parameter, EditorRequired] public required string Database { get; set; }
    [Parameter, EditorRequired] public required string Table { get; set; }
    [Inject] public required Fleet Fleet { get; set; }

    protected CancellationToken Closing => _closing.Token;

    /// <summary>What lists are loaded anew by.</summary>
    protected string Asked => $"{Node} {Database} {Table}";

    public void Dispose()
    {
        _closing.Cancel();
        _closing.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>The rows; what the node lacks or says instead is the list's failure.</summary>
    private protected async Task<IReadOnlyList<T>> AskAsync<T>(SystemQuery<T> query, CancellationToken cancellationToken) =>
        await Fleet.AskNodeAsync(Server, Node, query, Account.Monitor, cancellationToken) switch
        {
            NodeAnswer<T>.Rows rows => rows.Items,
            NodeAnswer<T>.Missing missing => throw new InvalidOperationException($"There is no {missing.Piece} here. {missing.Remedy}"),
            NodeAnswer<T>.Failed failed => throw new InvalidOperationException($"{failed.Node}: {failed.Failure.Message}"),
            _ => throw new System.Diagnostics.UnreachableException(),
        };

    private protected static TablePage<T> Page<T>(IEnumerable<T> items, TableQuery query, Func<T, IComparable?> by) =>
        TablePage<T>.Of([.. query.Descending ? items.OrderByDescending(by) : items.OrderBy(by)], query);
}
