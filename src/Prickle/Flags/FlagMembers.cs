using System.Collections.Concurrent;
using System.Data.Common;
using Prickle.ClickHouse;
using Prickle.Cohorts;

namespace Prickle.Flags;

/// <summary>
/// Who is in the cohorts that flags look up. Members change only when a cohort is calculated, so they are read once for each
/// calculation and kept: asking the analytical store for each request would cost it a hundred times what a flag costs.
/// </summary>
public sealed class FlagMembers(CohortQueries cohorts, TimeProvider time) : IDisposable
{
    /// <summary>Read again after that at the latest: somebody in a cohort may have become part of another person.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromMinutes(1);

    /// <summary>How soon a finished calculation is seen.</summary>
    public static readonly TimeSpan Refresh = TimeSpan.FromSeconds(3);

    /// <summary>Members of larger cohorts are asked for each time: an id takes some thirty bytes.</summary>
    const int MostKept = 250_000;

    static readonly TimeSpan Forgotten = TimeSpan.FromHours(1);

    readonly ConcurrentDictionary<(int Project, int Cohort), Kept> _kept = [];
    readonly SemaphoreSlim _loading = new(1, 1);

    /// <summary>Those of the cohorts that the person is in; null where that cannot be said now.</summary>
    public async ValueTask<IReadOnlySet<int>?> OfAsync(int projectId, IReadOnlyCollection<int> asked, Guid personId, CancellationToken cancellationToken)
    {
        var found = new HashSet<int>();
        foreach (var cohort in asked)
        {
            var kept = _kept.TryGetValue((projectId, cohort), out var known) && IsFresh(known) ? known : await LoadAsync(projectId, cohort, known, cancellationToken);
            var isMember = kept switch
            {
                { Members: { } members } => members.Contains(personId),
                { IsLarge: true } => await AskAsync(projectId, cohort, personId, cancellationToken),
                _ => null,
            };
            if (isMember is null)
            {
                return null;
            }
            if (isMember == true)
            {
                found.Add(cohort);
            }
        }
        return found;
    }

    bool IsFresh(Kept kept) => time.GetElapsedTime(kept.CheckedAt) < Refresh;

    async Task<Kept> LoadAsync(int projectId, int cohort, Kept? known, CancellationToken cancellationToken)
    {
        // One looks; whoever has what was right a moment ago does not wait for it.
        if (!await _loading.WaitAsync(known is null ? Timeout.InfiniteTimeSpan : TimeSpan.Zero, cancellationToken))
        {
            return known!;
        }
        try
        {
            if (_kept.TryGetValue((projectId, cohort), out known) && IsFresh(known))
            {
                return known;
            }
            Forget();
            return _kept[(projectId, cohort)] = await ReadAsync(projectId, cohort, known, cancellationToken);
        }
        finally
        {
            _loading.Release();
        }
    }

    async Task<Kept> ReadAsync(int projectId, int cohort, Kept? known, CancellationToken cancellationToken)
    {
        var now = time.GetTimestamp();
        try
        {
            var profile = await cohorts.FindAsync(projectId, cohort, cancellationToken);
            // The store has a version before this time is noted: members are never older than it.
            var calculated = (profile?.CalculatedAt, profile?.Count);
            if (known is not null && known.Calculated == calculated && time.GetElapsedTime(known.ReadAt) < Longest && (known.Members is not null || known.IsLarge))
            {
                return known with { CheckedAt = now };
            }
            if (profile?.Count > MostKept)
            {
                return new Kept(null, true, calculated, now, now);
            }
            var members = await cohorts.MembersAsync(projectId, cohort, MostKept + 1, 0, cancellationToken);
            return members.Count > MostKept ? new Kept(null, true, calculated, now, now) : new Kept(members.ToHashSet(), false, calculated, now, now);
        }
        catch (Exception exception) when (IsAway(exception, cancellationToken))
        {
            // What was known is used. Where nothing was, nobody waits for the store again before the next look.
            return known is null ? new Kept(null, false, default, now, now) : known with { CheckedAt = now };
        }
    }

    async Task<bool?> AskAsync(int projectId, int cohort, Guid personId, CancellationToken cancellationToken)
    {
        try
        {
            return (await cohorts.MembershipsAsync(projectId, [cohort], [personId], cancellationToken))[personId].Any();
        }
        catch (Exception exception) when (IsAway(exception, cancellationToken))
        {
            return null;
        }
    }

    static bool IsAway(Exception exception, CancellationToken cancellationToken) =>
        exception is ClickHouseUnavailableException or HttpRequestException or IOException or DbException or TimeoutException
        || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested);

    // Of deleted cohorts and flags nothing is left for good.
    void Forget()
    {
        foreach (var (key, kept) in _kept)
        {
            if (time.GetElapsedTime(kept.CheckedAt) > Forgotten)
            {
                _kept.TryRemove(key, out _);
            }
        }
    }

    public void Dispose() => _loading.Dispose();

    /// <param name="Members">Null where they are too many, or could not be read.</param>
    sealed record Kept(HashSet<Guid>? Members, bool IsLarge, (DateTimeOffset? At, long? Count) Calculated, long CheckedAt, long ReadAt);
}
