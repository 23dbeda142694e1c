using Microsoft.EntityFrameworkCore;
using Prickle.Accounts;
using Prickle.Activity;
using Prickle.Groups;
using Prickle.Persons;
using Prickle.Previews.Enrolling;
using Prickle.Previews.Storage;
using Prickle.Previews.Telling;
using Prickle.Storage;

namespace Prickle.Previews;

/// <summary>Somebody who chose.</summary>
/// <param name="Name">As people call them.</param>
/// <param name="Position">In the waiting line, from 1.</param>
public sealed record PreviewEnrollment(
    Guid PersonId, string DistinctId, string Name, PreviewState State, bool WantsIt, int? Position, string Source, DateTimeOffset ChosenAt, bool IsInvited);

/// <summary>A group that chose.</summary>
public sealed record PreviewGroupEnrollment(string Type, string Key, bool IsEnabled, string ChosenBy, DateTimeOffset ChosenAt);

/// <summary>Why somebody switched it off.</summary>
/// <param name="SessionId">By which its replay is found; empty where the sender did not say.</param>
public sealed record PreviewRemark(long Id, Guid PersonId, string DistinctId, string Name, string Text, string SessionId, DateTimeOffset At);

/// <summary>Which of those who chose are wanted.</summary>
public sealed record EnrollmentFilter
{
    /// <summary>Null for all who chose anything.</summary>
    public PreviewState? State { get; init; }

    /// <summary>Part of a distinct id.</summary>
    public string Search { get; init; } = "";

    /// <summary>chosen_at or distinct_id, with a minus in front for descending; waiting_since for the line.</summary>
    public string Order { get; init; } = "-chosen_at";
}

/// <summary>Who chose a preview, for members of the project: to look at, and to add and remove by hand.</summary>
public sealed class PreviewEnrollments
{
    static readonly Refusal Gone = Refusal.NotFound("The preview does not exist, or takes nobody at this stage.");

    readonly IDbContextFactory<PrickleDatabase> _databases;
    readonly PreviewQueries _previews;
    readonly PreviewOffers _offers;
    readonly EnrollmentStore _store;
    readonly PreviewOutbox _outbox;
    readonly PersonQueries _persons;
    readonly GroupQueries _groups;
    readonly ActivityLog _activity;

    internal PreviewEnrollments(
        IDbContextFactory<PrickleDatabase> databases, PreviewQueries previews, PreviewOffers offers, EnrollmentStore store, PreviewOutbox outbox,
        PersonQueries persons, GroupQueries groups, ActivityLog activity) =>
        (_databases, _previews, _offers, _store, _outbox, _persons, _groups, _activity) = (databases, previews, offers, store, outbox, persons, groups, activity);

    /// <summary>Those who chose, a page of them.</summary>
    public async Task<(long Count, IReadOnlyList<PreviewEnrollment> Enrollments)> ListAsync(
        int projectId, Guid previewId, EnrollmentFilter filter, int limit, int offset, CancellationToken cancellationToken)
    {
        await using var database = await _databases.CreateDbContextAsync(cancellationToken);
        var rows = database.Set<EnrollmentRow>().AsNoTracking().Where(row => row.ProjectId == projectId && row.PreviewId == previewId
            && (filter.State == null ? row.State != PreviewState.None : row.State == filter.State));
        if (filter.Search.Trim().ToLowerInvariant() is { Length: > 0 } lower)
        {
            rows = rows.Where(row => row.DistinctId.ToLower().Contains(lower));
        }
        var ordered = filter.Order switch
        {
            "chosen_at" => rows.OrderBy(row => row.ChosenAt),
            "distinct_id" => rows.OrderBy(row => row.DistinctId),
            "-distinct_id" => rows.OrderByDescending(row => row.DistinctId),
            "waiting_since" => rows.OrderBy(row => row.WaitingSince),
            _ => rows.OrderByDescending(row => row.ChosenAt),
        };
        var page = await ordered.ThenBy(row => row.Id).Skip(offset).Take(limit).ToListAsync(cancellationToken);
        var line = page.Exists(row => row.State == PreviewState.Waiting)
            ? await database.Set<EnrollmentRow>().Where(row => row.PreviewId == previewId && row.State == PreviewState.Waiting)
                .OrderBy(row => row.WaitingSince).ThenBy(row => row.Id).Select(row => row.Id).ToListAsync(cancellationToken)
            : [];
        var names = await NamesAsync(projectId, page.ConvertAll(row => (row.PersonId, row.DistinctId)), cancellationToken);
        return (await rows.LongCountAsync(cancellationToken), page.ConvertAll(row => new PreviewEnrollment(
            row.PersonId, row.DistinctId, names[row.DistinctId], row.State, row.WantsIt,
            line.IndexOf(row.Id) is >= 0 and var place ? place + 1 : null, row.Source, EnrollmentStore.Moment(row.ChosenAt), row.IsInvited)));
    }

