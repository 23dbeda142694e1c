namespace Prickle.Storage;

/// <summary>
/// What a module copies from the relational store into the analytical one, so that questions can join it. An analytical store
/// that is new and empty (the first start; a disk that was replaced) gets all of it again.
/// </summary>
public interface IAnalyticalCopies
{
    /// <summary>Takes nothing for copied any more. Comes before the store has its tables, and again when that is broken off.</summary>
    Task ForgetAsync(CancellationToken cancellationToken);

    /// <summary>Copies everything. The store has its tables.</summary>
    Task CopyAsync(CancellationToken cancellationToken);
}
