using System.Runtime.InteropServices;

namespace Prickle.Engine;

/// <summary>
/// Ends the engine with the process that started it. Asked by polling: the kernel's own signal for this is bound to the
/// thread that made the child, and a thread of a pool may end long before its process.
/// </summary>
sealed partial class ParentWatch(int parentId, IHostApplicationLifetime lifetime, TimeProvider time) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(500), time);
        do
        {
            if (GetParentId() != parentId)
            {
                lifetime.StopApplication();
                return;
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    [LibraryImport("libc", EntryPoint = "getppid")]
    private static partial int GetParentId();
}
