using System.Diagnostics;

namespace Prickle.EndToEnd.Crashes;

/// <summary>Commands of the system about disks. They need root.</summary>
static class Command
{
    /// <summary>Runs a command that must succeed; gives what it printed.</summary>
    public static async Task<string> RunAsync(string command, params string[] arguments)
    {
        var (exitCode, said) = await TryAsync(command, arguments);
        exitCode.ShouldBe(0, $"{command} (these tests run as root): {said}");
        return said;
    }

    public static async Task<(int ExitCode, string Said)> TryAsync(string command, params string[] arguments)
    {
        using var process = Process.Start(
            new ProcessStartInfo(command, arguments) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        var said = await Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return (process.ExitCode, string.Concat(said));
    }
}
