using System.Diagnostics;
using System.Text;
using Prickle.Benchmarks.Processes;
using Prickle.Benchmarks.Reporting;
using Prickle.ClickHouse;

namespace Prickle.Benchmarks.Engine;

/// <summary>
/// What the engine's HTTP interface and the driver cost. The ceiling of each figure is the library's own time for the same
/// statement, as it reports it: what is between the two is ours.
/// </summary>
static class EngineBenchmark
{
    const int InsertRows = 20_000;

    public static async Task<IReadOnlyList<Metric>> RunAsync(Scale scale, CancellationToken cancellationToken)
    {
        using var folder = new TemporaryFolder();
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        await using var engine = await MeasuredEngine.StartAsync(folder.Below("engine"), cancellationToken);
        using var store = engine.Store("default");
        var library = new LibraryTime(engine, http);
        return
        [
            .. await RoundTripsAsync(store, library, scale.Choose(500, 100), cancellationToken),
            await InsertsAsync(store, scale.Choose(20, 5), cancellationToken),
            await ReadsAsync(store, library, scale.Choose(5_000_000, 500_000), cancellationToken),
            new Metric("memory of the engine, peak", ProcessUsage.Of(engine.ProcessId).PeakMegabytes, "MB"),
        ];
    }

    static async Task<IReadOnlyList<Metric>> RoundTripsAsync(
        ClickHouseStore store, LibraryTime library, int rounds, CancellationToken cancellationToken)
    {
        var milliseconds = new List<double>(rounds);
        for (var round = -20; round < rounds; round++)
        {
            var begun = Stopwatch.GetTimestamp();
            await store.ScalarAsync("SELECT 1", null, cancellationToken);
            if (round >= 0)
            {
                milliseconds.Add(Stopwatch.GetElapsedTime(begun).TotalMilliseconds);
            }
        }

        milliseconds.Sort();
        var (_, seconds) = await library.OfAsync("SELECT 1", cancellationToken);
        return
        [
            new Metric("driver round trip, SELECT 1, median", Math.Round(milliseconds[rounds / 2], 2), "ms"),
            new Metric("driver round trip, SELECT 1, p99", Math.Round(milliseconds[rounds * 99 / 100], 2), "ms"),
            new Metric("the library's own part of a SELECT 1", Math.Round(1000 * seconds, 2), "ms"),
        ];
    }

    static async Task<Metric> InsertsAsync(ClickHouseStore store, int inserts, CancellationToken cancellationToken)
    {
        await store.ExecuteAsync("CREATE TABLE rows (id UInt64, name String, at DateTime) ENGINE = MergeTree ORDER BY id", null, cancellationToken);
        var lines = new StringBuilder();
        for (var row = 0; row < InsertRows; row++)
        {
            lines.Append("{\"id\":").Append(row).Append(",\"name\":\"row ").Append(row).Append("\",\"at\":\"2026-01-01 00:00:00\"}\n");
        }

        var rows = Encoding.UTF8.GetBytes(lines.ToString());
        // The same rows made inside the library: all the work of storing them, and none of carrying them.
        var begun = Stopwatch.GetTimestamp();
        for (var insert = 0; insert < inserts; insert++)
        {
            await store.ExecuteAsync(
                $"INSERT INTO rows SELECT number, concat('row ', toString(number)), '2026-01-01 00:00:00' FROM numbers({InsertRows})",
                null, cancellationToken);
        }

        var inside = inserts * InsertRows / Stopwatch.GetElapsedTime(begun).TotalSeconds;
        begun = Stopwatch.GetTimestamp();
        for (var insert = 0; insert < inserts; insert++)
        {
            var outcome = await store.InsertJsonRowsAsync("rows", rows, "", cancellationToken);
            if (outcome is not InsertOutcome.Stored)
            {
                throw new InvalidOperationException($"The engine refused the rows: {outcome}");
            }
        }

        var carried = inserts * InsertRows / Stopwatch.GetElapsedTime(begun).TotalSeconds;
        return new Metric($"inserts of {InsertRows:N0} JSON rows over HTTP", Math.Round(carried), "rows/s", Math.Round(inside));
    }

    static async Task<Metric> ReadsAsync(ClickHouseStore store, LibraryTime library, int rows, CancellationToken cancellationToken)
    {
        var sql = $"SELECT number, toString(number) FROM numbers({rows})";
        var begun = Stopwatch.GetTimestamp();
        var read = 0L;
        await foreach (var number in store.QueryAsync(sql, row => row.GetFieldValue<ulong>(0), cancellationToken: cancellationToken))
        {
            read++;
        }

        var rate = read / Stopwatch.GetElapsedTime(begun).TotalSeconds;
        var (streamed, _) = await library.OfAsync(sql, cancellationToken);
        return new Metric($"large read of {rows:N0} rows through the driver", Math.Round(rate), "rows/s", Math.Round(rows / streamed.TotalSeconds));
    }
}
