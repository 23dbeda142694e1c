using System.Buffers;
using System.Threading.Channels;
using Prickle.Engine.Native;
using Prickle.Engine.Queries;

namespace Prickle.Engine.Logs;

/// <summary>
/// Keeps <c>system.query_log</c>. Statements never wait for it: entries queue up to a limit and are written once a second;
/// beyond the limit they are dropped and counted. What it runs itself is not logged.
/// </summary>
sealed class QueryLog(EngineHost host, QueryThreads threads, TimeProvider time, ILogger<QueryLog> logger) : BackgroundService
{
    const int Limit = 20_000;
    const int BatchSize = 5_000;
    const int AnalysesPerBatch = 200;

    readonly Channel<QueryLogEntry> entries = Channel.CreateBounded<QueryLogEntry>(Limit);
    readonly SemaphoreSlim writing = new(1, 1);
    readonly Dictionary<string, QueryAnalysis> analyses = [];
    long dropped;

    /// <summary>Takes note of an ended statement; never blocks.</summary>
    public void Add(RunningQuery query, QueryResult result)
    {
        if (query.Request.Settings.GetValueOrDefault("log_queries", "1") is "0" or "false")
        {
            return;
        }
        if (!entries.Writer.TryWrite(new(query, result with { Output = [] }, time.GetUtcNow())))
        {
            Interlocked.Increment(ref dropped);
        }
    }

    /// <summary>Writes what is noted so far.</summary>
    public async Task FlushAsync()
    {
        await writing.WaitAsync();
        try
        {
            while (Take() is { Count: > 0 } batch)
            {
                if (await threads.Run(() => TryWrite(batch)) is { } loss)
                {
                    LogLoss(batch.Count, loss);
                }
            }
            if (Interlocked.Exchange(ref dropped, 0) is > 0 and var lost)
            {
                LogLoss(lost, "more statements ended than could be written");
            }
        }
        finally
        {
            writing.Release();
        }
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await FlushAsync();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1), time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            await FlushAsync();
        }
    }

    List<QueryLogEntry> Take()
    {
        var batch = new List<QueryLogEntry>();
        while (batch.Count < BatchSize && entries.Reader.TryRead(out var entry))
        {
            batch.Add(entry);
        }
        return batch;
    }

    // The log is a convenience: a fault in it must never end the engine, as an exception out of this service would.
    string? TryWrite(List<QueryLogEntry> batch)
    {
        try
        {
            return Write(batch)?.Text;
        }
        catch (Exception fault)
        {
            return fault.ToString();
        }
    }

    EngineError? Write(List<QueryLogEntry> batch)
    {
        using var connection = host.Connect();
        var lines = new ArrayBufferWriter<byte>(64 << 10);
        var analysesLeft = AnalysesPerBatch;
        foreach (var entry in batch)
        {
            QueryLogLine.Write(entry, Analyze(entry, ref analysesLeft), host.Version, lines);
        }
        using var insert = connection.OpenInsert(
            System.Text.Encoding.UTF8.GetBytes($"INSERT INTO {QueryLogTable.Name} ({QueryLogLine.Columns})"), "JSONEachRow",
            new Dictionary<string, string>());
        return insert.Error ?? (insert.Append(lines.WrittenSpan) ? insert.Finish().Error : insert.Error);
    }

    // The same texts come again and again: each is analyzed once, and a flood of new ones only in part.
    QueryAnalysis Analyze(QueryLogEntry entry, ref int left)
    {
        if (!entry.IsSelect || entry.Result.Error is not null || entry.Request.Session is not null)
        {
            return QueryAnalysis.Nothing;
        }
        var key = $"{entry.Request.Database}\n{entry.Text}";
        if (analyses.TryGetValue(key, out var known) || left-- <= 0)
        {
            return known ?? QueryAnalysis.Nothing;
        }
        if (analyses.Count >= Limit)
        {
            analyses.Clear();
        }
        using var connection = host.Connect();
        if (entry.Request.Database is { Length: > 0 } database)
        {
            _ = connection.Execute($"USE {SqlText.Name(database)}");
        }
        return analyses[key] = QueryAnalysis.Of(connection, entry);
    }

    void LogLoss(long count, string reason) =>
        logger.LogWarning("{Count} statements are missing in the query log: {Reason}", count, reason);
}
