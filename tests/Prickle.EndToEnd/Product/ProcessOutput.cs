using System.Diagnostics;

namespace Prickle.EndToEnd.Product;

/// <summary>What a process has said so far, on both streams; the last lines of it.</summary>
sealed class ProcessOutput
{
    const int KeptLines = 2000;

    readonly Lock gate = new();
    readonly Queue<string> lines = [];

    public string Text
    {
        get
        {
            lock (gate)
            {
                return string.Join('\n', lines);
            }
        }
    }

    public void Follow(Process process)
    {
        process.OutputDataReceived += (_, line) => Add(line.Data);
        process.ErrorDataReceived += (_, line) => Add(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    void Add(string? line)
    {
        if (line is null)
        {
            return;
        }
        lock (gate)
        {
            lines.Enqueue(line);
            if (lines.Count > KeptLines)
            {
                lines.Dequeue();
            }
        }
    }
}
