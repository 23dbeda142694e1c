using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Prickle.Engine.Native;

/// <summary>
/// A pipe of the operating system that the engine writes a result into as if it were a file. It is the one way to get
/// a result of any size in constant memory and in the very bytes of a server: the library's streaming calls make
/// each block a document of its own (a header per block in RowBinaryWithNamesAndTypes, brackets per block in JSON).
/// </summary>
sealed partial class OutputPipe : IDisposable
{
    const int CloseOnExec = 0x80000;
    const int SetPipeSize = 1031;
    const int PipeBytes = 1 << 20;
    const int Interrupted = 4;

    readonly SafeFileHandle reading;
    readonly SafeFileHandle writing;

    public unsafe OutputPipe()
    {
        var ends = stackalloc int[2];
        if (Pipe(ends, CloseOnExec) != 0)
        {
            throw new IOException($"No pipe to be had (error {Marshal.GetLastPInvokeError()}).");
        }
        // A larger pipe saves switches between the two threads; when the system's limit is lower, so be it.
        _ = Control(ends[1], SetPipeSize, PipeBytes);
        reading = new(ends[0], ownsHandle: true);
        writing = new(ends[1], ownsHandle: true);
        Path = $"/dev/fd/{ends[1]}";
    }

    /// <summary>Where the engine opens the writing end.</summary>
    public string Path { get; }

    /// <summary>Ends the stream for the reader, once the statement has ended.</summary>
    public void CloseWriting() => writing.Dispose();

    /// <summary>Nobody reads any more: what the engine still writes fails.</summary>
    public void CloseReading() => reading.Dispose();

    /// <summary>Blocks until there is something; 0 at the end.</summary>
    public unsafe int Read(Span<byte> buffer)
    {
        fixed (byte* target = buffer)
        {
            nint count;
            do
            {
                count = Read(reading, target, (nuint)buffer.Length);
            }
            while (count < 0 && Marshal.GetLastPInvokeError() == Interrupted);
            return count >= 0
                ? (int)count
                : throw new IOException($"Reading a result failed (error {Marshal.GetLastPInvokeError()}).");
        }
    }

    public void Dispose()
    {
        writing.Dispose();
        reading.Dispose();
    }

    [LibraryImport("libc", EntryPoint = "pipe2", SetLastError = true)]
    private static unsafe partial int Pipe(int* ends, int flags);

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    private static partial int Control(int descriptor, int command, int argument);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    private static unsafe partial nint Read(SafeFileHandle descriptor, byte* buffer, nuint count);
}
