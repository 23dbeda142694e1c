using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Prickle.Accounts;
using Prickle.Activity;
using Prickle.Flags;
using Prickle.Groups;
using Prickle.Previews.Clock;
using Prickle.Previews.Enrolling;
using Prickle.Previews.Listing;
using Prickle.Previews.Storage;
using Prickle.Previews.Telling;
using Prickle.Storage;

namespace Prickle.Previews;

/// <summary>Makes, changes, moves and deletes previews. The caller's permission is checked here too, so pages need not.</summary>
public sealed class PreviewBook
{
    static readonly Refusal Gone = Refusal.NotFound("The preview does not exist.");

    readonly IDbContextFactory<PrickleDatabase> _databases;
    readonly PreviewQueries _previews;
    readonly FlagAdministration _administration;
    readonly FlagQueries _flags;
    readonly GroupQueries _groups;
    readonly PreviewOutbox _outbox;
    readonly PreviewWake _wake;
    readonly GuardedChoices _guarded;
    readonly ActivityLog _activity;
    readonly TimeProvider _time;

    internal PreviewBook(
        IDbContextFactory<PrickleDatabase> databases, PreviewQueries previews, FlagAdministration administration, FlagQueries flags, GroupQueries groups,
        PreviewOutbox outbox, PreviewWake wake, GuardedChoices guarded, ActivityLog activity, TimeProvider time) =>
        (_databases, _previews, _administration, _flags, _groups, _outbox, _wake, _guarded, _activity, _time) =
        (databases, previews, administration, flags, groups, outbox, wake, guarded, activity, time);

    /// <summary>Lays what a request names over settings; a refusal names the path of what is wrong.</summary>
    public static Outcome<PreviewSettings> Read(PreviewSettings current, JsonElement body) => PreviewSettingsReader.Apply(current, body);

