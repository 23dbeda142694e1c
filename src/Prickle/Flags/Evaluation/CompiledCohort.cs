using System.Text;
using Prickle.Cohorts;
using Prickle.Filters;

namespace Prickle.Flags.Evaluation;

/// <summary>
/// A cohort, ready to be asked. One that is made of properties is judged here, by what the request says; static ones and what
/// people did are looked up before.
/// </summary>
sealed class CompiledCohort
{
    const int Deepest = 20;

    readonly Func<FlagSubject, bool> _has;

    CompiledCohort(int id, Func<FlagSubject, bool> has) => (Id, _has) = (id, has);

    public int Id { get; }

    /// <summary>The person properties that it asks for.</summary>
    public HashSet<string> Properties { get; } = new(StringComparer.Ordinal);

    /// <summary>The cohorts whose members are looked up.</summary>
    public HashSet<int> LookedUp { get; } = [];

    public bool Has(FlagSubject subject) => _has(subject);

    /// <summary>Null for a cohort that is not there, or that cannot be judged.</summary>
    public static CompiledCohort? Of(int id, IReadOnlyDictionary<int, CohortSettings> cohorts)
    {
        if (!IsThere(id, cohorts, 0))
        {
            return null;
        }
        var (properties, lookedUp) = (new HashSet<string>(StringComparer.Ordinal), new HashSet<int>());
        var cohort = new CompiledCohort(id, Judge(id, cohorts, properties, lookedUp));
        cohort.Properties.UnionWith(properties);
        cohort.LookedUp.UnionWith(lookedUp);
        return cohort;
    }

    static bool IsThere(int id, IReadOnlyDictionary<int, CohortSettings> cohorts, int depth) =>
        depth < Deepest && cohorts.TryGetValue(id, out var settings)
        && (IsLookedUp(settings) || settings.Filters.Properties.Leaves.OfType<MembershipCriterion>().All(inner => IsThere(inner.CohortId, cohorts, depth + 1)));

    /// <summary>Whether what it is made of cannot be judged by properties.</summary>
    public static bool IsLookedUp(CohortSettings settings) =>
        settings.IsStatic || settings.Filters.Properties.Leaves.Any(leaf => leaf is BehaviorCriterion);

    static Func<FlagSubject, bool> Judge(int id, IReadOnlyDictionary<int, CohortSettings> cohorts, HashSet<string> properties, HashSet<int> lookedUp)
    {
        var settings = cohorts[id];
        if (IsLookedUp(settings))
        {
            lookedUp.Add(id);
            return subject => subject.Cohorts?.Contains(id) == true;
        }
        return Judge(settings.Filters.Properties, cohorts, properties, lookedUp);
    }

    static Func<FlagSubject, bool> Judge(
        CohortCriterion criterion, IReadOnlyDictionary<int, CohortSettings> cohorts, HashSet<string> properties, HashSet<int> lookedUp)
    {
        switch (criterion)
        {
            case CohortGroup group:
                var members = group.Members.Select(member => Judge(member, cohorts, properties, lookedUp)).ToArray();
                return group.Join == FilterJoin.And
                    ? subject => Array.TrueForAll(members, member => member(subject))
                    : subject => Array.Exists(members, member => member(subject));
            case MembershipCriterion membership:
                var inner = Judge(membership.CohortId, cohorts, properties, lookedUp);
                return subject => inner(subject) != membership.IsNegated;
            case PersonCriterion person:
                properties.Add(person.Filter.Key);
                var (key, filter) = (Encoding.UTF8.GetBytes(person.Filter.Key), PreparedFilter.Of(person.Filter, TimeZoneInfo.Utc));
                return subject => subject.Person.TryGet(key, out var value) ? filter.Fits(value, subject.Now) : filter.FitsMissing(subject.Now);
            default:
                throw new ArgumentOutOfRangeException(nameof(criterion), criterion, "What people did is looked up.");
        }
    }
}
