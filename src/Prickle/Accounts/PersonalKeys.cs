using Microsoft.AspNetCore.Authentication;
using Microsoft.EntityFrameworkCore;
using Prickle.Accounts.Keys;
using Prickle.Accounts.Storage;
using Prickle.Activity;
using Prickle.Storage;

namespace Prickle.Accounts;

/// <summary>Personal API keys: one's own only, shown once, kept as a hash.</summary>
public sealed class PersonalKeys(
    IDbContextFactory<PrickleDatabase> databases, ProjectAccess access, ActivityLog activity, TimeProvider time)
{
    /// <summary>Name of the authentication scheme.</summary>
    public const string Scheme = PersonalKeyAuthentication.SchemeName;

    const int MaximumNameLength = 200;
    const int MaximumKeys = 100;
    const int ShownPrefixLength = 8;

    public static void AddScheme(AuthenticationBuilder authentication) =>
        authentication.AddScheme<AuthenticationSchemeOptions, PersonalKeyAuthentication>(Scheme, null);

    public static bool IsPresentIn(HttpRequest request) => PersonalKeyAuthentication.IsPresentIn(request);

    public async Task<IReadOnlyList<PersonalKey>> ListAsync(Actor actor, CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        var rows = await database.Set<PersonalKeyRow>().AsNoTracking()
            .Where(row => row.UserId == actor.UserId).OrderByDescending(row => row.CreatedAt).ToListAsync(cancellationToken);
        return [.. rows.Select(ToKey)];
    }

    public async Task<PersonalKey?> FindAsync(Actor actor, Guid id, CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        return await FindAsync(database, actor, id, cancellationToken) is { } row ? ToKey(row) : null;
    }

    public async Task<Outcome<IssuedKey>> CreateAsync(
        Actor actor, PersonalKeySettings settings, CancellationToken cancellationToken)
    {
        if (await RefusalOfAsync(actor, settings, cancellationToken) is { } refusal)
        {
            return refusal;
        }
        if (settings.ExpiresAt <= time.GetUtcNow())
        {
            return Refusal.Invalid("expires_at", "The key would be expired from the start.");
        }
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        if (await database.Set<PersonalKeyRow>().CountAsync(row => row.UserId == actor.UserId, cancellationToken) >= MaximumKeys)
        {
            return Refusal.Invalid("name", $"You have {MaximumKeys} keys. Delete some that are not used.");
        }
        var value = Secret.NewPersonalKey();
        var row = new PersonalKeyRow
        {
            Id = Guid.CreateVersion7(time.GetUtcNow()),
            UserId = actor.UserId,
            Name = settings.Name.Trim(),
            Hash = Secret.Hash(value),
            Prefix = value[..ShownPrefixLength],
            CreatedAt = time.GetUtcNow(),
        };
        Apply(settings, row);
        database.Add(row);
        await LogAsync(database, actor, row, ActivityVerb.Created, null, settings, cancellationToken);
        await database.SaveChangesAsync(cancellationToken);
        return new IssuedKey(ToKey(row), value);
    }

    public async Task<Outcome<PersonalKey>> UpdateAsync(
        Actor actor, Guid id, PersonalKeySettings settings, CancellationToken cancellationToken)
    {
        if (await RefusalOfAsync(actor, settings, cancellationToken) is { } refusal)
        {
            return refusal;
        }
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        if (await FindAsync(database, actor, id, cancellationToken) is not { } row)
        {
            return Unknown;
        }
        var before = PersonalKeySettings.Of(ToKey(row));
        Apply(settings, row);
        await LogAsync(database, actor, row, ActivityVerb.Updated, before, settings, cancellationToken);
        await database.SaveChangesAsync(cancellationToken);
        return ToKey(row);
    }

    public async Task<Outcome<PersonalKey>> DeleteAsync(Actor actor, Guid id, CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        if (await FindAsync(database, actor, id, cancellationToken) is not { } row)
        {
            return Unknown;
        }
        database.Remove(row);
        await LogAsync(database, actor, row, ActivityVerb.Deleted, PersonalKeySettings.Of(ToKey(row)), null, cancellationToken);
        await database.SaveChangesAsync(cancellationToken);
        return ToKey(row);
    }

    static readonly Refusal Unknown = Refusal.NotFound("There is no such key.");

    async Task<Refusal?> RefusalOfAsync(Actor actor, PersonalKeySettings settings, CancellationToken cancellationToken)
    {
        if (settings.Name.Trim() is not { Length: > 0 and <= MaximumNameLength })
        {
            return Refusal.Invalid("name", $"A key needs a name of at most {MaximumNameLength} characters.");
        }
        if (settings.Scopes.Count == 0)
        {
            return Refusal.Invalid("scopes", "A key needs at least one scope, such as event:read.");
        }
        if (!Scopes.TryParse(settings.Scopes, out var scopes, out var unknown))
        {
            return Refusal.Invalid("scopes", $"There is no scope '{unknown}'.");
        }
        if (actor.Key is { } key && Exceeds(key, scopes, settings))
        {
            return Refusal.Denied("A key cannot make or change a key so that it may do more, reach further or last longer than itself.");
        }
        var organizations = await access.ListOrganizationsAsync(actor, cancellationToken);
        if (settings.OrganizationIds?.Any(id => organizations.All(grant => grant.OrganizationId != id)) == true)
        {
            return Refusal.Invalid("organization_ids", "One of the organizations does not exist.");
        }
        var projects = await access.ListAsync(actor, cancellationToken);
        return settings.ProjectIds?.Any(id => projects.All(grant => grant.ProjectId != id)) == true
            ? Refusal.Invalid("project_ids", "One of the projects does not exist.")
            : null;
    }

    static bool Exceeds(ActorKey key, Scopes scopes, PersonalKeySettings settings) =>
        !key.Scopes.Cover(scopes)
        || IsWider(settings.OrganizationIds, key.OrganizationIds)
        || IsWider(settings.ProjectIds, key.ProjectIds)
        || (key.ExpiresAt is { } end && (settings.ExpiresAt is not { } wanted || wanted > end));

    static bool IsWider(IReadOnlyList<int>? wanted, IReadOnlyList<int>? limit) =>
        limit is not null && (wanted is null || wanted.Except(limit).Any());

    static Task<PersonalKeyRow?> FindAsync(
        PrickleDatabase database, Actor actor, Guid id, CancellationToken cancellationToken) =>
        database.Set<PersonalKeyRow>().SingleOrDefaultAsync(
            row => row.Id == id && row.UserId == actor.UserId, cancellationToken);

    static void Apply(PersonalKeySettings settings, PersonalKeyRow row)
    {
        row.Name = settings.Name.Trim();
        row.Scopes = [.. settings.Scopes.Distinct()];
        row.OrganizationIds = settings.OrganizationIds?.Distinct().ToList();
        row.ProjectIds = settings.ProjectIds?.Distinct().ToList();
        row.ExpiresAt = settings.ExpiresAt;
    }

    static PersonalKey ToKey(PersonalKeyRow row) => new(
        row.Id, row.Name, row.Prefix, row.Scopes, row.OrganizationIds, row.ProjectIds, row.CreatedAt, row.ExpiresAt, row.LastUsedAt);

    /// <summary>A key opens every organization of its owner, so each has the trace in its log.</summary>
    async Task LogAsync(
        PrickleDatabase database, Actor actor, PersonalKeyRow row, ActivityVerb verb, PersonalKeySettings? before,
        PersonalKeySettings? after, CancellationToken cancellationToken)
    {
        var organizationIds = await database.Set<MembershipRow>().Where(membership => membership.UserId == actor.UserId)
            .Select(membership => membership.OrganizationId).ToListAsync(cancellationToken);
        foreach (var organizationId in organizationIds.Where(id => row.OrganizationIds?.Contains(id) != false))
        {
            activity.Add(database, new ActivityEntry
            {
                OrganizationId = organizationId,
                Actor = actor,
                Verb = verb,
                Resource = Resource.Key,
                ItemId = row.Id.ToString(),
                ItemName = row.Name,
                Before = before,
                After = after,
            });
        }
    }
}
