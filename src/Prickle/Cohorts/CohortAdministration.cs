using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Prickle.Accounts;
using Prickle.Actions;
using Prickle.Activity;
using Prickle.Cohorts.Calculation;
using Prickle.Cohorts.Criteria;
using Prickle.Cohorts.Storage;
using Prickle.Persons;
using Prickle.Storage;

namespace Prickle.Cohorts;

/// <summary>Makes, changes and deletes cohorts. The caller's permission is checked here too, so pages need not.</summary>
public sealed class CohortAdministration
{
    /// <summary>People added at once, by any way.</summary>
    public const int MostAtOnce = 100_000;

    static readonly Refusal Gone = Refusal.NotFound("The cohort does not exist.");

    readonly IDbContextFactory<PrickleDatabase> _databases;
    readonly CohortWorker _worker;
    readonly CohortCalculation _calculation;
    readonly StaticMembers _members;
    readonly IActionDirectory _actions;
    readonly PersonLookup _persons;
    readonly IEnumerable<ICohortUse> _uses;
    readonly ActivityLog _activity;
    readonly TimeProvider _time;

    internal CohortAdministration(
        IDbContextFactory<PrickleDatabase> databases, CohortWorker worker, CohortCalculation calculation, StaticMembers members, PersonLookup persons, IActionDirectory actions,
        IEnumerable<ICohortUse> uses, ActivityLog activity, TimeProvider time) =>
        (_databases, _worker, _calculation, _members, _persons, _actions, _uses, _activity, _time) =
            (databases, worker, calculation, members, persons, actions, uses, activity, time);

    /// <summary>What stands on the cohort.</summary>
    public async Task<IReadOnlyList<CohortUse>> UsesAsync(int projectId, int id, CancellationToken cancellationToken)
    {
        var found = new List<CohortUse>();
        foreach (var use in _uses)
        {
            found.AddRange(await use.OfAsync(projectId, id, cancellationToken));
        }
        return found;
    }

    public async Task<Outcome<CohortProfile>> CreateAsync(ProjectGrant grant, CohortSettings settings, CancellationToken cancellationToken)
    {
        if ((RefusalOf(grant) ?? settings.Check()) is { } refusal)
        {
            return refusal;
        }
        await using var database = await _databases.CreateDbContextAsync(cancellationToken);
        if (await CheckReferencesAsync(database, grant.ProjectId, 0, settings, cancellationToken) is { } cycle)
        {
            return cycle;
        }
        await using var transaction = await database.Database.BeginTransactionAsync(cancellationToken);
        var row = new CohortRow
        {
            ProjectId = grant.ProjectId,
            Name = "",
            IsStatic = settings.IsStatic,
            CreatedBy = grant.Actor.Email,
            CreatedAt = _time.GetUtcNow(),
            DueAt = _time.GetUtcNow(),
        };
        Apply(settings, row);
        database.Add(row);
        await database.SaveChangesAsync(cancellationToken);
        _activity.Add(database, Entry(grant, row, ActivityVerb.Created) with { After = Logged(row) });
        await database.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        _worker.Wake();
        return row.ToProfile();
    }

    /// <summary>Makes a static cohort of persons, for numbers that are opened to their people.</summary>
    public async Task<Outcome<CohortProfile>> CreateStaticAsync(
        ProjectGrant grant, string name, IReadOnlyCollection<Guid> personIds, CancellationToken cancellationToken)
    {
        if (personIds.Count > MostAtOnce)
        {
            return Refusal.Invalid("persons", $"At most {MostAtOnce} people can be added at once.");
        }
        var created = await CreateAsync(grant, new CohortSettings { Name = name, IsStatic = true }, cancellationToken);
        if (created is not Outcome<CohortProfile>.Done(var cohort))
        {
            return created;
        }
        // Persons without a profile have no distinct id that could move: they stay as they are.
        var known = (await _persons.ByIdsAsync(grant.ProjectId, personIds, cancellationToken)).ToDictionary(person => person.PersonId);
        await _members.AddAsync(
            grant.ProjectId, cohort.Id,
            [.. personIds.Distinct().Select(id => known.GetValueOrDefault(id) ?? new PersonReference(id, ""))], cancellationToken);
        return await CalculateAsync(grant.ProjectId, cohort.Id, cancellationToken);
    }

