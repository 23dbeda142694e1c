using System.Diagnostics;
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

    public static readonly IReadOnlyList<int> Streams = [1, 2, 4];

    /// <summary>What each number of streams reached.</summary>
    public async Task<IReadOnlyList<CeilingRun>> MeasureAsync(
        string source, int rowsPerInsert, int inserts, CancellationToken cancellationToken)
    {
        using var store = engine.Store(Database);
        await engine.PrepareAsync(Database, cancellationToken);
        var chunks = await ExportAsync(source, rowsPerInsert, cancellationToken);
        var runs = new List<CeilingRun>();
        foreach (var streams in Streams)
        {
            await SettleAsync(store, cancellationToken);
            var before = ProcessUsage.Of(engine.ProcessId);
            var begun = Stopwatch.GetTimestamp();
            var next = -1;
            await Task.WhenAll(Enumerable.Range(0, streams).Select(async _ =>
            {
                for (var index = Interlocked.Increment(ref next); index < inserts; index = Interlocked.Increment(ref next))
                {
                    var outcome = await store.InsertJsonRowsAsync($"events ({Columns})", chunks[index % chunks.Count], Settings, cancellationToken);
                    if (outcome is not InsertOutcome.Stored)
                    {
                        throw new InvalidOperationException($"The engine refused rows that it had stored before: {outcome}");
                    }
                }
            }));
            var rows = inserts * rowsPerInsert;
            runs.Add(new CeilingRun(
                streams, rows / Stopwatch.GetElapsedTime(begun).TotalSeconds,
                (ProcessUsage.Of(engine.ProcessId).CpuSeconds - before.CpuSeconds) * 1e6 / rows));
        }

        return runs;
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

    // In an order that says nothing: the table's own would be easier to insert than what comes from outside.
    async Task<List<byte[]>> ExportAsync(string source, int rowsPerInsert, CancellationToken cancellationToken)
    {
        const int most = 4;
        var endpoint = engine.Endpoint(source);
        var chunks = new List<byte[]>();
        for (var chunk = 0; chunk < most; chunk++)
        {
            var query = $"SELECT {Columns} FROM events ORDER BY cityHash64(uuid) LIMIT {rowsPerInsert} OFFSET {chunk * rowsPerInsert} FORMAT JSONEachRow";
            using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(endpoint.Address, $"?database={source}&output_format_json_quote_64bit_integers=0"));
            request.Headers.Add("X-ClickHouse-User", endpoint.User);
            request.Headers.Add("X-ClickHouse-Key", endpoint.Password);
            request.Content = new StringContent(query, new MediaTypeHeaderValue("text/plain"));
            using var reply = await http.SendAsync(request, cancellationToken);
            reply.EnsureSuccessStatusCode();
            chunks.Add(await reply.Content.ReadAsByteArrayAsync(cancellationToken));
        }

        return chunks;
    }
}

/// <summary>One try at the ceiling.</summary>
/// <param name="Streams">Inserts at the same time.</param>
/// <param name="Rate">Events per second.</param>
/// <param name="EngineCpu">Seconds of the engine for a million events.</param>
sealed record CeilingRun(int Streams, double Rate, double EngineCpu);
