using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using Prickle.Cohorts;
using Prickle.Flags.Storage;
using Prickle.Flags.Wire;
using Prickle.Groups;
using Prickle.Storage;

namespace Prickle.Flags;

/// <summary>
/// The flags of projects in memory, ready to be evaluated. Changes of this node are seen at once; those of others by a number
/// that is looked at every few seconds. While the relational store is away, what was known is used.
/// </summary>
public sealed partial class FlagDirectory : IDisposable
{
    /// <summary>How soon the changes of other nodes are seen.</summary>
    public static readonly TimeSpan Refresh = TimeSpan.FromSeconds(3);

    /// <summary>How soon changes of cohorts and new types of groups are seen.</summary>
    public static readonly TimeSpan SurroundingsRefresh = TimeSpan.FromSeconds(15);

    readonly IDbContextFactory<PrickleDatabase> _databases;
    readonly CohortQueries _cohorts;
    readonly GroupQueries _groups;
    readonly TimeProvider _time;
    readonly ILogger<FlagDirectory> _logger;
    readonly ConcurrentDictionary<int, Kept> _projects = [];
    readonly SemaphoreSlim _loading = new(1, 1);
    volatile int _changes;

    internal FlagDirectory(
        IDbContextFactory<PrickleDatabase> databases, CohortQueries cohorts, GroupQueries groups, TimeProvider time, ILogger<FlagDirectory> logger) =>
        (_databases, _cohorts, _groups, _time, _logger) = (databases, cohorts, groups, time, logger);

    /// <summary>The flags of a project that are not archived.</summary>
    public async ValueTask<CompiledFlags> OfProjectAsync(int projectId, CancellationToken cancellationToken) =>
        (await KeptAsync(projectId, cancellationToken)).Flags;

    /// <summary>The same, with the number that grows with each change and the cohorts that they were made ready with.</summary>
    internal async ValueTask<Kept> KeptAsync(int projectId, CancellationToken cancellationToken)
    {
        if (_projects.TryGetValue(projectId, out var kept) && IsFresh(kept))
        {
            return kept;
        }
        // One asks; whoever has something that was right a moment ago does not wait for it.
        if (!await _loading.WaitAsync(kept is not null && kept.Changes == _changes ? TimeSpan.Zero : Timeout.InfiniteTimeSpan, cancellationToken))
        {
            return kept!;
        }
        try
        {
            return _projects.TryGetValue(projectId, out kept) && IsFresh(kept) ? kept : _projects[projectId] = await LoadAsync(projectId, kept, cancellationToken);
        }
        finally
        {
            _loading.Release();
        }
    }

    /// <summary>To be called after a change was saved.</summary>
    internal void Changed() => Interlocked.Increment(ref _changes);

    bool IsFresh(Kept kept) => kept.Changes == _changes && _time.GetElapsedTime(kept.CheckedAt) < Refresh;

    async Task<Kept> LoadAsync(int projectId, Kept? known, CancellationToken cancellationToken)
    {
        var (changes, at) = (_changes, _time.GetTimestamp());
        try
        {
            await using var database = await _databases.CreateDbContextAsync(cancellationToken);
            var edition = await database.Set<FlagEditionRow>().Where(row => row.ProjectId == projectId).Select(row => row.Edition).SingleOrDefaultAsync(cancellationToken);
            if (known is not null && known.Edition == edition && _time.GetElapsedTime(known.LoadedAt) < SurroundingsRefresh)
            {
                return known with { CheckedAt = at, Changes = changes };
            }
            var rows = await database.Set<FlagRow>().AsNoTracking()
                .Where(row => row.ProjectId == projectId && !row.IsDeleted && !row.IsArchived).OrderBy(row => row.Id).ToListAsync(cancellationToken);
            var cohorts = rows.Count == 0 ? [] : await _cohorts.ListAsync(projectId, cancellationToken);
            var settings = cohorts.ToDictionary(cohort => cohort.Id, cohort => cohort.Settings);
            return new Kept(
                CompiledFlags.Of(rows.ConvertAll(row => row.ToFlag()), settings, await _groups.TypeNamesAsync(projectId, cancellationToken)),
                settings, edition, at, at, changes);
        }
        catch (Exception exception) when (known is not null && StorageOutage.Is(exception))
        {
            LogStale(exception);
            return known with { CheckedAt = at, Changes = changes };
        }
    }

    public void Dispose() => _loading.Dispose();

    [LoggerMessage(Level = LogLevel.Warning, Message = "The feature flags cannot be read; what was known is used meanwhile")]
    partial void LogStale(Exception exception);

    internal sealed record Kept(
        CompiledFlags Flags, IReadOnlyDictionary<int, CohortSettings> Cohorts, long Edition, long CheckedAt, long LoadedAt, int Changes)
    {
        /// <summary>The definitions as they were written for SDKs, with cohorts and without.</summary>
        public ConcurrentDictionary<bool, WrittenDefinitions> Written { get; } = [];
    }
}
