using Prickle.Accounts;

namespace Prickle.Flags;

/// <summary>Something that stands on a flag.</summary>
/// <param name="Kind">What it is, in a word: flag, preview.</param>
/// <param name="Address">Below the project's address.</param>
public sealed record FlagUse(string Kind, string Name, string Address);

/// <summary>Tells what of a module uses a flag; each module that can registers one.</summary>
public interface IFlagUse
{
    Task<IReadOnlyList<FlagUse>> OfAsync(int projectId, FeatureFlag flag, CancellationToken cancellationToken);

    /// <summary>What is saved when somebody changes a flag: what its users need of it is put back, or is why the change is refused.</summary>
    Task<Outcome<FlagSettings>> ChangingAsync(FeatureFlag flag, FlagSettings wanted, CancellationToken cancellationToken) =>
        Task.FromResult<Outcome<FlagSettings>>(wanted);
}
