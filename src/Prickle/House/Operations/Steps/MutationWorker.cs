using System.Globalization;
using Prickle.House.Frame;
using Prickle.House.Operations.Running;
using Prickle.House.Queries;

namespace Prickle.House.Operations.Steps;

/// <summary>
/// Asks for a mutation on one node of each shard and waits for it on all of them. It is found again by the ids that came to be
/// since; what is put back comes from a table that kept the rows.
/// </summary>
sealed class MutationWorker : StepWorker<MutationStep>
{
    static readonly TimeSpan Look = TimeSpan.FromSeconds(1);
    static readonly TimeSpan MayFailFor = TimeSpan.FromSeconds(30);

    // A replicated table reads its mutations out of Keeper a moment after they were taken.
    static readonly TimeSpan Appearing = TimeSpan.FromSeconds(20);

    sealed class Memory
    {
        /// <summary>Mutations that were there before ours was asked for.</summary>
        public List<string>? Before { get; set; }
        public string? Id { get; set; }

        /// <summary>It was seen to be done on all nodes; servers forget old ones.</summary>
        public bool IsDone { get; set; }
        public List<string> Restored { get; set; } = [];
    }

    protected override async Task<PlannedStep> PlanAsync(StepPlanning planning, MutationStep step)
    {
        var places = await planning.PlacesAsync(step.Database, step.Table);
        if (places.IsNowhere)
        {
            planning.Find(FindingWeight.Error, $"There is no table {step.Database}.{step.Table}.");
        }
        var planned = new List<PlannedNode>();
        foreach (var leader in places.Leaders)
        {
            var rows = step.Where is { } where && await planning.AskAsync(leader.Node, $"SELECT count() AS {Chunks.Rows} FROM {leader.Table.Sql} WHERE {where}") is { Count: 1 } found
                ? found.Rows.First().Number(Chunks.Rows) : leader.Table.Rows;
            var open = (await planning.AskAsync(
                leader.Node, "SELECT count() AS n FROM system.mutations WHERE NOT is_done AND database = {database:String} AND table = {table:String}", ("database", step.Database), ("table", step.Table)))
                ?.Rows.First().Number("n") ?? 0;
            if (open > 0)
            {
                planning.Find(FindingWeight.Warning, $"{open} mutations of {step.Table} are not done on {leader.Node.Label}: this one waits behind them.");
            }
            planned.Add(new PlannedNode(leader.Node.Label, [Sql(step)], "not asked for yet", leader.Table.Parts, rows, leader.Table.Bytes) { Seconds = await planning.SecondsAsync(leader) });
        }
        return new PlannedStep(step.Title, planned, step.RestoreFrom is { } kept ? $"Rows are put back from {kept}." : null) { NeedsNoUndo = step.NeedsNoUndo };
    }

    protected override async Task<StepEnd> RunAsync(StepRun run, MutationStep step)
    {
        foreach (var shard in (await run.PlacesAsync(step.Database, step.Table)).Shards)
        {
            var leader = shard[0].Node;
            await run.BreatheAsync();
            var memory = run.MemoryOf<Memory>(leader.Label);
            if (memory.Before is null)
            {
                memory.Before = [.. (await IdsAsync(run, leader, step)).Select(one => one.Id)];
                await run.SaveAsync(leader.Label, StepState.Running, memory, 0, shard[0].Table.Parts);
            }
            // One that was sent by whoever worked at it before may be on its way into the list.
            await run.SendAsync(leader, Sql(step), async () =>
                await AppearsAsync(run, leader, step, memory.Before, run.RowOf(leader.Label).Sent > 0 ? Appearing : TimeSpan.Zero) is not null);
            memory.Id ??= await AppearsAsync(run, leader, step, memory.Before, Appearing);
            if (memory.Id is null)
            {
                return new StepEnd.Failed($"{leader.Label}: the mutation was asked for, and is not in the server's list.");
            }
            await run.SaveAsync(leader.Label, StepState.Waiting, memory);
            foreach (var place in shard)
            {
                if (await WaitAsync(run, step, leader, place.Node, memory.Id) is { } failure)
                {
                    return new StepEnd.Failed($"{place.Node.Label}: {failure}");
                }
            }
            memory.IsDone = true;
            await run.SaveAsync(leader.Label, StepState.Done, memory, run.RowOf(leader.Label).All);
        }
        return new StepEnd.Done();
    }