    /// <summary>Makes a preview with a flag of its own, or on one that is there.</summary>
    /// <param name="flagKey">The flag that it attaches to; null or empty to make one.</param>
    public async Task<Outcome<FeaturePreview>> CreateAsync(ProjectGrant grant, PreviewSettings settings, string? flagKey, CancellationToken cancellationToken)
    {
        if ((RefusalOf(grant) ?? await CheckAsync(grant.ProjectId, null, settings, cancellationToken)) is { } refusal)
        {
            return refusal;
        }
        if ((await _previews.ListAsync(grant.ProjectId, new PreviewFilter(), cancellationToken)).Count >= PreviewQueries.Most)
        {
            return Refusal.Invalid("name", $"A project has {PreviewQueries.Most} previews at most. Delete some that are over.");
        }
        switch (string.IsNullOrEmpty(flagKey) ? await MakeFlagAsync(grant, settings, cancellationToken) : await AttachAsync(grant, flagKey, cancellationToken))
        {
            case Outcome<FeatureFlag>.Done(var flag):
                return await SaveNewAsync(grant, settings, flag, cancellationToken);
            case Outcome<FeatureFlag>.Refused(var refused):
                return refused;
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    /// <param name="version">The version that the change was made from; null when that does not matter.</param>
    public async Task<Outcome<FeaturePreview>> UpdateAsync(
        ProjectGrant grant, Guid id, PreviewSettings settings, CancellationToken cancellationToken, int? version = null)
    {
        if ((RefusalOf(grant) ?? await CheckAsync(grant.ProjectId, id, settings, cancellationToken)) is { } refusal)
        {
            return refusal;
        }
        return await ChangeAsync(grant.Project, grant.Actor, id, _ => settings, null, version, cancellationToken);
    }

    /// <summary>Ends a preview because its time is over; nobody asked for it at this moment.</summary>
    internal Task<Outcome<FeaturePreview>> EndAsync(Project project, Guid id, string because, CancellationToken cancellationToken) =>
        ChangeAsync(project, null, id, settings => settings with { Stage = PreviewStage.Archived }, because, null, cancellationToken);

    /// <summary>Deletes a preview. Its flag stays, by its conditions alone.</summary>
    public async Task<Outcome<FeaturePreview>> DeleteAsync(ProjectGrant grant, Guid id, CancellationToken cancellationToken)
    {
        if (RefusalOf(grant) is { } refusal)
        {
            return refusal;
        }
        if (await _previews.FindAsync(grant.ProjectId, id, cancellationToken) is not { } preview)
        {
            return Gone;
        }
        await using var database = await _databases.CreateDbContextAsync(cancellationToken);
        if (await RowAsync(database, grant.ProjectId, id, cancellationToken) is not { } row)
        {
            return Gone;
        }
        row.IsDeleted = true;
        _activity.Add(database, ActivityEntry.In(grant, ActivityVerb.Deleted, Resource.EarlyAccessFeature, $"{id}", row.Name));
        await database.SaveChangesAsync(cancellationToken);
        _guarded.Changed();
        await _administration.SetEnrollmentAsync(grant.Project, grant.Actor, row.FlagId, false, false, cancellationToken);
        return preview;
    }

    /// <summary>Gives each flag the mark that its preview asks for, where a crash came between the two.</summary>
    internal async Task SetMarkAsync(Project project, Actor? actor, PreviewRow row, CancellationToken cancellationToken)
    {
        _guarded.Changed();
        await _administration.SetEnrollmentAsync(project, actor, row.FlagId, PreviewStages.Enrolls(row.Stage), row.IsGuarded, cancellationToken);
    }

    async Task<Outcome<FeaturePreview>> ChangeAsync(
        Project project, Actor? actor, Guid id, Func<PreviewSettings, PreviewSettings> change, string? because, int? version, CancellationToken cancellationToken)
    {
        await using var database = await _databases.CreateDbContextAsync(cancellationToken);
        if (await RowAsync(database, project.Id, id, cancellationToken) is not { } row)
        {
            return Gone;
        }
        if (version is { } expected && expected != row.Version)
        {
            return Overtaken;
        }
        var (before, stage) = (row.ToLog(), row.Stage);
        row.Apply(change(row.ToPreview(null, []).Settings));
        (row.Version, row.UpdatedAt) = (row.Version + 1, _time.GetUtcNow());
        if (row.Stage != stage)
        {
            (row.PreviousStage, row.StageNumber, row.StageChangedAt, row.EndedBecause) = (stage, row.StageNumber + 1, row.UpdatedAt, because);
            var key = (await _flags.KeysAsync(project.Id, [row.FlagId], cancellationToken)).GetValueOrDefault(row.FlagId);
            TellStage(database, row.ToPreview(key, []), stage, actor);
        }
        _activity.Add(database, new ActivityEntry
        {
            OrganizationId = project.OrganizationId,
            ProjectId = project.Id,
            Actor = actor,
            Verb = ActivityVerb.Updated,
            Resource = Resource.EarlyAccessFeature,
            ItemId = $"{id}",
            ItemName = row.Name,
            Before = before,
            After = row.ToLog(),
        });
        try
        {
            await database.SaveChangesAsync(cancellationToken);
        }
        catch (DbUpdateConcurrencyException)
        {
            return Overtaken;
        }
        await SetMarkAsync(project, actor, row, cancellationToken);
        await _outbox.SendAsync(cancellationToken);
        // Those who are enrolled hear of it, and free seats are given away, by the clock.
        _wake.Up();
        return (await _previews.FindAsync(project.Id, id, cancellationToken))!;
    }

    void TellStage(PrickleDatabase database, FeaturePreview preview, PreviewStage from, Actor? actor)
    {
        var properties = PreviewEvents.Of(preview);
        properties["from"] = PreviewStages.NameOf(from);
        properties["to"] = PreviewStages.NameOf(preview.Stage);
        if (preview.EndedBecause is { } because)
        {
            properties["reason"] = because;
        }
        // Members are no persons of the project that they look at.
        properties["$process_person_profile"] = false;
        PreviewOutbox.Add(database, preview.ProjectId, actor?.Email ?? "prickle", PreviewEvents.StageChanged, properties, _time.GetUtcNow());
    }

    async Task<Outcome<FeaturePreview>> SaveNewAsync(ProjectGrant grant, PreviewSettings settings, FeatureFlag flag, CancellationToken cancellationToken)
    {
        var now = _time.GetUtcNow();
        await using var database = await _databases.CreateDbContextAsync(cancellationToken);
        var row = new PreviewRow
        {
            Id = Guid.CreateVersion7(now),
            ProjectId = grant.ProjectId,
            FlagId = flag.Id,
            Name = settings.Name,
            CreatedBy = grant.Actor.Email,
            CreatedAt = now,
            UpdatedAt = now,
            StageChangedAt = now,
        };
        row.Apply(settings);
        database.Add(row);
        _activity.Add(database, ActivityEntry.In(grant, ActivityVerb.Created, Resource.EarlyAccessFeature, $"{row.Id}", row.Name) with { After = row.ToLog() });
        await database.SaveChangesAsync(cancellationToken);
        await SetMarkAsync(grant.Project, grant.Actor, row, cancellationToken);
        return row.ToPreview(flag.Key, []);
    }

    async Task<Outcome<FeatureFlag>> AttachAsync(ProjectGrant grant, string key, CancellationToken cancellationToken)
    {
        const string Attribute = "feature_flag_key";
        if (await _flags.FindByKeyAsync(grant.ProjectId, key, cancellationToken) is not { IsArchived: false } flag)
        {
            return Refusal.Invalid(Attribute, $"There is no feature flag {key}.");
        }
        if (PreviewFlagUse.RefusalOf(flag.Settings, Attribute) is { } refusal)
        {
            return refusal;
        }
        await using var database = await _databases.CreateDbContextAsync(cancellationToken);
        return await database.Set<PreviewRow>().AsNoTracking().FirstOrDefaultAsync(
            row => row.ProjectId == grant.ProjectId && row.FlagId == flag.Id && !row.IsDeleted, cancellationToken) is { } other
            ? Refusal.Invalid(Attribute, $"The preview \"{other.Name}\" uses the flag {key} already.")
            : flag;
    }

    async Task<Outcome<FeatureFlag>> MakeFlagAsync(ProjectGrant grant, PreviewSettings settings, CancellationToken cancellationToken)
    {
        const int Tries = 100;
        var slug = Slug(settings.Name);
        Outcome<FeatureFlag> made = Gone;
        for (var number = 1; number <= Tries; number++)
        {
            var key = number == 1 ? slug : string.Create(CultureInfo.InvariantCulture, $"{slug}-{number}");
            if (await _flags.FindByKeyAsync(grant.ProjectId, key, cancellationToken) is not null)
            {
                continue;
            }
            made = await _administration.CreateAsync(grant, new FlagSettings
            {
                Key = key,
                Name = $"Preview: {settings.Name.Trim()}",
                Filters = new FlagFilters { Groups = [new FlagCondition { RolloutPercentage = 0 }] },
            }, cancellationToken);
            // Somebody may have taken the key in the same moment.
            if (made is not Outcome<FeatureFlag>.Refused { Refusal.Reason: RefusalReason.AlreadyExists })
            {
                break;
            }
        }
        return made;
    }

    /// <summary>What a flag's key can be made of: "New navigation!" becomes <c>new-navigation</c>.</summary>
    static string Slug(string name)
    {
        var slug = new StringBuilder();
        foreach (var character in name.Trim().ToLowerInvariant())
        {
            if (char.IsAsciiLetterOrDigit(character))
            {
                slug.Append(character);
            }
            else if (slug.Length > 0 && slug[^1] != '-')
            {
                slug.Append('-');
            }
        }
        return slug.ToString().Trim('-') is { Length: > 0 } text ? text[..Math.Min(text.Length, 100)].TrimEnd('-') : "preview";
    }

    async Task<Refusal?> CheckAsync(int projectId, Guid? id, PreviewSettings settings, CancellationToken cancellationToken)
    {
        var others = await _previews.ListAsync(projectId, new PreviewFilter(), cancellationToken);
        if (PreviewCheck.Refuse(id, settings, others, await _groups.TypeNamesAsync(projectId, cancellationToken), _time.GetUtcNow()) is { } refusal)
        {
            return refusal;
        }
        if (settings.Audience.Count == 0)
        {
            return null;
        }
        var audience = new FlagSettings { Key = "audience", Filters = new FlagFilters { Groups = settings.Audience } };
        return await _administration.CheckAsync(projectId, 0, audience, cancellationToken) is { } wrong
            ? wrong with { Attribute = wrong.Attribute?.Replace("filters", "audience", StringComparison.Ordinal) } : null;
    }

    static Refusal Overtaken => new(RefusalReason.AlreadyExists, "Somebody changed the preview meanwhile: look at it again before you save.", "version");

    static Refusal? RefusalOf(ProjectGrant grant) =>
        grant.Allows(Resource.EarlyAccessFeature, Level.Write) ? null : Refusal.Denied("You may look at previews here, not change them.");

    static Task<PreviewRow?> RowAsync(PrickleDatabase database, int projectId, Guid id, CancellationToken cancellationToken) =>
        database.Set<PreviewRow>().SingleOrDefaultAsync(row => row.ProjectId == projectId && row.Id == id && !row.IsDeleted, cancellationToken);
}
