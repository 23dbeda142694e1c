using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Prickle.ClickHouse.Supervision;

/// <summary>
/// Runs the embedded engine as a child process: starts it, watches it, starts it again after a crash or a hang, and
/// stops it with the application. Callers reach it at <see cref="Endpoint"/> with <see cref="User"/> and <see cref="Password"/>.
/// </summary>
public sealed class EngineSupervisor : IHostedService, IAsyncDisposable
{
    const int CannotRunHere = 3;
    const int PortTaken = 5;
    const int MissedPingsAllowed = 3;

    readonly EngineOptions options;
    readonly TimeProvider time;
    readonly ILogger<EngineSupervisor> logger;
    readonly HttpClient http = new(new SocketsHttpHandler { UseProxy = false }) { Timeout = Timeout.InfiniteTimeSpan };
    readonly CancellationTokenSource stopping = new();
    readonly RestartDelay restartDelay = new();
    readonly Lock gate = new();

    EngineStatus status = new(EngineState.Stopped);
    TaskCompletionSource settled = new(TaskCreationOptions.RunContinuationsAsynchronously);
    int port;
    Task? running;
    bool isDisposed;

    /// <summary>Prepares an engine; nothing runs before <see cref="StartAsync"/>.</summary>
    public EngineSupervisor(EngineOptions options, TimeProvider time, ILogger<EngineSupervisor> logger)
    {
        this.options = options;
        this.time = time;
        this.logger = logger;
        port = FreePort();
    }

    /// <summary>Raised after each change of <see cref="Status"/>, on a thread of the supervisor.</summary>
    public event Action<EngineStatus>? Changed;

    /// <summary>Where the engine listens, or will once it runs.</summary>
    public Uri Endpoint => new($"http://127.0.0.1:{port}/");

    /// <summary>The engine's one user.</summary>
    public string User { get; } = "default";

    /// <summary>Made for this supervisor at random and kept in memory only.</summary>
    public string Password { get; } = RandomNumberGenerator.GetHexString(64, lowercase: true);

    /// <summary>The engine as it is now.</summary>
    public EngineStatus Status
    {
        get
        {
            lock (gate)
            {
                return status with { ResidentBytes = status.ProcessId is { } id ? ResidentMemory.Of(id) : null };
            }
        }
    }

