using System.Globalization;
using Prickle.House.Backups;
using Prickle.House.Frame;
using Prickle.House.Operations.Running;

namespace Prickle.House.Operations.Steps;

/// <summary>
/// Has tables backed up before they are changed, once for each part of the data: as a backup like any other where a server makes
/// those, frozen on its own disk where it does not.
/// </summary>
sealed class BackupStepWorker(BackupOrders orders) : StepWorker<BackupStep>
{
    static readonly TimeSpan Look = TimeSpan.FromSeconds(1);

    /// <summary>What was asked for on a node.</summary>
    sealed class Memory
    {
        public Guid? Backup { get; set; }
        public int Frozen { get; set; }

        /// <summary>A folder of its own for each attempt: one that is there is refused.</summary>
        public int Attempt { get; set; }
    }

    protected override async Task<PlannedStep> PlanAsync(StepPlanning planning, BackupStep step)
    {
        var target = await orders.TargetAsync(planning.Server.Server, step.Target, planning.Stopping);
        var planned = new List<PlannedNode>();
        foreach (var (node, tables) in await NodesAsync(step, planning.PlacesAsync, missing => planning.Find(FindingWeight.Error, missing)))
        {
            var (rows, bytes) = (tables.Sum(table => table.Rows), tables.Sum(table => table.Bytes));
            if (!await CanAsync(planning.Server, node, planning.Stopping))
            {
                planning.Find(FindingWeight.Note, $"{node.Label} makes no backups: the tables are frozen on its own disk, where their files take room as they come to differ, until somebody deletes them.");
                planned.Add(new PlannedNode(node.Label, [.. tables.Select(table => Freeze(table, "prickle_…"))], "frozen in place", tables.Count, rows));
            }
            else if (target is null)
            {
                planning.Find(FindingWeight.Error, step.Target is { } named ? $"There is no target for backups called \"{named}\"." : "There is no target for backups yet: set one up in Backups.");
            }
            else
            {
                planned.Add(new PlannedNode(node.Label, [$"BACKUP {string.Join(", ", tables.Select(table => $"TABLE {table.Sql}"))} TO {target.Place}"], $"to {target.Name}", tables.Count, rows, bytes));
            }
        }
        return new PlannedStep(step.Title, planned, null) { NeedsNoUndo = true };
    }

    protected override async Task<StepEnd> RunAsync(StepRun run, BackupStep step)
    {
        var missing = "";
        var nodes = await NodesAsync(step, run.PlacesAsync, text => missing = text);
        if (missing.Length > 0)
        {
            return new StepEnd.Failed(missing);
        }
        foreach (var (node, tables) in nodes)
        {
            if (run.RowOf(node.Label).State == StepState.Done)
            {
                continue;
            }
            var end = await CanAsync(run.Server, node, run.Stopping) ? await BackUpAsync(run, step, node, tables) : await FreezeAsync(run, node, tables);
            if (end is not StepEnd.Done)
            {
                return end;
            }
        }
        return new StepEnd.Done();
    }

    async Task<StepEnd> BackUpAsync(StepRun run, BackupStep step, OperationNode node, IReadOnlyList<TableFacts> tables)
    {
        var memory = run.MemoryOf<Memory>(node.Label);
        var backup = memory.Backup is { } known ? await orders.FindAsync(known, run.Stopping) : null;
        if (backup is null or { IsOver: true, State: not BackupState.Good })
        {
            if (await orders.TargetAsync(run.Server.Server, step.Target, run.Stopping) is not { } target)
            {
                return new StepEnd.Failed("The target for backups is gone.");
            }
            // Its id is kept before it is ordered: whoever takes over finds it, or orders it under the same one.
            memory.Backup = memory.Backup is null || backup is not null ? Guid.CreateVersion7(run.Time.GetUtcNow()) : memory.Backup;
            await run.SaveAsync(node.Label, StepState.Waiting, memory, 0, 1);
            backup = await orders.OrderAsync(
                new BackupOrder(memory.Backup!.Value, run.Server.Server, node.Address.Authority, target, [.. tables.Select(table => new BackupTable(table.Database, table.Name))], run.Operation.Definition.Title), run.Stopping);
        }
        while (!backup.IsOver)
        {
            await run.SaveAsync(node.Label, StepState.Waiting, memory, detail: backup.Bytes == 0 ? null : string.Create(CultureInfo.InvariantCulture, $"{backup.Bytes / 1048576d:n1} MB written"));
            await run.BreatheAsync();
            await Task.Delay(Look, run.Time, run.Stopping);
            if (await orders.FindAsync(backup.Id, run.Stopping) is not { } now)
            {
                return new StepEnd.Failed($"{node.Label}: the backup was deleted while it was made.");
            }
            backup = now;
        }
        if (backup.State != BackupState.Good)
        {
            return new StepEnd.Failed($"{node.Label}: the backup failed. {backup.Error}");
        }
        await run.SaveAsync(node.Label, StepState.Done, memory, 1, 1, string.Create(CultureInfo.InvariantCulture, $"{backup.Bytes / 1048576d:n1} MB in {backup.Path}"));
        return new StepEnd.Done();
    }

    static async Task<StepEnd> FreezeAsync(StepRun run, OperationNode node, IReadOnlyList<TableFacts> tables)
    {
        var memory = run.MemoryOf<Memory>(node.Label);
        for (memory.Attempt++; memory.Frozen < tables.Count; memory.Frozen++)
        {
            await run.SaveAsync(node.Label, StepState.Running, memory, memory.Frozen, tables.Count);
            await run.BreatheAsync();
            await run.SendAsync(node, Freeze(tables[memory.Frozen], string.Create(CultureInfo.InvariantCulture, $"prickle_{run.Mark}_{run.Number}_{memory.Attempt}")));
        }
        await run.SaveAsync(node.Label, StepState.Done, memory, memory.Frozen, tables.Count, $"in shadow/prickle_{run.Mark}_… of its data folder");
        return new StepEnd.Done();
    }

    // What was kept is in nobody's way.
    protected override Task<StepEnd> UndoAsync(StepRun run, BackupStep step) => Task.FromResult<StepEnd>(new StepEnd.Done());

    /// <summary>One node of each part of the data, with its tables.</summary>
    static async Task<IReadOnlyList<(OperationNode Node, IReadOnlyList<TableFacts> Tables)>> NodesAsync(BackupStep step, Func<string, string, Task<TablePlaces>> find, Action<string> isMissing)
    {
        var leaders = new List<TableNode>();
        foreach (var table in step.Tables)
        {
            var places = await find(step.Database, table);
            if (places.IsNowhere)
            {
                isMissing($"There is no table {step.Database}.{table}.");
            }
            leaders.AddRange(places.Leaders);
        }
        return [.. leaders.GroupBy(leader => leader.Node).Select(group => (group.Key, (IReadOnlyList<TableFacts>)[.. group.Select(leader => leader.Table)]))];
    }

    static async Task<bool> CanAsync(OperationServer server, OperationNode node, CancellationToken cancellationToken) =>
        (await server.CapabilitiesAsync(node, cancellationToken))?.Has("backups") == true;

    static string Freeze(TableFacts table, string name) => $"ALTER TABLE {table.Sql} FREEZE WITH NAME {NodeSql.Literal(name)}";
}
