namespace Prickle.Flags;

/// <summary>Somebody who may have chosen.</summary>
/// <param name="DistinctIds">Ids that lead to the person.</param>
/// <param name="Groups">The keys of their groups by type index; null where they are in none.</param>
public sealed record FlagChooser(Guid PersonId, IReadOnlyList<string> DistinctIds, IReadOnlyList<string?> Groups);

/// <summary>Tells what people chose of flags whose choices are guarded (<see cref="FlagFilters.IsEnrollmentGuarded"/>).</summary>
public interface IFlagChoices
{
    /// <summary>For each of the choosers, in their order: whether a flag is on, by its id; flags of which nobody chose are missing.</summary>
    Task<IReadOnlyList<IReadOnlyDictionary<int, bool>>> OfAsync(int projectId, IReadOnlyList<FlagChooser> choosers, CancellationToken cancellationToken);
}
