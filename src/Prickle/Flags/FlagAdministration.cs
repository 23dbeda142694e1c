using System.Data.Common;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Prickle.Accounts;
using Prickle.Activity;
using Prickle.Cohorts;
using Prickle.Flags.Definition;
using Prickle.Flags.Storage;
using Prickle.Groups;
using Prickle.Storage;

namespace Prickle.Flags;

/// <summary>Makes, changes, archives and deletes flags. The caller's permission is checked here too, so pages need not.</summary>
public sealed class FlagAdministration
{
    /// <summary>Flags that a project may have, archived ones too: all of them are in memory.</summary>
    public const int MostFlags = 2000;

    static readonly Refusal Gone = Refusal.NotFound("The flag does not exist.");

    readonly IDbContextFactory<PrickleDatabase> _databases;
    readonly FlagDirectory _directory;
    readonly CohortQueries _cohorts;
    readonly GroupQueries _groups;
    readonly IEnumerable<IFlagUse> _uses;
    readonly ActivityLog _activity;
    readonly TimeProvider _time;

    internal FlagAdministration(
        IDbContextFactory<PrickleDatabase> databases, FlagDirectory directory, CohortQueries cohorts, GroupQueries groups, IEnumerable<IFlagUse> uses,
        ActivityLog activity, TimeProvider time) =>
        (_databases, _directory, _cohorts, _groups, _uses, _activity, _time) = (databases, directory, cohorts, groups, uses, activity, time);

    /// <summary>What stands on the flag.</summary>
    public async Task<IReadOnlyList<FlagUse>> UsesAsync(FeatureFlag flag, CancellationToken cancellationToken)
    {
        var found = new List<FlagUse>();
        foreach (var use in _uses)
        {
            found.AddRange(await use.OfAsync(flag.ProjectId, flag, cancellationToken));
        }
        return found;
    }

    /// <summary>Lays what a request names over settings; a refusal names the path of what is wrong.</summary>
    public static Outcome<FlagSettings> Read(FlagSettings current, JsonElement body) =>
        FlagSettingsReader.TryApply(current, body, out var settings, out var refusal) ? settings : refusal;

    /// <summary>Why the settings could not be saved; null when they could.</summary>
    /// <param name="id">The flag that is changed; 0 for a new one.</param>
    public async Task<Refusal?> CheckAsync(int projectId, int id, FlagSettings settings, CancellationToken cancellationToken)
    {
        await using var database = await _databases.CreateDbContextAsync(cancellationToken);
        return await CheckAsync(database, projectId, id, settings, cancellationToken);
    }

    public async Task<Outcome<FeatureFlag>> CreateAsync(ProjectGrant grant, FlagSettings settings, CancellationToken cancellationToken)
    {
        if (RefusalOf(grant) is { } refusal)
        {
            return refusal;
        }
        await using var database = await _databases.CreateDbContextAsync(cancellationToken);
        if (await database.Set<FlagRow>().CountAsync(row => row.ProjectId == grant.ProjectId && !row.IsDeleted, cancellationToken) >= MostFlags)
        {
            return Refusal.Invalid("key", $"A project has {MostFlags} flags at most. Delete some that are archived.");
        }
        if (await CheckAsync(database, grant.ProjectId, 0, settings, cancellationToken) is { } wrong)
        {
            return wrong;
        }
        var now = _time.GetUtcNow();
        var row = new FlagRow { ProjectId = grant.ProjectId, Key = settings.Key, CreatedBy = grant.Actor.Email, CreatedAt = now, UpdatedAt = now };
        row.Apply(settings);
        database.Add(row);
        return await SaveAsync(database, grant.Project, grant.Actor, row, ActivityVerb.Created, null, cancellationToken);
    }

    /// <param name="version">The version that the change was made from; null when that does not matter.</param>
    /// <param name="alongside">What is saved in the same transaction, or not at all.</param>
    public async Task<Outcome<FeatureFlag>> UpdateAsync(
        ProjectGrant grant, int id, FlagSettings settings, CancellationToken cancellationToken, int? version = null, Action<PrickleDatabase>? alongside = null)
    {
        if (RefusalOf(grant) is { } refusal)
        {
            return refusal;
        }
        await using var database = await _databases.CreateDbContextAsync(cancellationToken);
        if (await RowAsync(database, grant.ProjectId, id, cancellationToken) is not { } row)
        {
            return Gone;
        }
        if (version is { } expected && expected != row.Version)
        {
            return Overtaken;
        }
        switch (await ChangingAsync(row.ToFlag(), settings, cancellationToken))
        {
            case Outcome<FlagSettings>.Done(var kept):
                settings = kept;
                break;
            case Outcome<FlagSettings>.Refused(var kept):
                return kept;
        }
        if (await CheckAsync(database, grant.ProjectId, id, settings, cancellationToken) is { } wrong)
        {
            return wrong;
        }
        if (row.Key != settings.Key && await UsesAsync(row.ToFlag(), cancellationToken) is [var use, ..])
        {
            return Refusal.Invalid("key", $"The {use.Kind} \"{use.Name}\" uses this key; it stays as it is.");
        }
        var before = row.ToLog();
        row.Apply(settings);
        return await SaveAsync(database, grant.Project, grant.Actor, row, ActivityVerb.Updated, before, cancellationToken, alongside);
    }

