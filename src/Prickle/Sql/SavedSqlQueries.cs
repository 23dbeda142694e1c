using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.EntityFrameworkCore;
using Prickle.Accounts;
using Prickle.Activity;
using Prickle.Sql.Library;
using Prickle.Storage;

namespace Prickle.Sql;

/// <summary>What people set of a saved statement.</summary>
public sealed record SavedSqlQuerySettings
{
    public required string Name { get; init; }
    public string Description { get; init; } = "";
    public required string Query { get; init; }

    /// <summary>The variables with their types and defaults.</summary>
    public IReadOnlyList<SqlVariable> Variables { get; init; } = [];

    /// <summary>What <c>{filters}</c> stands for until something else is chosen; null for everything.</summary>
    public SqlFilters? Filters { get; init; }
}

/// <summary>A statement that was kept for everybody in the project.</summary>
public sealed record SavedSqlQuery(
    Guid Id, string Name, string Description, string Query, IReadOnlyList<SqlVariable> Variables, SqlFilters Filters,
    string CreatedBy, DateTimeOffset CreatedAt, string UpdatedBy, DateTimeOffset UpdatedAt)
{
    public SavedSqlQuerySettings ToSettings() => new() { Name = Name, Description = Description, Query = Query, Variables = Variables, Filters = Filters };
}

/// <summary>The statements that a project keeps.</summary>
public sealed class SavedSqlQueries(IDbContextFactory<PrickleDatabase> databases, ActivityLog activity, TimeProvider time)
{
    public const int LongestName = 200;
    const int LongestText = 100_000;
    const int LongestDescription = 2_000;

    static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { Converters = { new JsonStringEnumConverter() } };

    public async Task<(int Count, IReadOnlyList<SavedSqlQuery> Queries)> ListAsync(
        int projectId, string search, int limit, int offset, CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        var rows = database.Set<SavedSqlQueryRow>().AsNoTracking().Where(row => row.ProjectId == projectId);
        if (search.Trim().ToLowerInvariant() is { Length: > 0 } lower)
        {
            rows = rows.Where(row => row.Name.ToLower().Contains(lower) || row.Description.ToLower().Contains(lower) || row.Statement.ToLower().Contains(lower));
        }
        var page = await rows.OrderByDescending(row => row.UpdatedAt).ThenBy(row => row.Id).Skip(offset).Take(limit).ToListAsync(cancellationToken);
        return (await rows.CountAsync(cancellationToken), page.ConvertAll(ToQuery));
    }

    public async Task<SavedSqlQuery?> FindAsync(int projectId, Guid id, CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        return await RowAsync(database, projectId, id, cancellationToken) is { } row ? ToQuery(row) : null;
    }

    public async Task<Outcome<SavedSqlQuery>> CreateAsync(ProjectGrant grant, SavedSqlQuerySettings settings, CancellationToken cancellationToken)
    {
        if (RefusalOf(settings) is { } refusal)
        {
            return refusal;
        }
        var now = time.GetUtcNow();
        var row = new SavedSqlQueryRow
        {
            Id = Guid.CreateVersion7(now),
            ProjectId = grant.ProjectId,
            Name = "",
            Description = "",
            Statement = "",
            Variables = "[]",
            CreatedBy = grant.Actor.UserId,
            CreatedByEmail = grant.Actor.Email,
            CreatedAt = now,
            UpdatedByEmail = grant.Actor.Email,
        };
        Apply(settings, row, grant, now);
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        database.Add(row);
        activity.Add(database, Entry(grant, ActivityVerb.Created, row) with { After = Logged(settings) });
        await database.SaveChangesAsync(cancellationToken);
        return ToQuery(row);
    }

