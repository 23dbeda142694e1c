using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Prickle.Accounts;
using Prickle.Activity;
using Prickle.Destinations.Sending;
using Prickle.Destinations.Storage;
using Prickle.Storage;

namespace Prickle.Destinations;

/// <summary>Makes, changes and deletes destinations. The caller's permission is checked here too, so pages need not.</summary>
public sealed class DestinationBook
{
    const int LongestField = 20_000;

    static readonly Refusal Gone = Refusal.NotFound("The destination does not exist.");
    static readonly Dictionary<string, string> NoMessage = [];

    readonly IDbContextFactory<PrickleDatabase> _databases;
    readonly DestinationKinds _kinds;
    readonly DestinationSecrets _secrets;
    readonly OpenConnections _connections;
    readonly ConnectionHealth _health;
    readonly IEnumerable<IDestinationUse> _uses;
    readonly ActivityLog _activity;
    readonly TimeProvider _time;

    internal DestinationBook(
        IDbContextFactory<PrickleDatabase> databases, DestinationKinds kinds, DestinationSecrets secrets, OpenConnections connections, ConnectionHealth health,
        IEnumerable<IDestinationUse> uses, ActivityLog activity, TimeProvider time) =>
        (_databases, _kinds, _secrets, _connections, _health, _uses, _activity, _time) = (databases, kinds, secrets, connections, health, uses, activity, time);

    /// <summary>What sends by it.</summary>
    public async Task<IReadOnlyList<DestinationUse>> UsesAsync(int projectId, Guid id, CancellationToken cancellationToken)
    {
        var found = new List<DestinationUse>();
        foreach (var use in _uses)
        {
            found.AddRange(await use.OfAsync(projectId, id, cancellationToken));
        }
        return found;
    }

    public async Task<Outcome<Destination>> CreateAsync(ProjectGrant grant, DestinationDraft draft, CancellationToken cancellationToken)
    {
        if ((RefusalOf(grant) ?? Check(draft, [])) is { } refusal)
        {
            return refusal;
        }
        await using var database = await _databases.CreateDbContextAsync(cancellationToken);
        if (await database.Set<DestinationRow>().CountAsync(row => row.ProjectId == grant.ProjectId, cancellationToken) >= Destination.Most)
        {
            return Refusal.Invalid("name", $"A project has {Destination.Most} destinations at most. Delete some that nothing uses.");
        }
        var now = _time.GetUtcNow();
        var row = new DestinationRow
        {
            Id = Guid.CreateVersion7(now),
            ProjectId = grant.ProjectId,
            Kind = draft.Kind,
            Name = draft.Name.Trim(),
            CreatedBy = grant.Actor.Email,
            CreatedAt = now,
            UpdatedAt = now,
        };
        Apply(draft, row, new Dictionary<string, string>(), now);
        database.Add(row);
        _activity.Add(database, Entry(grant, row, ActivityVerb.Created) with { After = row.ToLog() });
        await database.SaveChangesAsync(cancellationToken);
        return row.ToDestination();
    }

