using System.Runtime.InteropServices;
using Prickle.ClickHouse;
using Prickle.Persons.Identity;
using Prickle.Persons.Storage;

namespace Prickle.Persons;

/// <summary>
/// Turns what events say about people into persons: in memory for those seen lately, in the relational store for good,
/// and in ClickHouse as a mirror. One batch at a time; merges by hand take their turn among the batches.
/// </summary>
public sealed class PersonResolver : IDisposable
{
    // A person takes about a kilobyte.
    const int LargestGraph = 25_000;
    const int Tries = 5;
    static readonly TimeSpan BetweenCopies = TimeSpan.FromSeconds(1);

    readonly PersonTables _tables;
    readonly PersonMirror _mirror;
    readonly TimeProvider _time;
    readonly IdentityGraph _graph;
    readonly SemaphoreSlim _turn = new(1, 1);
    Guid _node;
    long _change;
    long? _applied;
    long _applying;
    long? _mirroredAt;
    volatile bool _isBehind = true;

    internal PersonResolver(PersonTables tables, PersonMirror mirror, TimeProvider time)
    {
        (_tables, _mirror, _time) = (tables, mirror, time);
        _graph = new IdentityGraph(time);
    }

    /// <summary>Says which node this is; to be called once, before anything else.</summary>
    public void UseNode(Guid node) => _node = node;

    /// <summary>Applies the signals in order, writes what changed, and fills in who each of them is.</summary>
    /// <exception cref="ClickHouseUnavailableException">Persons are stored, their mirror is not yet: run the batch again.</exception>
    /// <param name="signals">What events say.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <param name="mayWait">
    /// Another batch follows soon: persons may reach ClickHouse with a later one, a second after the last at most, since each copy
    /// is a part that the store has to merge. <see cref="CatchUpAsync"/> ends it.
    /// </param>
    public Task ResolveAsync(IReadOnlyList<PersonSignal> signals, CancellationToken cancellationToken, bool mayWait = false) =>
        InTurnAsync(
            async () =>
            {
                await LoadAsync(signals, cancellationToken);
                var applied = _applied ??= await _tables.AppliedThroughAsync(_node, cancellationToken);
                _applying = applied;
                foreach (var signal in signals)
                {
                    if (signal.Entry > 0 && signal.Entry <= applied)
                    {
                        _graph.Recall(signal);
                    }
                    else
                    {
                        _graph.Apply(signal);
                        _applying = Math.Max(_applying, signal.Entry);
                    }
                }

                return true;
            },
            cancellationToken,
            mayWait);

    /// <summary>Copies what waits to be copied, if anything does.</summary>
    public Task CatchUpAsync(CancellationToken cancellationToken) =>
        _isBehind ? InTurnAsync(() => Task.FromResult(true), cancellationToken) : Task.CompletedTask;

    /// <summary>Copies what the marks say is not copied yet, which may be everything.</summary>
    internal async Task CopyAnewAsync(CancellationToken cancellationToken)
    {
        _isBehind = true;
        // Before it is known which node this is, the first batch will do it.
        if (_node != Guid.Empty)
        {
            await CatchUpAsync(cancellationToken);
        }
    }

    /// <summary>Runs a change over the graph, saves it, and repeats it on fresh persons when another node was faster.</summary>
    internal async Task<T> InTurnAsync<T>(Func<Task<T>> change, CancellationToken cancellationToken, bool mayWait = false)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            // What a crash or an unreachable store left behind goes first.
            await MirrorAsync(mayWait, cancellationToken);
            for (var attempt = 1; attempt <= Tries; attempt++)
            {
                var result = await change();
                if (await SaveAsync(cancellationToken))
                {
                    await MirrorAsync(mayWait, cancellationToken);
                    return result;
                }

                _graph.Clear();
            }

