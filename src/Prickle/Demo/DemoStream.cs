using Prickle.Demo.Story;

namespace Prickle.Demo;

/// <summary>Lets the story go on in real time: a session now and then, its events at their moments.</summary>
sealed class DemoStream(DemoFeed feed, LeafpileStory story, TimeProvider time)
{
    static readonly TimeSpan Step = TimeSpan.FromSeconds(3);

    // Sessions at once: about one event in a few seconds, whatever each of them does.
    const int Sessions = 3;

    public async Task RunAsync(int projectId, CancellationToken cancellationToken)
    {
        var waiting = new List<StoryEvent>();
        using var timer = new PeriodicTimer(Step, time);
        for (var turn = 0; await timer.WaitForNextTickAsync(cancellationToken); turn++)
        {
            var now = time.GetUtcNow();
            if (waiting.Select(item => item.Page?.SessionId).Distinct().Count() < Sessions)
            {
                waiting.AddRange(story.TellOne(now, turn));
            }

            var due = waiting.Where(item => item.At <= now).OrderBy(item => item.At).ToList();
            if (due.Count > 0)
            {
                waiting.RemoveAll(due.Contains);
                await feed.SendAsync(projectId, due, cancellationToken);
            }
        }
    }
}
