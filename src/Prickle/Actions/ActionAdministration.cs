using Microsoft.EntityFrameworkCore;
using Prickle.Accounts;
using Prickle.Actions.Storage;
using Prickle.Activity;
using Prickle.Storage;

namespace Prickle.Actions;

/// <summary>An action as pages and the API show it.</summary>
public sealed record ActionProfile(ActionDefinition Action, string CreatedBy, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt);

/// <summary>Makes, changes and deletes actions. The caller's permission is checked here too, so pages need not.</summary>
public sealed class ActionAdministration
{
    static readonly Refusal Gone = Refusal.NotFound("The action does not exist.");

    readonly IDbContextFactory<PrickleDatabase> _databases;
    readonly ActionDirectory _directory;
    readonly IEnumerable<IActionUse> _uses;
    readonly ActivityLog _activity;
    readonly TimeProvider _time;

    internal ActionAdministration(
        IDbContextFactory<PrickleDatabase> databases, ActionDirectory directory, IEnumerable<IActionUse> uses, ActivityLog activity, TimeProvider time) =>
        (_databases, _directory, _uses, _activity, _time) = (databases, directory, uses, activity, time);

    /// <summary>All actions of a project, by name.</summary>
    public async Task<IReadOnlyList<ActionProfile>> ListAsync(int projectId, CancellationToken cancellationToken)
    {
        await using var database = await _databases.CreateDbContextAsync(cancellationToken);
        var rows = await database.Set<ActionRow>().AsNoTracking()
            .Where(row => row.ProjectId == projectId && !row.IsDeleted).ToListAsync(cancellationToken);
        return [.. rows.OrderBy(row => row.Name, StringComparer.CurrentCultureIgnoreCase).Select(Profile)];
    }

    /// <summary>An action; null when the project has none of that id.</summary>
    public async Task<ActionProfile?> FindAsync(int projectId, int id, CancellationToken cancellationToken)
    {
        await using var database = await _databases.CreateDbContextAsync(cancellationToken);
        return await RowAsync(database, projectId, id, cancellationToken) is { } row ? Profile(row) : null;
    }

    /// <summary>What stands on the action.</summary>
    public async Task<IReadOnlyList<ActionUse>> UsesAsync(int projectId, int id, CancellationToken cancellationToken)
    {
        var found = new List<ActionUse>();
        foreach (var use in _uses)
        {
            found.AddRange(await use.OfAsync(projectId, id, cancellationToken));
        }
        return found;
    }

    public async Task<Outcome<ActionProfile>> CreateAsync(ProjectGrant grant, ActionSettings settings, CancellationToken cancellationToken)
    {
        if ((RefusalOf(grant) ?? settings.Check()) is { } refusal)
        {
            return refusal;
        }
        await using var database = await _databases.CreateDbContextAsync(cancellationToken);
        await using var transaction = await database.Database.BeginTransactionAsync(cancellationToken);
        var now = _time.GetUtcNow();
        var row = new ActionRow { ProjectId = grant.ProjectId, Name = "", CreatedBy = grant.Actor.Email, CreatedAt = now, UpdatedAt = now };
        row.Apply(settings);
        database.Add(row);
        await database.SaveChangesAsync(cancellationToken);
        _activity.Add(database, Entry(grant, row, ActivityVerb.Created) with { After = Logged(row) });
        await database.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        _directory.Changed(grant.ProjectId);
        return Profile(row);
    }

    public async Task<Outcome<ActionProfile>> UpdateAsync(ProjectGrant grant, int id, ActionSettings settings, CancellationToken cancellationToken)
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
        var before = Logged(row);
        row.Apply(settings);
        row.UpdatedAt = _time.GetUtcNow();
        _activity.Add(database, Entry(grant, row, ActivityVerb.Updated) with { Before = before, After = Logged(row) });
        await database.SaveChangesAsync(cancellationToken);
        _directory.Changed(grant.ProjectId);
        return Profile(row);
    }

    /// <summary>A copy under a name of its own.</summary>
    public async Task<Outcome<ActionProfile>> DuplicateAsync(ProjectGrant grant, int id, CancellationToken cancellationToken) =>
        await FindAsync(grant.ProjectId, id, cancellationToken) is { } original
            ? await CreateAsync(grant, ActionSettings.Of(original.Action) with { Name = $"{original.Action.Name} (copy)" }, cancellationToken)
            : Gone;

    /// <summary>Deletes it. What still uses it is named in a refusal, unless that is said not to matter.</summary>
    public async Task<Outcome<ActionProfile>> DeleteAsync(ProjectGrant grant, int id, bool evenIfUsed, CancellationToken cancellationToken)
    {
        if (RefusalOf(grant) is { } refusal)
        {
            return refusal;
        }
        var uses = evenIfUsed ? [] : await UsesAsync(grant.ProjectId, id, cancellationToken);
        return uses.Count > 0
            ? Refusal.Invalid("id", $"The action is used by {string.Join(", ", uses.Take(5).Select(use => $"the {use.Kind} \"{use.Name}\""))}"
                + $"{(uses.Count > 5 ? $" and {uses.Count - 5} more" : "")}. Take it out there first, or delete it with force=true.")
            : await SetDeletedAsync(grant, id, true, cancellationToken);
    }

    /// <summary>Takes a deletion back.</summary>
    public async Task<Outcome<ActionProfile>> RestoreAsync(ProjectGrant grant, int id, CancellationToken cancellationToken) =>
        RefusalOf(grant) is { } refusal ? refusal : await SetDeletedAsync(grant, id, false, cancellationToken);

    async Task<Outcome<ActionProfile>> SetDeletedAsync(ProjectGrant grant, int id, bool isDeleted, CancellationToken cancellationToken)
    {
        await using var database = await _databases.CreateDbContextAsync(cancellationToken);
        if (await RowAsync(database, grant.ProjectId, id, cancellationToken, !isDeleted) is not { } row)
        {
            return Gone;
        }
        row.IsDeleted = isDeleted;
        row.UpdatedAt = _time.GetUtcNow();
        _activity.Add(database, Entry(grant, row, isDeleted ? ActivityVerb.Deleted : ActivityVerb.Restored));
        await database.SaveChangesAsync(cancellationToken);
        _directory.Changed(grant.ProjectId);
        return Profile(row);
    }

    static Refusal? RefusalOf(ProjectGrant grant) =>
        grant.Allows(Resource.Action, Level.Write) ? null : Refusal.Denied("You may look at actions here, not change them.");

    static Task<ActionRow?> RowAsync(
        PrickleDatabase database, int projectId, int id, CancellationToken cancellationToken, bool isDeleted = false) =>
        database.Set<ActionRow>().SingleOrDefaultAsync(
            row => row.ProjectId == projectId && row.Id == id && row.IsDeleted == isDeleted, cancellationToken);

    static ActionProfile Profile(ActionRow row) => new(row.ToDefinition(), row.CreatedBy, row.CreatedAt, row.UpdatedAt);

    static object Logged(ActionRow row) => ActionSettings.Of(row.ToDefinition());

    static ActivityEntry Entry(ProjectGrant grant, ActionRow row, ActivityVerb verb) =>
        ActivityEntry.In(grant, verb, Resource.Action, $"{row.Id}", row.Name);
}
