using Prickle.Accounts;

namespace Prickle.Shell;

/// <summary>
/// Attributes of the frame around every page for whoever is signed in: style sheets look at them. Modules register theirs as
/// singletons.
/// </summary>
public interface IFrameAttributes
{
    Task<IReadOnlyDictionary<string, object>> OfAsync(Actor actor, CancellationToken cancellationToken);

    /// <summary>Those of a user are others now.</summary>
    event Action<Guid>? Changed;
}
