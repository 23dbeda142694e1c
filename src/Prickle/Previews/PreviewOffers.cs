using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Prickle.Accounts;
using Prickle.Flags;
using Prickle.Groups;
using Prickle.Persons;
using Prickle.Previews.Enrolling;
using Prickle.Previews.Storage;
using Prickle.Previews.Telling;
using Prickle.Storage;

namespace Prickle.Previews;

/// <summary>
/// What somebody finds in their list of previews, and what becomes of what they choose. The SDK's event, the widget, the hosted
/// page, servers by API and members by hand all come here.
/// </summary>
public sealed class PreviewOffers
{
    const int LongestFeedback = 5000;

    static readonly Refusal NotOffered = Refusal.NotFound("There is no such preview, or it takes nobody at this moment.");

    readonly IDbContextFactory<PrickleDatabase> _databases;
    readonly PreviewQueries _previews;
    readonly FlagAudiences _audiences;
    readonly FlagDirectory _flags;
    readonly FlagSubjects _subjects;
    readonly GroupQueries _groups;
    readonly PersonLookup _persons;
    readonly EnrollmentStore _store;
    readonly PreviewOutbox _outbox;
    readonly TimeProvider _time;

    internal PreviewOffers(
        IDbContextFactory<PrickleDatabase> databases, PreviewQueries previews, FlagAudiences audiences, FlagDirectory flags, FlagSubjects subjects,
        GroupQueries groups, PersonLookup persons, EnrollmentStore store, PreviewOutbox outbox, TimeProvider time) =>
        (_databases, _previews, _audiences, _flags, _subjects, _groups, _persons, _store, _outbox, _time) =
        (databases, previews, audiences, flags, subjects, groups, persons, store, outbox, time);

    /// <summary>The previews that somebody may see, and what is new to them.</summary>
    /// <param name="isOpened">They look at the list now: it counts as seen, and news as read.</param>
    public async Task<PreviewList> ListAsync(Project project, PreviewVisitor visitor, bool isOpened, CancellationToken cancellationToken)
    {
        var listed = await _previews.ListedAsync(project.Id, cancellationToken);
        var known = await _persons.FindAsync(project.Id, visitor.DistinctId, cancellationToken, EnrollmentStore.MostIds);
        await using var database = await _databases.CreateDbContextAsync(cancellationToken);
        var rows = await RowsAsync(database, project.Id, known, visitor.DistinctId, cancellationToken);
        var seen = await VisibleAsync(project.Id, listed, rows, visitor, cancellationToken);
        var types = seen.Any(preview => preview.Settings.GroupTypeIndex is not null) ? await _groups.TypeNamesAsync(project.Id, cancellationToken) : NoTypes;
        var offers = new List<PreviewOffer>();
        foreach (var preview in seen)
        {
            offers.Add(await OfferAsync(database, preview, seen, rows, types, visitor, cancellationToken));
        }
        var news = await NewsAsync(project.Id, listed, rows, cancellationToken);
        if (isOpened)
        {
            await SeeAsync(project, seen, rows, known, visitor, cancellationToken);
        }
        return new PreviewList(offers, news);
    }

    /// <summary>Keeps what somebody chooses.</summary>
    /// <param name="preview">The preview's id, or the key of its flag.</param>
    public async Task<Outcome<ChosenPreview>> ChooseAsync(
        Project project, string preview, PreviewVisitor visitor, PreviewChoice choice, CancellationToken cancellationToken)
    {
        if (choice.Feedback?.Length > LongestFeedback)
        {
            return Refusal.Invalid("feedback", $"At most {LongestFeedback} characters.");
        }
        var listed = await _previews.ListedAsync(project.Id, cancellationToken);
        if (Named(listed, preview) is not { } chosen)
        {
            return NotOffered;
        }
        var refusal = choice.IsForGroup
            ? await ChooseForGroupAsync(project, chosen, visitor, choice, cancellationToken)
            : await ChooseForThemselvesAsync(project, listed, chosen, visitor, choice, cancellationToken);
        if (refusal is not null)
        {
            return refusal;
        }
        await _outbox.SendAsync(cancellationToken);
        // The invitation is kept by now: the code need not be asked for again.
        var list = await ListAsync(project, visitor, false, cancellationToken);
        return list.Offers.FirstOrDefault(offer => offer.Preview.Id == chosen.Id) is { } made
            ? new ChosenPreview(made, await IsOnAsync(project.Id, chosen, visitor, cancellationToken)) : NotOffered;
    }

