namespace Prickle.Engine.Queries;

/// <summary>
/// Threads of their own for calls into the engine, which block as long as a statement runs: the thread pool that serves
/// requests is never held up. A thread that finds nothing to do waits for the next piece of work.
/// </summary>
sealed class QueryThreads : IDisposable
{
    readonly Lock gate = new();
    readonly Queue<Action> waiting = new();
    readonly SemaphoreSlim available = new(0);
    int idle;
    bool stopping;

    /// <summary>Runs the work on a thread of the pool; a new one is made when none is free.</summary>
    public Task<T> Run<T>(Func<T> work)
    {
        var completion = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        Enqueue(() =>
        {
            try
            {
                completion.SetResult(work());
            }
            catch (Exception failure)
            {
                completion.SetException(failure);
            }
        });
        return completion.Task;
    }

    public void Dispose()
    {
        lock (gate)
        {
            stopping = true;
        }
        available.Release(int.MaxValue / 2);
    }

    void Enqueue(Action work)
    {
        lock (gate)
        {
            ObjectDisposedException.ThrowIf(stopping, this);
            waiting.Enqueue(work);
            if (idle >= waiting.Count)
            {
                available.Release();
                return;
            }
            idle++;
        }
        new Thread(Work) { IsBackground = true, Name = "query" }.Start();
        available.Release();
    }

    void Work()
    {
        while (true)
        {
            available.Wait();
            Action? work;
            lock (gate)
            {
                if (!waiting.TryDequeue(out work))
                {
                    return;
                }
                idle--;
            }
            work();
            lock (gate)
            {
                idle++;
            }
        }
    }
}
