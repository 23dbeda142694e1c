using System.Runtime.CompilerServices;
using Prickle.Capture;
using Prickle.Events;

namespace Prickle.Actions.Live;

/// <summary>Judges the actions of a project on what was just stored, and tells those who listen.</summary>
sealed class StoredEventMatcher(IActionDirectory directory, IEnumerable<IActionListener> listeners, TimeProvider time) : IStoredEventListener
{
    // Definitions are made anew when an action changes: its matcher goes with it.
    readonly ConditionalWeakTable<ActionDefinition, ActionMatcher> _matchers = [];
    readonly IActionListener[] _listeners = [.. listeners];

    public async Task StoredAsync(IReadOnlyList<CapturedEvent> events, CancellationToken cancellationToken)
    {
        List<ActionMatch>? matches = null;
        foreach (var project in events.GroupBy(captured => captured.ProjectId))
        {
            var actions = await directory.OfProjectAsync(project.Key, cancellationToken);
            if (actions.Count == 0)
            {
                continue;
            }
            foreach (var captured in project)
            {
                var elements = new Lazy<IReadOnlyList<Element>>(() => Element.ParseChain(captured.ElementsChain));
                foreach (var action in actions.Values)
                {
                    if (_matchers.GetValue(action, static one => new ActionMatcher(one)).Fits(captured, elements, time.GetUtcNow()))
                    {
                        (matches ??= []).Add(new ActionMatch(action, captured));
                    }
                }
            }
        }
        if (matches is not null)
        {
            foreach (var listener in _listeners)
            {
                await listener.MatchedAsync(matches, cancellationToken);
            }
        }
    }
}