    public async Task<Outcome<CohortProfile>> UpdateAsync(ProjectGrant grant, int id, CohortSettings settings, CancellationToken cancellationToken)
    {
        if ((RefusalOf(grant) ?? settings.Check()) is { } refusal)
        {
            return refusal;
        }
        await using var database = await _databases.CreateDbContextAsync(cancellationToken);
        if (await RowAsync(database, grant.ProjectId, id, cancellationToken) is not { } row)
        {
            return Gone;
        }
        if (row.IsStatic != settings.IsStatic)
        {
            return Refusal.Invalid("is_static", "A cohort stays static or dynamic, as it was made.");
        }
        if (await CheckReferencesAsync(database, grant.ProjectId, id, settings, cancellationToken) is { } cycle)
        {
            return cycle;
        }
        var (before, criteria) = (Logged(row), row.Criteria);
        Apply(settings, row);
        if (row.Criteria != criteria)
        {
            (row.Edition, row.DueAt, row.Error) = (row.Edition + 1, _time.GetUtcNow(), null);
        }
        _activity.Add(database, Entry(grant, row, ActivityVerb.Updated) with { Before = before, After = Logged(row) });
        await database.SaveChangesAsync(cancellationToken);
        _worker.Wake();
        return row.ToProfile();
    }

    /// <summary>Asks for a calculation now.</summary>
    public async Task<Outcome<CohortProfile>> RecalculateAsync(ProjectGrant grant, int id, CancellationToken cancellationToken)
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
        (row.Edition, row.DueAt, row.Error) = (row.Edition + 1, _time.GetUtcNow(), null);
        await database.SaveChangesAsync(cancellationToken);
        _worker.Wake();
        return row.ToProfile();
    }

    /// <summary>Lets a dynamic cohort be calculated now when its calculation is older than this: for those who act on who comes and goes.</summary>
    internal async Task RefreshAsync(int projectId, int id, TimeSpan oldest, CancellationToken cancellationToken)
    {
        var now = _time.GetUtcNow();
        var limit = now - oldest;
        await using var database = await _databases.CreateDbContextAsync(cancellationToken);
        if (await database.Set<CohortRow>()
            .Where(row => row.ProjectId == projectId && row.Id == id && !row.IsDeleted && !row.IsStatic && row.DueAt > now && row.CalculatedAt < limit && row.Error == null)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.DueAt, now), cancellationToken) > 0)
        {
            _worker.Wake();
        }
    }

    /// <summary>Deletes it. What still uses it is named in a refusal, unless that is said not to matter.</summary>
    public async Task<Outcome<CohortProfile>> DeleteAsync(ProjectGrant grant, int id, bool evenIfUsed, CancellationToken cancellationToken)
    {
        if (RefusalOf(grant) is { } refusal)
        {
            return refusal;
        }
        var uses = evenIfUsed ? [] : await UsesAsync(grant.ProjectId, id, cancellationToken);
        return uses.Count > 0
            ? Refusal.Invalid("id", $"The cohort is used by {string.Join(", ", uses.Take(5).Select(use => $"the {use.Kind} \"{use.Name}\""))}"
                + $"{(uses.Count > 5 ? $" and {uses.Count - 5} more" : "")}. Take it out there first, or delete it with force=true.")
            : await SetDeletedAsync(grant, id, true, cancellationToken);
    }

    /// <summary>Takes a deletion back.</summary>
    public async Task<Outcome<CohortProfile>> RestoreAsync(ProjectGrant grant, int id, CancellationToken cancellationToken) =>
        RefusalOf(grant) is { } refusal ? refusal : await SetDeletedAsync(grant, id, false, cancellationToken);

    /// <summary>Puts people into a static cohort and counts it anew.</summary>
    /// <param name="unknown">What led to nobody, to be told.</param>
    public async Task<Outcome<CohortAddition>> AddAsync(
        ProjectGrant grant, int id, IReadOnlyCollection<PersonReference> persons, IReadOnlyCollection<string> unknown, CancellationToken cancellationToken)
    {
        if (await StaticRefusalAsync(grant, id, cancellationToken) is { } refusal)
        {
            return refusal;
        }
        if (persons.Count > MostAtOnce)
        {
            return Refusal.Invalid("persons", $"At most {MostAtOnce} people can be added at once.");
        }
        await _members.AddAsync(grant.ProjectId, id, persons, cancellationToken);
        await _activity.RecordAsync(
            ActivityEntry.In(grant, ActivityVerb.Updated, Resource.Cohort, $"{id}", "Members") with { After = new { Added = persons.Count } }, cancellationToken);
        await CalculateAsync(grant.ProjectId, id, cancellationToken);
        return new CohortAddition(persons.Count, unknown.Count, [.. unknown.Take(100)]);
    }

    /// <summary>Takes people out of a static cohort.</summary>
    public async Task<Outcome<CohortProfile>> RemoveAsync(
        ProjectGrant grant, int id, IReadOnlyCollection<Guid> persons, CancellationToken cancellationToken)
    {
        if (await StaticRefusalAsync(grant, id, cancellationToken) is { } refusal)
        {
            return refusal;
        }
        await _members.RemoveAsync(grant.ProjectId, id, persons, cancellationToken);
        await _activity.RecordAsync(
            ActivityEntry.In(grant, ActivityVerb.Updated, Resource.Cohort, $"{id}", "Members") with { After = new { Removed = persons.Count } }, cancellationToken);
        return await CalculateAsync(grant.ProjectId, id, cancellationToken);
    }

    async Task<Outcome<CohortProfile>> CalculateAsync(int projectId, int id, CancellationToken cancellationToken)
    {
        await _calculation.RunAsync(id, cancellationToken);
        await using var database = await _databases.CreateDbContextAsync(cancellationToken);
        return await RowAsync(database, projectId, id, cancellationToken) is { } row ? row.ToProfile() : Gone;
    }

    async Task<Refusal?> StaticRefusalAsync(ProjectGrant grant, int id, CancellationToken cancellationToken)
    {
        if (RefusalOf(grant) is { } refusal)
        {
            return refusal;
        }
        await using var database = await _databases.CreateDbContextAsync(cancellationToken);
        return await RowAsync(database, grant.ProjectId, id, cancellationToken) switch
        {
            null => Gone,
            { IsStatic: false } => Refusal.Invalid("id", "Only static cohorts take people by hand; this one follows its criteria."),
            _ => null,
        };
    }

    async Task<Outcome<CohortProfile>> SetDeletedAsync(ProjectGrant grant, int id, bool isDeleted, CancellationToken cancellationToken)
    {
        await using var database = await _databases.CreateDbContextAsync(cancellationToken);
        if (await RowAsync(database, grant.ProjectId, id, cancellationToken, !isDeleted) is not { } row)
        {
            return Gone;
        }
        (row.IsDeleted, row.DueAt) = (isDeleted, _time.GetUtcNow());
        _activity.Add(database, Entry(grant, row, isDeleted ? ActivityVerb.Deleted : ActivityVerb.Restored));
        await database.SaveChangesAsync(cancellationToken);
        _worker.Wake();
        return row.ToProfile();
    }

    /// <summary>Refuses actions and cohorts that are not there, and cohorts that in the end are made of the one that is saved.</summary>
    async Task<Refusal?> CheckReferencesAsync(
        PrickleDatabase database, int projectId, int id, CohortSettings settings, CancellationToken cancellationToken)
    {
        var known = await _actions.OfProjectAsync(projectId, cancellationToken);
        if (!settings.IsStatic && settings.Filters.Properties.Actions.Where(action => !known.ContainsKey(action)).ToList() is [var gone, ..])
        {
            return Refusal.Invalid("filters", $"There is no action {gone} in this project.");
        }
        var inner = settings.Filters.Properties.Cohorts.ToList();
        if (settings.IsStatic || inner.Count == 0)
        {
            return null;
        }
        var cohorts = (await database.Set<CohortRow>().AsNoTracking().Where(row => row.ProjectId == projectId && !row.IsDeleted)
            .ToListAsync(cancellationToken)).ToDictionary(row => row.Id, row => row.ToSettings());
        if (inner.Where(other => !cohorts.ContainsKey(other)).ToList() is [var missing, ..])
        {
            return Refusal.Invalid("filters", $"There is no cohort {missing} in this project.");
        }
        cohorts[id] = settings;
        return CohortCycle.Find(cohorts, id) is { } chain
            ? Refusal.Invalid("filters", $"A cohort cannot be made of itself: {string.Join(" → ", chain.Select(one => cohorts[one].Name))}.")
            : null;
    }

    static Refusal? RefusalOf(ProjectGrant grant) =>
        grant.Allows(Resource.Cohort, Level.Write) ? null : Refusal.Denied("You may look at cohorts here, not change them.");

    static Task<CohortRow?> RowAsync(
        PrickleDatabase database, int projectId, int id, CancellationToken cancellationToken, bool isDeleted = false) =>
        database.Set<CohortRow>().SingleOrDefaultAsync(
            row => row.ProjectId == projectId && row.Id == id && row.IsDeleted == isDeleted, cancellationToken);

    static void Apply(CohortSettings settings, CohortRow row)
    {
        row.Name = settings.Name.Trim();
        row.Description = settings.Description.Trim();
        row.Criteria = JsonSerializer.Serialize(settings.Filters.Properties, CohortSettings.Json);
    }

    static object Logged(CohortRow row) => new { row.Name, row.Description, row.Criteria };

    static ActivityEntry Entry(ProjectGrant grant, CohortRow row, ActivityVerb verb) =>
        ActivityEntry.In(grant, verb, Resource.Cohort, $"{row.Id}", row.Name);
}
