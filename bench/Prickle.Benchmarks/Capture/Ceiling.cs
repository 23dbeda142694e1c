using System.Buffers;
using System.Diagnostics;
using System.IO.Pipelines;
using System.Net.Http.Headers;
using Prickle.Benchmarks.Processes;
using Prickle.ClickHouse;

namespace Prickle.Benchmarks.Capture;

/// <summary>
/// What the engine takes when nothing stands before it: the very rows that capture stored, into tables of the same schema
/// (projection and session view included), with the same settings.
/// </summary>
sealed class Ceiling(MeasuredEngine engine, HttpClient http)
{
    const string Database = "ceiling";
    const string Columns =
        "project_id, uuid, event, timestamp, distinct_id, person_id, person_profile, session_id, window_id, "
        + "elements_chain, group_0, group_1, group_2, group_3, group_4, properties, captured_at";

    // As capture does it: see EventInserter.
    const string Settings = JsonColumn.InsertSettings + "&max_partitions_per_insert_block=0&date_time_input_format=basic&max_threads=1";

    /// <summary>Rows of the smallest inserts; the larger ones have three and eight times as many.</summary>
    public const int Rows = 5000;

    const int Larger = 3;

    // As many as capture puts into one part at most.
    const int Largest = 8;

    static readonly IReadOnlyList<(int Streams, int Inserts)> Tries = [(2, 1), (1, Larger), (2, Larger), (4, Larger), (2, Largest)];

    /// <summary>What each number of streams and size of inserts reached, on as many rows of what capture stored.</summary>
    public async Task<IReadOnlyList<CeilingRun>> MeasureAsync(string source, int rows, CancellationToken cancellationToken)
    {
        using var store = engine.Store(Database);
        await engine.PrepareAsync(Database, cancellationToken);
        var chunks = await ExportAsync(source, Rows, rows / Rows / Larger * Larger, cancellationToken);
        var runs = new List<CeilingRun>();
        foreach (var (streams, inserts) in ((int, int)[])[(0, 1), .. Tries])
        {
            // Each row once: what is there already would be merged away.
            await store.ExecuteAsync("TRUNCATE TABLE events", null, cancellationToken);
            await store.ExecuteAsync("TRUNCATE TABLE sessions", null, cancellationToken);
            await SettleAsync(store, cancellationToken);
            if (streams == 0)
            {
                // Not counted, as with capture: the first quarter warms up.
                await RunAsync(store, chunks[..(chunks.Count / 4)], 2, cancellationToken);
                continue;
            }

            runs.Add(await RunAsync(store, inserts == 1 ? chunks : [.. chunks.Chunk(inserts).Select(Chunk.Join)], streams, cancellationToken));
        }

        return runs;
    }

    async Task<CeilingRun> RunAsync(ClickHouseStore store, List<Chunk> chunks, int streams, CancellationToken cancellationToken)
    {
        var before = ProcessUsage.Of(engine.ProcessId);
        var begun = Stopwatch.GetTimestamp();
        var next = -1;
        await Task.WhenAll(Enumerable.Range(0, streams).Select(async _ =>
        {
            for (var index = Interlocked.Increment(ref next); index < chunks.Count; index = Interlocked.Increment(ref next))
            {
                var outcome = await store.InsertJsonRowsAsync($"events ({Columns})", chunks[index].Lines, Settings, cancellationToken);
                if (outcome is not InsertOutcome.Stored)
                {
                    throw new InvalidOperationException($"The engine refused rows that it had stored before: {outcome}");
                }
            }
        }));
        var rows = chunks.Sum(chunk => chunk.Rows);
        return new CeilingRun(
            streams, chunks[0].Rows, rows / Stopwatch.GetElapsedTime(begun).TotalSeconds,
            (ProcessUsage.Of(engine.ProcessId).CpuSeconds - before.CpuSeconds) * 1e6 / rows);
    }

    /// <summary>Waits, not for ever, until the engine has no merges of earlier work under way.</summary>
    public static async Task SettleAsync(ClickHouseStore store, CancellationToken cancellationToken)
    {
        for (var look = 0; look < 100; look++)
        {
            if (Convert.ToInt64(await store.ScalarAsync("SELECT count() FROM system.merges", null, cancellationToken), null) == 0)
            {
                return;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(100), cancellationToken);
        }
    }

    // In the order in which they came: it is what capture inserts, and what a session has lies together in it.
    async Task<List<Chunk>> ExportAsync(string source, int rowsPerInsert, int most, CancellationToken cancellationToken)
    {
        var endpoint = engine.Endpoint(source);
        var query = $"SELECT {Columns} FROM events ORDER BY captured_at, session_id, timestamp LIMIT {rowsPerInsert * most} FORMAT JSONEachRow";
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(endpoint.Address, $"?database={source}&output_format_json_quote_64bit_integers=0"));
        request.Headers.Add("X-ClickHouse-User", endpoint.User);
        request.Headers.Add("X-ClickHouse-Key", endpoint.Password);
        request.Content = new StringContent(query, new MediaTypeHeaderValue("text/plain"));
        using var reply = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        reply.EnsureSuccessStatusCode();
        var lines = PipeReader.Create(await reply.Content.ReadAsStreamAsync(cancellationToken), new(bufferSize: 1 << 20));
        var chunks = new List<Chunk>();
        while (await ReadChunkAsync(lines, rowsPerInsert, cancellationToken) is { Rows: > 0 } chunk)
        {
            chunks.Add(chunk);
        }

        return chunks;
    }

    static async Task<Chunk> ReadChunkAsync(PipeReader lines, int rows, CancellationToken cancellationToken)
    {
        var chunk = new ArrayBufferWriter<byte>(rows * 1400);
        var count = 0;
        while (count < rows)
        {
            var read = await lines.ReadAsync(cancellationToken);
            var rest = read.Buffer;
            while (count < rows && rest.PositionOf((byte)'\n') is { } end)
            {
                var next = rest.GetPosition(1, end);
                foreach (var part in rest.Slice(0, next))
                {
                    chunk.Write(part.Span);
                }

                rest = rest.Slice(next);
                count++;
            }

            lines.AdvanceTo(rest.Start, count < rows ? rest.End : rest.Start);
            if (read.IsCompleted && rest.IsEmpty)
            {
                break;
            }
        }

        return new Chunk(chunk.WrittenMemory, count);
    }

    /// <summary>The rows of one insert.</summary>
    sealed record Chunk(ReadOnlyMemory<byte> Lines, int Rows)
    {
        public static Chunk Join(Chunk[] chunks)
        {
            var lines = new byte[chunks.Sum(chunk => chunk.Lines.Length)];
            var at = 0;
            foreach (var chunk in chunks)
            {
                chunk.Lines.CopyTo(lines.AsMemory(at));
                at += chunk.Lines.Length;
            }

            return new Chunk(lines, chunks.Sum(chunk => chunk.Rows));
        }
    }
}

/// <summary>One try at the ceiling.</summary>
/// <param name="Streams">Inserts at the same time.</param>
/// <param name="Rows">Rows of each.</param>
/// <param name="Rate">Events per second.</param>
/// <param name="EngineCpu">Seconds of the engine for a million events.</param>
sealed record CeilingRun(int Streams, int Rows, double Rate, double EngineCpu);
