using Prickle.House.Frame;
using Prickle.House.Operations.Running;

namespace Prickle.House.Operations.Steps;

/// <summary>Puts one table in the place of another, and back, without losing what is written meanwhile (<see cref="TableSwitch"/>).</summary>
sealed class SwapWorker : StepWorker<SwapStep>
{
    protected override async Task<PlannedStep> PlanAsync(StepPlanning planning, SwapStep step)
    {
        var (table, next) = (await planning.PlacesAsync(step.Database, step.Table), await planning.PlacesAsync(step.Database, step.Next));
        if (!await planning.IsFreeAsync(step.Database, step.Kept))
        {
            planning.Find(FindingWeight.Error, $"There is a table {step.Database}.{step.Kept} already.");
        }
        if (table.IsNowhere || next.IsNowhere)
        {
            planning.Find(FindingWeight.Error, $"There is no table {step.Database}.{(table.IsNowhere ? step.Table : step.Next)}.");
        }
        foreach (var place in table.All.Where(place => place.Table.Shape is { IsReplicated: true } shape && (shape.Arguments is not [var path, ..] || path.Contains("{table}", StringComparison.Ordinal))))
        {
            planning.Find(FindingWeight.Warning, $"The path of {step.Table} in Keeper goes by its name on {place.Node.Label}. Some servers do not rename such tables: the swap would fail, and everything before it be undone.");
        }
        foreach (var place in table.All)
        {
            await FindViewsAsync(planning, step, place.Node);
        }
        planning.Make(step.Database, step.Kept, table);
        planning.Make(step.Database, step.Table, next);
        planning.Make(step.Database, step.Next, new TablePlaces([]));
        return new PlannedStep(
            step.Title,
            [.. table.All.Select(place => new PlannedNode(place.Node.Label,
                [$"SYSTEM STOP MERGES {place.Table.Sql}", .. TableSwitch.Renames(place.Table, step.Next, step.Kept), $"SYSTEM START MERGES {NodeSql.Quote(step.Database, step.Kept)}"],
                "what was written since the copy is brought over before and after", 1))],
            "The same way back: what was written to the new table since is brought into the old one.");
    }

    // A view that is fed by inserts goes by the table it was made for: which of the two that is after a swap differs between versions.
    static async Task FindViewsAsync(StepPlanning planning, SwapStep step, OperationNode node)
    {
        var found = await planning.AskAsync(
            node, "SELECT dependencies_table AS views FROM system.tables WHERE database = {database:String} AND name = {table:String}", ("database", step.Database), ("table", step.Table));
        if (found is { Count: > 0 } && found.Rows.First().Texts("views") is { Length: > 0 } views)
        {
            planning.Find(FindingWeight.Warning, $"Materialised views are fed by {step.Table} on {node.Label}: {string.Join(", ", views)}. Look after the swap whether they still are, and make them anew where not.");
        }
    }

    protected override Task<StepEnd> RunAsync(StepRun run, SwapStep step) =>
        new TableSwitch(run, step.Database, step.Table, step.Next, step.Kept, isBack: false).RunAsync();

    protected override async Task<StepEnd> UndoAsync(StepRun run, SwapStep step)
    {
        await new TableSwitch(run, step.Database, step.Table, step.Next, step.Kept, isBack: false).FinishAsync();
        return await new TableSwitch(run, step.Database, step.Table, step.Kept, step.Next, isBack: true).RunAsync();
    }
}
