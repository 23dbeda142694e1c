using System.Globalization;
using Prickle.House.Operations.Running;

namespace Prickle.House.Operations.Steps;

/// <summary>Compares rows and their hash on every node that has both tables: replicas that are behind are waited for.</summary>
sealed class VerifyWorker : StepWorker<VerifyStep>
{
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);
    static readonly TimeSpan Look = TimeSpan.FromSeconds(2);

    protected override async Task<PlannedStep> PlanAsync(StepPlanning planning, VerifyStep step)
    {
        var (from, to) = (await planning.PlacesAsync(step.Database, step.From), await planning.PlacesAsync(step.Database, step.To));
        return new PlannedStep(step.Title, [.. from.All.SelectMany(place => to.All.Where(target => target.Node == place.Node && target.Table.Shape is not null).Select(target => new PlannedNode(
            place.Node.Label,
            [Chunks.Sql(place.Table.Sql, target.Table.Shape!.PartitionParts, Chunks.Compared(place.Table, target.Table), step.Where ?? "1"),
                Chunks.Sql(target.Table.Sql, target.Table.Shape.PartitionParts, Chunks.Compared(place.Table, target.Table), "1")],
            "reads both tables", 1, place.Table.Rows * 2)))], null)
        { NeedsNoUndo = true };
    }

    protected override async Task<StepEnd> RunAsync(StepRun run, VerifyStep step)
    {
        // What is written meanwhile is brought over by the step that puts one in the place of the other.
        var mayGrow = run.Operation.Definition.Steps.Skip(run.Number).Any(one => one is SwapStep);
        var (from, to) = (await run.PlacesAsync(step.Database, step.From), await run.PlacesAsync(step.Database, step.To));
        foreach (var place in from.All)
        {
            if (to.All.FirstOrDefault(one => one.Node == place.Node) is not { Table.Shape: { } shape } target)
            {
                return new StepEnd.Failed($"{place.Node.Label} has no table {step.Database}.{step.To}.");
            }
            await run.SaveAsync(place.Node.Label, StepState.Running, all: 1);
            for (var begun = run.Time.GetTimestamp(); ;)
            {
                await run.BreatheAsync();
                var (problem, words) = await CompareAsync(run, step, place, target.Table, shape, mayGrow);
                if (problem is null)
                {
                    await run.SaveAsync(place.Node.Label, StepState.Done, done: 1, all: 1, detail: words);
                    break;
                }
                if (run.Time.GetElapsedTime(begun) > Patience || !shape.IsReplicated)
                {
                    return new StepEnd.Failed($"{place.Node.Label}: {problem}");
                }
                await run.SaveAsync(place.Node.Label, StepState.Waiting, detail: problem);
                await Task.Delay(Look, run.Time, run.Stopping);
            }
        }
        return new StepEnd.Done();
    }

    static async Task<(string? Problem, string Words)> CompareAsync(StepRun run, VerifyStep step, TableNode place, TableFacts to, TableShape shape, bool mayGrow)
    {
        var (parts, hashed) = (shape.PartitionParts, Chunks.Compared(place.Table, to));
        var copies = (await Chunks.SumAsync(run, place.Node, to.Sql, parts, hashed, "1")).ToDictionary(sum => sum.Chunk.Key);
        var originals = await Chunks.SumAsync(run, place.Node, place.Table.Sql, parts, hashed, step.Where ?? "1");
        long missing = 0;
        foreach (var original in originals)
        {
            var copy = copies.GetValueOrDefault(original.Chunk.Key);
            var rows = copy?.Rows ?? 0;
            if (shape.MergesRows ? rows > original.Rows : rows > original.Rows || (rows == original.Rows && copy!.Hash != original.Hash) || (rows < original.Rows && !mayGrow))
            {
                return (string.Create(CultureInfo.InvariantCulture, $"{original.Chunk.Name} has {original.Rows:n0} rows, and {rows:n0} in the new table{(rows == original.Rows ? ", which are not the same" : "")}."), "");
            }
            missing += shape.MergesRows ? 0 : original.Rows - rows;
        }
        if (copies.Keys.Except(originals.Select(original => original.Chunk.Key)).FirstOrDefault() is { } stray && !mayGrow)
        {
            return ($"Partition {stray} is in the new table alone.", "");
        }
        return (null, string.Create(CultureInfo.InvariantCulture, $"{originals.Count:n0} partitions, {originals.Sum(one => one.Rows):n0} rows, ")
            + (missing == 0 ? "all equal" : string.Create(CultureInfo.InvariantCulture, $"of which {missing:n0} were written since: they are brought over with the swap")));
    }

    protected override Task<StepEnd> UndoAsync(StepRun run, VerifyStep step) => Task.FromResult<StepEnd>(new StepEnd.Done());
}
