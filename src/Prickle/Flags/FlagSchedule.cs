using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Prickle.Accounts;
using Prickle.Flags.Schedule;
using Prickle.Flags.Storage;
using Prickle.Storage;

namespace Prickle.Flags;

/// <summary>Plans changes of flags, and changes the plans. The caller's permission is checked here too, so pages need not.</summary>
public sealed class FlagSchedule
{
    /// <summary>Changes of one flag that may wait at once.</summary>
    public const int MostWaiting = 100;

    /// <summary>How far ahead.</summary>
    public static readonly TimeSpan Farthest = TimeSpan.FromDays(730);

    static readonly Refusal Gone = Refusal.NotFound("There is no such planned change.");

    readonly IDbContextFactory<PrickleDatabase> _databases;
    readonly FlagAdministration _administration;
    readonly FlagScheduleWake _wake;
    readonly TimeProvider _time;

    internal FlagSchedule(IDbContextFactory<PrickleDatabase> databases, FlagAdministration administration, FlagScheduleWake wake, TimeProvider time) =>
        (_databases, _administration, _wake, _time) = (databases, administration, wake, time);

    /// <summary>What comes, in its order, and what happened, the newest first.</summary>
    public async Task<IReadOnlyList<FlagStep>> ListAsync(int projectId, int flagId, CancellationToken cancellationToken)
    {
        await using var database = await _databases.CreateDbContextAsync(cancellationToken);
        var steps = (await database.Set<FlagStepRow>().AsNoTracking().Where(row => row.ProjectId == projectId && row.FlagId == flagId).ToListAsync(cancellationToken))
            .ConvertAll(row => row.ToStep());
        return
        [
            .. steps.Where(step => step.IsToCome).OrderBy(step => step.At).ThenBy(step => step.Id),
            .. steps.Where(step => !step.IsToCome).OrderByDescending(step => step.DoneAt).ThenByDescending(step => step.Id),
        ];
    }

    /// <summary>Plans one change, or the steps of a ramp.</summary>
    public async Task<Outcome<IReadOnlyList<FlagStep>>> AddAsync(
        ProjectGrant grant, int flagId, IReadOnlyList<FlagStepDraft> drafts, CancellationToken cancellationToken)
    {
        await using var database = await _databases.CreateDbContextAsync(cancellationToken);
        if (await FlagAsync(database, grant, flagId, cancellationToken) is var (flag, refusal) && refusal is not null)
        {
            return refusal;
        }
        var now = _time.GetUtcNow();
        var waiting = await database.Set<FlagStepRow>().CountAsync(row => row.ProjectId == grant.ProjectId && row.FlagId == flagId && row.DoneAt == null, cancellationToken);
        if (drafts.Count == 0 || waiting + drafts.Count > MostWaiting)
        {
            return Refusal.Invalid("steps", drafts.Count == 0 ? "Say what is to be done." : $"A flag has {MostWaiting} planned changes at most.");
        }
        foreach (var (draft, index) in drafts.Select((draft, index) => (draft, index)))
        {
            if ((RefusalOf(draft, index > 0 ? drafts[index - 1].At : null, now) ?? await CheckAsync(grant, flag!, draft.Change, cancellationToken)) is { } wrong)
            {
                return wrong;
            }
        }
        var ramp = drafts.Count > 1 ? Guid.CreateVersion7(now) : (Guid?)null;
        List<FlagStepRow> rows = [.. drafts.Select(draft => new FlagStepRow
        {
            ProjectId = grant.ProjectId,
            FlagId = flagId,
            RampId = ramp,
            At = draft.At.ToUniversalTime(),
            WakeAt = draft.At.ToUniversalTime(),
            Change = FlagStepRow.Write(draft.Change),
            CreatedBy = grant.Actor.Email,
            CreatedAt = now,
        })];
        database.AddRange(rows);
        await database.SaveChangesAsync(cancellationToken);
        _wake.Up();
        return new Outcome<IReadOnlyList<FlagStep>>.Done(rows.ConvertAll(row => row.ToStep()));
    }

    /// <summary>Plans another time.</summary>
    public Task<Outcome<FlagStep>> MoveAsync(ProjectGrant grant, int flagId, long id, DateTimeOffset at, CancellationToken cancellationToken) =>
        ChangeAsync(grant, flagId, id, isWholeRamp: false, (row, now) =>
        {
            if (Untimely(at, now) is { } wrong)
            {
                return wrong;
            }
            (row.At, row.WakeAt) = (at.ToUniversalTime(), row.State == FlagStepState.Waiting ? at.ToUniversalTime() : null);
            return null;
        }, cancellationToken);

    /// <summary>Holds a change back, and with it all steps of its ramp that are still to come.</summary>
    public Task<Outcome<FlagStep>> PauseAsync(ProjectGrant grant, int flagId, long id, CancellationToken cancellationToken) =>
        ChangeAsync(grant, flagId, id, isWholeRamp: true, (row, now) =>
        {
            if (row.State == FlagStepState.Waiting)
            {
                (row.State, row.PausedAt, row.WakeAt) = (FlagStepState.Paused, now, null);
            }
            return null;
        }, cancellationToken);