    /// <summary>
    /// Lets people choose a flag for themselves, or ends it: what a preview does to its flag. Nobody's permission is asked, since
    /// it was for the preview; null when the flag is gone.
    /// </summary>
    /// <param name="actor">Who did it; null when the product did by itself.</param>
    public async Task<FeatureFlag?> SetEnrollmentAsync(
        Project project, Actor? actor, int id, bool isOpen, bool isGuarded, CancellationToken cancellationToken)
    {
        const int Tries = 5;
        for (var attempt = 1; attempt <= Tries; attempt++)
        {
            await using var database = await _databases.CreateDbContextAsync(cancellationToken);
            if (await RowAsync(database, project.Id, id, cancellationToken) is not { } row)
            {
                return null;
            }
            var flag = row.ToFlag();
            var filters = flag.Settings.Filters with { IsEnrollment = isOpen, IsEnrollmentGuarded = isOpen && isGuarded };
            if (flag.Settings.Filters.IsEnrollment == filters.IsEnrollment && flag.Settings.Filters.IsEnrollmentGuarded == filters.IsEnrollmentGuarded)
            {
                return flag;
            }
            var before = row.ToLog();
            row.Apply(flag.Settings with { Filters = filters });
            if (await SaveAsync(database, project, actor, row, ActivityVerb.Updated, before, cancellationToken) is Outcome<FeatureFlag>.Done(var saved))
            {
                return saved;
            }
            // Somebody changed the flag in the same moment: what they saved gets the mark.
        }
        throw new InvalidOperationException($"Flag {id} keeps being changed by others.");
    }

    /// <summary>
    /// Adds a condition set where the flag has none like it: what makes a flag take those whom something puts into it by itself.
    /// Nobody's permission is asked, since it was when somebody set that up; null when the flag is gone.
    /// </summary>
    public async Task<FeatureFlag?> EnsureConditionAsync(Project project, int id, FlagCondition condition, CancellationToken cancellationToken)
    {
        const int Tries = 5;
        for (var attempt = 1; attempt <= Tries; attempt++)
        {
            await using var database = await _databases.CreateDbContextAsync(cancellationToken);
            if (await RowAsync(database, project.Id, id, cancellationToken) is not { } row)
            {
                return null;
            }
            var flag = row.ToFlag();
            if (flag.Settings.Filters.Groups.Any(group =>
                group.Properties.SequenceEqual(condition.Properties) && group.Variant == condition.Variant && group.RolloutPercentage is null or 100))
            {
                return flag;
            }
            var before = row.ToLog();
            // In a flag that whole groups get, the set is about persons all the same.
            var placed = flag.Settings.Filters.GroupTypeIndex is null ? condition : condition with { Aggregation = new FlagAggregation(null) };
            row.Apply(flag.Settings with { Filters = flag.Settings.Filters with { Groups = [placed, .. flag.Settings.Filters.Groups] } });
            if (await SaveAsync(database, project, null, row, ActivityVerb.Updated, before, cancellationToken) is Outcome<FeatureFlag>.Done(var saved))
            {
                return saved;
            }
            // Somebody changed the flag in the same moment: what they saved gets the set.
        }
        throw new InvalidOperationException($"Flag {id} keeps being changed by others.");
    }

    /// <summary>Makes a copy under a key that is free, switched off.</summary>
    public async Task<Outcome<FeatureFlag>> DuplicateAsync(ProjectGrant grant, int id, CancellationToken cancellationToken)
    {
        await using var database = await _databases.CreateDbContextAsync(cancellationToken);
        if (await RowAsync(database, grant.ProjectId, id, cancellationToken) is not { } row)
        {
            return Gone;
        }
        var taken = (await database.Set<FlagRow>().Where(other => other.ProjectId == grant.ProjectId && other.TakenKey != null)
            .Select(other => other.TakenKey!).ToListAsync(cancellationToken)).ToHashSet(StringComparer.Ordinal);
        var stem = row.Key.Length > 380 ? row.Key[..380] : row.Key;
        var key = Enumerable.Range(1, MostFlags + 1).Select(number => number == 1 ? $"{stem}-copy" : string.Create(CultureInfo.InvariantCulture, $"{stem}-copy-{number}"))
            .First(candidate => !taken.Contains(candidate));
        return await CreateAsync(grant, row.ToFlag().Settings with { Key = key, Active = false }, cancellationToken);
    }

