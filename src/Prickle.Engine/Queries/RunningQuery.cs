using System.IO.Pipelines;
using Prickle.Engine.Native;

namespace Prickle.Engine.Queries;

/// <summary>A statement under way: its result as it comes, and how it ended.</summary>
sealed class RunningQuery(QueryRequest request, TimeProvider time)
{
    const int OutputAhead = 4 << 20;

    readonly Pipe output = new(new PipeOptions(
        pauseWriterThreshold: OutputAhead, resumeWriterThreshold: OutputAhead / 2, minimumSegmentSize: 1 << 16,
        useSynchronizationContext: false));
    readonly TaskCompletionSource<QueryResult> completion = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public QueryRequest Request => request;
    public DateTimeOffset StartedAt { get; } = time.GetUtcNow();

    /// <summary>The statement as the engine got it, which is how its list of processes shows it.</summary>
    public string? SentText { get; set; }

    /// <summary>The result's bytes; complete once the statement has ended, well or not.</summary>
    public PipeReader Output => output.Reader;

    /// <summary>How it ended; the result's bytes are in <see cref="Output"/>, never here.</summary>
    public Task<QueryResult> Completion => completion.Task;

    /// <summary>The most memory the statement was seen to hold; 0 when it was over before anyone looked.</summary>
    public ulong PeakMemory { get; private set; }

    public ulong PeakThreads { get; private set; }

    /// <summary>The engine's counters when it was last looked at.</summary>
    public IReadOnlyDictionary<string, ulong> SampledEvents { get; private set; } = new Dictionary<string, ulong>();

    public TimeSpan Elapsed => time.GetUtcNow() - StartedAt;

    /// <summary>Gives the reader one piece; blocks while the reader is behind. False when nobody reads any more.</summary>
    public bool Write(ReadOnlyMemory<byte> piece)
    {
        var flushed = output.Writer.WriteAsync(piece);
        return !(flushed.IsCompletedSuccessfully ? flushed.Result : flushed.AsTask().GetAwaiter().GetResult()).IsCompleted;
    }

    public void Sample(ulong memory, ulong threads, IReadOnlyDictionary<string, ulong> events)
    {
        PeakMemory = Math.Max(PeakMemory, memory);
        PeakThreads = Math.Max(PeakThreads, threads);
        SampledEvents = events;
    }

    public void Complete(QueryResult result)
    {
        completion.TrySetResult(result with { Output = [] });
        output.Writer.Complete();
    }

    /// <summary>The run broke by a fault of the host.</summary>
    public void Fail(Exception fault)
    {
        completion.TrySetException(fault);
        output.Writer.Complete();
    }
}