    /// <summary>Adds somebody by hand, whoever else may see it and however many seats there are.</summary>
    public async Task<Outcome<PreviewEnrollment>> AddAsync(ProjectGrant grant, Guid previewId, string distinctId, CancellationToken cancellationToken) =>
        await SetAsync(grant, previewId, distinctId, true, cancellationToken);

    /// <summary>Switches it off for somebody; whoever waits first gets the seat.</summary>
    public async Task<Outcome<PreviewEnrollment>> RemoveAsync(ProjectGrant grant, Guid previewId, string distinctId, CancellationToken cancellationToken) =>
        await SetAsync(grant, previewId, distinctId, false, cancellationToken);

    /// <summary>The groups that chose, by key.</summary>
    public async Task<(long Count, IReadOnlyList<PreviewGroupEnrollment> Groups)> GroupsAsync(
        int projectId, Guid previewId, string search, int limit, int offset, CancellationToken cancellationToken)
    {
        await using var database = await _databases.CreateDbContextAsync(cancellationToken);
        var types = await _groups.TypeNamesAsync(projectId, cancellationToken);
        var rows = database.Set<GroupEnrollmentRow>().AsNoTracking().Where(row => row.ProjectId == projectId && row.PreviewId == previewId);
        if (search.Trim().ToLowerInvariant() is { Length: > 0 } lower)
        {
            rows = rows.Where(row => row.GroupKey.ToLower().Contains(lower));
        }
        var page = await rows.OrderBy(row => row.GroupKey).Skip(offset).Take(limit).ToListAsync(cancellationToken);
        return (await rows.LongCountAsync(cancellationToken), page.ConvertAll(row => new PreviewGroupEnrollment(
            types.GetValueOrDefault(row.GroupTypeIndex) ?? $"{row.GroupTypeIndex}", row.GroupKey, row.IsEnabled, row.ChosenBy, row.ChosenAt)));
    }

    /// <summary>Switches it on or off for a whole group; null takes the group's word away, and its members choose for themselves.</summary>
    public async Task<Outcome<FeaturePreview>> SetGroupAsync(
        ProjectGrant grant, Guid previewId, string key, bool? isEnabled, CancellationToken cancellationToken)
    {
        if (RefusalOf(grant) is { } refusal)
        {
            return refusal;
        }
        if (await _previews.FindAsync(grant.ProjectId, previewId, cancellationToken) is not { } preview)
        {
            return Gone;
        }
        var type = preview.Settings.GroupTypeIndex is { } index
            ? (await _groups.TypeNamesAsync(grant.ProjectId, cancellationToken)).GetValueOrDefault(index) ?? "" : "";
        if (await _offers.SetGroupAsync(grant.ProjectId, preview, type, key, isEnabled, grant.Actor.Email, grant.Actor.Email, cancellationToken) is { } refused)
        {
            return refused;
        }
        await RecordAsync(grant, preview, isEnabled == true ? $"{type} {key} added" : $"{type} {key} removed", cancellationToken);
        return preview;
    }

