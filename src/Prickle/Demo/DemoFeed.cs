using Prickle.Capture;
using Prickle.Demo.Story;

namespace Prickle.Demo;

/// <summary>Hands the story to capture, as fast as events are stored and no faster.</summary>
public sealed class DemoFeed(EventIntake intake, CaptureState capture, TimeProvider time)
{
    // Enough for capture to gather a round while the next one is written, and little enough to stay in memory.
    const int BatchSize = 400;
    const int MostWaiting = 24;

    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    /// <summary>Hands over all events of a list; returns when they are safe in the inbox.</summary>
    internal async Task SendAsync(int projectId, IReadOnlyList<StoryEvent> events, CancellationToken cancellationToken)
    {
        foreach (var batch in events.Chunk(BatchSize))
        {
            await WaitForDepthAsync(MostWaiting, cancellationToken);
            await intake.TakeAsync(projectId, StoryWriter.Batch(batch), cancellationToken);
        }
    }

    /// <summary>Returns when everything is stored.</summary>
    internal Task DrainAsync(CancellationToken cancellationToken) => WaitForDepthAsync(0, cancellationToken);

    async Task WaitForDepthAsync(int depth, CancellationToken cancellationToken)
    {
        while (capture.InboxDepth > depth)
        {
            await Task.Delay(Pause, time, cancellationToken);
        }
    }
}
