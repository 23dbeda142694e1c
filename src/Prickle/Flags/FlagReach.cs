using Prickle.Cohorts;
using Prickle.Filters;
using Prickle.Flags.Evaluation;
using Prickle.Groups;
using Prickle.Persons;

namespace Prickle.Flags;

/// <summary>How many get a flag.</summary>
/// <param name="Total">Persons, or groups of its type, that there are.</param>
/// <param name="Evaluated">Of these the newest, for whom the flag was evaluated.</param>
/// <param name="IsCapped">There are more than are evaluated.</param>
/// <param name="Error">Why it could not be said for some; null when it could.</param>
public sealed record FlagReachCount(
    long Total, int Evaluated, int Enabled, bool IsCapped, bool IsOfGroups, IReadOnlyDictionary<string, int> Variants, IReadOnlyList<FlagSetReach> Sets, string? Error);

/// <summary>How many fit the properties of a set, whatever its roll-out says.</summary>
/// <param name="IsOfAll">Counted among all; else among those who were evaluated.</param>
public sealed record FlagSetReach(int Index, long Matching, bool IsOfAll);

/// <summary>
/// Who gets a flag. The evaluator itself is asked for the newest <see cref="Most"/>, each by the first of their ids; who fits
/// the properties of a set is counted among all where the analytical store can say it.
/// </summary>
public sealed class FlagReach
{
    /// <summary>Persons or groups that the flag is evaluated for.</summary>
    public const int Most = 10_000;

    const int Chunk = 500;

    readonly FlagDirectory _directory;
    readonly FlagSubjects _subjects;
    readonly PersonQueries _persons;
    readonly GroupQueries _groups;
    readonly CohortQueries _cohorts;
    readonly IEnumerable<IFlagChoices> _choices;
    readonly TimeProvider _time;

    internal FlagReach(
        FlagDirectory directory, FlagSubjects subjects, PersonQueries persons, GroupQueries groups, CohortQueries cohorts,
        IEnumerable<IFlagChoices> choices, TimeProvider time) =>
        (_directory, _subjects, _persons, _groups, _cohorts, _choices, _time) = (directory, subjects, persons, groups, cohorts, choices, time);

    /// <summary>Counts for settings, saved or not.</summary>
    /// <param name="id">The flag that they are of; 0 for a new one.</param>
    public async Task<FlagReachCount> CountAsync(int projectId, int id, FlagSettings settings, CancellationToken cancellationToken)
    {
        var (all, flag) = await CompileAsync(projectId, id, settings, cancellationToken);
        var tally = new Tally(flag);
        var total = settings.Filters.GroupTypeIndex is { } type
            ? await CountGroupsAsync(projectId, type, all, tally, cancellationToken)
            : await CountPersonsAsync(projectId, all, tally, cancellationToken);
        return new FlagReachCount(
            total, tally.Evaluated, tally.Enabled, tally.Evaluated < total, settings.Filters.GroupTypeIndex is not null, tally.Variants,
            await SetsAsync(projectId, flag, tally, tally.Evaluated < total, cancellationToken), tally.Error);
    }

    /// <summary>Why the flag is what it is for somebody.</summary>
    public async Task<FlagExplanation> ExplainAsync(int projectId, FeatureFlag flag, FlagRequest request, CancellationToken cancellationToken)
    {
        var (all, compiled) = await CompileAsync(projectId, flag.Id, flag.Settings, cancellationToken);
        return FlagExplanation.Of(compiled, await _subjects.OfAsync(projectId, all, [compiled], request, cancellationToken));
    }

    async Task<(CompiledFlags All, CompiledFlag Flag)> CompileAsync(int projectId, int id, FlagSettings settings, CancellationToken cancellationToken)
    {
        var kept = await _directory.KeptAsync(projectId, cancellationToken);
        List<FeatureFlag> flags =
        [
            .. kept.Flags.All.Select(flag => flag.Flag).Where(flag => flag.Id != id && flag.Key != settings.Key),
            new FeatureFlag { Id = id, ProjectId = projectId, Settings = settings with { Active = true } },
        ];
        var all = CompiledFlags.Of(flags, kept.Cohorts, kept.Flags.GroupTypes);
        return (all, all.Find(settings.Key)!);
    }

