using System.Collections.Concurrent;
using System.Collections.Frozen;
using Microsoft.EntityFrameworkCore;
using Prickle.Automations.Storage;
using Prickle.Automations.Triggers;
using Prickle.Storage;

namespace Prickle.Automations;

/// <summary>
/// What runs, in memory, for the path of every event. Changes made by this process are seen at once, those of other nodes within
/// <see cref="Refresh"/>.
/// </summary>
public sealed class AutomationDirectory : IDisposable
{
    /// <summary>The oldest answer given.</summary>
    public static readonly TimeSpan Refresh = TimeSpan.FromSeconds(5);

    readonly IDbContextFactory<PrickleDatabase> _databases;
    readonly TimeProvider _time;
    readonly SemaphoreSlim _loading = new(1, 1);

    // A version is never changed once it is published.
    readonly ConcurrentDictionary<(int Automation, int Version), AutomationDefinition> _versions = [];
    volatile Snapshot? _snapshot;
    volatile int _changes;

    internal AutomationDirectory(IDbContextFactory<PrickleDatabase> databases, TimeProvider time) => (_databases, _time) = (databases, time);

    /// <summary>To be called after a change was saved.</summary>
    internal void Changed() => Interlocked.Increment(ref _changes);

    /// <summary>What may begin or go on in a project.</summary>
    internal ValueTask<ProjectAutomations> OfProjectAsync(int projectId, CancellationToken cancellationToken) =>
        _snapshot is { } snapshot && IsYoung(snapshot)
            ? new(snapshot.Projects.GetValueOrDefault(projectId, ProjectAutomations.None)) : LoadAsync(projectId, cancellationToken);

    /// <summary>Everything that may begin, of all projects.</summary>
    internal async Task<IReadOnlyList<ActiveAutomation>> ActiveAsync(CancellationToken cancellationToken)
    {
        await OfProjectAsync(0, cancellationToken);
        return _snapshot!.Active;
    }

    /// <summary>A version as it was published; null when there is none.</summary>
    internal async ValueTask<AutomationDefinition?> VersionAsync(int automationId, int version, CancellationToken cancellationToken)
    {
        if (_versions.TryGetValue((automationId, version), out var known))
        {
            return known;
        }
        await using var database = await _databases.CreateDbContextAsync(cancellationToken);
        return await database.Set<AutomationVersionRow>().AsNoTracking().SingleOrDefaultAsync(row => row.AutomationId == automationId && row.Number == version, cancellationToken) is { } row
            ? Keep(row) : null;
    }

    AutomationDefinition Keep(AutomationVersionRow row) => _versions.GetOrAdd((row.AutomationId, row.Number), _ => AutomationJson.Read(row.Definition));

    bool IsYoung(Snapshot snapshot) => snapshot.Changes == _changes && _time.GetElapsedTime(snapshot.ReadAt) < Refresh;

    async ValueTask<ProjectAutomations> LoadAsync(int projectId, CancellationToken cancellationToken)
    {
        await _loading.WaitAsync(cancellationToken);
        try
        {
            if (_snapshot is not { } known || !IsYoung(known))
            {
                _snapshot = await ReadAsync(cancellationToken);
            }
        }
        catch (Exception exception) when (StorageOutage.Is(exception) && _snapshot is { } old)
        {
            // What was known is used while the relational store is away; asked again in a moment.
            _snapshot = old with { ReadAt = _time.GetTimestamp(), Changes = _changes };
        }
        finally
        {
            _loading.Release();
        }
        return _snapshot!.Projects.GetValueOrDefault(projectId, ProjectAutomations.None);
    }

    async Task<Snapshot> ReadAsync(CancellationToken cancellationToken)
    {
        var (changes, readAt) = (_changes, _time.GetTimestamp());
        await using var database = await _databases.CreateDbContextAsync(cancellationToken);
        var rows = await database.Set<AutomationRow>().AsNoTracking().Where(row => !row.IsDeleted && row.PublishedVersion != null && row.State != AutomationState.Draft)
            .Select(row => new { row.Id, row.ProjectId, row.Name, row.State, Version = row.PublishedVersion!.Value }).ToListAsync(cancellationToken);
        var waiting = await database.Set<RunRow>().Where(row => row.Awaits != RunAwaits.None).Select(row => new { row.ProjectId, row.AutomationId, row.Version })
            .Distinct().ToListAsync(cancellationToken);
        await LoadVersionsAsync(database, [.. rows.Select(row => (row.Id, row.Version)).Concat(waiting.Select(row => (row.AutomationId, row.Version))).Distinct()], cancellationToken);
        List<ActiveAutomation> active =
        [
            .. rows.Where(row => row.State == AutomationState.Active && _versions.ContainsKey((row.Id, row.Version)))
                .Select(row => new ActiveAutomation(row.Id, row.ProjectId, row.Name, row.Version, _versions[(row.Id, row.Version)])),
        ];
        var listening = waiting.Where(row => _versions.ContainsKey((row.AutomationId, row.Version)))
            .Select(row => (row.ProjectId, Definition: _versions[(row.AutomationId, row.Version)]))
            .Concat(active.Select(one => (one.ProjectId, one.Definition))).ToLookup(one => one.ProjectId, one => one.Definition);
        return new Snapshot(
            // A version is one object: comparing what definitions say would write all of them, for each pair.
            listening.ToFrozenDictionary(
                one => one.Key,
                one => ProjectAutomations.Of([.. active.Where(other => other.ProjectId == one.Key)], [.. one.Distinct<AutomationDefinition>(ReferenceEqualityComparer.Instance)])),
            active, readAt, changes);
    }

    async Task LoadVersionsAsync(PrickleDatabase database, IReadOnlyCollection<(int Automation, int Version)> wanted, CancellationToken cancellationToken)
    {
        var missing = wanted.Where(one => !_versions.ContainsKey(one)).ToHashSet();
        foreach (var chunk in missing.Select(one => one.Automation).Distinct().Chunk(500))
        {
            foreach (var row in await database.Set<AutomationVersionRow>().AsNoTracking().Where(row => chunk.Contains(row.AutomationId)).ToListAsync(cancellationToken))
            {
                if (missing.Contains((row.AutomationId, row.Number)))
                {
                    Keep(row);
                }
            }
        }
    }

    /// <inheritdoc />
    public void Dispose() => _loading.Dispose();

    sealed record Snapshot(FrozenDictionary<int, ProjectAutomations> Projects, IReadOnlyList<ActiveAutomation> Active, long ReadAt, int Changes);
}
