using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using Microsoft.Extensions.Logging;

namespace Prickle.ClickHouse.Supervision;

/// <summary>One run of the engine's process.</summary>
sealed class EngineProcess : IDisposable
{
    const int TerminateSignal = 15;
    const int KeptErrorLines = 20;

    readonly Process process;
    readonly Queue<string> errors = new();
    readonly ILogger logger;
    readonly Task errorsRead;

    EngineProcess(Process process, ILogger logger)
    {
        this.process = process;
        this.logger = logger;
        errorsRead = ReadErrorsAsync();
    }

    public int Id => process.Id;

    public bool HasExited => process.HasExited;

    public int ExitCode => process.ExitCode;

    public static EngineProcess Start(string program, EngineOptions options, int port, string secret, ILogger logger)
    {
        var start = new ProcessStartInfo(EngineProgram.DotNet)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            ArgumentList =
            {
                program,
                "--path", Path.GetFullPath(options.DataDirectory),
                "--port", port.ToString(CultureInfo.InvariantCulture),
                "--parent-pid", Environment.ProcessId.ToString(CultureInfo.InvariantCulture),
            },
        };
        if (options.LibraryPath is { } library)
        {
            start.ArgumentList.Add("--library");
            start.ArgumentList.Add(library);
        }
        start.Environment["PRICKLE_ENGINE_SECRET"] = secret;
        return new(Process.Start(start) ?? throw new InvalidOperationException("The engine's process did not start."), logger);
    }

    /// <summary>Waits for the line that says where the engine listens; null when the process ended before.</summary>
    public async Task<EngineReady?> WaitUntilReadyAsync(CancellationToken cancellation)
    {
        var line = await process.StandardOutput.ReadLineAsync(cancellation);
        return line is null ? null : JsonSerializer.Deserialize<EngineReady>(line, JsonSerializerOptions.Web);
    }

    public Task WaitForExitAsync(CancellationToken cancellation) => process.WaitForExitAsync(cancellation);

    /// <summary>Asks the process to end, and ends it when it does not.</summary>
    public async Task StopAsync(TimeSpan patience, TimeProvider time)
    {
        _ = SendSignal(process.Id, TerminateSignal);
        try
        {
            using var deadline = new CancellationTokenSource(patience, time);
            await process.WaitForExitAsync(deadline.Token);
        }
        catch (OperationCanceledException)
        {
            await KillAsync();
        }
    }

    public async Task KillAsync()
    {
        process.Kill();
        await process.WaitForExitAsync(CancellationToken.None);
    }

    /// <summary>What the process last said on standard error, once it has ended.</summary>
    public async Task<string> LastWordsAsync()
    {
        await errorsRead;
        return string.Join('\n', errors);
    }

    public void Dispose() => process.Dispose();

    async Task ReadErrorsAsync()
    {
        while (await process.StandardError.ReadLineAsync() is { } line)
        {
            logger.LogWarning("Engine: {Line}", line);
            errors.Enqueue(line);
            if (errors.Count > KeptErrorLines)
            {
                errors.Dequeue();
            }
        }
    }

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    static extern int SendSignal(int processId, int signal);
}

/// <summary>What the engine says when it listens.</summary>
sealed record EngineReady(int Port, int Pid, string Version);
