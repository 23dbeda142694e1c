namespace Prickle.Automations.Pages;

/// <summary>Where an edge of the flow begins: a way out of a step.</summary>
/// <param name="Step">Its id; null for the beginning of the flow.</param>
/// <param name="Index">Its place among <see cref="AutomationStep.Ways"/>.</param>
public sealed record FlowWay(string? Step, int Index)
{
    public static readonly FlowWay Start = new(null, 0);
}

/// <summary>How steps hang together, as the page needs it.</summary>
static class FlowGraph
{
    public static string? TargetOf(AutomationDefinition definition, FlowWay way) =>
        way.Step is null ? (definition.Steps is [var first, ..] ? first.Id : null)
        : definition.Find(way.Step)?.Ways.ElementAtOrDefault(way.Index).Target;

    /// <summary>The step with one of its ways leading elsewhere.</summary>
    public static AutomationStep WithTarget(AutomationStep step, int index, string? target) => step switch
    {
        BranchStep branch when index < branch.Branches.Count =>
            branch with { Branches = [.. branch.Branches.Select((one, at) => at == index ? one with { Next = target } : one)] },
        SplitStep split => split with { Parts = [.. split.Parts.Select((one, at) => at == index ? one with { Next = target } : one)] },
        PauseUntilStep until when index == 1 => until with { OnTimeout = target },
        _ => step with { Next = target },
    };

    /// <summary>The step with every way leading to one place.</summary>
    public static AutomationStep WithEveryTarget(AutomationStep step, string? target) =>
        Enumerable.Range(0, step.Ways.Count()).Aggregate(step, (changed, index) => WithTarget(changed, index, target));

    /// <summary>What can be reached from a step, itself among it, the nearest first, with the number of edges between.</summary>
    /// <param name="without">Is not passed through.</param>
    public static Dictionary<string, int> ReachedFrom(AutomationDefinition definition, string? start, IReadOnlySet<string> without)
    {
        var distances = new Dictionary<string, int>(StringComparer.Ordinal);
        var open = new Queue<(string Id, int Distance)>();
        if (start is not null)
        {
            open.Enqueue((start, 0));
        }
        while (open.TryDequeue(out var next))
        {
            if (without.Contains(next.Id) || definition.Find(next.Id) is not { } step || !distances.TryAdd(next.Id, next.Distance))
            {
                continue;
            }
            foreach (var (_, target) in step.Ways)
            {
                if (target is not null)
                {
                    open.Enqueue((target, next.Distance + 1));
                }
            }
        }
        return distances;
    }

    public static IReadOnlySet<string> Reached(AutomationDefinition definition) =>
        ReachedFrom(definition, TargetOf(definition, FlowWay.Start), new HashSet<string>()).Keys.ToHashSet(StringComparer.Ordinal);

    /// <summary>The step in which ways of this one come together again: that in which most do, and of these the nearest. Null when none do.</summary>
    /// <param name="without">What stands above it already.</param>
    public static string? JoinOf(AutomationDefinition definition, AutomationStep step, IReadOnlySet<string> without)
    {
        var ways = step.Ways.Select(way => ReachedFrom(definition, way.Target, without)).Where(way => way.Count > 0).ToList();
        return ways.SelectMany(way => way).GroupBy(one => one.Key, one => one.Value).Where(group => group.Count() > 1)
            .OrderByDescending(group => group.Count()).ThenBy(group => group.Max()).ThenBy(group => group.Sum()).FirstOrDefault()?.Key;
    }

    /// <summary>Every edge out of these steps that leads there.</summary>
    /// <param name="target">Null for the end.</param>
    public static IReadOnlyList<FlowWay> WaysInto(AutomationDefinition definition, IEnumerable<string> from, string? target) =>
        [.. from.SelectMany(id => definition.Find(id)!.Ways.Select((way, index) => (way.Target, Way: new FlowWay(id, index))))
            .Where(one => one.Target == target).Select(one => one.Way)];
}
