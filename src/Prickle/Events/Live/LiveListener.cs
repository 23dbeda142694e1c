using System.Text.Json;
using Prickle.Capture;

namespace Prickle.Events.Live;

/// <summary>Shows stored events to the pages that watch. Makes nothing for a project that nobody watches.</summary>
sealed class LiveListener(LiveFeed feed) : IStoredEventListener
{
    public Task StoredAsync(IReadOnlyList<CapturedEvent> events, CancellationToken cancellationToken)
    {
        foreach (var project in events.GroupBy(captured => captured.ProjectId).Where(project => feed.IsWatched(project.Key)))
        {
            // What a watcher cannot hold is not worth making.
            var newest = project.TakeLast(LiveSubscription.Capacity).Select(Stored).ToList();
            feed.Publish(project.Key, newest);
        }

        return Task.CompletedTask;
    }

    static StoredEvent Stored(CapturedEvent captured) => new(
        captured.Uuid,
        captured.Name,
        captured.Timestamp,
        captured.DistinctId,
        captured.Person.PersonId,
        captured.Person.HasProfile,
        captured.SessionId,
        captured.ElementsChain,
        // The captured document goes back to its pool after the batch.
        captured.Properties.ValueKind == JsonValueKind.Object ? captured.Properties.Clone() : EmptyObject);

    static readonly JsonElement EmptyObject = JsonElement.Parse("{}");
}