    /// <param name="version">The version that the change was made from; null when that does not matter.</param>
    public async Task<Outcome<Destination>> UpdateAsync(
        ProjectGrant grant, Guid id, DestinationDraft draft, CancellationToken cancellationToken, int? version = null)
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
        if (row.Kind != draft.Kind)
        {
            return Refusal.Invalid("kind", "A destination stays of the kind that it was made as.");
        }
        var kept = _secrets.Open(row.Sealed) ?? new Dictionary<string, string>();
        if (Check(draft, kept.Keys) is { } wrong)
        {
            return wrong;
        }
        var before = row.ToLog();
        row.Name = draft.Name.Trim();
        Apply(draft, row, kept, _time.GetUtcNow());
        return await SaveAsync(database, grant, row, before, cancellationToken);
    }

    /// <summary>Switches it on, which forgets its failures, or off.</summary>
    public async Task<Outcome<Destination>> EnableAsync(ProjectGrant grant, Guid id, bool isEnabled, CancellationToken cancellationToken)
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
        var before = row.ToLog();
        Switch(row, isEnabled, _time.GetUtcNow());
        return await SaveAsync(database, grant, row, before, cancellationToken);
    }

    /// <summary>Deletes it; what still uses it is named in a refusal.</summary>
    public async Task<Outcome<Destination>> DeleteAsync(ProjectGrant grant, Guid id, CancellationToken cancellationToken)
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
        if (await UsesAsync(grant.ProjectId, id, cancellationToken) is { Count: > 0 } uses)
        {
            return Refusal.Invalid(
                "id", $"The destination is used by {string.Join(", ", uses.Take(5).Select(use => $"the {use.Kind} \"{use.Name}\""))}"
                    + $"{(uses.Count > 5 ? $" and {uses.Count - 5} more" : "")}. Take it out there first.");
        }
        database.Remove(row);
        _activity.Add(database, Entry(grant, row, ActivityVerb.Deleted) with { Before = row.ToLog() });
        try
        {
            await database.SaveChangesAsync(cancellationToken);
        }
        catch (DbUpdateConcurrencyException)
        {
            return Overtaken;
        }
        _connections.Changed(id);
        return row.ToDestination();
    }

    async Task<Outcome<Destination>> SaveAsync(PrickleDatabase database, ProjectGrant grant, DestinationRow row, object before, CancellationToken cancellationToken)
    {
        (row.Version, row.UpdatedAt) = (row.Version + 1, _time.GetUtcNow());
        // Somebody looked at it: failures are counted anew.
        (row.Failures, row.FailingSince) = (0, null);
        _activity.Add(database, Entry(grant, row, ActivityVerb.Updated) with { Before = before, After = row.ToLog() });
        try
        {
            await database.SaveChangesAsync(cancellationToken);
        }
        catch (DbUpdateConcurrencyException)
        {
            return Overtaken;
        }
        _connections.Changed(row.Id);
        _health.Forget(row.Id);
        return row.ToDestination();
    }

    void Apply(DestinationDraft draft, DestinationRow row, IReadOnlyDictionary<string, string> kept, DateTimeOffset now)
    {
        var fields = _kinds.Find(draft.Kind)!.Connection;
        var plain = fields.Where(field => field.Type != FieldType.Secret)
            .ToDictionary(field => field.Name, field => (draft.Fields.GetValueOrDefault(field.Name) ?? row.Plain.GetValueOrDefault(field.Name) ?? field.Default).Trim());
        var secrets = fields.Where(field => field.Type == FieldType.Secret)
            .Select(field => (field.Name, Value: draft.Fields.GetValueOrDefault(field.Name) is { Length: > 0 } given ? given.Trim() : kept.GetValueOrDefault(field.Name)))
            .Where(secret => secret.Value is { Length: > 0 }).ToDictionary(secret => secret.Name, secret => secret.Value!);
        row.Fields = JsonSerializer.Serialize(plain);
        row.Sealed = _secrets.Seal(secrets);
        row.SecretNames = [.. secrets.Keys];
        if (row.Enabled != draft.Enabled)
        {
            Switch(row, draft.Enabled, now);
        }
    }

    static void Switch(DestinationRow row, bool isEnabled, DateTimeOffset now)
    {
        row.Enabled = isEnabled;
        (row.SwitchedOffAt, row.SwitchedOffBecause) = (isEnabled ? null : now, null);
    }

    Refusal? Check(DestinationDraft draft, IEnumerable<string> kept)
    {
        if (draft.Name.Trim() is not { Length: > 0 and <= 200 })
        {
            return Refusal.Invalid("name", "Give it a name of at most 200 characters.");
        }
        if (_kinds.Find(draft.Kind) is not { Connection.Count: > 0 } kind)
        {
            return Refusal.Invalid("kind", $"There is no kind of destination \"{draft.Kind}\" that is set up by hand.");
        }
        if (draft.Fields.Keys.FirstOrDefault(name => kind.Connection.All(field => field.Name != name)) is { } unknown)
        {
            return Refusal.Invalid(unknown, $"{kind.Title} has no field {unknown}.");
        }
        foreach (var field in kind.Connection)
        {
            var value = (draft.Fields.GetValueOrDefault(field.Name) ?? field.Default).Trim();
            if (field.IsRequired && value.Length == 0 && !kept.Contains(field.Name))
            {
                return Refusal.Invalid(field.Name, $"{field.Label} is missing.");
            }
            if (value.Length > Math.Min(field.Longest, LongestField) || FieldCheck.ProblemOf(field, value) is not null)
            {
                return Refusal.Invalid(field.Name, FieldCheck.ProblemOf(field, value) ?? $"{field.Label} has at most {field.Longest} characters.");
            }
        }
        return kind.ProblemOf(draft.Fields, NoMessage) is { } problem ? Refusal.Invalid(problem.Field, problem.Detail) : null;
    }

    static Refusal Overtaken => new(RefusalReason.AlreadyExists, "Somebody changed the destination meanwhile: look at it again before you save.", "version");

    static Refusal? RefusalOf(ProjectGrant grant) =>
        grant.Allows(Resource.Destination, Level.Write) ? null : Refusal.Denied("You may look at destinations here, not change them.");

    static Task<DestinationRow?> RowAsync(PrickleDatabase database, int projectId, Guid id, CancellationToken cancellationToken) =>
        database.Set<DestinationRow>().SingleOrDefaultAsync(row => row.ProjectId == projectId && row.Id == id, cancellationToken);

    static ActivityEntry Entry(ProjectGrant grant, DestinationRow row, ActivityVerb verb) =>
        ActivityEntry.In(grant, verb, Resource.Destination, $"{row.Id}", row.Name);
}