    /// <summary>Keeps what an SDK's event says, as far as the person may choose it.</summary>
    internal async Task KeepAsync(Project project, string flag, PreviewVisitor visitor, PreviewChoice choice, CancellationToken cancellationToken)
    {
        var listed = await _previews.ListedAsync(project.Id, cancellationToken);
        if (listed.FirstOrDefault(preview => preview.FlagKey == flag) is not { } chosen)
        {
            return;
        }
        if (await ChooseForThemselvesAsync(project, listed, chosen, visitor, choice, cancellationToken) is { } refusal)
        {
            await using var database = await _databases.CreateDbContextAsync(cancellationToken);
            var properties = PreviewEvents.Of(chosen, null);
            properties["reason"] = refusal.Detail;
            PreviewOutbox.Add(database, project.Id, visitor.DistinctId, PreviewEvents.Refused, properties, _time.GetUtcNow());
            await database.SaveChangesAsync(cancellationToken);
        }
        await _outbox.SendAsync(cancellationToken);
    }

    static FeaturePreview? Named(IReadOnlyList<FeaturePreview> listed, string name) =>
        listed.FirstOrDefault(preview => preview.FlagKey == name || (Guid.TryParse(name, out var id) && preview.Id == id));

    async Task<Refusal?> ChooseForThemselvesAsync(
        Project project, IReadOnlyList<FeaturePreview> listed, FeaturePreview chosen, PreviewVisitor visitor, PreviewChoice choice, CancellationToken cancellationToken)
    {
        var known = await _persons.FindAsync(project.Id, visitor.DistinctId, cancellationToken, EnrollmentStore.MostIds);
        await using var database = await _databases.CreateDbContextAsync(cancellationToken);
        var rows = await RowsAsync(database, project.Id, known, visitor.DistinctId, cancellationToken);
        var seen = await VisibleAsync(project.Id, listed, rows, visitor, cancellationToken);
        if (!seen.Contains(chosen))
        {
            return Refusal.Denied("This preview is not offered to you.");
        }
        var types = chosen.Settings.GroupTypeIndex is null ? NoTypes : await _groups.TypeNamesAsync(project.Id, cancellationToken);
        var offer = await OfferAsync(database, chosen, seen, rows, types, visitor, cancellationToken);
        // Nobody is kept from switching off what is theirs; only their group's word is not theirs to change.
        if (offer.Reason is { } reason && (choice.IsEnabled || IsDecided(offer)))
        {
            return Refusal.Denied(reason);
        }
        var isInvited = HasCode(chosen, visitor);
        return await _store.ChooseAsync(chosen, visitor.DistinctId, choice, isInvited, isByHand: false, cancellationToken) is null ? NotOffered : null;
    }

    async Task<Refusal?> ChooseForGroupAsync(
        Project project, FeaturePreview chosen, PreviewVisitor visitor, PreviewChoice choice, CancellationToken cancellationToken)
    {
        if (chosen.Settings.GroupTypeIndex is not { } index)
        {
            return Refusal.Invalid("for_group", "Groups cannot choose this preview; people do.");
        }
        var types = await _groups.TypeNamesAsync(project.Id, cancellationToken);
        if (types.GetValueOrDefault(index) is not { } type || !visitor.Groups.TryGetValue(type, out var key))
        {
            return Refusal.Invalid("groups", $"Say for which {types.GetValueOrDefault(index) ?? "group"}.");
        }
        return visitor.Administers.Contains(type)
            ? await SetGroupAsync(project.Id, chosen, type, key, choice.IsEnabled, visitor.DistinctId, visitor.DistinctId, cancellationToken)
            : Refusal.Denied($"Only who decides for the {type} can choose for it: your own server says so, in a link or by the API.");
    }

