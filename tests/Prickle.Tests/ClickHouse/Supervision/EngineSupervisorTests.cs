using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using ClickHouse.Driver;
using ClickHouse.Driver.Utility;
using Microsoft.Extensions.Logging.Abstractions;
using Prickle.ClickHouse.Supervision;
using Prickle.Tests.Engine;

namespace Prickle.Tests.ClickHouse.Supervision;

public sealed class EngineSupervisorTests : IDisposable
{
    readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("prickle-supervisor-");

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public async Task A_killed_engine_comes_back_on_its_port_with_every_acknowledged_row()
    {
        await using var supervisor = EngineFixture.Supervise(folder.FullName);
        await supervisor.StartAsync(Cancellation);
        supervisor.Status.State.ShouldBe(EngineState.Running, supervisor.Status.LastError);
        var endpoint = supervisor.Endpoint;
        var firstProcess = supervisor.Status.ProcessId!.Value;
        using var client = new ClickHouseClient(EngineFixture.Connect(supervisor).ConnectionString);
        await client.ExecuteNonQueryAsync("CREATE TABLE acknowledged (batch UInt32, id UInt32) ENGINE = MergeTree ORDER BY (batch, id)", cancellationToken: Cancellation);

        var acknowledged = await InsertUntilKilledAsync(client, firstProcess);
        await supervisor.WaitUntilRunningAsync(Cancellation);
        await Eventually.IsTrueAsync(() => supervisor.Status is { State: EngineState.Running } now && now.ProcessId != firstProcess);

        supervisor.Endpoint.ShouldBe(endpoint);
        supervisor.Status.Restarts.ShouldBe(1);
        supervisor.Status.LastError.ShouldNotBeNull();
        acknowledged.ShouldBeGreaterThan(3);
        // One batch was under way: whole when it was stored, else absent.
        var stored = await client.ExecuteScalarAsync("SELECT uniqExact(batch) FROM acknowledged", cancellationToken: Cancellation);
        stored.ShouldBeOneOf((ulong)acknowledged, (ulong)acknowledged + 1);
        (await client.ExecuteScalarAsync("SELECT count() % 1000 FROM acknowledged", cancellationToken: Cancellation)).ShouldBe((ushort)0);
    }

    [Fact]
    public async Task A_hung_engine_is_killed_and_started_again()
    {
        await using var supervisor = new EngineSupervisor(
            new EngineOptions
            {
                DataDirectory = folder.FullName,
                PingInterval = TimeSpan.FromMilliseconds(100),
                PingTimeout = TimeSpan.FromMilliseconds(300),
            },
            TimeProvider.System, NullLogger<EngineSupervisor>.Instance);
        await supervisor.StartAsync(Cancellation);
        var hung = supervisor.Status.ProcessId!.Value;

        using (var stop = Process.Start("kill", ["-STOP", $"{hung}"]))
        {
            await stop.WaitForExitAsync(Cancellation);
        }

        await Eventually.IsTrueAsync(() => supervisor.Status is { State: EngineState.Running } now && now.ProcessId != hung);
        supervisor.Status.LastError.ShouldBe("it did not answer 3 times in a row");
    }

    [Fact]
    public async Task Every_state_is_told_and_a_stopped_engine_leaves_no_process()
    {
        var states = new List<EngineState>();
        var supervisor = EngineFixture.Supervise(folder.FullName);
        supervisor.Changed += status => states.Add(status.State);
        supervisor.Status.State.ShouldBe(EngineState.Stopped);

        await supervisor.StartAsync(Cancellation);
        var running = supervisor.Status;
        running.Version.ShouldNotBeNull().ShouldStartWith("26.");
        running.Endpoint.ShouldBe(supervisor.Endpoint);
        running.ResidentBytes!.Value.ShouldBeGreaterThan(50L << 20);
        using var process = Process.GetProcessById(running.ProcessId!.Value);
        await supervisor.StopAsync(Cancellation);

        process.HasExited.ShouldBeTrue();
        states.ShouldBe([EngineState.Starting, EngineState.Running, EngineState.Stopped]);
        supervisor.Status.ProcessId.ShouldBeNull();
    }

    [Fact]
    public async Task A_missing_library_is_told_with_what_to_do()
    {
        await using var supervisor = new EngineSupervisor(
            new EngineOptions { DataDirectory = folder.FullName, LibraryPath = "/nowhere/libchdb.so" },
            TimeProvider.System, NullLogger<EngineSupervisor>.Instance);

        await supervisor.StartAsync(Cancellation);

        supervisor.Status.State.ShouldBe(EngineState.Failed);
        supervisor.Status.LastError.ShouldNotBeNull().ShouldContain("The engine's library is not at /nowhere/libchdb.so");
        supervisor.Status.LastError.ShouldContain("npm ci");
        supervisor.Status.LastError.ShouldContain("ClickHouse__Url");
    }

