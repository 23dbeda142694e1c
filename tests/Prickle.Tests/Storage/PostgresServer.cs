using System.Diagnostics;
using Npgsql;

namespace Prickle.Tests.Storage;

/// <summary>A real PostgreSQL of the system's package on a socket in a folder of its own. Without the package its tests fail.</summary>
public sealed class PostgresServer : IAsyncLifetime
{
    readonly string _folder = Directory.CreateTempSubdirectory("prickle-pg-").FullName;
    Process? _server;

    public async ValueTask InitializeAsync()
    {
        var binaries = Directory.Exists("/usr/lib/postgresql")
            ? Directory.GetDirectories("/usr/lib/postgresql").Order().Select(version => Path.Combine(version, "bin"))
                .LastOrDefault(folder => File.Exists(Path.Combine(folder, "postgres")))
            : null;
        if (binaries is null)
        {
            throw new InvalidOperationException("PostgreSQL is not installed. script/bootstrap --tests installs the package 'postgresql'.");
        }
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(_folder, (UnixFileMode)0b111_111_111);
        }
        var data = Path.Combine(_folder, "data");
        using var initialise = Start(Path.Combine(binaries, "initdb"), "-D", data, "-U", "prickle", "-A", "trust", "-E", "UTF8", "--no-sync");
        await initialise.WaitForExitAsync(TestContext.Current.CancellationToken);
        initialise.ExitCode.ShouldBe(0);
        _server = Start(
            Path.Combine(binaries, "postgres"), "-D", data, "-k", _folder, "-c", "listen_addresses=", "-c", "fsync=off", "-c", "max_connections=300");
        await WaitUntilItAnswersAsync();
    }

    /// <summary>The address of a new, empty database.</summary>
    public async Task<string> NewDatabaseAsync()
    {
        var name = $"test_{Guid.CreateVersion7():n}";
        await using var connection = new NpgsqlConnection(UrlOf("postgres"));
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using var command = new NpgsqlCommand($"create database {name}", connection);
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        return UrlOf(name);
    }

    string UrlOf(string database) => $"Host={_folder};Username=prickle;Database={database};Maximum Pool Size=40";

    async Task WaitUntilItAnswersAsync()
    {
        var deadline = TimeProvider.System.GetTimestamp();
        while (true)
        {
            try
            {
                await using var connection = new NpgsqlConnection(UrlOf("postgres"));
                await connection.OpenAsync(TestContext.Current.CancellationToken);
                return;
            }
            catch (NpgsqlException) when (TimeProvider.System.GetElapsedTime(deadline) < TimeSpan.FromSeconds(30))
            {
                await Task.Delay(50, TestContext.Current.CancellationToken);
            }
        }
    }

    // The server refuses to run as root: there it runs as the user that its package made.
    static Process Start(string program, params string[] arguments)
    {
        string[] command = Environment.IsPrivilegedProcess ? ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", "--", program] : [program];
        var start = new ProcessStartInfo(command[0]) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = "/tmp" };
        foreach (var argument in command.Skip(1).Concat(arguments))
        {
            start.ArgumentList.Add(argument);
        }
        var process = Process.Start(start)!;
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }

    /// <summary>Ends the server at once, as a crash does.</summary>
    public async Task StopAsync()
    {
        if (_server is { HasExited: false })
        {
            using var stop = Process.Start("kill", ["-QUIT", $"{_server.Id}"]);
            await stop.WaitForExitAsync();
            await _server.WaitForExitAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        NpgsqlConnection.ClearAllPools();
        await StopAsync();
        _server?.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}
