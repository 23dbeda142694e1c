using System.Runtime.CompilerServices;
using System.Text.Json;
using Prickle.Sql.Running;

namespace Prickle.Sql;

/// <summary>The rows of a statement while it runs. Disposing it before the end stops the statement.</summary>
public sealed class SqlResult : IAsyncDisposable
{
    readonly SandboxRows _rows;
    readonly SqlSandbox.Work _work;

    internal SqlResult(SandboxRows rows, SqlSandbox.Work work, int limit, string queryId, string sql) =>
        (_rows, _work, Limit, QueryId, Sql) = (rows, work, limit, queryId, sql);

    public IReadOnlyList<string> Columns => _rows.Columns;

    /// <summary>ClickHouse types.</summary>
    public IReadOnlyList<string> Types => _rows.Types;

    /// <summary>The most rows that are given.</summary>
    public int Limit { get; }

    /// <summary>After the last row: whether there would have been more.</summary>
    public bool IsCut { get; private set; }

    public string QueryId { get; }

    public string Sql { get; }

    /// <summary>The rows, each an array of values. A statement that fails on its way ends in an exception.</summary>
    public async IAsyncEnumerable<JsonElement> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _work.Entry.Token);
        var count = 0;
        await foreach (var row in _rows.ReadAsync(either.Token))
        {
            if (count == Limit)
            {
                IsCut = true;
                yield break;
            }
            count++;
            yield return row;
        }
    }

    internal (long Rows, long Bytes) Statistics() => _rows.Statistics();

    public async ValueTask DisposeAsync()
    {
        await _rows.DisposeAsync();
        _work.Dispose();
    }
}
