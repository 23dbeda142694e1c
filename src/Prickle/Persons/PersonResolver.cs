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
    const int LargestGraph = 40_000;
    const int Tries = 5;

    readonly PersonTables _tables;
    readonly PersonMirror _mirror;
    readonly TimeProvider _time;
    readonly IdentityGraph _graph;
    readonly SemaphoreSlim _turn = new(1, 1);
    Guid _node;
    long _change;
    bool _isBehind = true;

    internal PersonResolver(PersonTables tables, PersonMirror mirror, TimeProvider time)
    {
        (_tables, _mirror, _time) = (tables, mirror, time);
        _graph = new IdentityGraph(time);
    }

    /// <summary>Says which node this is; to be called once, before anything else.</summary>
    public void UseNode(Guid node) => _node = node;

    /// <summary>Applies the signals in order, writes what changed, and fills in who each of them is.</summary>
    /// <exception cref="ClickHouseUnavailableException">Persons are stored, their mirror is not yet: run the batch again.</exception>
    public Task ResolveAsync(IReadOnlyList<PersonSignal> signals, CancellationToken cancellationToken) =>
        InTurnAsync(
            async () =>
            {
                await LoadAsync(signals, cancellationToken);
                foreach (var signal in signals)
                {
                    _graph.Apply(signal);
                }

                return true;
            },
            cancellationToken);

    /// <summary>Runs a change over the graph, saves it, and repeats it on fresh persons when another node was faster.</summary>
    internal async Task<T> InTurnAsync<T>(Func<Task<T>> change, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            // What a crash or an unreachable store left behind goes first.
            await MirrorAsync(cancellationToken);
            for (var attempt = 1; attempt <= Tries; attempt++)
            {
                var result = await change();
                if (await SaveAsync(cancellationToken))
                {
                    await MirrorAsync(cancellationToken);
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
            throw;
        }
        finally
        {
            _turn.Release();
        }
    }

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

        foreach (var project in signals.GroupBy(signal => signal.ProjectId))
        {
            var unknown = project
                .SelectMany(signal => signal.OtherId is { } other ? [signal.DistinctId, other] : new[] { signal.DistinctId })
                .Where(id => !_graph.Knows(project.Key, id))
                .ToHashSet(StringComparer.Ordinal);
            if (unknown.Count > 0)
            {
                await _tables.LoadAsync(_graph, project.Key, unknown, cancellationToken);
            }

            var merging = project
                .Where(signal => signal is { UsesProfile: true, OtherId: not null })
                .SelectMany(signal => new[] { signal.DistinctId, signal.OtherId! })
                .Select(id => _graph.Find(project.Key, id)?.Person)
                .OfType<Person>()
                .Where(person => person.DistinctIds is null)
                .Distinct()
                .ToList();
            if (merging.Count > 0)
            {
                await _tables.LoadIdsAsync(_graph, project.Key, merging, cancellationToken);
            }
        }
    }

    async Task<bool> SaveAsync(CancellationToken cancellationToken)
    {
        if (!_graph.ChangedPersons.Any() && !_graph.ChangedIds.Any())
        {
            return true;
        }

        _change = Math.Max(PersonTables.Microseconds(_time.GetUtcNow()), _change + 1);
        if (!await _tables.SaveAsync(_graph, _node, _change, cancellationToken))
        {
            return false;
        }

        _isBehind = true;
        return true;
    }

    async Task MirrorAsync(CancellationToken cancellationToken)
    {
        if (_isBehind)
        {
            _change = Math.Max(_change, await _mirror.CatchUpAsync(_node, cancellationToken));
            _isBehind = false;
        }
    }
}
