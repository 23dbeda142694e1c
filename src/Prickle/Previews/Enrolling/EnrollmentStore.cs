using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Prickle.Persons;
using Prickle.Previews.Storage;
using Prickle.Previews.Telling;
using Prickle.Storage;

namespace Prickle.Previews.Enrolling;

/// <summary>
/// Keeps what people choose: each choice with its seat, its place in line and the events that tell of it, together or not at
/// all. Whoever chooses holds the preview's row meanwhile, so that a seat is given away once.
/// </summary>
sealed class EnrollmentStore(IDbContextFactory<PrickleDatabase> databases, PersonLookup persons, TimeProvider time) : IDisposable
{
    /// <summary>Ids of a person by which earlier choices are found.</summary>
    public const int MostIds = 100;

    // Whoever counts seats asks for persons over a second connection: if all of the pool were held by those who wait for the row,
    // there would be none.
    readonly SemaphoreSlim _turn = new(1, 1);

    public static long Moment(DateTimeOffset at) => (at.UtcTicks - DateTimeOffset.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond;

    public static DateTimeOffset Moment(long at) => DateTimeOffset.UnixEpoch.AddTicks(at * TimeSpan.TicksPerMicrosecond);

    /// <summary>Keeps a choice; null when the preview takes nobody any more.</summary>
    /// <param name="isInvited">From now on they see it whoever else does.</param>
    /// <param name="isByHand">A member of the project did: seats and lines do not count.</param>
    public async Task<EnrollmentRow?> ChooseAsync(
        FeaturePreview preview, string distinctId, PreviewChoice choice, bool isInvited, bool isByHand, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            return await ChooseInTurnAsync(preview, distinctId, choice, isInvited, isByHand, cancellationToken);
        }
        finally
        {
            _turn.Release();
        }
    }

