using System.Collections.Concurrent;
using System.Data.Common;
using Microsoft.EntityFrameworkCore;

namespace Prickle.Storage;

/// <summary>
/// Reading by plain SQL on the paths that ask for every request. On SQLite, opening a connection and preparing a statement take
/// several times as long as reading a row: here connections stay open with their statements prepared. Those of PostgreSQL go
/// back to the driver's pool at once, which knows when one has broken.
/// </summary>
public sealed class PreparedReads(IDbContextFactory<PrickleDatabase> databases) : IDisposable
{
    // Reading from the file happens on the thread that asks, so as many are in use at once as there are threads at work: more than
    // processors, where others want these too. One that is not kept costs the next question the preparing of its statement.
    static readonly int MostIdle = Math.Max(16, Environment.ProcessorCount * 2);

    readonly ConcurrentBag<Kept> _idle = [];
    int _idleCount;
    volatile bool _isDisposed;

    /// <summary>A connection for the questions of one request, opened with the first of them. Dispose it before asking anything else.</summary>
    public PreparedReading Begin() => new(this);

    internal async ValueTask<Kept> TakeAsync(CancellationToken cancellationToken)
    {
        if (_idle.TryTake(out var idle))
        {
            Interlocked.Decrement(ref _idleCount);
            return idle;
        }
        var database = await databases.CreateDbContextAsync(cancellationToken);
        try
        {
            return new Kept(database, await OpenedConnection.OpenAsync(database, cancellationToken));
        }
        catch
        {
            await database.DisposeAsync();
            throw;
        }
    }

    internal async ValueTask GiveBackAsync(Kept kept)
    {
        if (kept.IsOfFile && !_isDisposed)
        {
            if (Interlocked.Increment(ref _idleCount) <= MostIdle)
            {
                _idle.Add(kept);
                return;
            }
            Interlocked.Decrement(ref _idleCount);
        }
        await kept.DisposeAsync();
    }

    public void Dispose()
    {
        _isDisposed = true;
        while (_idle.TryTake(out var kept))
        {
            kept.Dispose();
        }
    }

    /// <summary>An open connection and its statements, by their text.</summary>
    internal sealed class Kept(PrickleDatabase database, OpenedConnection opened) : IAsyncDisposable, IDisposable
    {
        readonly Dictionary<string, DbCommand> _commands = new(StringComparer.Ordinal);

        public bool IsOfFile { get; } = database is SqliteDatabase;

        public DbCommand Command(string sql, ReadOnlySpan<object> values)
        {
            if (!_commands.TryGetValue(sql, out var command))
            {
                command = opened.Connection.CreateCommand();
                command.CommandText = sql;
                for (var index = 0; index < values.Length; index++)
                {
                    var parameter = command.CreateParameter();
                    parameter.ParameterName = $"@p{index}";
                    command.Parameters.Add(parameter);
                }
                _commands[sql] = command;
            }
            for (var index = 0; index < values.Length; index++)
            {
                command.Parameters[index].Value = values[index];
            }
            return command;
        }

        public async ValueTask DisposeAsync()
        {
            foreach (var command in _commands.Values)
            {
                await command.DisposeAsync();
            }
            await opened.DisposeAsync();
            await database.DisposeAsync();
        }

        public void Dispose()
        {
            foreach (var command in _commands.Values)
            {
                command.Dispose();
            }
            database.Database.CloseConnection();
            database.Dispose();
        }
    }
}

/// <summary>The questions of one request, one after the other.</summary>
public sealed class PreparedReading : IAsyncDisposable
{
    readonly PreparedReads _reads;
    PreparedReads.Kept? _kept;

    internal PreparedReading(PreparedReads reads) => _reads = reads;

    /// <summary>Asks. Dispose the rows before the next question.</summary>
    /// <param name="sql">One text for all its uses, with the parameters @p0, @p1 …: it is kept, with what was prepared for it.</param>
    public async ValueTask<DbDataReader> AskAsync(string sql, object[] values, CancellationToken cancellationToken)
    {
        _kept ??= await _reads.TakeAsync(cancellationToken);
        return await _kept.Command(sql, values).ExecuteReaderAsync(cancellationToken);
    }

    public ValueTask DisposeAsync() => Interlocked.Exchange(ref _kept, null) is { } kept ? _reads.GiveBackAsync(kept) : ValueTask.CompletedTask;
}
