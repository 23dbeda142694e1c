using Microsoft.EntityFrameworkCore;
using Prickle.Accounts.Keys;
using Prickle.Accounts.Storage;
using Prickle.Activity;
using Prickle.Storage;

namespace Prickle.Accounts;

/// <summary>A project's secret key as people see it afterwards.</summary>
/// <param name="Prefix">The first characters, by which the key is known again.</param>
/// <param name="LastUsedAt">Exact to a minute.</param>
public sealed record ProjectSecretKey(Guid Id, string Prefix, string CreatedBy, DateTimeOffset CreatedAt, DateTimeOffset? LastUsedAt);

/// <summary>A new key with its value, which cannot be shown again.</summary>
public sealed record IssuedProjectSecretKey(ProjectSecretKey Key, string Value);

/// <summary>Marks an endpoint that a project's secret key opens. No other is opened by one.</summary>
public sealed record OpenToProjectSecretKey;

/// <summary>
/// Secret keys of projects (<c>phs_…</c>), for servers that evaluate flags by themselves: they belong to nobody, so they go on
/// when people leave, and they read flags of one project and nothing else. A project has one; a second one is made to replace
/// it, so that no running server ever holds a key that has stopped.
/// </summary>
public sealed class ProjectSecretKeys(IDbContextFactory<PrickleDatabase> databases, ActivityLog activity, TimeProvider time)
{
    /// <summary>The one in use, and the one that takes its place.</summary>
    public const int Most = 2;

    const int ShownPrefixLength = 8;

    static readonly Refusal Denied = Refusal.Denied("Only admins and owners of the organization may see and change the secret keys of its projects.");

    public async Task<Outcome<IReadOnlyList<ProjectSecretKey>>> ListAsync(ProjectGrant grant, CancellationToken cancellationToken)
    {
        if (!grant.Allows(Resource.Project, Level.Write))
        {
            return Denied;
        }
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        return new Outcome<IReadOnlyList<ProjectSecretKey>>.Done([.. (await RowsAsync(database, grant, cancellationToken)).Select(ToKey)]);
    }

    public async Task<Outcome<IssuedProjectSecretKey>> CreateAsync(ProjectGrant grant, CancellationToken cancellationToken)
    {
        if (!grant.Allows(Resource.Project, Level.Write))
        {
            return Denied;
        }
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        var rows = await RowsAsync(database, grant, cancellationToken);
        if (rows.Count >= Most)
        {
            return Refusal.Invalid("id", $"The project has {Most} secret keys: remove the one that is used no more.");
        }
        var value = Secret.NewProjectSecretKey();
        var row = new ProjectSecretKeyRow
        {
            Id = Guid.CreateVersion7(time.GetUtcNow()),
            ProjectId = grant.ProjectId,
            Hash = Secret.Hash(value),
            Prefix = value[..ShownPrefixLength],
            CreatedBy = grant.Actor.Email,
            CreatedAt = time.GetUtcNow(),
        };
        database.Add(row);
        Log(database, grant, rows, [.. rows, row]);
        await database.SaveChangesAsync(cancellationToken);
        return new IssuedProjectSecretKey(ToKey(row), value);
    }

    /// <summary>The key stops at once.</summary>
    public async Task<Outcome<ProjectSecretKey>> DeleteAsync(ProjectGrant grant, Guid id, CancellationToken cancellationToken)
    {
        if (!grant.Allows(Resource.Project, Level.Write))
        {
            return Denied;
        }
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        var rows = await RowsAsync(database, grant, cancellationToken);
        if (rows.Find(row => row.Id == id) is not { } row)
        {
            return Refusal.NotFound("There is no such key.");
        }
        database.Remove(row);
        Log(database, grant, rows, [.. rows.Where(other => other != row)]);
        await database.SaveChangesAsync(cancellationToken);
        return ToKey(row);
    }

    static Task<List<ProjectSecretKeyRow>> RowsAsync(PrickleDatabase database, ProjectGrant grant, CancellationToken cancellationToken) =>
        database.Set<ProjectSecretKeyRow>().Where(row => row.ProjectId == grant.ProjectId).OrderBy(row => row.Id).ToListAsync(cancellationToken);

    // The first characters only, and under a name that the log does not mask.
    void Log(PrickleDatabase database, ProjectGrant grant, IEnumerable<ProjectSecretKeyRow> before, IEnumerable<ProjectSecretKeyRow> after) =>
        activity.Add(database, ActivityEntry.In(grant, ActivityVerb.Updated, Resource.Project, $"{grant.ProjectId}", grant.Project.Name) with
        {
            Before = new { KeysForServers = Shown(before) },
            After = new { KeysForServers = Shown(after) },
        });

    static string[] Shown(IEnumerable<ProjectSecretKeyRow> rows) => [.. rows.Select(row => $"{row.Prefix}… of {row.CreatedAt:yyyy-MM-dd HH:mm}")];

    static ProjectSecretKey ToKey(ProjectSecretKeyRow row) => new(row.Id, row.Prefix, row.CreatedBy, row.CreatedAt, row.LastUsedAt);
}