    /// <summary>Keeps what a group chose; null when that was done.</summary>
    /// <param name="by">Who chose for it, for people to read.</param>
    internal async Task<Refusal?> SetGroupAsync(
        int projectId, FeaturePreview preview, string type, string key, bool? isEnabled, string by, string distinctId, CancellationToken cancellationToken)
    {
        const int LongestKey = 400;
        if (preview.Settings.GroupTypeIndex is not { } index)
        {
            return Refusal.Invalid("group", "Groups cannot choose this preview: give it a type of group first.");
        }
        if (key.Length is 0 or > LongestKey)
        {
            return Refusal.Invalid("group", $"The key of a group has 1 to {LongestKey} characters.");
        }
        await using var database = await _databases.CreateDbContextAsync(cancellationToken);
        var row = await database.Set<GroupEnrollmentRow>().FindAsync([preview.Id, index, key], cancellationToken);
        if (isEnabled is { } isOn)
        {
            row ??= database.Add(new GroupEnrollmentRow { PreviewId = preview.Id, ProjectId = projectId, GroupTypeIndex = index, GroupKey = key }).Entity;
            (row.IsEnabled, row.ChosenBy, row.ChosenAt) = (isOn, by, _time.GetUtcNow());
        }
        else if (row is not null)
        {
            database.Remove(row);
        }
        var properties = PreviewEvents.Of(preview);
        properties["$feature_enrollment"] = isEnabled;
        properties["$groups"] = new JsonObject { [type] = key };
        properties["$process_person_profile"] = false;
        PreviewOutbox.Add(database, projectId, distinctId, PreviewEvents.GroupChosen, properties, _time.GetUtcNow());
        await database.SaveChangesAsync(cancellationToken);
        await _outbox.SendAsync(cancellationToken);
        return null;
    }

    async Task<bool> IsOnAsync(int projectId, FeaturePreview preview, PreviewVisitor visitor, CancellationToken cancellationToken)
    {
        var all = await _flags.OfProjectAsync(projectId, cancellationToken);
        if (all.Find(preview.FlagKey!) is not { } flag)
        {
            return false;
        }
        var subject = await _subjects.OfAsync(projectId, all, [flag], new FlagRequest(visitor.DistinctId) { Groups = visitor.Groups }, cancellationToken);
        return FlagEvaluator.Evaluate(flag, subject).IsEnabled;
    }

    static readonly IReadOnlyDictionary<int, string> NoTypes = new Dictionary<int, string>();

    /// <summary>The last row of each preview that leads to the person.</summary>
    static async Task<IReadOnlyDictionary<Guid, EnrollmentRow>> RowsAsync(
        PrickleDatabase database, int projectId, KnownPerson known, string distinctId, CancellationToken cancellationToken)
    {
        string[] ids = [distinctId, .. known.DistinctIds];
        var rows = await database.Set<EnrollmentRow>().AsNoTracking()
            .Where(row => row.ProjectId == projectId && (row.PersonId == known.PersonId || ids.Contains(row.DistinctId))).ToListAsync(cancellationToken);
        return rows.GroupBy(row => row.PreviewId).ToDictionary(group => group.Key, group => group.MaxBy(row => row.ChosenAt)!);
    }

