using Prickle.Cohorts;
using Prickle.Flags.Evaluation;

namespace Prickle.Flags;

/// <summary>The flags of a project, made ready to be evaluated together.</summary>
public sealed class CompiledFlags
{
    readonly Dictionary<string, CompiledFlag> _byKey;

    CompiledFlags(CompiledFlag[] flags, IReadOnlyDictionary<int, string> groupTypes)
    {
        All = flags;
        GroupTypes = groupTypes;
        _byKey = flags.ToDictionary(flag => flag.Key, StringComparer.Ordinal);
    }

    public static readonly CompiledFlags None = new([], new Dictionary<int, string>());

    /// <summary>In the order in which they were given.</summary>
    public IReadOnlyList<CompiledFlag> All { get; }

    /// <summary>The names of the types of groups by index.</summary>
    public IReadOnlyDictionary<int, string> GroupTypes { get; }

    public CompiledFlag? Find(string key) => _byKey.GetValueOrDefault(key);

    /// <param name="cohorts">Those that the flags may name, and what these are made of.</param>
    /// <param name="groupTypes">The names of the types of groups by index.</param>
    public static CompiledFlags Of(
        IReadOnlyList<FeatureFlag> flags, IReadOnlyDictionary<int, CohortSettings> cohorts, IReadOnlyDictionary<int, string> groupTypes) =>
        new(FlagCompiler.Compile(flags, cohorts, groupTypes), groupTypes);
}