    public async Task<Outcome<SavedSqlQuery>> UpdateAsync(
        ProjectGrant grant, Guid id, SavedSqlQuerySettings settings, CancellationToken cancellationToken)
    {
        if (RefusalOf(settings) is { } refusal)
        {
            return refusal;
        }
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        if (await RowAsync(database, grant.ProjectId, id, cancellationToken) is not { } row)
        {
            return Refusal.NotFound("There is no such saved query.");
        }
        var before = Logged(ToQuery(row).ToSettings());
        Apply(settings, row, grant, time.GetUtcNow());
        activity.Add(database, Entry(grant, ActivityVerb.Updated, row) with { Before = before, After = Logged(settings) });
        await database.SaveChangesAsync(cancellationToken);
        return ToQuery(row);
    }

    public async Task<Outcome<SavedSqlQuery>> DeleteAsync(ProjectGrant grant, Guid id, CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        if (await RowAsync(database, grant.ProjectId, id, cancellationToken) is not { } row)
        {
            return Refusal.NotFound("There is no such saved query.");
        }
        database.Remove(row);
        activity.Add(database, Entry(grant, ActivityVerb.Deleted, row) with { Before = Logged(ToQuery(row).ToSettings()) });
        await database.SaveChangesAsync(cancellationToken);
        return ToQuery(row);
    }

    static Refusal? RefusalOf(SavedSqlQuerySettings settings) =>
        string.IsNullOrWhiteSpace(settings.Name) ? Refusal.Invalid("name", "A saved query needs a name.")
        : settings.Name.Trim().Length > LongestName ? Refusal.Invalid("name", $"A name has at most {LongestName} characters.")
        : settings.Description.Length > LongestDescription ? Refusal.Invalid("description", $"A description has at most {LongestDescription:n0} characters.")
        : string.IsNullOrWhiteSpace(settings.Query) ? Refusal.Invalid("query", "There is no statement to save.")
        : settings.Query.Length > LongestText ? Refusal.Invalid("query", $"A statement has at most {LongestText:n0} characters.")
        : settings.Variables.Count > 100 ? Refusal.Invalid("variables", "A statement has at most 100 variables.")
        : settings.Filters is { } filters && filters.Write().GetRawText().Length > LongestText ? Refusal.Invalid("filters", $"Filters have at most {LongestText:n0} characters.")
        : null;

    static void Apply(SavedSqlQuerySettings settings, SavedSqlQueryRow row, ProjectGrant grant, DateTimeOffset now)
    {
        row.Name = settings.Name.Trim();
        row.Description = settings.Description.Trim();
        row.Statement = settings.Query;
        row.Variables = JsonSerializer.Serialize(settings.Variables, Json);
        row.Filters = settings.Filters?.Write() is { } filters && SqlFilters.Read(filters) is { IsEmpty: false } ? filters.GetRawText() : null;
        row.UpdatedByEmail = grant.Actor.Email;
        row.UpdatedAt = now;
    }

    static Task<SavedSqlQueryRow?> RowAsync(PrickleDatabase database, int projectId, Guid id, CancellationToken cancellationToken) =>
        database.Set<SavedSqlQueryRow>().FirstOrDefaultAsync(row => row.ProjectId == projectId && row.Id == id, cancellationToken);

    static ActivityEntry Entry(ProjectGrant grant, ActivityVerb verb, SavedSqlQueryRow row) =>
        ActivityEntry.In(grant, verb, Resource.Query, row.Id.ToString(), row.Name);

    static object Logged(SavedSqlQuerySettings settings) => new { settings.Name, settings.Description, settings.Query, Filters = settings.Filters ?? new() };

    internal static SqlFilters FiltersOf(SavedSqlQueryRow row) => row.Filters is null ? new() : SqlFilters.Read(JsonElement.Parse(row.Filters)) ?? new();

    static SavedSqlQuery ToQuery(SavedSqlQueryRow row) => new(
        row.Id, row.Name, row.Description, row.Statement, JsonSerializer.Deserialize<List<SqlVariable>>(row.Variables, Json)!,
        FiltersOf(row),
        row.CreatedByEmail, row.CreatedAt, row.UpdatedByEmail, row.UpdatedAt);
}
