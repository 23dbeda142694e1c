using System.Text.Json;
using Microsoft.EntityFrameworkCore;
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
    PersonLookup persons, FlagMembers members, IEnumerable<IFlagChoices> choices, IDbContextFactory<PrickleDatabase> databases, PreparedReads reads,
    TimeProvider time)
{
    const int MostIds = 100;

    public async Task<FlagSubject> OfAsync(
        int projectId, CompiledFlags all, IReadOnlyList<CompiledFlag> flags, FlagRequest request, CancellationToken cancellationToken)
    {
        // This runs for every request over all flags: loops by number, and no set before there is something to put into it.
        HashSet<int>? asked = null;
        var (isContinuous, isGuarded, isPersonNeeded) = (false, false, false);
        for (var index = 0; index < flags.Count; index++)
        {
            var flag = flags[index];
            isContinuous |= flag.IsContinuous;
            isGuarded |= flag.IsGuarded;
            isPersonNeeded = isPersonNeeded || flag.IsContinuous || flag.IsGuarded || flag.Cohorts.Count > 0 || !AreGiven(request.PersonProperties, flag.PersonProperties);
            if (flag.Cohorts.Count > 0)
            {
                (asked ??= []).UnionWith(flag.Cohorts);
            }
        }
        KnownPerson? person;
        FlagGroup?[] places;
        Dictionary<string, string>? hashKeys = null;
        // Given back before anything else is asked: who holds a connection while waiting for another may wait for ever.
        await using (var reading = reads.Begin())
        {
            person = isPersonNeeded
                ? await persons.FindAsync(reading, projectId, request.DistinctId, cancellationToken, isContinuous || isGuarded ? MostIds : 0) : null;
            places = await GroupsAsync(reading, projectId, all, flags, request, cancellationToken);
            if (isContinuous)
            {
                hashKeys = await FlagHashKeys.ReadAsync(reading, projectId, all, request.DistinctId, person!.DistinctIds, cancellationToken);
            }
        }
        if (hashKeys is not null && FlagHashKeys.IsTold(request))
        {
            hashKeys = await FlagHashKeys.KeepAsync(databases, projectId, all, hashKeys, request, time.GetUtcNow(), cancellationToken);
        }
        return new FlagSubject
        {
            DistinctId = request.DistinctId,
            DeviceId = request.DeviceId,
            Now = time.GetUtcNow(),
            Person = new FlagProperties(request.PersonProperties, person?.Properties ?? default),
            Groups = places,
            Choices = isGuarded ? await ChoicesAsync(projectId, person!, request, places, cancellationToken) : EmptyChoices,
            Cohorts = asked is null ? EmptyCohorts : await members.OfAsync(projectId, asked, person!.PersonId, cancellationToken),
            HashOverrides = hashKeys ?? EmptyKeys,
        };
    }

    static readonly IReadOnlySet<int> EmptyCohorts = new HashSet<int>();
    static readonly IReadOnlyDictionary<int, bool> EmptyChoices = new Dictionary<int, bool>();
    static readonly IReadOnlyDictionary<string, string> EmptyKeys = new Dictionary<string, string>();

    async Task<IReadOnlyDictionary<int, bool>> ChoicesAsync(
        int projectId, KnownPerson person, FlagRequest request, IReadOnlyList<FlagGroup?> places, CancellationToken cancellationToken)
    {
        // Right after signing in the two ids are one person for the page, and not yet here.
        string[] ids = request.AnonymousId is { Length: > 0 and <= FlagHashKeys.LongestId } before ? [request.DistinctId, before] : [request.DistinctId];
        var chooser = new FlagChooser(person.PersonId, [.. ids, .. person.DistinctIds], [.. places.Select(place => place?.Key)]);
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

    static bool AreGiven(JsonElement properties, IReadOnlyList<string> keys)
    {
        for (var index = 0; index < keys.Count; index++)
        {
            if (!IsGiven(properties, keys[index]))
            {
                return false;
            }
        }
        return true;
    }

    static bool IsGiven(JsonElement properties, string key) => properties.ValueKind == JsonValueKind.Object && properties.TryGetProperty(key, out _);

    static async ValueTask<FlagGroup?[]> GroupsAsync(
        PreparedReading reading, int projectId, CompiledFlags all, IReadOnlyList<CompiledFlag> flags, FlagRequest request, CancellationToken cancellationToken)
    {
        var found = new FlagGroup?[all.GroupTypes.Count == 0 ? 0 : all.GroupTypes.Keys.Max() + 1];
        if (request.Groups.Count == 0)
        {
            return found;
        }
        foreach (var (index, name) in all.GroupTypes)
        {
            if (request.Groups.TryGetValue(name, out var key))
            {
                var given = request.GroupProperties.ValueKind == JsonValueKind.Object && request.GroupProperties.TryGetProperty(name, out var properties) ? properties : default;
                var stored = IsLookedUp(flags, index, given) ? await GroupQueries.PropertiesAsync(reading, projectId, index, key, cancellationToken) : default;
                found[index] = new FlagGroup(key, new FlagProperties(given, stored));
            }
        }
        return found;
    }

    static bool IsLookedUp(IReadOnlyList<CompiledFlag> flags, int type, JsonElement given)
    {
        foreach (var flag in flags)
        {
            for (var index = 0; index < flag.GroupProperties.Count; index++)
            {
                if (flag.GroupProperties[index] is var (ofType, key) && ofType == type && !IsGiven(given, key))
                {
                    return true;
                }
            }
        }
        return false;
    }
}
