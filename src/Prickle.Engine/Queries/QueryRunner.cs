using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using Prickle.Engine.Logs;
using Prickle.Engine.Native;
using Prickle.Engine.Statements;

namespace Prickle.Engine.Queries;

/// <summary>Runs statements, each on a thread and a connection of its own.</summary>
sealed class QueryRunner(
    EngineHost host,
    QueryThreads threads,
    QueryRegistry registry,
    Sessions sessions,
    ProcessList processes,
    QueryLog log,
    TimeProvider time)
{
    const int ClientFileNotAllowed = 358;
    const int SyntaxError = 62;
    const int ChunkBytes = 256 << 10;

    /// <summary>Starts the statement; what comes of it is in the returned object.</summary>
    public RunningQuery Start(QueryRequest request)
    {
        var query = new RunningQuery(request, time);
        if (registry.TryAdd(query) is { } refusal)
        {
            query.Complete(new(refusal, [], default));
            return query;
        }
        _ = threads.Run(() => Run(query));
        return query;
    }

    /// <summary>Stops the statement; returns when it has ended.</summary>
    public async Task CancelAsync(RunningQuery query)
    {
        while (!query.Completion.IsCompleted)
        {
            // It may not have reached the engine's list of processes yet, hence again and again.
            await threads.Run(() => RequestCancellation(query));
            await Task.WhenAny(query.Completion, Task.Delay(TimeSpan.FromMilliseconds(50), time));
        }
    }

    /// <summary>Stops what only reads, so that the process can end; what writes is given its time.</summary>
    public void CancelSelects()
    {
        foreach (var query in registry.Running.Where(query => query.Request.Statement.Kind == StatementKind.Select))
        {
            _ = CancelAsync(query);
        }
    }

    bool Run(RunningQuery query)
    {
        try
        {
            var result = Execute(query);
            registry.Remove(query);
            log.Add(query, result);
            query.Complete(result);
            return true;
        }
        catch (Exception fault)
        {
            registry.Remove(query);
            query.Fail(fault);
            return false;
        }
    }

    QueryResult Execute(RunningQuery query)
    {
        var request = query.Request;
        var (taken, refusal) = sessions.Lease(request.Session);
        if (taken is null)
        {
            return new(refusal, [], default);
        }
        using var lease = taken;
        var connection = lease.Connection;
        if (ConnectionSettings.Apply(connection, request, lease.IsNew) is { } unset)
        {
            return new(unset, [], default);
        }
        if (RefuseClientFile(connection, request.Statement) is { } forbidden)
        {
            return new(forbidden, [], default);
        }
        var result = request.Statement.Kind switch
        {
            StatementKind.Select => ExecuteSelect(connection, query),
            StatementKind.InsertData => ExecuteInsert(connection, request),
            StatementKind.NotOne => RefuseText(connection, request),
            StatementKind.Kill => ExecuteKill(connection, query),
            StatementKind.FlushLogs => FlushLogs(),
            _ => ExecuteWhole(connection, query),
        };
        if (request.Session is not null)
        {
            ConnectionSettings.Reset(connection, request);
        }
        return result;
    }

    // The library would read and write files of this machine for such a clause, even for a read-only caller. Where its
    // words occur at all, the engine's own parser prints the statement anew, without the places they can hide in.
    static EngineError? RefuseClientFile(EngineConnection connection, Statement statement)
    {
        if (!statement.MentionsClientFile)
        {
            return null;
        }
        var text = Encoding.UTF8.GetString(statement.Text.AsSpan(0, statement.DataStart));
        var printed = connection.Execute($"SELECT formatQuery({SqlText.Literal(text)})", "TSVRaw");
        return statement.Kind == StatementKind.ClientFile || Statement.Read(printed.Output).Kind == StatementKind.ClientFile
            ? EngineError.Of(ClientFileNotAllowed, "INTO_OUTFILE_NOT_ALLOWED", "INTO OUTFILE and FROM INFILE are not allowed.")
            : printed.Error;
    }

    QueryResult ExecuteSelect(EngineConnection connection, RunningQuery query)
    {
        var request = query.Request;
        using var pipe = new OutputPipe();
        var pumped = threads.Run(() => Pump(pipe, query));
        QueryResult result;
        try
        {
            var text = request.Statement.WithOutputTo(pipe.Path);
            query.SentText = Encoding.UTF8.GetString(text);
            result = connection.Execute(text, request.DefaultFormat, request.Parameters);
        }
        finally
        {
            pipe.CloseWriting();
        }
        var bytes = pumped.GetAwaiter().GetResult();
        // The added clause shows in the text of a syntax error, and may be its cause: the text as sent has the last word.
        return result.Error is { Code: SyntaxError } && bytes == 0 ? ExecuteWhole(connection, query) : result;
    }

    static long Pump(OutputPipe pipe, RunningQuery query)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(ChunkBytes);
        try
        {
            var total = 0L;
            while (pipe.Read(buffer) is > 0 and var count)
            {
                total += count;
                if (!query.Write(buffer.AsMemory(0, count)))
                {
                    pipe.CloseReading();
                    break;
                }
            }
            return total;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    static QueryResult ExecuteWhole(EngineConnection connection, RunningQuery query)
    {
        var request = query.Request;
        query.SentText = Encoding.UTF8.GetString(request.Statement.Text);
        return Send(query, connection.Execute(request.Statement.Text, request.DefaultFormat, request.Parameters));
    }

    static QueryResult Send(RunningQuery query, QueryResult result)
    {
        if (result.Output.Length > 0)
        {
            query.Write(result.Output);
        }
        return result;
    }

    static QueryResult RefuseText(EngineConnection connection, QueryRequest request) =>
        new(connection.RefusalOf(request.Statement.Text)
            ?? EngineError.Of(SyntaxError, "SYNTAX_ERROR", "Syntax error: exactly one statement is expected."), [], default);

    static QueryResult ExecuteInsert(EngineConnection connection, QueryRequest request)
    {
        var statement = request.Statement;
        using var insert = connection.OpenInsert(statement.InsertHead, statement.Format!, request.Parameters);
        if (insert.Error is { } refused)
        {
            return new(refused, [], default);
        }
        return insert.Append(statement.Data) && AppendAll(insert, request.Data) || insert.Error is null
            ? insert.Finish()
            : new(insert.Error, [], default);
    }

    // The body comes in pieces of a few kilobytes, and each piece that is handed over wakes a thread of the engine: they are
    // gathered first.
    static bool AppendAll(InsertStream insert, PipeReader? data)
    {
        if (data is null)
        {
            return true;
        }
        var gathered = ArrayPool<byte>.Shared.Rent(ChunkBytes);
        try
        {
            while (true)
            {
                var read = data.ReadAtLeastAsync(ChunkBytes).AsTask().GetAwaiter().GetResult();
                var piece = read.Buffer.Slice(0, Math.Min(read.Buffer.Length, ChunkBytes));
                piece.CopyTo(gathered);
                if (!insert.Append(gathered.AsSpan(0, (int)piece.Length)))
                {
                    return false;
                }
                var isLast = read.IsCompleted && piece.Length == read.Buffer.Length;
                data.AdvanceTo(piece.End);
                if (isLast)
                {
                    return true;
                }
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(gathered);
        }
    }

    QueryResult ExecuteKill(EngineConnection connection, RunningQuery query)
    {
        var request = query.Request;
        var (answer, refusal) = new KillStatement(processes, time).Execute(connection, request);
        return answer is null
            ? refusal
            : Send(query, connection.Execute(answer, request.Statement.Format ?? request.DefaultFormat));
    }

    QueryResult FlushLogs()
    {
        log.FlushAsync().GetAwaiter().GetResult();
        return new(null, [], default);
    }

    bool RequestCancellation(RunningQuery query)
    {
        using var connection = host.Connect();
        foreach (var process in processes.Read().Where(process => process.QueryId == query.Request.QueryId))
        {
            _ = connection.Execute($"KILL QUERY WHERE query_id = {SqlText.Literal(process.EngineId)} ASYNC");
        }
        return true;
    }
}