    async Task<EnrollmentRow?> ChooseInTurnAsync(
        FeaturePreview preview, string distinctId, PreviewChoice choice, bool isInvited, bool isByHand, CancellationToken cancellationToken)
    {
        var known = await persons.FindAsync(preview.ProjectId, distinctId, cancellationToken, MostIds);
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        await using var transaction = await database.Database.BeginTransactionAsync(cancellationToken);
        if (await HoldAsync(database, preview.Id, cancellationToken) is not { } current || !PreviewStages.IsListed(current.Stage))
        {
            return null;
        }
        var row = await RowAsync(database, current, known, distinctId, cancellationToken);
        row.IsInvited |= isInvited;
        var at = Moment(choice.At ?? time.GetUtcNow());
        // What was chosen later holds, in whichever order it arrives.
        if (at >= row.ChosenAt)
        {
            (row.ChosenAt, row.Source) = (at, choice.Source);
            await DecideAsync(database, preview, current, row, choice, isByHand, cancellationToken);
        }
        else if (choice.HasEvent)
        {
            // The SDK's event came late and has set the property: it gets back what was chosen after it.
            Tell(database, row, "", PreviewEvents.Of(preview, KeptNow(row)), row.ChosenAt);
        }
        await database.SaveChangesAsync(cancellationToken);
        await GrantAsync(database, preview, current, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return row;
    }

    /// <summary>The preview's row, held until the transaction ends; null when it is gone.</summary>
    public static async Task<PreviewRow?> HoldAsync(PrickleDatabase database, Guid previewId, CancellationToken cancellationToken) =>
        await database.Set<PreviewRow>().Where(row => row.Id == previewId && !row.IsDeleted)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.Turn, row => row.Turn + 1), cancellationToken) == 0
            ? null
            : await database.Set<PreviewRow>().AsNoTracking().SingleAsync(row => row.Id == previewId, cancellationToken);

    /// <summary>The row of a person, made where there is none. Several that came together with their persons become one.</summary>
    public static async Task<EnrollmentRow> RowAsync(
        PrickleDatabase database, PreviewRow preview, KnownPerson known, string distinctId, CancellationToken cancellationToken)
    {
        string[] ids = [distinctId, .. known.DistinctIds];
        var rows = await database.Set<EnrollmentRow>()
            .Where(row => row.PreviewId == preview.Id && (row.PersonId == known.PersonId || ids.Contains(row.DistinctId)))
            .ToListAsync(cancellationToken);
        var row = rows.MaxBy(one => one.ChosenAt);
        if (row is null)
        {
            row = new EnrollmentRow
            {
                ProjectId = preview.ProjectId,
                PreviewId = preview.Id,
                PersonId = known.PersonId,
                DistinctId = distinctId,
                ToldStage = preview.StageNumber,
            };
            database.Add(row);
            return row;
        }
        if (rows.Count > 1)
        {
            row.IsInvited = rows.Exists(one => one.IsInvited);
            row.SeenAt = rows.Min(one => one.SeenAt);
            database.RemoveRange(rows.Where(one => one != row));
            // The person's place is taken by one of those that go.
            await database.SaveChangesAsync(cancellationToken);
        }
        row.PersonId = known.PersonId;
        return row;
    }

    async Task DecideAsync(
        PrickleDatabase database, FeaturePreview preview, PreviewRow current, EnrollmentRow row, PreviewChoice choice, bool isByHand,
        CancellationToken cancellationToken)
    {
        var (before, wanted) = (row.State, row.WantsIt);
        row.State = !choice.IsEnabled ? PreviewState.Disabled
            : current.Stage == PreviewStage.Concept ? PreviewState.Interested
            : before == PreviewState.Enabled || isByHand || await HasSeatAsync(database, current, cancellationToken) ? PreviewState.Enabled
            : PreviewState.Waiting;
        row.WantsIt = row.State == PreviewState.Interested && choice.WantsIt;
        row.WaitingSince = row.State == PreviewState.Waiting ? row.WaitingSince ?? row.ChosenAt : null;
        row.News = null;
        var isSame = row.State == before && row.WantsIt == wanted;
        if (row.State == PreviewState.Waiting && (!isSame || choice.HasEvent))
        {
            Tell(database, row, PreviewEvents.Waitlisted, PreviewEvents.Of(preview, null), row.ChosenAt);
        }
        else if (!isSame && !choice.HasEvent)
        {
            TellChoice(database, preview, row, choice.IsEnabled, KeptBy(row, before), choice.Source, choice.SessionId);
        }
        if (choice.Feedback?.Trim() is { Length: > 0 } text)
        {
            AddFeedback(database, preview, row, text, choice.SessionId);
        }
    }

    // A withdrawn interest leaves nothing behind: the preview may come, and then the person may choose afresh.
    static bool? KeptBy(EnrollmentRow row, PreviewState before) => row.State switch
    {
        PreviewState.Enabled => true,
        PreviewState.Interested => row.WantsIt ? true : null,
        _ => before == PreviewState.Interested ? null : false,
    };

    static bool? KeptNow(EnrollmentRow row) => row.State switch
    {
        PreviewState.Enabled => true,
        PreviewState.Disabled => false,
        PreviewState.Interested when row.WantsIt => true,
        _ => null,
    };

    public static void TellChoice(
        PrickleDatabase database, FeaturePreview preview, EnrollmentRow row, bool isEnabled, bool? kept, string source, string? sessionId)
    {
        var properties = PreviewEvents.Of(preview, kept);
        properties["$feature_enrollment"] = isEnabled;
        properties[PreviewEvents.Source] = source;
        if (sessionId is not null)
        {
            properties["$session_id"] = sessionId;
        }
        Tell(database, row, PreviewEvents.Chosen, properties, row.ChosenAt);
    }

    public static void Tell(PrickleDatabase database, EnrollmentRow row, string name, JsonObject properties, long at) =>
        PreviewOutbox.Add(database, row.ProjectId, row.DistinctId, name, properties, Moment(at));

    void AddFeedback(PrickleDatabase database, FeaturePreview preview, EnrollmentRow row, string text, string? sessionId)
    {
        var now = time.GetUtcNow();
        database.Add(new PreviewFeedbackRow
        {
            ProjectId = row.ProjectId,
            PreviewId = row.PreviewId,
            PersonId = row.PersonId,
            DistinctId = row.DistinctId,
            Text = text,
            SessionId = sessionId ?? "",
            At = now,
        });
        var properties = PreviewEvents.Of(preview);
        properties["$feature_preview_feedback"] = text;
        if (sessionId is not null)
        {
            properties["$session_id"] = sessionId;
        }
        PreviewOutbox.Add(database, row.ProjectId, row.DistinctId, PreviewEvents.Feedback, properties, now);
    }

    /// <summary>Gives free seats to those who wait, the first in line first.</summary>
    public async Task GrantAsync(PrickleDatabase database, FeaturePreview preview, PreviewRow current, CancellationToken cancellationToken)
    {
        if (!PreviewStages.Enrolls(current.Stage))
        {
            return;
        }
        while (await database.Set<EnrollmentRow>().Where(row => row.PreviewId == current.Id && row.State == PreviewState.Waiting)
                .OrderBy(row => row.WaitingSince).ThenBy(row => row.Id).FirstOrDefaultAsync(cancellationToken) is { } next
            && await HasSeatAsync(database, current, cancellationToken))
        {
            var now = time.GetUtcNow();
            (next.State, next.WaitingSince, next.ChosenAt, next.News) = (PreviewState.Enabled, null, Moment(now), "granted");
            TellChoice(database, preview, next, true, true, "waitlist", null);
            Tell(database, next, PreviewEvents.Granted, PreviewEvents.Of(preview), next.ChosenAt);
            await database.SaveChangesAsync(cancellationToken);
        }
    }

    public async Task<bool> HasSeatAsync(PrickleDatabase database, PreviewRow preview, CancellationToken cancellationToken) =>
        preview.SeatLimit is not { } limit || await SeatsTakenAsync(database, preview, limit, cancellationToken) < limit;

    /// <summary>How many have it on. Only where that reaches the limit is it looked whether some of them became one person.</summary>
    async Task<int> SeatsTakenAsync(PrickleDatabase database, PreviewRow preview, int limit, CancellationToken cancellationToken)
    {
        var enabled = database.Set<EnrollmentRow>().AsNoTracking().Where(row => row.PreviewId == preview.Id && row.State == PreviewState.Enabled);
        var count = await enabled.CountAsync(cancellationToken);
        if (count < limit)
        {
            return count;
        }
        var taken = await enabled.Select(row => new { row.PersonId, row.DistinctId }).ToListAsync(cancellationToken);
        var leads = await persons.ByDistinctIdsAsync(preview.ProjectId, taken.ConvertAll(one => one.DistinctId), cancellationToken);
        return taken.Select(one => leads.GetValueOrDefault(one.DistinctId, one.PersonId)).Distinct().Count();
    }

    public void Dispose() => _turn.Dispose();
}
