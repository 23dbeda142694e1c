using System.Collections.Frozen;
using Microsoft.EntityFrameworkCore;
using Prickle.Accounts.Storage;
using Prickle.Storage;

namespace Prickle.Accounts;

/// <summary>
/// All living projects in memory, for the paths that ask on every request. Changes made by this process are seen
/// at once, those of other nodes within <see cref="Refresh"/>. A found project costs no allocation.
/// </summary>
public sealed partial class ProjectDirectory(
    IDbContextFactory<PrickleDatabase> databases, TimeProvider time, ILogger<ProjectDirectory> logger) : IDisposable
{
    /// <summary>Oldest answer given for a known project while the store answers.</summary>
    public static readonly TimeSpan Refresh = TimeSpan.FromSeconds(5);

    /// <summary>Oldest answer given for an unknown one, so that a project made on another node works right away,
    /// and a flood of made-up tokens costs one query a second.</summary>
    public static readonly TimeSpan RefreshUnknown = TimeSpan.FromSeconds(1);

    readonly SemaphoreSlim _loading = new(1, 1);
    volatile Snapshot _snapshot = Snapshot.None;
    volatile int _changes;

    /// <summary>The project of an SDK's token, or null when no living project has it.</summary>
    public ValueTask<Project?> FindByTokenAsync(string token, CancellationToken cancellationToken) =>
        _snapshot.ByToken.TryGetValue(token, out var project) && IsYoungerThan(Refresh)
            ? new(project)
            : FindSlowlyAsync(token, static (snapshot, token) => snapshot.ByToken.GetValueOrDefault(token), cancellationToken);

    /// <summary>The project of an id, or null when it does not exist (any more).</summary>
    public ValueTask<Project?> FindAsync(int id, CancellationToken cancellationToken) =>
        _snapshot.ById.TryGetValue(id, out var project) && IsYoungerThan(Refresh)
            ? new(project)
            : FindSlowlyAsync(id, static (snapshot, id) => snapshot.ById.GetValueOrDefault(id), cancellationToken);

    /// <summary>Every living project, in the order of their ids.</summary>
    public async ValueTask<IReadOnlyList<Project>> ListAsync(CancellationToken cancellationToken)
    {
        if (!IsYoungerThan(Refresh))
        {
            await ReloadAsync(cancellationToken);
        }
        return _snapshot.All;
    }

    /// <summary>To be called after a change to a project was saved.</summary>
    internal void Changed() => Interlocked.Increment(ref _changes);

    // The key is handed through: a lambda that captured it would be allocated on the quick path too.
    async ValueTask<Project?> FindSlowlyAsync<TKey>(
        TKey key, Func<Snapshot, TKey, Project?> find, CancellationToken cancellationToken)
    {
        if (IsYoungerThan(Refresh) && find(_snapshot, key) is { } known)
        {
            return known;
        }
        if (!IsYoungerThan(RefreshUnknown))
        {
            await ReloadAsync(cancellationToken);
        }
        return find(_snapshot, key);
    }

    bool IsYoungerThan(TimeSpan age) =>
        _snapshot is var snapshot && snapshot.Changes == _changes && time.GetElapsedTime(snapshot.ReadAt) < age;

    async Task ReloadAsync(CancellationToken cancellationToken)
    {
        await _loading.WaitAsync(cancellationToken);
        try
        {
            // Whoever waited here finds the work done, unless something changed after it began.
            if (IsYoungerThan(RefreshUnknown))
            {
                return;
            }
            var changes = _changes;
            var readAt = time.GetTimestamp();
            await using var database = await databases.CreateDbContextAsync(cancellationToken);
            var rows = await database.Set<ProjectRow>().AsNoTracking()
                .Where(row => row.DeletedAt == null).OrderBy(row => row.Id).ToListAsync(cancellationToken);
            _snapshot = new Snapshot([.. rows.Select(row => row.ToProject())], readAt, changes);
        }
        catch (Exception exception) when (StorageOutage.Is(exception) && _snapshot != Snapshot.None)
        {
            // Capture goes on with what was known while the relational store is away; asked again in a moment.
            LogStale(exception);
            _snapshot = _snapshot with { ReadAt = time.GetTimestamp(), Changes = _changes };
        }
        finally
        {
            _loading.Release();
        }
    }

    public void Dispose() => _loading.Dispose();

    [LoggerMessage(Level = LogLevel.Warning, Message = "The projects cannot be read; what was known is used meanwhile")]
    partial void LogStale(Exception exception);

    sealed record Snapshot(IReadOnlyList<Project> All, long ReadAt, int Changes)
    {
        /// <summary>Older than any change, hence never used as it stands.</summary>
        public static readonly Snapshot None = new([], 0, -1);

        public FrozenDictionary<string, Project> ByToken { get; } =
            All.ToFrozenDictionary(project => project.Token, StringComparer.Ordinal);

        public FrozenDictionary<int, Project> ById { get; } = All.ToFrozenDictionary(project => project.Id);
    }
}