    /// <summary>Lets it go on. What is left of a ramp comes as much later as it was held back, and not all at once.</summary>
    public Task<Outcome<FlagStep>> ResumeAsync(ProjectGrant grant, int flagId, long id, CancellationToken cancellationToken) =>
        ChangeAsync(grant, flagId, id, isWholeRamp: true, (row, now) =>
        {
            if (row is { State: FlagStepState.Paused, PausedAt: { } since })
            {
                var at = row.At + (now - since);
                (row.State, row.PausedAt, row.At, row.WakeAt) = (FlagStepState.Waiting, null, at, at);
            }
            return null;
        }, cancellationToken);

    /// <param name="isWholeRamp">All steps of its ramp that are still to come, too.</param>
    public Task<Outcome<FlagStep>> CancelAsync(ProjectGrant grant, int flagId, long id, bool isWholeRamp, CancellationToken cancellationToken) =>
        ChangeAsync(grant, flagId, id, isWholeRamp, (row, now) =>
        {
            row.Finish(FlagStepState.Cancelled, null, now);
            return null;
        }, cancellationToken);

    async Task<Outcome<FlagStep>> ChangeAsync(
        ProjectGrant grant, int flagId, long id, bool isWholeRamp, Func<FlagStepRow, DateTimeOffset, Refusal?> change, CancellationToken cancellationToken)
    {
        if (FlagAdministration.RefusalOf(grant) is { } refusal)
        {
            return refusal;
        }
        await using var database = await _databases.CreateDbContextAsync(cancellationToken);
        var rows = database.Set<FlagStepRow>().Where(row => row.ProjectId == grant.ProjectId && row.FlagId == flagId);
        if (await rows.SingleOrDefaultAsync(row => row.Id == id, cancellationToken) is not { } asked)
        {
            return Gone;
        }
        if (asked.DoneAt is not null)
        {
            return Done;
        }
        List<FlagStepRow> all = isWholeRamp && asked.RampId is { } ramp
            ? await rows.Where(row => row.RampId == ramp && row.DoneAt == null).ToListAsync(cancellationToken) : [asked];
        var now = _time.GetUtcNow();
        foreach (var row in all)
        {
            if (change(row, now) is { } wrong)
            {
                return wrong;
            }
        }
        try
        {
            await database.SaveChangesAsync(cancellationToken);
        }
        catch (DbUpdateConcurrencyException)
        {
            return Done;
        }
        _wake.Up();
        return asked.ToStep();
    }

    static Refusal Done => new(RefusalReason.AlreadyExists, "It has been done, refused or cancelled already.", "id");

    static async Task<(FlagRow? Flag, Refusal? Refusal)> FlagAsync(PrickleDatabase database, ProjectGrant grant, int flagId, CancellationToken cancellationToken)
    {
        if (FlagAdministration.RefusalOf(grant) is { } refusal)
        {
            return (null, refusal);
        }
        return await database.Set<FlagRow>().AsNoTracking().SingleOrDefaultAsync(
            row => row.ProjectId == grant.ProjectId && row.Id == flagId && !row.IsDeleted, cancellationToken) switch
        {
            null => (null, Refusal.NotFound("The flag does not exist.")),
            { IsArchived: true } => (null, Refusal.Invalid("id", "The flag is archived: take it out of the archive first.")),
            var flag => (flag, null),
        };
    }

    static Refusal? RefusalOf(FlagStepDraft draft, DateTimeOffset? before, DateTimeOffset now) =>
        Untimely(draft.At, now)
        ?? (draft.At <= before ? Refusal.Invalid("steps", "The steps of a ramp come one after the other.") : null)
        ?? (draft.Change is FlagScheduledChange.Rollout { Percentage: not (>= 0 and <= 100) } ? Refusal.Invalid("rollout_percentage", "A roll-out is a number from 0 to 100.") : null);

    static Refusal? Untimely(DateTimeOffset at, DateTimeOffset now) =>
        at <= now ? Refusal.Invalid("at", "This time is over: what is to be done now can be done by hand.")
        : at > now + Farthest ? Refusal.Invalid("at", string.Create(CultureInfo.InvariantCulture, $"Plan {Farthest.TotalDays / 365:0} years ahead at most."))
        : null;

    /// <summary>What could not be saved now is not planned.</summary>
    async Task<Refusal?> CheckAsync(ProjectGrant grant, FlagRow flag, FlagScheduledChange change, CancellationToken cancellationToken) =>
        FlagStepApplication.Apply(change, flag.ToFlag().Settings) switch
        {
            Outcome<FlagSettings>.Done(var settings) => await _administration.CheckAsync(grant.ProjectId, flag.Id, settings, cancellationToken),
            Outcome<FlagSettings>.Refused(var refusal) => refusal,
            _ => throw new System.Diagnostics.UnreachableException(),
        };
}