    [Fact]
    public async Task A_missing_program_is_told_by_its_path()
    {
        await using var supervisor = new EngineSupervisor(
            new EngineOptions { DataDirectory = folder.FullName, ProgramPath = "/nowhere/Prickle.Engine.dll" },
            TimeProvider.System, NullLogger<EngineSupervisor>.Instance);

        await supervisor.StartAsync(Cancellation);

        supervisor.Status.State.ShouldBe(EngineState.Failed);
        supervisor.Status.LastError.ShouldNotBeNull().ShouldContain("/nowhere/Prickle.Engine.dll");
    }

    [Fact]
    public async Task A_data_folder_that_cannot_be_made_is_told()
    {
        var occupied = Path.Combine(folder.FullName, "a-file");
        await File.WriteAllTextAsync(occupied, "", Cancellation);
        await using var supervisor = EngineFixture.Supervise(occupied);

        await supervisor.StartAsync(Cancellation);

        supervisor.Status.State.ShouldBe(EngineState.Failed);
        supervisor.Status.LastError.ShouldNotBeNull().ShouldContain(occupied);
    }

    [Fact]
    public async Task Another_port_is_taken_when_somebody_else_has_the_first()
    {
        await using var supervisor = EngineFixture.Supervise(folder.FullName);
        using var somebody = new TcpListener(IPAddress.Loopback, supervisor.Endpoint.Port);
        somebody.Start();
        var taken = supervisor.Endpoint;

        await supervisor.StartAsync(Cancellation);
        await supervisor.WaitUntilRunningAsync(Cancellation);

        supervisor.Endpoint.ShouldNotBe(taken);
        supervisor.Status.Endpoint.ShouldBe(supervisor.Endpoint);
    }

    [Fact]
    public async Task A_stop_does_not_wait_for_what_runs()
    {
        var supervisor = EngineFixture.Supervise(folder.FullName);
        await supervisor.StartAsync(Cancellation);
        using var client = new ClickHouseClient(EngineFixture.Connect(supervisor).ConnectionString);
        var endless = client.ExecuteScalarAsync("SELECT count() FROM numbers(1000000000000) WHERE NOT ignore(rand())", cancellationToken: Cancellation);
        await Eventually.IsTrueAsync(async () =>
            (ulong)(await client.ExecuteScalarAsync("SELECT count() FROM system.processes", cancellationToken: Cancellation))! == 2);
        using var process = Process.GetProcessById(supervisor.Status.ProcessId!.Value);

        await supervisor.StopAsync(Cancellation);

        process.HasExited.ShouldBeTrue();
        await Should.ThrowAsync<Exception>(() => endless);
        await supervisor.DisposeAsync();
    }

    [Fact]
    public async Task An_engine_whose_parent_is_gone_ends()
    {
        var start = new ProcessStartInfo(EngineProgram.DotNet)
        {
            ArgumentList =
            {
                EngineProgram.Find(null, AppContext.BaseDirectory)!, "--path", folder.FullName,
                // No process has this id, as if the parent had ended.
                "--parent-pid", "99999999",
            },
            RedirectStandardOutput = true,
            Environment = { ["PRICKLE_ENGINE_SECRET"] = "secret" },
        };
        using var orphan = Process.Start(start)!;

        await orphan.WaitForExitAsync(Cancellation);

        orphan.ExitCode.ShouldBe(0);
    }

    [Fact]
    public async Task A_data_folder_that_another_engine_holds_is_waited_for()
    {
        await using var first = EngineFixture.Supervise(folder.FullName);
        await first.StartAsync(Cancellation);
        await using var second = EngineFixture.Supervise(folder.FullName);

        await second.StartAsync(Cancellation);
        second.Status.State.ShouldBe(EngineState.Restarting);
        await first.StopAsync(Cancellation);

        await second.WaitUntilRunningAsync(Cancellation);
        second.Status.State.ShouldBe(EngineState.Running);
    }

    /// <summary>Inserts batches of a thousand rows; kills the engine meanwhile. Gives the number of batches it said yes to.</summary>
    static async Task<int> InsertUntilKilledAsync(ClickHouseClient client, int processId)
    {
        using var victim = Process.GetProcessById(processId);
        for (var batch = 0; ; batch++)
        {
            var current = (uint)batch;
            var insert = client.InsertBinaryAsync(
                "acknowledged", ["batch", "id"], Enumerable.Range(0, 1000).Select(id => new object[] { current, (uint)id }),
                cancellationToken: Cancellation);
            if (batch == 20)
            {
                victim.Kill();
            }
            try
            {
                await insert;
            }
            catch (HttpRequestException)
            {
                return batch;
            }
        }
    }
}
