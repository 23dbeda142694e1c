using Prickle.Storage;

namespace Prickle.Accounts.Keys;

/// <summary>
/// Finds keys by their hash, for each request that comes with one. They are read each time and never kept: a key that was
/// deleted stops at once, on every node.
/// </summary>
sealed class KeyLookup(PreparedReads reads)
{
    const string Personal = """
        SELECT k.id, k.user_id, u.email, k.name, k.scopes, k.organization_ids, k.project_ids, k.expires_at, k.last_used_at
        FROM personal_keys k JOIN users u ON u.id = k.user_id WHERE k.hash = @p0
        """;

    const string OfProject = "SELECT id, project_id, last_used_at FROM project_secret_keys WHERE hash = @p0";

    public async ValueTask<FoundPersonalKey?> FindPersonalAsync(string hash, CancellationToken cancellationToken)
    {
        await using var reading = reads.Begin();
        await using var row = await reading.AskAsync(Personal, [hash], cancellationToken);
        return await row.ReadAsync(cancellationToken)
            ? new FoundPersonalKey(
                row.GetGuid(0), row.GetGuid(1), await row.IsDBNullAsync(2, cancellationToken) ? "" : row.GetString(2), row.GetString(3),
                row.ListOrNull<string>(4) ?? [], row.ListOrNull<int>(5), row.ListOrNull<int>(6), row.MomentOrNull(7), row.MomentOrNull(8))
            : null;
    }

    public async ValueTask<FoundProjectKey?> FindOfProjectAsync(string hash, CancellationToken cancellationToken)
    {
        await using var reading = reads.Begin();
        await using var row = await reading.AskAsync(OfProject, [hash], cancellationToken);
        return await row.ReadAsync(cancellationToken) ? new FoundProjectKey(row.GetGuid(0), row.GetInt32(1), row.MomentOrNull(2)) : null;
    }
}

/// <summary>A personal key as a request needs it, with the address of its owner.</summary>
sealed record FoundPersonalKey(
    Guid Id, Guid UserId, string Email, string Name, IReadOnlyList<string> Scopes, IReadOnlyList<int>? OrganizationIds, IReadOnlyList<int>? ProjectIds,
    DateTimeOffset? ExpiresAt, DateTimeOffset? LastUsedAt);

/// <summary>A project's secret key as a request needs it.</summary>
sealed record FoundProjectKey(Guid Id, int ProjectId, DateTimeOffset? LastUsedAt);
