using System.Text;
using System.Text.Json;
using Prickle.Engine.Queries;

namespace Prickle.Engine.Logs;

/// <summary>
/// Looks at the statements under way now and then: the engine tells memory, threads and counters only while one runs.
/// Short statements are not looked at, and nothing is asked while none but short ones run.
/// </summary>
sealed class ProcessSampler(EngineHost host, QueryThreads threads, QueryRegistry registry, TimeProvider time) : BackgroundService
{
    static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    const string Question =
        """
        SELECT Settings['log_comment'] AS tag, toUInt64(greatest(peak_memory_usage, 0)) AS memory,
               peak_threads_usage AS threads, ProfileEvents
        FROM system.processes
        WHERE tag != ''
        SETTINGS output_format_json_quote_64bit_integers = 0
        """;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            var lasting = registry.Running.Where(query => query.Elapsed >= Interval / 2).ToList();
            if (lasting.Count > 0)
            {
                await threads.Run(() => Sample(lasting));
            }
        }
    }

    bool Sample(List<RunningQuery> queries)
    {
        using var connection = host.Connect();
        var (error, output, _) = connection.Execute(Question, "JSONEachRow");
        if (error is not null)
        {
            return false;
        }
        var samples = new Dictionary<string, Process>(StringComparer.Ordinal);
        foreach (var line in Encoding.UTF8.GetString(output).Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var process = JsonSerializer.Deserialize<Process>(line, JsonSerializerOptions.Web)!;
            samples[process.Tag] = process;
        }
        foreach (var query in queries)
        {
            if (samples.TryGetValue(ConnectionSettings.Tag(query.Request), out var process))
            {
                query.Sample(process.Memory, process.Threads, process.ProfileEvents);
            }
        }
        return true;
    }

    sealed record Process(string Tag, ulong Memory, ulong Threads, Dictionary<string, ulong> ProfileEvents);
}
