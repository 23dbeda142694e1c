using System.Data.Common;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Prickle.ClickHouse;
using Prickle.Cohorts;
using Prickle.Flags.Storage;
using Prickle.Groups;
using Prickle.Persons;
using Prickle.Storage;

namespace Prickle.Flags;

/// <summary>What a request says about somebody.</summary>
public sealed record FlagRequest(string DistinctId)
{
    /// <summary>Who they were before signing in; sent right after it.</summary>
    public string? AnonymousId { get; init; }
    public string? DeviceId { get; init; }

    /// <summary>Laid over what is stored.</summary>
    public JsonElement PersonProperties { get; init; }

    /// <summary>Keys by the names of types.</summary>
    public IReadOnlyDictionary<string, string> Groups { get; init; } = new Dictionary<string, string>();

    /// <summary>An object of objects, by the names of types.</summary>
    public JsonElement GroupProperties { get; init; }
}

/// <summary>
/// Looks up what flags need to know about somebody, and nothing else: at most one look at persons, and none where the request
/// says all that is asked for.
/// </summary>
public sealed class FlagSubjects(
    PersonLookup persons, GroupQueries groups, CohortQueries cohorts, IEnumerable<IFlagChoices> choices, IDbContextFactory<PrickleDatabase> databases,
    TimeProvider time)
{
    const int MostIds = 100;
    const int LongestId = 400;

    public async Task<FlagSubject> OfAsync(
        int projectId, CompiledFlags all, IReadOnlyList<CompiledFlag> flags, FlagRequest request, CancellationToken cancellationToken)
    {
        var asked = flags.SelectMany(flag => flag.Cohorts).ToHashSet();
        var isContinuous = flags.Any(flag => flag.IsContinuous);
        var isGuarded = flags.Any(flag => flag.IsGuarded);
        var isPersonNeeded = asked.Count > 0 || isContinuous || isGuarded || flags.Any(flag => flag.PersonProperties.Any(key => !IsGiven(request.PersonProperties, key)));
        var person = isPersonNeeded ? await persons.FindAsync(projectId, request.DistinctId, cancellationToken, isContinuous || isGuarded ? MostIds : 0) : null;
        var places = await GroupsAsync(projectId, all, flags, request, cancellationToken);
        return new FlagSubject
        {
            DistinctId = request.DistinctId,
            DeviceId = request.DeviceId,
            Now = time.GetUtcNow(),
            Person = new FlagProperties(request.PersonProperties, person?.Properties ?? default),
            Groups = places,
            Choices = isGuarded ? await ChoicesAsync(projectId, person!, request.DistinctId, places, cancellationToken) : EmptyChoices,
            Cohorts = asked.Count == 0 ? EmptyCohorts : await CohortsAsync(projectId, asked, person!.PersonId, cancellationToken),
            HashOverrides = isContinuous ? await HashKeysAsync(projectId, all, person!, request, cancellationToken) : EmptyKeys,
        };
    }

    static readonly IReadOnlySet<int> EmptyCohorts = new HashSet<int>();
    static readonly IReadOnlyDictionary<int, bool> EmptyChoices = new Dictionary<int, bool>();
    static readonly IReadOnlyDictionary<string, string> EmptyKeys = new Dictionary<string, string>();

    async Task<IReadOnlyDictionary<int, bool>> ChoicesAsync(
        int projectId, KnownPerson person, string distinctId, IReadOnlyList<FlagGroup?> places, CancellationToken cancellationToken)
    {
        var chooser = new FlagChooser(person.PersonId, [distinctId, .. person.DistinctIds], [.. places.Select(place => place?.Key)]);
        var chosen = new Dictionary<int, bool>();
        foreach (var source in choices)
        {
            foreach (var (flag, isOn) in (await source.OfAsync(projectId, [chooser], cancellationToken))[0])
            {
                chosen[flag] = isOn;
            }
        }
        return chosen;
    }

    /// <summary>Null when the analytical store does not answer: flags on such cohorts fail, the others do not wait for it.</summary>
    async Task<IReadOnlySet<int>?> CohortsAsync(int projectId, IReadOnlyCollection<int> asked, Guid personId, CancellationToken cancellationToken)
    {
        try
        {
            return (await cohorts.MembershipsAsync(projectId, asked, [personId], cancellationToken))[personId].ToHashSet();
        }
        catch (Exception exception) when (exception is ClickHouseUnavailableException or HttpRequestException or IOException or DbException or TimeoutException
            || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return null;
        }
    }

    static bool IsGiven(JsonElement properties, string key) => properties.ValueKind == JsonValueKind.Object && properties.TryGetProperty(key, out _);

    async Task<FlagGroup?[]> GroupsAsync(
        int projectId, CompiledFlags all, IReadOnlyList<CompiledFlag> flags, FlagRequest request, CancellationToken cancellationToken)
    {
        var found = new FlagGroup?[all.GroupTypes.Count == 0 ? 0 : all.GroupTypes.Keys.Max() + 1];
        if (request.Groups.Count == 0)
        {
            return found;
        }
        var asked = flags.SelectMany(flag => flag.GroupProperties).ToHashSet();
        foreach (var (index, name) in all.GroupTypes)
        {
            if (request.Groups.TryGetValue(name, out var key))
            {
                var given = request.GroupProperties.ValueKind == JsonValueKind.Object && request.GroupProperties.TryGetProperty(name, out var properties) ? properties : default;
                var stored = asked.Contains(index) ? (await groups.FindAsync(projectId, index, key, cancellationToken))?.Properties ?? default : default;
                found[index] = new FlagGroup(key, new FlagProperties(given, stored));
            }
        }
        return found;
    }

    /// <summary>
    /// What shares go by for somebody who had flags before signing in. Right after it, the SDK says who they were: that is kept,
    /// by the id that is theirs from now on.
    /// </summary>
    async Task<IReadOnlyDictionary<string, string>> HashKeysAsync(
        int projectId, CompiledFlags all, KnownPerson person, FlagRequest request, CancellationToken cancellationToken)
    {
        var continuous = all.All.Where(flag => flag.Flag.Settings is { EnsureExperienceContinuity: true, Active: true }).ToDictionary(flag => flag.Flag.Id, flag => flag.Key);
        HashSet<string> ids = [request.DistinctId, .. person.DistinctIds];
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        var rows = await database.Set<FlagHashKeyRow>().AsNoTracking().Where(row => row.ProjectId == projectId && ids.Contains(row.DistinctId))
            .OrderBy(row => row.CreatedAt).ThenBy(row => row.DistinctId).ToListAsync(cancellationToken);
        var keys = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var row in rows)
        {
            if (continuous.TryGetValue(row.FlagId, out var key))
            {
                keys.TryAdd(key, row.HashKey);
            }
        }
        if (request.AnonymousId is not { Length: > 0 and <= LongestId } before || before == request.DistinctId || request.DistinctId.Length > LongestId)
        {
            return keys;
        }
        var missing = continuous.Where(flag => !keys.ContainsKey(flag.Value)).ToList();
        var now = (time.GetUtcNow().UtcTicks - DateTimeOffset.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond;
        database.AddRange(missing.Select(flag => new FlagHashKeyRow
        {
            ProjectId = projectId,
            DistinctId = request.DistinctId,
            FlagId = flag.Key,
            HashKey = before,
            CreatedAt = now,
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
            keys[flag.Value] = before;
        }
        return keys;
    }
}