    /// <summary>Puts a flag away, or takes it back out. What stands on it is named in a refusal, unless that is said not to matter.</summary>
    public async Task<Outcome<FeatureFlag>> SetArchivedAsync(ProjectGrant grant, int id, bool isArchived, bool evenIfUsed, CancellationToken cancellationToken)
    {
        if (RefusalOf(grant) is { } refusal)
        {
            return refusal;
        }
        await using var database = await _databases.CreateDbContextAsync(cancellationToken);
        if (await RowAsync(database, grant.ProjectId, id, cancellationToken) is not { } row)
        {
            return Gone;
        }
        if (row.IsArchived == isArchived)
        {
            return row.ToFlag();
        }
        if (isArchived && !evenIfUsed && await UsedRefusalAsync(row, "archive", cancellationToken) is { } used)
        {
            return used;
        }
        var before = row.ToLog();
        row.IsArchived = isArchived;
        return await SaveAsync(database, grant.Project, grant.Actor, row, ActivityVerb.Updated, before, cancellationToken);
    }

    /// <summary>Deletes a flag, which frees its key.</summary>
    public async Task<Outcome<FeatureFlag>> DeleteAsync(ProjectGrant grant, int id, bool evenIfUsed, CancellationToken cancellationToken)
    {
        if (RefusalOf(grant) is { } refusal)
        {
            return refusal;
        }
        await using var database = await _databases.CreateDbContextAsync(cancellationToken);
        if (await RowAsync(database, grant.ProjectId, id, cancellationToken) is not { } row)
        {
            return Gone;
        }
        if (!evenIfUsed && await UsedRefusalAsync(row, "delete", cancellationToken) is { } used)
        {
            return used;
        }
        (row.IsDeleted, row.TakenKey) = (true, null);
        return await SaveAsync(database, grant.Project, grant.Actor, row, ActivityVerb.Deleted, null, cancellationToken);
    }

    /// <summary>Takes a deletion back, unless the key is another's by now.</summary>
    public async Task<Outcome<FeatureFlag>> RestoreAsync(ProjectGrant grant, int id, CancellationToken cancellationToken)
    {
        if (RefusalOf(grant) is { } refusal)
        {
            return refusal;
        }
        await using var database = await _databases.CreateDbContextAsync(cancellationToken);
        if (await RowAsync(database, grant.ProjectId, id, cancellationToken, isDeleted: true) is not { } row)
        {
            return Gone;
        }
        if (await CheckAsync(database, grant.ProjectId, id, row.ToFlag().Settings, cancellationToken) is { } wrong)
        {
            return wrong;
        }
        (row.IsDeleted, row.TakenKey) = (false, row.Key);
        return await SaveAsync(database, grant.Project, grant.Actor, row, ActivityVerb.Restored, null, cancellationToken);
    }

    /// <summary>What happened to a flag, newest first.</summary>
    public Task<ActivityList> HistoryAsync(ProjectGrant grant, int id, int limit, int offset, CancellationToken cancellationToken) =>
        _activity.ListAsync(
            new ActivityFilter(grant.Project.OrganizationId, [grant.ProjectId], false) { Resource = Resource.FeatureFlag, ItemId = $"{id}" },
            limit, offset, cancellationToken);