            throw new InvalidOperationException("Other nodes keep changing the same persons");
        }
        catch
        {
            // Half-applied changes in memory must not be taken for the truth.
            _graph.Clear();
            _applied = null;
            throw;
        }
        finally
        {
            _applying = 0;
            _turn.Release();
        }
    }

    /// <summary>A person with all of their ids, deleted or not; null when the project has none. In turn only.</summary>
    internal async Task<Person?> LoadAsync(int projectId, Guid id, CancellationToken cancellationToken)
    {
        var person = _graph.FindPerson(id);
        // One who is deleted and has no row yet stands for a place where an id leads: the store may know more.
        if (person is null or { IsDeleted: true, StoredVersion: 0 })
        {
            person = await _tables.FindAsync(projectId, id, cancellationToken);
            if (person is null)
            {
                return null;
            }

            _graph.Load(person);
            person = _graph.FindPerson(id)!;
        }

        if (person.DistinctIds is null)
        {
            await _tables.LoadIdsAsync(_graph, projectId, [person], cancellationToken);
        }

        return person.ProjectId == projectId ? person : null;
    }

    /// <summary>Whether it is known which node this is.</summary>
    internal bool HasNode => _node != Guid.Empty;

    internal IdentityGraph Graph => _graph;

    internal PersonTables Tables => _tables;

    /// <inheritdoc/>
    public void Dispose() => _turn.Dispose();

    async Task LoadAsync(IReadOnlyList<PersonSignal> signals, CancellationToken cancellationToken)
    {
        if (_graph.Count > LargestGraph)
        {
            _graph.Clear();
        }

        // Loops and no queries: this runs for every event.
        var unknown = new Dictionary<int, HashSet<string>>();
        PersonSignal? before = null;
        foreach (var signal in signals)
        {
            // Events of one person come together.
            if (before is null || signal.ProjectId != before.ProjectId || signal.DistinctId != before.DistinctId)
            {
                NoteUnknown(signal.ProjectId, signal.DistinctId);
                before = signal;
            }

            if (signal.OtherId is { } other)
            {
                NoteUnknown(signal.ProjectId, other);
            }
        }

        foreach (var (projectId, ids) in unknown)
        {
            await _tables.LoadAsync(_graph, projectId, ids, cancellationToken);
        }

        var merging = new HashSet<Person>();
        foreach (var signal in signals)
        {
            if (signal is { UsesProfile: true, OtherId: { } other })
            {
                NoteMerging(signal.ProjectId, signal.DistinctId);
                NoteMerging(signal.ProjectId, other);
            }
        }

        foreach (var project in merging.GroupBy(person => person.ProjectId))
        {
            await _tables.LoadIdsAsync(_graph, project.Key, [.. project], cancellationToken);
        }

        void NoteUnknown(int projectId, string id)
        {
            if (!_graph.Knows(projectId, id))
            {
                (CollectionsMarshal.GetValueRefOrAddDefault(unknown, projectId, out _) ??= new(StringComparer.Ordinal)).Add(id);
            }
        }

        void NoteMerging(int projectId, string id)
        {
            if (_graph.Find(projectId, id)?.Person is { DistinctIds: null } person)
            {
                merging.Add(person);
            }
        }
    }

    async Task<bool> SaveAsync(CancellationToken cancellationToken)
    {
        var through = _applying > _applied ? _applying : (long?)null;
        if (through is null && !_graph.ChangedPersons.Any() && !_graph.ChangedIds.Any())
        {
            return true;
        }

        _change = Math.Max(PersonTables.Microseconds(_time.GetUtcNow()), _change + 1);
        if (!await _tables.SaveAsync(_graph, _node, _change, through, cancellationToken))
        {
            return false;
        }

        _applied = through ?? _applied;
        _isBehind = true;
        return true;
    }

    async Task MirrorAsync(bool mayWait, CancellationToken cancellationToken)
    {
        if (_isBehind && !(mayWait && _mirroredAt is { } last && _time.GetElapsedTime(last) < BetweenCopies))
        {
            _change = Math.Max(_change, await _mirror.CatchUpAsync(_node, cancellationToken));
            _isBehind = false;
            _mirroredAt = _time.GetTimestamp();
        }
    }
}
