namespace Prickle.Persons;

/// <summary>
/// Removes what a module keeps about a person who was deleted. Called until it has succeeded once, also after a restart, possibly by
/// two nodes at a time: it must be idempotent. Whoever comes by one of their ids later is somebody new: what began after
/// <see cref="DeletedPerson.At"/> stays.
/// </summary>
public interface IPersonDeletionListener
{
    Task DeleteAsync(DeletedPerson person, CancellationToken cancellationToken);
}

/// <summary>Somebody who was deleted.</summary>
/// <param name="Id">The person's own id, which whoever comes by their first distinct id has again.</param>
/// <param name="DistinctIds">All that led to them.</param>
/// <param name="At">When they were taken away.</param>
/// <param name="WithEvents">What they did goes too.</param>
public sealed record DeletedPerson(int ProjectId, Guid Id, IReadOnlyList<string> DistinctIds, DateTimeOffset At, bool WithEvents)
{
    // A store takes some thousands of values in a statement, and an address has an end.
    const int Chunk = 300;

    /// <summary>The distinct ids in parts that fit into a statement; at least one part, which may be empty.</summary>
    public IEnumerable<string[]> IdsInParts => DistinctIds.Count == 0 ? [[]] : DistinctIds.Chunk(Chunk);

    /// <summary><see cref="At"/> in microseconds since 1970.</summary>
    public long AtMicroseconds => (At.UtcTicks - DateTimeOffset.UnixEpoch.UtcTicks) / TimeSpan.TicksPerMicrosecond;
}
