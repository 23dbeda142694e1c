using System.Collections.Concurrent;

namespace Prickle.Actions.Live;

/// <summary>An event that fitted an action a moment ago.</summary>
public sealed record RecentMatch(Guid Uuid, string Event, string DistinctId, Guid PersonId, string? Url, DateTimeOffset At);

/// <summary>The last matches of each action on this node, for its page.</summary>
public sealed class RecentMatches : IActionListener
{
    const int Kept = 20;

    readonly ConcurrentDictionary<(int Project, int Action), LinkedList<RecentMatch>> _matches = [];

    /// <summary>Newest first.</summary>
    public IReadOnlyList<RecentMatch> Of(int projectId, int actionId)
    {
        if (!_matches.TryGetValue((projectId, actionId), out var found))
        {
            return [];
        }
        lock (found)
        {
            return [.. found];
        }
    }

    public Task MatchedAsync(IReadOnlyList<ActionMatch> matches, CancellationToken cancellationToken)
    {
        foreach (var (action, captured) in matches)
        {
            var kept = _matches.GetOrAdd((action.ProjectId, action.Id), static _ => new LinkedList<RecentMatch>());
            lock (kept)
            {
                // Told twice after a crash.
                if (kept.Any(match => match.Uuid == captured.Uuid))
                {
                    continue;
                }
                kept.AddFirst(new RecentMatch(
                    captured.Uuid, captured.Name, captured.DistinctId, captured.PersonId, captured.Text("$current_url"u8), captured.Timestamp));
                if (kept.Count > Kept)
                {
                    kept.RemoveLast();
                }
            }
        }
        return Task.CompletedTask;
    }
}
