using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;
using Prickle.Capture;
using Prickle.ClickHouse;
using Prickle.ClickHouse.Supervision;
using Prickle.Hosting;

namespace Prickle.Status;

/// <summary>How the installation is doing, at one moment.</summary>
public sealed class SystemStatus(
    CaptureState capture, CaptureMetrics metrics, StoreReadiness readiness, ClickHouseStore store, CommandLine line,
    IServiceProvider services, TimeProvider time)
{
    /// <summary>Null when a ClickHouse server of the operator's is used.</summary>
    readonly EngineSupervisor? _engine = services.GetService<EngineSupervisor>();

    /// <summary>The version of the product.</summary>
    public static string Version { get; } =
        typeof(SystemStatus).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "";

    // This page is for the times when something hangs: it must not hang with it.
    static readonly TimeSpan StoreDeadline = TimeSpan.FromSeconds(2);

    /// <summary>Looks at everything; takes a few milliseconds, or two seconds when the store does not answer.</summary>
    public async Task<StatusReport> ReadAsync(CancellationToken cancellationToken)
    {
        var disk = new DriveInfo(line.DataFolder);
        using var self = Process.GetCurrentProcess();
        var (clickHouse, tables, failure) = await AskStoreAsync(cancellationToken);
        return new StatusReport(
            time.GetUtcNow(),
            capture.InboxDepth,
            capture.OldestWaiting(),
            capture.InboxFailure,
            capture.Obstacle,
            capture.ObstacleSince,
            metrics.Stored,
            metrics.Quarantined,
            metrics.Refused.OrderByDescending(item => item.Value).ToList(),
            metrics.NotKeptRequests.OrderByDescending(item => item.Value).ToList(),
            _engine?.Status,
            readiness.IsReady ? failure : readiness.Obstacle ?? "the schema is being prepared",
            clickHouse,
            tables,
            disk.AvailableFreeSpace,
            disk.TotalSize,
            self.WorkingSet64,
            new DateTimeOffset(self.StartTime.ToUniversalTime(), TimeSpan.Zero),
            line.DataFolder,
            $".NET {Environment.Version}, {RuntimeInformation.OSDescription}");
    }

    async Task<(string? Version, IReadOnlyList<TableSize> Tables, string? Failure)> AskStoreAsync(CancellationToken closing)
    {
        using var deadline = new CancellationTokenSource(StoreDeadline, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, closing);
        var cancellationToken = either.Token;
        try
        {
            var version = (string?)await store.ScalarAsync("SELECT version()", null, cancellationToken);
            var tables = await store.ListAsync(
                """
                SELECT table, sum(rows), sum(bytes_on_disk), count() FROM system.parts
                WHERE active AND database = {database:String} GROUP BY table ORDER BY sum(bytes_on_disk) DESC
                """,
                row => new TableSize(row.GetString(0), Number(row.GetValue(1)), Number(row.GetValue(2)), Number(row.GetValue(3))),
                [("database", store.Endpoint.Database)], new Dictionary<string, object> { ["max_execution_time"] = 5 }, cancellationToken);
            return (version, tables, null);
        }
        catch (Exception) when (deadline.IsCancellationRequested && !closing.IsCancellationRequested)
        {
            return (null, [], $"It does not answer within {StoreDeadline.TotalSeconds:0} seconds.");
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            return (null, [], failure.Message);
        }
    }

    static long Number(object value) => Convert.ToInt64(value, CultureInfo.InvariantCulture);
}

/// <summary>A table of the analytical store.</summary>
public sealed record TableSize(string Name, long Rows, long Bytes, long Parts);

/// <summary>What <see cref="SystemStatus"/> saw.</summary>
public sealed record StatusReport(
    DateTimeOffset At,
    long InboxDepth,
    DateTimeOffset? OldestWaiting,
    string? InboxFailure,
    string? Obstacle,
    DateTimeOffset? ObstacleSince,
    long EventsStored,
    long Quarantined,
    IReadOnlyList<KeyValuePair<string, long>> Refused,
    IReadOnlyList<KeyValuePair<DropReason, long>> NotKept,
    EngineStatus? Engine,
    string? StoreFailure,
    string? ClickHouseVersion,
    IReadOnlyList<TableSize> Tables,
    long DiskFree,
    long DiskTotal,
    long Memory,
    DateTimeOffset StartedAt,
    string DataFolder,
    string Platform);