    async Task<IReadOnlyList<FeaturePreview>> VisibleAsync(
        int projectId, IReadOnlyList<FeaturePreview> listed, IReadOnlyDictionary<Guid, EnrollmentRow> rows, PreviewVisitor visitor, CancellationToken cancellationToken)
    {
        var judged = listed.Where(preview => preview.Settings.Audience.Count > 0).ToList();
        var request = new FlagRequest(visitor.DistinctId) { Groups = visitor.Groups };
        var holds = await _audiences.HoldAsync(projectId, judged.ConvertAll(preview => new FlagFilters { Groups = preview.Settings.Audience }), request, cancellationToken);
        var fitting = judged.Where((_, index) => holds[index]).ToHashSet();
        return [.. listed.Where(preview => preview.Settings.IsPublic || fitting.Contains(preview) || HasCode(preview, visitor)
            || rows.GetValueOrDefault(preview.Id) is { IsInvited: true } or { State: PreviewState.Enabled or PreviewState.Waiting or PreviewState.Interested })];
    }

    static bool HasCode(FeaturePreview preview, PreviewVisitor visitor) =>
        visitor.Code?.Trim() is { Length: > 0 } code && preview.Settings.Codes.Contains(code, StringComparer.OrdinalIgnoreCase);

    async Task<PreviewOffer> OfferAsync(
        PrickleDatabase database, FeaturePreview preview, IReadOnlyList<FeaturePreview> seen, IReadOnlyDictionary<Guid, EnrollmentRow> rows,
        IReadOnlyDictionary<int, string> types, PreviewVisitor visitor, CancellationToken cancellationToken)
    {
        var row = rows.GetValueOrDefault(preview.Id);
        var group = await GroupAsync(database, preview, types, visitor, cancellationToken);
        var offer = new PreviewOffer(
            preview, row?.State ?? PreviewState.None, row?.WantsIt ?? false, await PositionAsync(database, preview, row, cancellationToken),
            preview.Settings.SeatLimit is { } limit ? Math.Max(0, limit - await TakenAsync(database, preview.Id, cancellationToken)) : null, null, group);
        return offer with { Reason = ReasonOf(offer, seen, rows) };
    }

    static bool IsDecided(PreviewOffer offer) => offer.Preview.Settings.DoesGroupDecide && offer.Group?.IsEnabled is not null;

    static string? ReasonOf(PreviewOffer offer, IReadOnlyList<FeaturePreview> seen, IReadOnlyDictionary<Guid, EnrollmentRow> rows)
    {
        if (IsDecided(offer))
        {
            return $"Your {offer.Group!.Type} has switched this {(offer.Group.IsEnabled == true ? "on" : "off")} for everybody in it.";
        }
        if (offer.State is PreviewState.Enabled or PreviewState.Waiting or PreviewState.Interested)
        {
            return null;
        }
        bool Has(Guid id) => rows.GetValueOrDefault(id)?.State == PreviewState.Enabled;
        string Name(Guid id) => seen.FirstOrDefault(other => other.Id == id)?.Name ?? "another preview";
        if (offer.Preview.Settings.Requires.FirstOrDefault(id => !Has(id)) is var missing && missing != Guid.Empty)
        {
            return $"Switch on \"{Name(missing)}\" first: this builds on it.";
        }
        return offer.Preview.Settings.ConflictsWith.FirstOrDefault(Has) is var other && other != Guid.Empty
            ? $"Switch off \"{Name(other)}\" first: the two do not go together." : null;
    }

    static async Task<PreviewOfferGroup?> GroupAsync(
        PrickleDatabase database, FeaturePreview preview, IReadOnlyDictionary<int, string> types, PreviewVisitor visitor, CancellationToken cancellationToken)
    {
        if (preview.Settings.GroupTypeIndex is not { } index || types.GetValueOrDefault(index) is not { } type || !visitor.Groups.TryGetValue(type, out var key))
        {
            return null;
        }
        var row = await database.Set<GroupEnrollmentRow>().AsNoTracking()
            .SingleOrDefaultAsync(one => one.PreviewId == preview.Id && one.GroupTypeIndex == index && one.GroupKey == key, cancellationToken);
        return new PreviewOfferGroup(type, key, row?.IsEnabled, visitor.Administers.Contains(type));
    }

    static Task<int> TakenAsync(PrickleDatabase database, Guid id, CancellationToken cancellationToken) =>
        database.Set<EnrollmentRow>().CountAsync(row => row.PreviewId == id && row.State == PreviewState.Enabled, cancellationToken);

