namespace Prickle.Automations.Pages;

/// <summary>How a flow is drawn: parts from above to below.</summary>
public abstract record FlowPart;

/// <summary>The place between two parts, where a step can be put.</summary>
/// <param name="Ways">The edges that lead through here.</param>
public sealed record FlowGap(IReadOnlyList<FlowWay> Ways) : FlowPart;

public sealed record FlowCard(AutomationStep Step) : FlowPart;

/// <summary>The ways of a step side by side.</summary>
public sealed record FlowColumns(IReadOnlyList<FlowColumn> Columns) : FlowPart;

/// <param name="Label">Null for the plain way.</param>
public sealed record FlowColumn(string? Label, int Index, IReadOnlyList<FlowPart> Parts);

/// <summary>Goes on with a step that is drawn elsewhere.</summary>
public sealed record FlowLink(string Step) : FlowPart;

public sealed record FlowEnd : FlowPart;

/// <summary>Lays a flow out: every step once, ways side by side, and together again where they meet.</summary>
static class FlowPlan
{
    // Stands for the end among the places where columns stop.
    const string End = "";

    /// <summary>From the first step on.</summary>
    public static IReadOnlyList<FlowPart> Of(AutomationDefinition definition) =>
        Build(definition, [FlowWay.Start], FlowGraph.TargetOf(definition, FlowWay.Start), new HashSet<string>(), new HashSet<string>());

    /// <summary>Steps to which no way leads.</summary>
    public static IReadOnlyList<AutomationStep> OrphansOf(AutomationDefinition definition)
    {
        var reached = FlowGraph.Reached(definition);
        return [.. definition.Steps.Where(step => !reached.Contains(step.Id))];
    }

    static List<FlowPart> Build(AutomationDefinition definition, IReadOnlyList<FlowWay> ways, string? target, HashSet<string> drawn, IReadOnlySet<string> stops)
    {
        var parts = new List<FlowPart>();
        while (true)
        {
            parts.Add(new FlowGap(ways));
            if (stops.Contains(target ?? End))
            {
                return parts;
            }
            if (target is null || definition.Find(target) is not { } step)
            {
                parts.Add(new FlowEnd());
                return parts;
            }
            if (!drawn.Add(step.Id))
            {
                parts.Add(new FlowLink(step.Id));
                return parts;
            }
            parts.Add(new FlowCard(step));
            if (step.Ways.Count() == 1)
            {
                (ways, target) = ([new FlowWay(step.Id, 0)], step.Next);
                continue;
            }
            var before = drawn.ToHashSet(StringComparer.Ordinal);
            var join = FlowGraph.JoinOf(definition, step, drawn) ?? EndOf(definition, step, before);
            HashSet<string> inner = join is null ? [.. stops] : [.. stops, join];
            parts.Add(new FlowColumns([.. step.Ways.Select((way, index) =>
                new FlowColumn(way.Label, index, Build(definition, [new FlowWay(step.Id, index)], way.Target, drawn, inner)))]));
            if (join is null)
            {
                return parts;
            }
            target = join == End ? null : join;
            ways = FlowGraph.WaysInto(definition, drawn.Where(id => id == step.Id || !before.Contains(id)), target);
        }
    }

    // Where several ways end, what comes after all of them can be put below.
    static string? EndOf(AutomationDefinition definition, AutomationStep step, HashSet<string> before)
    {
        var region = step.Ways.SelectMany(way => FlowGraph.ReachedFrom(definition, way.Target, before).Keys).Append(step.Id).ToHashSet(StringComparer.Ordinal);
        return FlowGraph.WaysInto(definition, region, null).Count > 1 ? End : null;
    }
}
