using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using Prickle.Destinations.Storage;
using Prickle.Storage;

namespace Prickle.Destinations.Sending;

/// <summary>A connection with its secrets open.</summary>
/// <param name="Fields">All of them; null where the secrets cannot be opened.</param>
/// <param name="Secrets">The values that appear nowhere.</param>
sealed record OpenConnection(Destination Destination, IReadOnlyDictionary<string, string>? Fields, IReadOnlyList<string> Secrets)
{
    public required DateTimeOffset? FailingSince { get; init; }
}

/// <summary>Connections as they are used, for some seconds: hundreds of deliveries a second ask for the same one.</summary>
sealed class OpenConnections(IDbContextFactory<PrickleDatabase> databases, DestinationSecrets secrets, TimeProvider time)
{
    /// <summary>How soon changes of other nodes are seen; those of this one are at once.</summary>
    public static readonly TimeSpan Refresh = TimeSpan.FromSeconds(5);

    readonly ConcurrentDictionary<Guid, Kept> _kept = [];

    public async ValueTask<OpenConnection?> FindAsync(int projectId, Guid id, CancellationToken cancellationToken)
    {
        if (!_kept.TryGetValue(id, out var kept) || time.GetElapsedTime(kept.ReadAt) >= Refresh)
        {
            _kept[id] = kept = await ReadAsync(id, kept, cancellationToken);
            Forget();
        }
        return kept.Connection is { } found && found.Destination.ProjectId == projectId ? found : null;
    }

    public void Changed(Guid id) => _kept.TryRemove(id, out _);

    async Task<Kept> ReadAsync(Guid id, Kept? known, CancellationToken cancellationToken)
    {
        var at = time.GetTimestamp();
        try
        {
            await using var database = await databases.CreateDbContextAsync(cancellationToken);
            var row = await database.Set<DestinationRow>().AsNoTracking().SingleOrDefaultAsync(one => one.Id == id, cancellationToken);
            return new Kept(row is null ? null : Open(row), at);
        }
        catch (Exception exception) when (known is not null && StorageOutage.Is(exception))
        {
            // What was right a moment ago is used while the store is away.
            return known with { ReadAt = at };
        }
    }

    OpenConnection Open(DestinationRow row)
    {
        var destination = row.ToDestination();
        return secrets.Open(row.Sealed) is { } opened
            ? new OpenConnection(destination, new Dictionary<string, string>(destination.Fields.Concat(opened)), [.. opened.Values]) { FailingSince = row.FailingSince }
            : new OpenConnection(destination, null, []) { FailingSince = row.FailingSince };
    }

    void Forget()
    {
        foreach (var (id, kept) in _kept)
        {
            if (time.GetElapsedTime(kept.ReadAt) > TimeSpan.FromMinutes(5))
            {
                _kept.TryRemove(id, out _);
            }
        }
    }

    sealed record Kept(OpenConnection? Connection, long ReadAt);
}
