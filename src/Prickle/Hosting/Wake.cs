namespace Prickle.Hosting;

/// <summary>Tells a worker that something waits, so that nobody waits for its next look. Each worker has its own kind.</summary>
public abstract class Wake : IDisposable
{
    readonly SemaphoreSlim _waiting = new(0, 1);

    /// <summary>There is something to do.</summary>
    public void Up()
    {
        try
        {
            _waiting.Release();
        }
        catch (SemaphoreFullException)
        {
            // It was told already.
        }
    }

    /// <summary>Waits until there is something, or for so long.</summary>
    public async Task WaitAsync(TimeSpan longest, TimeProvider time, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(longest, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            await _waiting.WaitAsync(either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // Nobody told; time to look all the same.
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _waiting.Dispose();
        GC.SuppressFinalize(this);
    }
}
