using Microsoft.EntityFrameworkCore;
using Prickle.Accounts;
using Prickle.Previews.Enrolling;
using Prickle.Previews.Storage;
using Prickle.Previews.Telling;
using Prickle.Storage;

namespace Prickle.Previews.Clock;

/// <summary>One look at all previews: what ends, whom to remind, who is to hear of a new stage, which seats are free.</summary>
sealed class PreviewRounds(
    IDbContextFactory<PrickleDatabase> databases, ProjectDirectory projects, PreviewBook book, PreviewQueries previews, EnrollmentStore store,
    PreviewOutbox outbox, PreviewReminders reminders, ClusterLock clusterLock, TimeProvider time) : IDisposable
{
    const int Chunk = 200;

    // The lock among nodes is asked for again and again while it is held: within the process one waits in line.
    readonly SemaphoreSlim _turn = new(1, 1);

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            await outbox.SendAsync(cancellationToken);
            await using var database = await databases.CreateDbContextAsync(cancellationToken);
            var rows = await database.Set<PreviewRow>().AsNoTracking().Where(row => !row.IsDeleted).ToListAsync(cancellationToken);
            if (rows.Count == 0)
            {
                return;
            }
            await using var turn = await clusterLock.TakeAsync("previews", cancellationToken);
            foreach (var row in rows)
            {
                if (await projects.FindAsync(row.ProjectId, cancellationToken) is { } project)
                {
                    await LookAsync(project, row, cancellationToken);
                }
            }
            await outbox.SendAsync(cancellationToken);
        }
        finally
        {
            _turn.Release();
        }
    }

    async Task LookAsync(Project project, PreviewRow row, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (row.SunsetAt <= now && row.Stage is not PreviewStage.Archived)
        {
            await book.EndAsync(project, row.Id, "sunset", cancellationToken);
        }
        else
        {
            await book.SetMarkAsync(project, null, row, cancellationToken);
            await reminders.RemindAsync(project, row, cancellationToken);
        }
        if (await previews.FindAsync(row.ProjectId, row.Id, cancellationToken) is { FlagKey: not null } preview)
        {
            while (await MoveAsync(preview, cancellationToken))
            {
            }
            await GrantAsync(preview, cancellationToken);
        }
    }

    async Task GrantAsync(FeaturePreview preview, CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        if (!await database.Set<EnrollmentRow>().AnyAsync(row => row.PreviewId == preview.Id && row.State == PreviewState.Waiting, cancellationToken))
        {
            return;
        }
        await using var transaction = await database.Database.BeginTransactionAsync(cancellationToken);
        if (await EnrollmentStore.HoldAsync(database, preview.Id, cancellationToken) is { } current)
        {
            await store.GrantAsync(database, preview, current, cancellationToken);
        }
        await database.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    /// <summary>Tells some of those who chose that the stage is another, and switches it on for whoever asked for that; false when all know.</summary>
    async Task<bool> MoveAsync(FeaturePreview preview, CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        await using var transaction = await database.Database.BeginTransactionAsync(cancellationToken);
        if (await EnrollmentStore.HoldAsync(database, preview.Id, cancellationToken) is not { } current || current.StageNumber != preview.StageNumber)
        {
            return false;
        }
        var rows = await database.Set<EnrollmentRow>()
            .Where(row => row.PreviewId == preview.Id && row.ToldStage < preview.StageNumber
                && (row.State == PreviewState.Enabled || row.State == PreviewState.Interested || row.State == PreviewState.Waiting))
            .OrderBy(row => row.ChosenAt).ThenBy(row => row.Id).Take(Chunk).ToListAsync(cancellationToken);
        foreach (var row in rows)
        {
            await MoveAsync(database, preview, current, row, cancellationToken);
            await database.SaveChangesAsync(cancellationToken);
        }
        await transaction.CommitAsync(cancellationToken);
        return rows.Count == Chunk;
    }

    async Task MoveAsync(PrickleDatabase database, FeaturePreview preview, PreviewRow current, EnrollmentRow row, CancellationToken cancellationToken)
    {
        var now = EnrollmentStore.Moment(time.GetUtcNow());
        row.ToldStage = preview.StageNumber;
        row.News = preview.Stage switch
        {
            PreviewStage.Archived => "ended",
            PreviewStage.GeneralAvailability => "general",
            PreviewStage.Draft => null,
            _ => row.State == PreviewState.Interested ? "promoted" : "moved",
        };
        if (row.State == PreviewState.Interested && PreviewStages.Enrolls(preview.Stage))
        {
            // Whoever asked for it has it; the others may choose now.
            row.State = !row.WantsIt ? PreviewState.None
                : await store.HasSeatAsync(database, current, cancellationToken) ? PreviewState.Enabled : PreviewState.Waiting;
            (row.WantsIt, row.WaitingSince) = (false, row.State == PreviewState.Waiting ? row.ChosenAt : null);
            if (row.State == PreviewState.Enabled)
            {
                row.ChosenAt = now;
                EnrollmentStore.TellChoice(database, preview, row, true, true, "promotion", null);
            }
            else if (row.State == PreviewState.Waiting)
            {
                EnrollmentStore.Tell(database, row, PreviewEvents.Waitlisted, PreviewEvents.Of(preview, null), now);
            }
        }
        var properties = PreviewEvents.Of(preview);
        properties["from"] = PreviewStages.NameOf(preview.PreviousStage);
        properties["to"] = PreviewStages.NameOf(preview.Stage);
        properties["enabled"] = row.State == PreviewState.Enabled && PreviewStages.Enrolls(preview.Stage);
        if (preview.EndedBecause is { } because)
        {
            properties["reason"] = because;
        }
        EnrollmentStore.Tell(database, row, PreviewEvents.Moved, properties, now);
    }

    public void Dispose() => _turn.Dispose();
}
