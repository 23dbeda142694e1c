using System.Globalization;
using System.Text;
using System.Text.Json;
using Prickle.Cohorts;
using Prickle.Filters;

namespace Prickle.Flags.Evaluation;

/// <summary>Makes flags ready: what cannot be is marked, and fails alone.</summary>
sealed class FlagCompiler
{
    readonly IReadOnlyDictionary<int, CohortSettings> _cohorts;
    readonly IReadOnlyDictionary<int, string> _groupTypes;
    readonly CompiledFlag[] _flags;
    readonly Dictionary<string, CompiledFlag> _byName = new(StringComparer.Ordinal);

    FlagCompiler(IReadOnlyList<FeatureFlag> flags, IReadOnlyDictionary<int, CohortSettings> cohorts, IReadOnlyDictionary<int, string> groupTypes)
    {
        (_cohorts, _groupTypes) = (cohorts, groupTypes);
        _flags = [.. flags.Select((flag, index) => new CompiledFlag(flag) { Index = index, Problem = flag.Problem })];
        // A dependency names a flag by its id or by its key; a key that looks like an id is the key.
        foreach (var flag in _flags)
        {
            _byName[flag.Flag.Id.ToString(CultureInfo.InvariantCulture)] = flag;
        }
        foreach (var flag in _flags)
        {
            _byName[flag.Key] = flag;
        }
    }

    public static CompiledFlag[] Compile(
        IReadOnlyList<FeatureFlag> flags, IReadOnlyDictionary<int, CohortSettings> cohorts, IReadOnlyDictionary<int, string> groupTypes)
    {
        var compiler = new FlagCompiler(flags, cohorts, groupTypes);
        foreach (var flag in compiler._flags.Where(flag => flag.Problem is null))
        {
            compiler.Prepare(flag);
        }
        foreach (var flag in compiler._flags)
        {
            compiler.Order(flag);
        }
        return compiler._flags;
    }

    void Prepare(CompiledFlag flag)
    {
        var filters = flag.Flag.Settings.Filters;
        var needs = new Needs();
        try
        {
            flag.Conditions = [.. filters.Groups.Select(group => Condition(group, filters, needs))];
            flag.SuperCondition = filters.SuperGroups is [var first, ..] ? Condition(first, filters, needs) : null;
        }
        // A definition that was saved by other rules than today's: the flag fails, its neighbours do not.
        catch (Exception exception) when (exception is ArgumentException or FormatException or InvalidOperationException or OverflowException)
        {
            flag.Problem = $"The definition cannot be understood: {exception.Message}";
            return;
        }
        flag.Variants = Ranges(filters.Variants);
        flag.IsGuarded = filters is { IsEnrollment: true, IsEnrollmentGuarded: true };
        if (filters.IsEnrollment && !flag.IsGuarded)
        {
            var property = FlagPropertyTypes.Enrollment(flag.Key);
            flag.Enrollment = Encoding.UTF8.GetBytes(property);
            needs.Person.Add(property);
        }
        flag.PersonProperties = needs.Person;
        flag.Cohorts = needs.Cohorts;
        flag.GroupProperties = needs.Groups;
        flag.IsContinuous = flag.Flag.Settings.EnsureExperienceContinuity;
    }

    static VariantRange[] Ranges(IReadOnlyList<FlagVariant> variants)
    {
        var ranges = new VariantRange[variants.Count];
        var from = 0d;
        for (var index = 0; index < ranges.Length; index++)
        {
            var to = from + (variants[index].RolloutPercentage / 100);
            ranges[index] = new VariantRange(variants[index].Key, from, to);
            from = to;
        }
        return ranges;
    }

    CompiledCondition Condition(FlagCondition group, FlagFilters filters, Needs needs)
    {
        var groupType = group.Aggregation is { } own ? own.GroupTypeIndex : filters.GroupTypeIndex;
        var share = group.RolloutPercentage is { } percentage and < 100 ? percentage / 100 : (double?)null;
        return new CompiledCondition(group, [.. group.Properties.Select(property => Test(property, groupType, needs))], share, group.Variant, groupType);
    }

    FlagTest Test(FlagProperty property, int? groupType, Needs needs)
    {
        switch (property.Type)
        {
            case FlagPropertyTypes.Flag:
                return new DependencyTest(property);
            case FlagPropertyTypes.Cohort:
                return Cohort(property, needs);
            case FlagPropertyTypes.Group:
                var type = property.GroupTypeIndex ?? groupType ?? 0;
                needs.Groups.Add(type);
                return new PropertyTest(property, FlagFilterForm.ToFilter(property), type);
            default:
                needs.Person.Add(property.Key);
                return new PropertyTest(property, FlagFilterForm.ToFilter(property), null);
        }
    }

    FlagTest Cohort(FlagProperty property, Needs needs)
    {
        var filter = FlagFilterForm.ToFilter(property);
        var cohorts = filter.Values.Select(id => CompiledCohort.Of(int.Parse(id, CultureInfo.InvariantCulture), _cohorts)).ToList();
        if (cohorts.Contains(null))
        {
            return new BrokenTest(property);
        }
        foreach (var cohort in cohorts)
        {
            needs.Person.UnionWith(cohort!.Properties);
            needs.Cohorts.UnionWith(cohort.LookedUp);
        }
        return new CohortTest(property, cohorts!, filter.Operator == "not_in");
    }

    /// <summary>Finds what the flag depends on, in the order in which that can be evaluated, and whether the way leads back.</summary>
    void Order(CompiledFlag flag)
    {
        var order = new List<CompiledFlag>();
        var states = new Dictionary<CompiledFlag, bool>();
        if (!Visit(flag, states, order))
        {
            flag.Problem ??= "The flag depends on itself, by way of others.";
        }
        order.Remove(flag);
        flag.Dependencies = order;
        if (order.Count == 0)
        {
            return;
        }
        // What it needs is what all of them need.
        flag.PersonProperties = order.SelectMany(other => other.PersonProperties).Concat(flag.PersonProperties).ToHashSet(StringComparer.Ordinal);
        flag.Cohorts = order.SelectMany(other => other.Cohorts).Concat(flag.Cohorts).ToHashSet();
        flag.GroupProperties = order.SelectMany(other => other.GroupProperties).Concat(flag.GroupProperties).ToHashSet();
        flag.IsContinuous |= order.Exists(other => other.IsContinuous);
        flag.IsGuarded |= order.Exists(other => other.IsGuarded);
    }

    /// <summary>False when the way comes back to where it is already; states hold true for what is done.</summary>
    bool Visit(CompiledFlag flag, Dictionary<CompiledFlag, bool> states, List<CompiledFlag> order)
    {
        if (states.TryGetValue(flag, out var isDone))
        {
            return isDone;
        }
        states[flag] = false;
        var isRound = true;
        foreach (var test in DependenciesOf(flag))
        {
            test.On = _byName.GetValueOrDefault(test.Origin.Key);
            isRound &= test.On is null || Visit(test.On, states, order);
        }
        states[flag] = isRound;
        order.Add(flag);
        return isRound;
    }

    static IEnumerable<DependencyTest> DependenciesOf(CompiledFlag flag) =>
        flag.Conditions.Append(flag.SuperCondition).SelectMany(condition => condition?.Tests ?? []).OfType<DependencyTest>();

    sealed class Needs
    {
        public HashSet<string> Person { get; } = new(StringComparer.Ordinal);
        public HashSet<int> Cohorts { get; } = [];
        public HashSet<int> Groups { get; } = [];
    }
}
