using System.Runtime.InteropServices;

namespace Prickle.EndToEnd.Product;

/// <summary>Signals of the operating system, for processes that these tests started.</summary>
static partial class Signal
{
    public const int Kill = 9;
    public const int Terminate = 15;
    public const int Continue = 18;
    public const int Stop = 19;

    /// <summary>Sends one; a process that is gone already is no failure.</summary>
    public static void Send(int processId, int signal) => _ = SendSignal(processId, signal);

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int SendSignal(int processId, int signal);
}