    protected override async Task<StepEnd> UndoAsync(StepRun run, MutationStep step)
    {
        foreach (var shard in (await run.PlacesAsync(step.Database, step.Table)).Shards)
        {
            var leader = shard[0].Node;
            var memory = run.MemoryOf<Memory>(leader.Label);
            var row = run.RowOf(leader.Label);
            if (row.State is StepState.Pending or StepState.Undone || memory.Before is null
                || (memory.Id ?? await AppearsAsync(run, leader, step, memory.Before, row.Sent > 0 ? Appearing : TimeSpan.Zero)) is not { } id)
            {
                continue;
            }
            await run.SaveAsync(leader.Label, StepState.Undoing, memory);
            if (await TakeBackAsync(run, step, shard, memory, id) is { } problem)
            {
                return new StepEnd.Failed($"{leader.Label}: {problem}");
            }
            await run.SaveAsync(leader.Label, StepState.Undone);
        }
        return new StepEnd.Done();
    }

    /// <summary>Stops it, or puts back what it took; says what hinders it.</summary>
    static async Task<string?> TakeBackAsync(StepRun run, MutationStep step, IReadOnlyList<TableNode> shard, Memory memory, string id)
    {
        var leader = shard[0].Node;
        if (step is not { RestoreFrom: { } kept, Where: { } where })
        {
            await KillAsync(run, step, shard, id);
            return step.NeedsNoUndo ? null : "what a mutation has rewritten cannot be taken back. It was stopped where the server can stop one.";
        }
        // It is let come to its end: rows that it has not reached yet would look as if they were back already.
        foreach (var place in memory.IsDone ? [] : shard)
        {
            if (await WaitAsync(run, step, leader, place.Node, id) is { } failing)
            {
                await KillAsync(run, step, shard, id);
                return failing;
            }
        }
        return await RestoreAsync(run, step, leader, kept, where, memory);
    }

    static async Task<string?> WaitAsync(StepRun run, MutationStep step, OperationNode leader, OperationNode node, string id)
    {
        DateTimeOffset? failingSince = null;
        for (; ; await Task.Delay(Look, run.Time, run.Stopping))
        {
            await run.BreatheAsync();
            var hasReason = (await run.Server.CapabilitiesAsync(node, run.Stopping))?.Has("mutations", "latest_fail_reason") == true;
            var found = await run.AskAsync(
                node, $"SELECT is_done, parts_to_do, {(hasReason ? "latest_fail_reason" : "''")} AS reason FROM system.mutations WHERE database = {{database:String}} AND table = {{table:String}} AND mutation_id = {{id:String}}",
                ("database", step.Database), ("table", step.Table), ("id", id));
            if (found.Count == 0)
            {
                // A replica takes it from Keeper a moment later; a list that was cut has only done ones missing.
                continue;
            }
            var row = found.Rows.First();
            if (row.Flag("is_done"))
            {
                return null;
            }
            var reason = row.Text("reason") is { Length: > 0 } told ? told : await ReasonInLogAsync(run, node, step);
            failingSince = reason is null ? null : failingSince ?? run.Time.GetUtcNow();
            if (failingSince is { } since && run.Time.GetUtcNow() - since > MayFailFor)
            {
                return $"the server tries it again and again, and it fails: {reason}";
            }
            var all = Math.Max(run.RowOf(leader.Label).All, row.Number("parts_to_do"));
            await run.SaveAsync(leader.Label, StepState.Waiting, done: all - row.Number("parts_to_do"), all: all, detail: reason is null ? $"{row.Number("parts_to_do")} parts left on {node.Label}" : $"Failing: {reason}");
        }
    }

    // Before 19.3 the list of mutations does not tell why one fails.
    static async Task<string?> ReasonInLogAsync(StepRun run, OperationNode node, MutationStep step)
    {
        if (await run.Server.CapabilitiesAsync(node, run.Stopping) is not { } capabilities || capabilities.Has("mutations", "latest_fail_reason") || !capabilities.Has("part_log"))
        {
            return null;
        }
        var found = await run.AskAsync(
            node, "SELECT exception FROM system.part_log WHERE event_date >= today() - 1 AND event_time > now() - 20 AND error != 0 AND database = {database:String} AND table = {table:String} ORDER BY event_time DESC LIMIT 1",
            ("database", step.Database), ("table", step.Table));
        return found.Count == 0 ? null : found.Rows.First().Text("exception");
    }

