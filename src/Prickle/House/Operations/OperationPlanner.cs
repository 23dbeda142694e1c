using Prickle.House.Operations.Running;
using Prickle.Servers;

namespace Prickle.House.Operations;

/// <summary>The dry run: what each step would do on each node, what speaks against it, and how it would be undone. Changes nothing.</summary>
sealed class OperationPlanner(Fleet fleet, IEnumerable<IStepWorker> workers, TimeProvider time)
{
    public async Task<OperationPlan> PlanAsync(WatchedServer watched, OperationDefinition definition, IReadOnlyList<Operation> others, IReadOnlyList<Operation> before, CancellationToken cancellationToken)
    {
        await fleet.LookAgainAsync(watched, Account.Operator, cancellationToken);
        var server = new OperationServer(watched, fleet);
        var planning = new StepPlanning(server, definition, cancellationToken);
        var steps = new List<PlannedStep>();
        foreach (var step in definition.Steps)
        {
            planning.Number = steps.Count;
            var planned = await workers.Single(worker => worker.Knows(step)).PlanAsync(planning, step);
            steps.Add(planned.Title.Length > 0 ? planned : planned with { Title = StepTitles.Of(step) });
        }
        var findings = new List<OperationFinding>();
        findings.AddRange(await ServerFindings.OfAsync(server, watched, steps, cancellationToken));
        findings.AddRange(OperationLint.Of(definition));
        findings.AddRange(OthersOf(definition, others));
        findings.AddRange(BeforeOf(definition, before));
        findings.AddRange(await NeedAsync(planning, definition));
        findings.AddRange(planning.Findings);
        return new OperationPlan
        {
            At = time.GetUtcNow(),
            Steps = steps,
            Findings = [.. findings.DistinctBy(finding => (finding.Text, finding.Step)).OrderByDescending(finding => finding.Weight)],
            IsDestructive = OperationLint.IsDestructive(definition),
        };
    }

    /// <summary>What has to be done before and is not.</summary>
    /// <param name="definition">The one that is looked at.</param>
    /// <param name="before">Those that it comes after, as far as they are there.</param>
    public static IEnumerable<OperationFinding> BeforeOf(OperationDefinition definition, IReadOnlyList<Operation> before) =>
        definition.After.Select(id => (id, Found: before.FirstOrDefault(one => one.Id == id))).Where(one => one.Found?.State is not (OperationState.Succeeded or OperationState.Keeping))
            .Select(one => new OperationFinding(FindingWeight.Error, one.Found is { } other
                ? $"It comes after \"{other.Definition.Title}\", which is {OperationWords.Of(other.State)}."
                : $"It comes after an operation that this server has not: {one.id}."));

    static async Task<IReadOnlyList<OperationFinding>> NeedAsync(StepPlanning planning, OperationDefinition definition)
    {
        if (definition.RequiredWhen is not { } sql)
        {
            return [];
        }
        foreach (var node in planning.Server.Nodes)
        {
            // One that does not answer is a finding by itself.
            if (await planning.AskAsync(node, sql) is not { } table || (table.Count > 0 && table.Rows.First().Text(table.Columns[0].Name) is not ("0" or "" or "false")))
            {
                return [];
            }
        }
        return [new OperationFinding(FindingWeight.Error, "It is not needed: what tells so gives 0 on every node. There is nothing to start.")];
    }

    /// <summary>What others, begun and not over, have to do with the same tables.</summary>
    /// <param name="definition">The one that is looked at.</param>
    /// <param name="others">The others of the server.</param>
    public static IEnumerable<OperationFinding> OthersOf(OperationDefinition definition, IReadOnlyList<Operation> others) =>
        from other in others
        let shared = other.Definition.Tables.Intersect(definition.Tables).Select(table => $"{table.Database}.{table.Table}").ToList()
        where shared.Count > 0
        select other.State == OperationState.Keeping
            ? new OperationFinding(FindingWeight.Warning, $"\"{other.Definition.Title}\" changed {string.Join(", ", shared)} and keeps what was there: undo it now if you want to, because after this one it is another table.")
            : new OperationFinding(FindingWeight.Error, $"\"{other.Definition.Title}\" is {OperationWords.Of(other.State)} in the middle of {string.Join(", ", shared)}: finish or undo it first.");
}