    /// <summary>Starts the engine; returns when it runs, or when it is clear that it does not for now.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        Publish(current => current with { State = EngineState.Starting });
        running = Task.Run(() => SuperviseAsync(stopping.Token), CancellationToken.None);
        await settled.Task.WaitAsync(cancellationToken);
    }

    /// <summary>Waits until the engine runs, however often it must be started for that.</summary>
    public async Task WaitUntilRunningAsync(CancellationToken cancellationToken)
    {
        var runs = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        void Look(EngineStatus now)
        {
            if (now.State == EngineState.Running)
            {
                runs.TrySetResult();
            }
        }
        Changed += Look;
        try
        {
            Look(Status);
            await runs.Task.WaitAsync(cancellationToken);
        }
        finally
        {
            Changed -= Look;
        }
    }

    /// <summary>Stops the engine and leaves it stopped.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await stopping.CancelAsync();
        if (running is not null)
        {
            await running.WaitAsync(cancellationToken);
        }
        Publish(current => current with { State = EngineState.Stopped, ProcessId = null });
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        // A container disposes it once for each way in which it was registered.
        if (Interlocked.Exchange(ref isDisposed, true))
        {
            return;
        }
        await StopAsync(CancellationToken.None);
        http.Dispose();
        stopping.Dispose();
    }

    async Task SuperviseAsync(CancellationToken cancellation)
    {
        while (!cancellation.IsCancellationRequested)
        {
            var begun = time.GetTimestamp();
            var (state, reason) = await RunOnceSafelyAsync(cancellation);
            if (cancellation.IsCancellationRequested)
            {
                return;
            }
            var delay = restartDelay.Next(time.GetElapsedTime(begun));
            logger.LogError("The engine is not running: {Reason}. Next start in {Delay}.", reason, delay);
            Publish(current => current with
            {
                State = state,
                LastError = reason,
                ProcessId = null,
                StartedAt = null,
                Restarts = current.Restarts + 1,
            });
            settled.TrySetResult();
            await Task.Delay(delay, time, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    // The loop's edge: whatever breaks here, the next start may go well.
    async Task<(EngineState State, string Reason)> RunOnceSafelyAsync(CancellationToken cancellation)
    {
        try
        {
            return await RunOnceAsync(cancellation);
        }
        catch (Exception failure)
        {
            return (EngineState.Restarting, failure.Message);
        }
    }

    async Task<(EngineState State, string Reason)> RunOnceAsync(CancellationToken cancellation)
    {
        if (EngineProgram.Find(options.ProgramPath, AppContext.BaseDirectory) is not { } program)
        {
            return (
                EngineState.Failed,
                $"the engine's program was not found at {options.ProgramPath ?? AppContext.BaseDirectory}");
        }
        using var process = EngineProcess.Start(program, options, port, Password, logger);
        try
        {
            var reason = await WatchAsync(process, cancellation);
            if (cancellation.IsCancellationRequested)
            {
                await process.StopAsync(options.StopTimeout, time);
            }
            return process.HasExited ? await ExplainExitAsync(process) : (EngineState.Restarting, reason);
        }
        finally
        {
            if (!process.HasExited)
            {
                await process.KillAsync();
            }
        }
    }

    async Task<(EngineState State, string Reason)> ExplainExitAsync(EngineProcess process)
    {
        if (process.ExitCode == PortTaken)
        {
            port = FreePort();
        }
        var words = await process.LastWordsAsync();
        return (
            process.ExitCode == CannotRunHere ? EngineState.Failed : EngineState.Restarting,
            words.Length > 0 ? words : $"its process ended with code {process.ExitCode}");
    }

    /// <summary>Follows a run to its end, and tells why it must not go on.</summary>
    async Task<string> WatchAsync(EngineProcess process, CancellationToken cancellation)
    {
        if (await ReadyAsync(process, cancellation) is not { } ready)
        {
            return "it did not start in time";
        }
        Publish(current => current with
        {
            State = EngineState.Running,
            Endpoint = Endpoint,
            Version = ready.Version,
            ProcessId = ready.Pid,
            StartedAt = time.GetUtcNow(),
        });
        settled.TrySetResult();
        var ended = process.WaitForExitAsync(cancellation);
        var missed = 0;
        while (missed < MissedPingsAllowed)
        {
            await Task.WhenAny(ended, Task.Delay(options.PingInterval, time, cancellation));
            if (ended.IsCompleted)
            {
                return "its process ended";
            }
            missed = await AnswersAsync(cancellation) ? 0 : missed + 1;
        }
        return $"it did not answer {MissedPingsAllowed} times in a row";
    }

    async Task<EngineReady?> ReadyAsync(EngineProcess process, CancellationToken cancellation)
    {
        using var deadline = new CancellationTokenSource(options.StartTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellation);
        try
        {
            var ready = await process.WaitUntilReadyAsync(either.Token);
            if (ready is null)
            {
                await process.WaitForExitAsync(either.Token);
            }
            return ready;
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }

    async Task<bool> AnswersAsync(CancellationToken cancellation)
    {
        using var deadline = new CancellationTokenSource(options.PingTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellation);
        try
        {
            using var response = await http.GetAsync(new Uri(Endpoint, "ping"), either.Token);
            return response.IsSuccessStatusCode;
        }
        catch (Exception failure) when (failure is HttpRequestException or OperationCanceledException)
        {
            return false;
        }
    }

    void Publish(Func<EngineStatus, EngineStatus> change)
    {
        EngineStatus now;
        lock (gate)
        {
            now = status = change(status);
        }
        Changed?.Invoke(now);
    }

    static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