    /// <summary>Gives back to what a change changed the values from before it; later changes of other things stay.</summary>
    public async Task<Outcome<FeatureFlag>> RevertAsync(ProjectGrant grant, int id, long entryId, CancellationToken cancellationToken)
    {
        const int MostEntries = 1000;
        var history = await HistoryAsync(grant, id, MostEntries, 0, cancellationToken);
        if (history.Items.FirstOrDefault(item => item.Id == entryId) is not { Activity: ActivityVerb.Updated, Before: JsonObject before })
        {
            return Refusal.NotFound("There is no such change of this flag.");
        }
        await using var database = await _databases.CreateDbContextAsync(cancellationToken);
        if (await RowAsync(database, grant.ProjectId, id, cancellationToken) is not { } row)
        {
            return Gone;
        }
        var body = before.DeepClone().AsObject();
        if (body["filters"] is JsonValue text && text.TryGetValue<string>(out var filters))
        {
            body["filters"] = JsonNode.Parse(filters);
        }
        if (body["archived"] is JsonValue archived && archived.TryGetValue<bool>(out var isArchived))
        {
            return await SetArchivedAsync(grant, id, isArchived, evenIfUsed: true, cancellationToken);
        }
        return Read(row.ToFlag().Settings, JsonSerializer.SerializeToElement(body)) switch
        {
            Outcome<FlagSettings>.Done(var settings) => await UpdateAsync(grant, id, settings, cancellationToken, row.Version),
            Outcome<FlagSettings>.Refused(var refusal) => refusal,
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }

    async Task<Outcome<FlagSettings>> ChangingAsync(FeatureFlag flag, FlagSettings wanted, CancellationToken cancellationToken)
    {
        foreach (var use in _uses)
        {
            switch (await use.ChangingAsync(flag, wanted, cancellationToken))
            {
                case Outcome<FlagSettings>.Done(var kept):
                    wanted = kept;
                    break;
                case { } refused:
                    return refused;
            }
        }
        return wanted;
    }

    async Task<Refusal?> CheckAsync(PrickleDatabase database, int projectId, int id, FlagSettings settings, CancellationToken cancellationToken)
    {
        var rows = await database.Set<FlagRow>().AsNoTracking().Where(row => row.ProjectId == projectId && !row.IsDeleted).ToListAsync(cancellationToken);
        var cohorts = await _cohorts.ListAsync(projectId, cancellationToken);
        return FlagCheck.Refuse(id, settings, new FlagSurroundings(
            rows.ConvertAll(row => row.ToFlag()), cohorts.Select(cohort => cohort.Id).ToHashSet(), await _groups.TypeNamesAsync(projectId, cancellationToken)));
    }

    async Task<Refusal?> UsedRefusalAsync(FlagRow row, string what, CancellationToken cancellationToken)
    {
        var uses = await UsesAsync(row.ToFlag(), cancellationToken);
        return uses.Count == 0 ? null : Refusal.Invalid(
            "id", $"The flag is used by {string.Join(", ", uses.Take(5).Select(use => $"the {use.Kind} \"{use.Name}\""))}"
                + $"{(uses.Count > 5 ? $" and {uses.Count - 5} more" : "")}. Take it out there first, or {what} it with force=true.");
    }

    /// <summary>Saves the row, its trace and the number that other nodes look at, together or not at all.</summary>
    async Task<Outcome<FeatureFlag>> SaveAsync(
        PrickleDatabase database, Project project, Actor? actor, FlagRow row, ActivityVerb verb, object? before, CancellationToken cancellationToken,
        Action<PrickleDatabase>? alongside = null)
    {
        await using var transaction = await database.Database.BeginTransactionAsync(cancellationToken);
        try
        {
            if (verb != ActivityVerb.Created)
            {
                (row.Version, row.UpdatedAt) = (row.Version + 1, _time.GetUtcNow());
            }
            await database.SaveChangesAsync(cancellationToken);
            _activity.Add(database, new ActivityEntry
            {
                OrganizationId = project.OrganizationId,
                ProjectId = project.Id,
                Actor = actor,
                Verb = verb,
                Resource = Resource.FeatureFlag,
                ItemId = $"{row.Id}",
                ItemName = row.Key,
                Before = before,
                After = verb is ActivityVerb.Created or ActivityVerb.Updated ? row.ToLog() : null,
            });
            if (await database.Set<FlagEditionRow>().Where(edition => edition.ProjectId == project.Id)
                .ExecuteUpdateAsync(set => set.SetProperty(edition => edition.Edition, edition => edition.Edition + 1), cancellationToken) == 0)
            {
                database.Add(new FlagEditionRow { ProjectId = project.Id, Edition = 1 });
            }
            alongside?.Invoke(database);
            await database.SaveChangesAsync(cancellationToken);
            await transaction.CommitAsync(cancellationToken);
        }
        catch (DbUpdateConcurrencyException)
        {
            return Overtaken;
        }
        catch (DbUpdateException exception) when (exception.InnerException is DbException)
        {
            // The check found the key free; another request took it in the same moment.
            return new Refusal(RefusalReason.AlreadyExists, $"There is a flag {row.Key} already.", "key");
        }
        _directory.Changed();
        return row.ToFlag();
    }

    static Refusal Overtaken => new(RefusalReason.AlreadyExists, "Somebody changed the flag meanwhile: look at it again before you save.", "version");

    internal static Refusal? RefusalOf(ProjectGrant grant) =>
        grant.Allows(Resource.FeatureFlag, Level.Write) ? null : Refusal.Denied("You may look at feature flags here, not change them.");

    static Task<FlagRow?> RowAsync(PrickleDatabase database, int projectId, int id, CancellationToken cancellationToken, bool isDeleted = false) =>
        database.Set<FlagRow>().SingleOrDefaultAsync(
            row => row.ProjectId == projectId && row.Id == id && row.IsDeleted == isDeleted, cancellationToken);
}
