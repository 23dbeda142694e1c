using System.Diagnostics;

namespace Prickle.EndToEnd.Sdks;

/// <summary>A program of a customer, run to its end.</summary>
static class CustomerProgram
{
    static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    /// <summary>Gives what it printed.</summary>
    public static async Task<string> RunAsync(string command, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(command, arguments) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        using var deadline = new CancellationTokenSource(Deadline);
        try
        {
            var printing = process.StandardOutput.ReadToEndAsync(deadline.Token);
            var said = await process.StandardError.ReadToEndAsync(deadline.Token);
            await process.WaitForExitAsync(deadline.Token);
            process.ExitCode.ShouldBe(0, said);
            return await printing;
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill();
            }
        }
    }
}
