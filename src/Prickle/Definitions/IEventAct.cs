using Prickle.Accounts;

namespace Prickle.Definitions;

/// <summary>Something to do with an event from its definition, such as making a dashboard about it: a button beside it.</summary>
public interface IEventAct
{
    /// <summary>On the button.</summary>
    string Title { get; }

    /// <summary>What it will do, in one sentence.</summary>
    string Hint { get; }

    /// <summary>Whether whoever looks may do it.</summary>
    bool IsOffered(ProjectGrant grant);

    /// <summary>Does it; gives the address to go to.</summary>
    Task<Outcome<string>> RunAsync(ProjectGrant grant, string eventName, CancellationToken cancellationToken);
}