    /// <summary>What people said when they switched it off, newest first.</summary>
    public async Task<(long Count, IReadOnlyList<PreviewRemark> Remarks)> RemarksAsync(
        int projectId, Guid previewId, string search, int limit, int offset, CancellationToken cancellationToken)
    {
        await using var database = await _databases.CreateDbContextAsync(cancellationToken);
        var rows = database.Set<PreviewFeedbackRow>().AsNoTracking().Where(row => row.ProjectId == projectId && row.PreviewId == previewId);
        if (search.Trim().ToLowerInvariant() is { Length: > 0 } lower)
        {
            rows = rows.Where(row => row.Text.ToLower().Contains(lower) || row.DistinctId.ToLower().Contains(lower));
        }
        var page = await rows.OrderByDescending(row => row.Id).Skip(offset).Take(limit).ToListAsync(cancellationToken);
        var names = await NamesAsync(projectId, page.ConvertAll(row => (row.PersonId, row.DistinctId)), cancellationToken);
        return (await rows.LongCountAsync(cancellationToken), page.ConvertAll(row => new PreviewRemark(
            row.Id, row.PersonId, row.DistinctId, names[row.DistinctId], row.Text, row.SessionId, row.At)));
    }

    async Task<Outcome<PreviewEnrollment>> SetAsync(ProjectGrant grant, Guid previewId, string distinctId, bool isEnabled, CancellationToken cancellationToken)
    {
        if (RefusalOf(grant) is { } refusal)
        {
            return refusal;
        }
        if (distinctId.Trim().Length is 0 or > 400)
        {
            return Refusal.Invalid("distinct_id", "Say who, by their distinct id.");
        }
        if (await _previews.FindAsync(grant.ProjectId, previewId, cancellationToken) is not { FlagKey: not null } preview)
        {
            return Gone;
        }
        var choice = new PreviewChoice(isEnabled) { Source = "hand" };
        if (await _store.ChooseAsync(preview, distinctId.Trim(), choice, isInvited: isEnabled, isByHand: true, cancellationToken) is not { } row)
        {
            return Gone;
        }
        await _outbox.SendAsync(cancellationToken);
        await RecordAsync(grant, preview, isEnabled ? $"{distinctId.Trim()} added" : $"{distinctId.Trim()} removed", cancellationToken);
        var names = await NamesAsync(grant.ProjectId, [(row.PersonId, row.DistinctId)], cancellationToken);
        return new PreviewEnrollment(
            row.PersonId, row.DistinctId, names[row.DistinctId], row.State, row.WantsIt, null, row.Source, EnrollmentStore.Moment(row.ChosenAt), row.IsInvited);
    }

    Task RecordAsync(ProjectGrant grant, FeaturePreview preview, string what, CancellationToken cancellationToken) => _activity.RecordAsync(
        ActivityEntry.In(grant, ActivityVerb.Updated, Resource.EarlyAccessFeature, $"{preview.Id}", preview.Name) with { After = new { Enrollment = what } },
        cancellationToken);

    async Task<IReadOnlyDictionary<string, string>> NamesAsync(
        int projectId, IReadOnlyList<(Guid PersonId, string DistinctId)> people, CancellationToken cancellationToken)
    {
        var profiles = await _persons.ByIdsAsync(projectId, [.. people.Select(one => one.PersonId).Distinct()], cancellationToken);
        return people.DistinctBy(one => one.DistinctId)
            .ToDictionary(one => one.DistinctId, one => profiles.GetValueOrDefault(one.PersonId)?.Name ?? one.DistinctId, StringComparer.Ordinal);
    }

    static Refusal? RefusalOf(ProjectGrant grant) =>
        grant.Allows(Resource.EarlyAccessFeature, Level.Write) ? null : Refusal.Denied("You may look at previews here, not change who has them.");
}
