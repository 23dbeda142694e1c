using System.Collections.Immutable;

namespace Prickle.Events;

/// <summary>
/// What has just been stored on this node, for pages that watch. Watching costs capture nothing: a page that is too slow
/// loses events and is told how many.
/// </summary>
public sealed class LiveFeed
{
    ImmutableArray<LiveSubscription> _subscriptions = [];

    /// <summary>Whether anybody watches the project; when nobody does, there is no need to make events for them.</summary>
    public bool IsWatched(int projectId)
    {
        foreach (var subscription in _subscriptions)
        {
            if (subscription.ProjectId == projectId)
            {
                return true;
            }
        }
        return false;
    }

    /// <summary>Starts watching; dispose the subscription to stop.</summary>
    public LiveSubscription Watch(int projectId)
    {
        var subscription = new LiveSubscription(projectId, Remove);
        ImmutableInterlocked.Update(ref _subscriptions, static (all, added) => all.Add(added), subscription);
        return subscription;
    }

    /// <summary>Shows stored events to those who watch their project.</summary>
    public void Publish(int projectId, IReadOnlyList<StoredEvent> events)
    {
        foreach (var subscription in _subscriptions)
        {
            if (subscription.ProjectId == projectId)
            {
                subscription.Offer(events);
            }
        }
    }

    void Remove(LiveSubscription subscription) =>
        ImmutableInterlocked.Update(ref _subscriptions, static (all, removed) => all.Remove(removed), subscription);
}