    static async Task KillAsync(StepRun run, MutationStep step, IReadOnlyList<TableNode> shard, string id)
    {
        foreach (var place in shard)
        {
            if ((await run.Server.CapabilitiesAsync(place.Node, run.Stopping))?.Has("mutations", "latest_fail_reason") == true)
            {
                await run.SendAsync(place.Node, $"KILL MUTATION WHERE database = {NodeSql.Literal(step.Database)} AND table = {NodeSql.Literal(step.Table)} AND mutation_id = {NodeSql.Literal(id)}");
            }
        }
    }

    /// <summary>Puts rows back partition by partition, each only where none of them is there.</summary>
    static async Task<string?> RestoreAsync(StepRun run, MutationStep step, OperationNode leader, string keptName, string where, Memory memory)
    {
        if (await run.FindAsync(leader, step.Database, keptName) is not { Shape: { } shape } kept || await run.FindAsync(leader, step.Database, step.Table) is not { } table)
        {
            return $"there is no table {keptName} any more.";
        }
        var (parts, columns) = (shape.PartitionParts, string.Join(", ", kept.ColumnsInto(table)));
        foreach (var sum in await Chunks.SumAsync(run, leader, kept.Sql, parts, [], "1"))
        {
            if (memory.Restored.Contains(sum.Chunk.Key))
            {
                continue;
            }
            var filter = $"{sum.Chunk.Filter(parts)} AND ({where})";
            async Task<bool> IsThereAsync() => await ChunkCopy.CountAsync(run, leader, table.Sql, filter) == sum.Rows;
            var there = await ChunkCopy.CountAsync(run, leader, table.Sql, filter);
            if (there != 0 && there != sum.Rows)
            {
                return string.Create(CultureInfo.InvariantCulture, $"{sum.Chunk.Name} has {there} of the {sum.Rows} rows: somebody wrote some meanwhile, or they were not all taken away. They are in {keptName}; nothing more was put back.");
            }
            await run.SendAsync(leader, $"INSERT INTO {table.Sql} ({columns}) SELECT {columns} FROM {kept.Sql} WHERE {sum.Chunk.Filter(parts)}", IsThereAsync, isHeavy: true);
            memory.Restored.Add(sum.Chunk.Key);
            await run.SaveAsync(leader.Label, StepState.Undoing, memory);
        }
        return null;
    }

    static async Task<string?> AppearsAsync(StepRun run, OperationNode node, MutationStep step, List<string> before, TimeSpan patience)
    {
        for (var begun = run.Time.GetTimestamp(); ; await Task.Delay(Look, run.Time, run.Stopping))
        {
            var id = await FindAsync(run, node, step, before);
            if (id is not null || run.Time.GetElapsedTime(begun) >= patience)
            {
                return id;
            }
        }
    }

    static async Task<string?> FindAsync(StepRun run, OperationNode node, MutationStep step, List<string> before) =>
        (await IdsAsync(run, node, step)).Where(one => !before.Contains(one.Id) && Same(one.Command) == Same(step.Command)).Select(one => one.Id).FirstOrDefault();

    static async Task<IReadOnlyList<(string Id, string Command)>> IdsAsync(StepRun run, OperationNode node, MutationStep step) =>
        [.. (await run.AskAsync(node, "SELECT mutation_id AS id, command FROM system.mutations WHERE database = {database:String} AND table = {table:String} ORDER BY create_time DESC, mutation_id DESC",
            ("database", step.Database), ("table", step.Table))).Rows.Select(row => (row.Text("id"), row.Text("command")))];

    /// <summary>Servers write commands in their own way: what is the same in all of them are words, numbers and texts.</summary>
    static string Same(string command) => string.Join(' ', StatementWords.Read(command).Where(word => word.Text is not ("(" or ")")).Select(word => word.Text.Trim('`', '"').ToUpperInvariant()));

    static string Sql(MutationStep step) => $"ALTER TABLE {NodeSql.Quote(step.Database, step.Table)} {step.Command}";
}
