namespace Prickle.Destinations;

/// <summary>Something that sends by a destination.</summary>
/// <param name="Kind">What it is, in a word: automation, subscription.</param>
/// <param name="Address">Below the project's address.</param>
public sealed record DestinationUse(string Kind, string Name, string Address);

/// <summary>Tells what of a module uses a destination; each module that can registers one.</summary>
public interface IDestinationUse
{
    Task<IReadOnlyList<DestinationUse>> OfAsync(int projectId, Guid destinationId, CancellationToken cancellationToken);
}