    static async Task<int?> PositionAsync(PrickleDatabase database, FeaturePreview preview, EnrollmentRow? row, CancellationToken cancellationToken) =>
        row is not { State: PreviewState.Waiting } ? null : 1 + await database.Set<EnrollmentRow>().CountAsync(
            other => other.PreviewId == preview.Id && other.State == PreviewState.Waiting
                && (other.WaitingSince < row.WaitingSince || (other.WaitingSince == row.WaitingSince && other.Id < row.Id)), cancellationToken);

    async Task<IReadOnlyList<PreviewNews>> NewsAsync(
        int projectId, IReadOnlyList<FeaturePreview> listed, IReadOnlyDictionary<Guid, EnrollmentRow> rows, CancellationToken cancellationToken)
    {
        var news = new List<PreviewNews>();
        foreach (var row in rows.Values.Where(row => row.News is not null).OrderBy(row => row.Id))
        {
            // One that is over is not listed any more, and that is the news.
            var preview = listed.FirstOrDefault(one => one.Id == row.PreviewId) ?? await _previews.FindAsync(projectId, row.PreviewId, cancellationToken);
            if (preview is not null)
            {
                news.Add(new PreviewNews(preview, row.News!, WordsOf(preview, row)));
            }
        }
        return news;
    }

    static string WordsOf(FeaturePreview preview, EnrollmentRow row) => row.News switch
    {
        "granted" => $"A seat became free: {preview.Name} is on for you.",
        "ended" => $"{preview.Name} is over. Thank you for trying it.",
        "general" => $"{preview.Name} is ready for everybody.",
        _ => string.Create(CultureInfo.InvariantCulture, $"{preview.Name} is {PreviewStages.WordsOf(preview.Stage)} now") + row.State switch
        {
            PreviewState.Enabled => ", and it is on for you.",
            PreviewState.Waiting => ". All seats are taken; you are in line.",
            _ => ". Switch it on if you like.",
        },
    };

    async Task SeeAsync(
        Project project, IReadOnlyList<FeaturePreview> seen, IReadOnlyDictionary<Guid, EnrollmentRow> rows, KnownPerson known, PreviewVisitor visitor,
        CancellationToken cancellationToken)
    {
        var unseen = seen.Where(preview => rows.GetValueOrDefault(preview.Id) is not { SeenAt: not null } row || (HasCode(preview, visitor) && !row.IsInvited)).ToList();
        var isNews = rows.Values.Any(row => row.News is not null);
        if (unseen.Count == 0 && !isNews)
        {
            return;
        }
        var now = _time.GetUtcNow();
        await using var database = await _databases.CreateDbContextAsync(cancellationToken);
        await using var transaction = await database.Database.BeginTransactionAsync(cancellationToken);
        foreach (var preview in unseen)
        {
            if (await EnrollmentStore.HoldAsync(database, preview.Id, cancellationToken) is not { } current)
            {
                continue;
            }
            var row = await EnrollmentStore.RowAsync(database, current, known, visitor.DistinctId, cancellationToken);
            row.IsInvited |= HasCode(preview, visitor);
            if (row.SeenAt is null)
            {
                row.SeenAt = EnrollmentStore.Moment(now);
                var properties = PreviewEvents.Of(preview);
                // A look makes nobody a person.
                properties["$process_person_profile"] = false;
                EnrollmentStore.Tell(database, row, PreviewEvents.Seen, properties, row.SeenAt.Value);
            }
            await database.SaveChangesAsync(cancellationToken);
        }
        var read = rows.Values.Where(row => row.News is not null).Select(row => row.Id).ToList();
        await database.Set<EnrollmentRow>().Where(row => read.Contains(row.Id)).ExecuteUpdateAsync(set => set.SetProperty(row => row.News, (string?)null), cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        await _outbox.SendAsync(cancellationToken);
    }
}
