using Prickle.Capture;

namespace Prickle.Actions;

/// <summary>An action that a stored event fits.</summary>
public sealed record ActionMatch(ActionDefinition Action, CapturedEvent Event);

/// <summary>Hears of every event that fits an action, after it is stored: at least once. Be quick or queue: capture waits.</summary>
public interface IActionListener
{
    /// <summary>The matches of one round. The events are copies, which may be kept.</summary>
    Task MatchedAsync(IReadOnlyList<ActionMatch> matches, CancellationToken cancellationToken);
}
