using Prickle.Flags.Evaluation;
using Prickle.Flags.Wire;

namespace Prickle.Flags;

/// <summary>A flag made ready to be evaluated many times.</summary>
public sealed class CompiledFlag
{
    internal CompiledFlag(FeatureFlag flag) => Flag = flag;

    public FeatureFlag Flag { get; }

    public string Key => Flag.Key;

    /// <summary>Why it cannot be evaluated; null when it can. The others do not notice.</summary>
    public string? Problem { get; internal set; }

    /// <summary>The person properties that it, or a flag that it depends on, asks for.</summary>
    public IReadOnlyList<string> PersonProperties { get; internal set; } = [];

    /// <summary>The cohorts whose members have to be looked up for it.</summary>
    public IReadOnlySet<int> Cohorts { get; internal set; } = new HashSet<int>();

    /// <summary>The properties of groups that it asks for, by the type of group.</summary>
    public IReadOnlyList<(int Type, string Key)> GroupProperties { get; internal set; } = [];

    /// <summary>The flags that it depends on, by key, each before those that depend on it; itself not among them.</summary>
    public IReadOnlyList<CompiledFlag> Dependencies { get; internal set; } = [];

    /// <summary>It, or one that it depends on, goes by what somebody had before signing in.</summary>
    public bool IsContinuous { get; internal set; }

    internal int Index { get; init; }

    /// <summary>Its answers as they were written for SDKs.</summary>
    internal WrittenAnswers Written { get; } = new();

    internal CompiledCondition[] Conditions { get; set; } = [];

    internal CompiledCondition? SuperCondition { get; set; }

    internal VariantRange[] Variants { get; set; } = [];

    /// <summary>The property by which people choose; null where they cannot, or where what they chose is looked up.</summary>
    internal byte[]? Enrollment { get; set; }

    /// <summary>What somebody chose is looked up, for it or for one that it depends on.</summary>
    public bool IsGuarded { get; internal set; }

    internal string? PayloadOf(string? variant) => Flag.Settings.Filters.Payloads.GetValueOrDefault(variant ?? "true");

    internal bool HasVariant(string key) => Array.Exists(Variants, range => range.Key == key);
}
