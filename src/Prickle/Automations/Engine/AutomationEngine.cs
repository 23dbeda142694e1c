using System.Threading.Channels;
using Prickle.Automations.Storage;
using Prickle.Hosting;

namespace Prickle.Automations.Engine;

/// <summary>Tells the engine that runs are due.</summary>
public sealed class AutomationWake : Wake;

/// <summary>
/// Works off what is due: leases some, takes each as far as it goes, beside one another, and saves what is ready together. Slow
/// deliveries hold up nobody but themselves. Runs that wait are rows and nothing else.
/// </summary>
sealed class AutomationEngine(
    RunTable table, RunStepper stepper, HoldKeeper holds, AutomationTeller teller, AutomationWake wake, TimeProvider time, ILogger<AutomationEngine> logger) : BackgroundService
{
    const int MostAtOnce = 256;
    const int MostSavedTogether = 200;

    static readonly TimeSpan Beat = TimeSpan.FromSeconds(1);
    static readonly TimeSpan AfterFailure = TimeSpan.FromSeconds(5);
    static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(100);

    readonly SemaphoreSlim _working = new(1, 1);
    readonly SemaphoreSlim _following = new(1, 1);

    /// <summary>Works until nothing is due, and does what follows.</summary>
    public async Task RunDueAsync(CancellationToken cancellationToken)
    {
        await WorkAsync(cancellationToken);
        await FollowAsync(cancellationToken);
    }

    async Task WorkAsync(CancellationToken cancellationToken)
    {
        await _working.WaitAsync(cancellationToken);
        try
        {
            using var round = new Round();
            var saving = SaveAsync(round, cancellationToken);
            try
            {
                await LeaseAsync(round, cancellationToken);
            }
            finally
            {
                round.Ready.Writer.Complete();
                await saving;
            }
        }
        finally
        {
            _working.Release();
        }
    }

    /// <summary>Takes back what is to be, and captures what was done: beside the work, which may go on for long.</summary>
    async Task FollowAsync(CancellationToken cancellationToken)
    {
        await _following.WaitAsync(cancellationToken);
        try
        {
            await holds.KeepAsync(cancellationToken);
            await teller.TellAsync(cancellationToken);
        }
        finally
        {
            _following.Release();
        }
    }

    async Task LeaseAsync(Round round, CancellationToken cancellationToken)
    {
        while (!round.HasFailed)
        {
            var room = Math.Min(MostSavedTogether, MostAtOnce - round.Underway);
            var (lease, runs) = room > 0 ? await table.LeaseAsync(room, cancellationToken) : (default, []);
            foreach (var run in runs)
            {
                round.Add();
                // Its own task, so that a delivery that blocks does not keep the next lease from being taken.
                _ = Task.Run(() => AdvanceAsync(run, lease, round, cancellationToken), CancellationToken.None);
            }
            if (runs.Count > 0)
            {
                continue;
            }
            if (round.Underway == 0)
            {
                return;
            }
            await round.Saved.WaitAsync(LookAgain, cancellationToken);
        }
    }

    async Task AdvanceAsync(RunRow run, Guid lease, Round round, CancellationToken cancellationToken)
    {
        try
        {
            await round.Ready.Writer.WriteAsync(await stepper.AdvanceAsync(run, lease, cancellationToken), CancellationToken.None);
        }
        catch (OperationCanceledException)
        {
            round.Take(1);
        }
        catch (Exception failure)
        {
            // A run that cannot be worked on must not stop the others; its lease ends, and it is tried again.
            logger.LogError(failure, "Run {Run} of automation {Automation} could not go on", run.Id, run.AutomationId);
            round.Take(1);
        }
    }

    async Task SaveAsync(Round round, CancellationToken cancellationToken)
    {
        List<RunProgress> batch = [];
        while (await round.Ready.Reader.WaitToReadAsync(CancellationToken.None))
        {
            while (batch.Count < MostSavedTogether && round.Ready.Reader.TryRead(out var progress))
            {
                batch.Add(progress);
            }
            try
            {
                // What was done is saved even while the host stops.
                await table.SaveAsync(batch, CancellationToken.None);
            }
            catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
            {
                // The leases end, and the runs are found again where they were.
                logger.LogError(failure, "{Count} runs could not be saved", batch.Count);
                round.HasFailed = true;
            }
            round.Take(batch.Count);
            batch.Clear();
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var isReclaimed = false;
        await Task.WhenAll(
            RepeatAsync(ReclaimAndWorkAsync, token => wake.WaitAsync(Beat, time, token), stoppingToken),
            RepeatAsync(FollowAsync, token => Task.Delay(Beat, time, token), stoppingToken));

        async Task ReclaimAndWorkAsync(CancellationToken cancellationToken)
        {
            if (!isReclaimed)
            {
                await table.ReclaimAsync(cancellationToken);
                isReclaimed = true;
            }
            await WorkAsync(cancellationToken);
        }
    }

    async Task RepeatAsync(Func<CancellationToken, Task> work, Func<CancellationToken, Task> rest, CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await work(stoppingToken);
                await rest(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception failure)
            {
                // A store that is away must not end automations for good.
                logger.LogError(failure, "Automations could not be looked through");
                await Task.Delay(AfterFailure, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    public override void Dispose()
    {
        _working.Dispose();
        _following.Dispose();
        base.Dispose();
    }

    /// <summary>What is being worked on.</summary>
    sealed class Round : IDisposable
    {
        int _underway;

        public Channel<RunProgress> Ready { get; } = Channel.CreateUnbounded<RunProgress>(new UnboundedChannelOptions { SingleReader = true });
        public SemaphoreSlim Saved { get; } = new(0);
        public int Underway => Volatile.Read(ref _underway);
        public volatile bool HasFailed;

        public void Add() => Interlocked.Increment(ref _underway);

        public void Take(int count)
        {
            Interlocked.Add(ref _underway, -count);
            Saved.Release();
        }

        public void Dispose() => Saved.Dispose();
    }
}
