using Prickle.Accounts;

namespace Prickle.Insights.Running;

/// <summary>
/// One run for everybody who asks the same at the same time. It is stopped when the last of them has gone.
/// </summary>
sealed class SharedRuns<T>
{
    readonly Dictionary<string, Run> _runs = [];
    readonly Lock _lock = new();

    public async Task<Outcome<T>> JoinAsync(string key, Func<CancellationToken, Task<Outcome<T>>> start, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Run? run;
        lock (_lock)
        {
            if (!_runs.TryGetValue(key, out run))
            {
                run = new Run();
                _runs[key] = run;
                run.Task = RunAsync(key, run, start);
            }
            run.Askers++;
        }
        try
        {
            return await run.Task.WaitAsync(cancellationToken);
        }
        finally
        {
            Leave(key, run);
        }
    }

    async Task<Outcome<T>> RunAsync(string key, Run run, Func<CancellationToken, Task<Outcome<T>>> start)
    {
        // Whoever joins must find the run in the list before it can end.
        await Task.Yield();
        try
        {
            return await start(run.Stop.Token);
        }
        finally
        {
            lock (_lock)
            {
                Forget(key, run);
            }
        }
    }

    void Leave(string key, Run run)
    {
        lock (_lock)
        {
            if (--run.Askers > 0)
            {
                return;
            }
            // A later asker must not join a run that is being stopped.
            Forget(key, run);
        }
        run.Stop.Cancel();
    }

    void Forget(string key, Run run)
    {
        if (_runs.TryGetValue(key, out var current) && current == run)
        {
            _runs.Remove(key);
        }
    }

    sealed class Run
    {
        public Task<Outcome<T>> Task { get; set; } = null!;

        public int Askers { get; set; }

        public CancellationTokenSource Stop { get; } = new();
    }
}
