using System.Collections.Concurrent;
using System.Globalization;
using System.Numerics;
using Microsoft.EntityFrameworkCore;
using Prickle.Storage;

namespace Prickle.Flags.Storage;

/// <summary>
/// What shares go by for somebody who had flags before signing in. Right after it, the SDK says who they were: that is kept, by
/// the id that is theirs from now on.
/// </summary>
static class FlagHashKeys
{
    public const int LongestId = 400;

    static readonly ConcurrentDictionary<int, string> Questions = [];

    /// <summary>By the keys of flags.</summary>
    public static async ValueTask<Dictionary<string, string>> ReadAsync(
        PreparedReading reading, int projectId, CompiledFlags all, string distinctId, IReadOnlyList<string> others, CancellationToken cancellationToken)
    {
        // One text for each power of two, so that few are kept; the last of the ids fill what is left of it. Most people have one id:
        // for a list of several, SQLite makes a table.
        var ids = new List<object>(others.Count + 1) { distinctId };
        for (var index = 0; index < others.Count; index++)
        {
            if (others[index] != distinctId)
            {
                ids.Add(others[index]);
            }
        }
        var values = new object[1 + (int)BitOperations.RoundUpToPowerOf2((uint)ids.Count)];
        values[0] = projectId;
        for (var index = 1; index < values.Length; index++)
        {
            values[index] = ids[Math.Min(index, ids.Count) - 1];
        }
        var keys = new Dictionary<string, string>(StringComparer.Ordinal);
        await using var row = await reading.AskAsync(Questions.GetOrAdd(values.Length, Question), values, cancellationToken);
        while (await row.ReadAsync(cancellationToken))
        {
            if (Continuous(all, row.GetInt32(0)) is { } flag)
            {
                keys.TryAdd(flag.Key, row.GetString(1));
            }
        }
        return keys;
    }

    /// <summary>Whether the request says who somebody was.</summary>
    public static bool IsTold(FlagRequest request) =>
        request.AnonymousId is { Length: > 0 and <= LongestId } before && before != request.DistinctId && request.DistinctId.Length <= LongestId;

    /// <summary>Keeps who they were for the flags that have nothing yet.</summary>
    public static async Task<Dictionary<string, string>> KeepAsync(
        IDbContextFactory<PrickleDatabase> databases, int projectId, CompiledFlags all, Dictionary<string, string> known, FlagRequest request,
        DateTimeOffset now, CancellationToken cancellationToken)
    {
        var missing = all.All.Where(flag => IsContinuous(flag) && !known.ContainsKey(flag.Key)).ToList();
        if (missing.Count == 0)
        {
            return known;
        }
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        database.AddRange(missing.Select(flag => new FlagHashKeyRow
        {
            ProjectId = projectId,
            DistinctId = request.DistinctId,
            FlagId = flag.Flag.Id,
            HashKey = request.AnonymousId!,
            CreatedAt = (now.UtcTicks - DateTimeOffset.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond,
        }));
        try
        {
            await database.SaveChangesAsync(cancellationToken);
        }
        catch (DbUpdateException)
        {
            // The same visitor asked twice in one moment, or the store takes nothing now: this answer is the same either way.
        }
        foreach (var flag in missing)
        {
            known[flag.Key] = request.AnonymousId!;
        }
        return known;
    }

    static CompiledFlag? Continuous(CompiledFlags all, int id)
    {
        for (var index = 0; index < all.All.Count; index++)
        {
            if (all.All[index].Flag.Id == id)
            {
                return IsContinuous(all.All[index]) ? all.All[index] : null;
            }
        }
        return null;
    }

    static bool IsContinuous(CompiledFlag flag) => flag.Flag.Settings is { EnsureExperienceContinuity: true, Active: true };

    static string Question(int values) => string.Create(CultureInfo.InvariantCulture, $"""
        SELECT flag_id, hash_key FROM feature_flag_hash_keys
        WHERE project_id = @p0 AND distinct_id IN ({string.Join(", ", Enumerable.Range(1, values - 1).Select(number => $"@p{number}"))})
        ORDER BY created_at, distinct_id
        """);
}
