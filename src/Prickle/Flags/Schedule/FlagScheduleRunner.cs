using Microsoft.EntityFrameworkCore;
using Prickle.Accounts;
using Prickle.Flags.Storage;
using Prickle.Storage;

namespace Prickle.Flags.Schedule;

/// <summary>
/// Does what is due, in the order in which it was planned; what was missed while the product was away comes first. A change of
/// a flag and the mark that it was done are saved in one transaction: no crash and no other node makes it happen twice.
/// </summary>
sealed class FlagScheduleRunner(
    IDbContextFactory<PrickleDatabase> databases, ProjectDirectory projects, FlagAdministration administration, ClusterLock clusterLock, TimeProvider time,
    ILogger<FlagScheduleRunner> logger) : IDisposable
{
    /// <summary>Somebody may change the flag in the same moment: then it is looked at again.</summary>
    const int MostTries = 5;

    static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);

    // The lock among nodes is asked for again and again while it is held: within the process one waits in line.
    readonly SemaphoreSlim _turn = new(1, 1);

    public void Dispose() => _turn.Dispose();

    public async Task RunDueAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            if ((await DueAsync(cancellationToken)).Count == 0)
            {
                return;
            }
            await using var turn = await clusterLock.TakeAsync("flag-schedule", cancellationToken);
            // Another node may have done some of it while this one waited.
            foreach (var id in await DueAsync(cancellationToken))
            {
                await RunAsync(id, cancellationToken);
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>How long until the next is due; null when nothing waits.</summary>
    public async Task<TimeSpan?> UntilNextAsync(CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        var next = await database.Set<FlagStepRow>().Where(row => row.WakeAt != null).OrderBy(row => row.WakeAt).Select(row => row.WakeAt).FirstOrDefaultAsync(cancellationToken);
        return next - time.GetUtcNow();
    }

    async Task<List<long>> DueAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        return await database.Set<FlagStepRow>().Where(row => row.WakeAt <= now).OrderBy(row => row.WakeAt).ThenBy(row => row.Id).Select(row => row.Id).ToListAsync(cancellationToken);
    }

    async Task RunAsync(long id, CancellationToken cancellationToken)
    {
        for (var attempt = 1; attempt <= MostTries; attempt++)
        {
            await using var database = await databases.CreateDbContextAsync(cancellationToken);
            if (await database.Set<FlagStepRow>().AsNoTracking().SingleOrDefaultAsync(row => row.Id == id && row.State == FlagStepState.Waiting, cancellationToken) is not { } step)
            {
                return;
            }
            if (await projects.FindAsync(step.ProjectId, cancellationToken) is not { } project)
            {
                // It goes with its project, in a moment.
                break;
            }
            var flag = await database.Set<FlagRow>().AsNoTracking().SingleOrDefaultAsync(row => row.Id == step.FlagId && !row.IsDeleted, cancellationToken);
            var outcome = flag switch
            {
                null => Refusal.NotFound("The flag was deleted."),
                { IsArchived: true } => Refusal.Invalid("id", "The flag is archived."),
                _ => FlagStepApplication.Apply(step.ToChange(), flag.ToFlag().Settings),
            };
            // As the one who planned it, who may be gone by now: the plan is the project's.
            var grant = new ProjectGrant(project, new Actor(Guid.Empty, $"Schedule by {step.CreatedBy}"), Role.Member);
            var refusal = outcome switch
            {
                Outcome<FlagSettings>.Done(var settings) => (await administration.UpdateAsync(
                    grant, step.FlagId, settings, cancellationToken, flag!.Version, alongside: saved => Finish(saved, step, FlagStepState.Applied, null)))
                    .Match<Refusal?>(_ => null, refused => refused),
                Outcome<FlagSettings>.Refused(var refused) => refused,
                _ => throw new System.Diagnostics.UnreachableException(),
            };
            if (refusal is null)
            {
                return;
            }
            if (refusal.Reason == RefusalReason.AlreadyExists)
            {
                // Somebody was quicker, with the flag or with the step.
                continue;
            }
            logger.LogWarning("A planned change of feature flag {Flag} was refused: {Reason}", step.FlagId, refusal.Detail);
            await RefuseAsync(database, step, refusal.Detail, cancellationToken);
            return;
        }
        await PostponeAsync(id, cancellationToken);
    }

    // What cannot be said now must not be asked again at once, and again.
    async Task PostponeAsync(long id, CancellationToken cancellationToken)
    {
        var later = time.GetUtcNow() + Pause;
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        await database.Set<FlagStepRow>().Where(row => row.Id == id && row.State == FlagStepState.Waiting)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.WakeAt, later), cancellationToken);
    }

    void Finish(PrickleDatabase database, FlagStepRow step, FlagStepState state, string? detail)
    {
        database.Attach(step);
        step.Finish(state, detail, time.GetUtcNow());
    }

    async Task RefuseAsync(PrickleDatabase database, FlagStepRow step, string detail, CancellationToken cancellationToken)
    {
        Finish(database, step, FlagStepState.Refused, detail);
        try
        {
            await database.SaveChangesAsync(cancellationToken);
        }
        catch (DbUpdateConcurrencyException)
        {
            // It was cancelled or paused in the same moment.
        }
    }
}