    async Task<long> CountPersonsAsync(int projectId, CompiledFlags all, Tally tally, CancellationToken cancellationToken)
    {
        var filter = new PersonFilter(projectId);
        for (var offset = 0; offset < Most; offset += Chunk)
        {
            var persons = await _persons.ListAsync(filter, Chunk, offset, cancellationToken);
            var memberships = tally.Flag.Cohorts.Count == 0 || persons.Count == 0 ? null
                : await _cohorts.MembershipsAsync(projectId, [.. tally.Flag.Cohorts], [.. persons.Select(person => person.Id)], cancellationToken);
            var choices = tally.Flag.IsGuarded ? await ChoicesAsync(projectId, persons, cancellationToken) : null;
            foreach (var (index, person) in persons.Index())
            {
                tally.Add(new FlagSubject
                {
                    DistinctId = person.DistinctIds is [var first, ..] ? first : person.Id.ToString(),
                    Now = _time.GetUtcNow(),
                    Person = new FlagProperties(person.Properties),
                    Cohorts = memberships?[person.Id].ToHashSet() ?? [],
                    Groups = new FlagGroup?[all.GroupTypes.Count],
                    Choices = choices?[index] ?? NoChoices,
                });
            }
            if (persons.Count < Chunk)
            {
                break;
            }
        }
        return tally.Evaluated < Most ? tally.Evaluated : await _persons.CountAsync(filter, cancellationToken);
    }

    static readonly Dictionary<int, bool> NoChoices = [];

    async Task<IReadOnlyList<IReadOnlyDictionary<int, bool>>> ChoicesAsync(
        int projectId, IReadOnlyList<PersonProfile> persons, CancellationToken cancellationToken)
    {
        FlagChooser[] choosers = [.. persons.Select(person => new FlagChooser(person.Id, person.DistinctIds, []))];
        var chosen = persons.Select(_ => new Dictionary<int, bool>()).ToArray();
        foreach (var source in _choices)
        {
            foreach (var (index, answers) in (await source.OfAsync(projectId, choosers, cancellationToken)).Index())
            {
                foreach (var (flag, isOn) in answers)
                {
                    chosen[index][flag] = isOn;
                }
            }
        }
        return chosen;
    }

    async Task<long> CountGroupsAsync(int projectId, int type, CompiledFlags all, Tally tally, CancellationToken cancellationToken)
    {
        long total = 0;
        for (var offset = 0; offset < Most; offset += Chunk)
        {
            (total, var groups) = await _groups.ListAsync(projectId, type, "", Chunk, offset, cancellationToken: cancellationToken);
            foreach (var group in groups)
            {
                var places = new FlagGroup?[Math.Max(type + 1, all.GroupTypes.Count)];
                places[type] = new FlagGroup(group.Key, new FlagProperties(group.Properties));
                tally.Add(new FlagSubject { DistinctId = "", Now = _time.GetUtcNow(), Groups = places });
            }
            if (groups.Count < Chunk)
            {
                break;
            }
        }
        return total;
    }

    async Task<IReadOnlyList<FlagSetReach>> SetsAsync(int projectId, CompiledFlag flag, Tally tally, bool isCapped, CancellationToken cancellationToken)
    {
        var sets = new List<FlagSetReach>();
        for (var index = 0; index < flag.Conditions.Length; index++)
        {
            var filters = isCapped && flag.Conditions[index].GroupTypeIndex is null ? InStore(flag.Conditions[index].Origin) : null;
            sets.Add(filters is null
                ? new FlagSetReach(index, tally.Matching[index], !isCapped)
                : new FlagSetReach(index, await _persons.CountAsync(new PersonFilter(projectId) { Properties = filters }, cancellationToken), true));
        }
        return sets;
    }

    /// <summary>The set as the store is asked; null for what it knows no answer to, or another one.</summary>
    static FilterGroup? InStore(FlagCondition set) =>
        set.Properties.All(property => property.Type is FlagPropertyTypes.Person or FlagPropertyTypes.Cohort && !property.IsNegated
            && property.Operator is not ("is_set" or "is_not_set"))
            ? FilterGroup.All([.. set.Properties.Select(FlagFilterForm.ToFilter)])
            : null;

    sealed class Tally(CompiledFlag flag)
    {
        public CompiledFlag Flag => flag;
        public int Evaluated { get; private set; }
        public int Enabled { get; private set; }
        public string? Error { get; private set; }
        public Dictionary<string, int> Variants { get; } = new(StringComparer.Ordinal);
        public int[] Matching { get; } = new int[flag.Conditions.Length];

        public void Add(FlagSubject subject)
        {
            Evaluated++;
            var run = new FlagRun(subject);
            var answer = FlagEvaluator.Evaluate(flag, run);
            Error ??= answer.Error;
            for (var index = 0; index < Matching.Length; index++)
            {
                Matching[index] += flag.Conditions[index].Fits(run) == Fit.Yes ? 1 : 0;
            }
            if (!answer.IsEnabled)
            {
                return;
            }
            Enabled++;
            if (answer.Variant is { } variant)
            {
                Variants[variant] = Variants.GetValueOrDefault(variant) + 1;
            }
        }
    }
}
