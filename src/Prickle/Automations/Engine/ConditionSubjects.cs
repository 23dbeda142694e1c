using System.Text.Json;
using Prickle.Accounts;
using Prickle.Cohorts;
using Prickle.Filters;
using Prickle.Groups;
using Prickle.Persons;

namespace Prickle.Automations.Engine;

/// <summary>What a condition is judged on: an event, and whose.</summary>
/// <param name="Groups">The keys of the groups by the index of their type.</param>
sealed record ConditionInput(Guid? PersonId, JsonElement Event, string ElementsChain, IReadOnlyDictionary<int, string> Groups);

/// <summary>Looks up what conditions ask for, of many at once: persons as they are now, their cohorts, their groups.</summary>
sealed class ConditionSubjects(PersonQueries persons, CohortQueries cohorts, GroupQueries groups, ProjectDirectory projects, TimeProvider time)
{
    const int Chunk = 400;

    /// <summary>One for each input, in their order.</summary>
    /// <param name="asked">The conditions that will be judged: only what they look at is looked up.</param>
    public async Task<IReadOnlyList<FilterSubject>> OfAsync(
        int projectId, IReadOnlyList<ConditionInput> inputs, IReadOnlyCollection<FilterGroup> asked, CancellationToken cancellationToken)
    {
        var leaves = asked.SelectMany(filters => filters.Leaves).ToList();
        Guid[] ids = [.. inputs.Select(input => input.PersonId).OfType<Guid>().Distinct()];
        var profiles = leaves.Exists(leaf => leaf.Type == FilterTypes.Person) ? await ProfilesAsync(projectId, ids, cancellationToken) : [];
        int[] wanted = [.. asked.SelectMany(filters => filters.CohortIds).Distinct()];
        var members = wanted.Length > 0 && ids.Length > 0 ? await cohorts.MembershipsAsync(projectId, wanted, ids, cancellationToken) : null;
        int[] types = [.. leaves.Where(leaf => leaf.Type == FilterTypes.Group).Select(leaf => leaf.GroupTypeIndex ?? 0).Distinct()];
        var zone = (await projects.FindAsync(projectId, cancellationToken))?.Zone ?? TimeZoneInfo.Utc;
        var known = new Dictionary<(int, string), JsonElement>();
        var subjects = new List<FilterSubject>(inputs.Count);
        foreach (var input in inputs)
        {
            subjects.Add(new FilterSubject
            {
                Now = time.GetUtcNow(),
                Zone = zone,
                Event = input.Event,
                ElementsChain = input.ElementsChain,
                Person = input.PersonId is { } id && profiles.TryGetValue(id, out var profile) ? profile : default,
                Groups = await GroupsAsync(projectId, input, types, known, cancellationToken),
                IsInCohort = cohort => members is not null && input.PersonId is { } person && members[person].Contains(cohort),
            });
        }
        return subjects;
    }

    async Task<Dictionary<Guid, JsonElement>> ProfilesAsync(int projectId, Guid[] ids, CancellationToken cancellationToken)
    {
        var found = new Dictionary<Guid, JsonElement>();
        foreach (var chunk in ids.Chunk(Chunk))
        {
            foreach (var (id, profile) in await persons.ByIdsAsync(projectId, chunk, cancellationToken))
            {
                found[id] = profile.Properties;
            }
        }
        return found;
    }

    async Task<Dictionary<int, JsonElement>> GroupsAsync(
        int projectId, ConditionInput input, int[] types, Dictionary<(int, string), JsonElement> known, CancellationToken cancellationToken)
    {
        var found = new Dictionary<int, JsonElement>();
        foreach (var type in types)
        {
            if (!input.Groups.TryGetValue(type, out var key))
            {
                continue;
            }
            if (!known.TryGetValue((type, key), out var properties))
            {
                known[(type, key)] = properties = (await groups.FindAsync(projectId, type, key, cancellationToken))?.Properties ?? default;
            }
            found[type] = properties;
        }
        return found;
    }
}
