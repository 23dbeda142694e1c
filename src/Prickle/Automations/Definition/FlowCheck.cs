using System.Text.RegularExpressions;

namespace Prickle.Automations.Definition;

/// <summary>Whether the steps make a flow: every way leads somewhere, every step is reached, and no circle runs without rest.</summary>
static partial class FlowCheck
{
    public const int MostSteps = 200;

    public static IEnumerable<AutomationProblem> ProblemsOf(IReadOnlyList<AutomationStep> steps)
    {
        if (steps.Count == 0)
        {
            return [new AutomationProblem(null, "steps", "There is no step: say what happens.")];
        }
        if (steps.Count > MostSteps)
        {
            return [new AutomationProblem(null, "steps", $"There are {steps.Count} steps; {MostSteps} are the most.")];
        }
        List<AutomationProblem> problems = [.. Ids(steps), .. Targets(steps)];
        return problems.Count > 0 ? problems : [.. Orphans(steps), .. Circles(steps)];
    }

    static IEnumerable<AutomationProblem> Ids(IReadOnlyList<AutomationStep> steps)
    {
        foreach (var step in steps.Where(step => !StepId().IsMatch(step.Id ?? "")))
        {
            yield return new AutomationProblem(step.Id, "id", $"\"{step.Id}\" is not an id: letters, digits, hyphens and underscores, 60 at most.");
        }
        foreach (var twice in steps.GroupBy(step => step.Id).Where(group => group.Count() > 1))
        {
            yield return new AutomationProblem(twice.Key, "id", $"Two steps are called {twice.Key}.");
        }
    }

    static IEnumerable<AutomationProblem> Targets(IReadOnlyList<AutomationStep> steps)
    {
        var known = steps.Select(step => step.Id).ToHashSet(StringComparer.Ordinal);
        return
            from step in steps
            from way in step.Ways
            where way.Target is not null && !known.Contains(way.Target)
            select new AutomationProblem(step.Id, "next", way.Label is null
                ? $"Step {step.Id} goes on to {way.Target}, which does not exist."
                : $"The way \"{way.Label}\" of step {step.Id} leads to {way.Target}, which does not exist.");
    }

    static IEnumerable<AutomationProblem> Orphans(IReadOnlyList<AutomationStep> steps)
    {
        var byId = steps.ToDictionary(step => step.Id);
        var reached = new HashSet<string>(StringComparer.Ordinal);
        var open = new Stack<string>([steps[0].Id]);
        while (open.TryPop(out var id))
        {
            if (reached.Add(id))
            {
                foreach (var (_, target) in byId[id].Ways)
                {
                    if (target is not null)
                    {
                        open.Push(target);
                    }
                }
            }
        }
        return steps.Where(step => !reached.Contains(step.Id))
            .Select(step => new AutomationProblem(step.Id, "next", $"No way leads to step {step.Id}."));
    }

    /// <summary>A circle in which no step waits would never end.</summary>
    static IEnumerable<AutomationProblem> Circles(IReadOnlyList<AutomationStep> steps)
    {
        var byId = steps.ToDictionary(step => step.Id);
        var state = new Dictionary<string, int>(StringComparer.Ordinal);
        return steps.Where(step => Turns(step.Id)).Take(1).Select(step => step.Id).ToList() is [var first]
            ? [new AutomationProblem(first, "next", $"The steps from {first} go round in a circle without a pause: put one into it.")]
            : [];

        bool Turns(string id)
        {
            if (byId[id].Waits || state.GetValueOrDefault(id) == 2)
            {
                return false;
            }
            if (state.GetValueOrDefault(id) == 1)
            {
                return true;
            }
            state[id] = 1;
            var turns = byId[id].Ways.Any(way => way.Target is not null && Turns(way.Target));
            state[id] = turns ? 1 : 2;
            return turns;
        }
    }

    [GeneratedRegex("^[A-Za-z0-9_-]{1,60}$")]
    private static partial Regex StepId();
}
