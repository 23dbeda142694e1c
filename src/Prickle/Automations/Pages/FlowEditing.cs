using System.Globalization;

namespace Prickle.Automations.Pages;

/// <summary>Changes of a flow that keep it whole: what went through a step goes on behind it.</summary>
static class FlowEditing
{
    /// <summary>Puts a step where these edges lead through; every way of it goes on with what came there before.</summary>
    public static AutomationDefinition Insert(AutomationDefinition definition, IReadOnlyList<FlowWay> ways, AutomationStep step)
    {
        var fresh = FlowGraph.WithEveryTarget(step, FlowGraph.TargetOf(definition, ways[0]));
        var changed = ways.Aggregate(definition, (whole, way) => Lead(whole, way, fresh.Id));
        return changed with { Steps = ways.Contains(FlowWay.Start) ? [fresh, .. changed.Steps] : [.. changed.Steps, fresh] };
    }

    /// <summary>The same step changed.</summary>
    public static AutomationDefinition Replace(AutomationDefinition definition, AutomationStep step) =>
        Tidied(definition, definition with { Steps = [.. definition.Steps.Select(one => one.Id == step.Id ? step : one)] });

    /// <summary>Lets a way lead elsewhere. Steps to which none leads any more stay, and are shown as such.</summary>
    public static AutomationDefinition Lead(AutomationDefinition definition, FlowWay way, string? target) => way.Step is null
        ? definition
        : definition with { Steps = [.. definition.Steps.Select(step => step.Id == way.Step ? FlowGraph.WithTarget(step, way.Index, target) : step)] };

    /// <summary>Takes a step out. Its ways end with it: what only they led to goes too; where they met, the flow goes on.</summary>
    public static AutomationDefinition Remove(AutomationDefinition definition, string id)
    {
        if (definition.Find(id) is not { } step)
        {
            return definition;
        }
        var target = GoesOnWith(definition, step);
        target = target == id ? null : target;
        var rest = definition.Steps.Where(other => other.Id != id).Select(other => Enumerable.Range(0, other.Ways.Count())
            .Aggregate(other, (changed, index) => changed.Ways.ElementAt(index).Target == id ? FlowGraph.WithTarget(changed, index, target) : changed)).ToList();
        if (definition.Steps[0].Id == id)
        {
            rest = target is null ? [] : [.. rest.Where(other => other.Id == target), .. rest.Where(other => other.Id != target)];
        }
        return Tidied(definition, definition with { Steps = rest });
    }

    /// <summary>What is gone with a step when it is taken out, itself left aside.</summary>
    public static int LostWith(AutomationDefinition definition, string id) => definition.Steps.Count - 1 - Remove(definition, id).Steps.Count;

    /// <summary>Changes places with the step before it; only for two that each go on one way.</summary>
    public static bool CanMoveUp(AutomationDefinition definition, string id) => BeforeOf(definition, id) is not null;

    public static AutomationDefinition MoveUp(AutomationDefinition definition, string id)
    {
        if (BeforeOf(definition, id) is not { } before || definition.Find(id) is not { } step)
        {
            return definition;
        }
        var after = step.Next;
        var steps = definition.Steps.Select(other =>
            other.Id == id ? other with { Next = before.Id }
            : other.Id == before.Id ? other with { Next = after }
            : Enumerable.Range(0, other.Ways.Count()).Aggregate(other, (changed, index) =>
                changed.Ways.ElementAt(index).Target == before.Id ? FlowGraph.WithTarget(changed, index, id) : changed)).ToList();
        if (definition.Steps[0].Id == before.Id)
        {
            steps = [.. steps.Where(other => other.Id == id), .. steps.Where(other => other.Id != id)];
        }
        return definition with { Steps = steps };
    }

    public static bool CanMoveDown(AutomationDefinition definition, string id) =>
        definition.Find(id) is { Next: { } next } step && step.Ways.Count() == 1 && BeforeOf(definition, next)?.Id == id;

    public static AutomationDefinition MoveDown(AutomationDefinition definition, string id) =>
        CanMoveDown(definition, id) ? MoveUp(definition, definition.Find(id)!.Next!) : definition;

    /// <summary>The same step once more: behind it, or before it where it has several ways.</summary>
    public static AutomationDefinition Duplicate(AutomationDefinition definition, string id, out string copy)
    {
        var step = definition.Find(id)!;
        copy = FreshId(definition, id.TrimEnd('0', '1', '2', '3', '4', '5', '6', '7', '8', '9').TrimEnd('_', '-'));
        var fresh = step with { Id = copy, Name = step.Name is { } name ? $"{name} (copy)" : null };
        return step.Ways.Count() == 1
            ? Insert(definition, [new FlowWay(id, 0)], fresh)
            : Insert(definition, WaysTo(definition, id), fresh);
    }

    /// <summary>An id that no step has: <c>slack</c>, then <c>slack_2</c>.</summary>
    public static string FreshId(AutomationDefinition definition, string wanted)
    {
        wanted = wanted.Length == 0 ? "step" : wanted;
        for (var number = 1; ; number++)
        {
            var id = number == 1 ? wanted : string.Create(CultureInfo.InvariantCulture, $"{wanted}_{number}");
            if (definition.Find(id) is null)
            {
                return id;
            }
        }
    }

    static IReadOnlyList<FlowWay> WaysTo(AutomationDefinition definition, string id) =>
        [.. definition.Steps[0].Id == id ? [FlowWay.Start] : Array.Empty<FlowWay>(), .. FlowGraph.WaysInto(definition, definition.Steps.Select(step => step.Id), id)];

    static string? GoesOnWith(AutomationDefinition definition, AutomationStep step) => step.Ways.Count() == 1
        ? step.Next
        : FlowGraph.JoinOf(definition, step, new HashSet<string> { step.Id }) ?? step.Next ?? step.Ways.Select(way => way.Target).FirstOrDefault(target => target is not null);

    static AutomationStep? BeforeOf(AutomationDefinition definition, string id) =>
        definition.Find(id) is { } step && step.Ways.Count() == 1 && WaysTo(definition, id) is [{ Step: { } before }]
            && definition.Find(before) is { } found && found.Ways.Count() == 1 && before != id ? found : null;

    // What could be reached before and cannot now had its only way in what was taken out.
    static AutomationDefinition Tidied(AutomationDefinition before, AutomationDefinition after)
    {
        var reached = FlowGraph.Reached(before);
        var reaches = FlowGraph.Reached(after);
        return after with { Steps = [.. after.Steps.Where(step => !reached.Contains(step.Id) || reaches.Contains(step.Id))] };
    }
}
