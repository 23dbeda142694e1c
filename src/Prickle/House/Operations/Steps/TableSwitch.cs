using System.Globalization;
using Prickle.House.Frame;
using Prickle.House.Operations.Running;

namespace Prickle.House.Operations.Steps;

/// <summary>
/// Gives the name of a table to another one while people write to it. Merges of the live table are stopped, so that its parts
/// keep their names. What differs from the other table, in the parts that are there then, is brought over; the two are renamed,
/// on each node at once; and the parts that arrived in between are brought over as they are. Each phase can be done again.
/// </summary>
/// <param name="live">The name that stays.</param>
/// <param name="next">The table that takes it.</param>
/// <param name="retired">What the table is called that had it.</param>
/// <param name="isBack">Whether this is the way back: the memory of the way there is another one.</param>
sealed class TableSwitch(StepRun run, string database, string live, string next, string retired, bool isBack)
{
    const int MostRounds = 4;
    const int MostParts = 50_000;
    static readonly TimeSpan InsertsMayTake = TimeSpan.FromMinutes(10);
    static readonly TimeSpan ReplicasMayTake = TimeSpan.FromMinutes(30);

    /// <summary>What is remembered of a shard, at its first node.</summary>
    sealed class Memory
    {
        /// <summary>All shards, by the names of their nodes; at the first node of the first one alone.</summary>
        public List<List<string>> Shards { get; set; } = [];
        public Phase There { get; set; } = new();
        public Phase Back { get; set; } = new();
    }

    sealed class Phase
    {
        /// <summary>The parts of the live table that were brought over before the names changed; null while that is not done.</summary>
        public List<string>? Parts { get; set; }

        /// <summary>The id of the table that takes the name, by node: whether the tables were exchanged is seen by it.</summary>
        public Dictionary<string, string> Ids { get; set; } = [];
        public bool IsRenamed { get; set; }

        /// <summary>Partitions of what arrived in between, put together in the table beside; null while that is not looked at.</summary>
        public List<string>? Late { get; set; }
        public int LateDone { get; set; }

        /// <summary>The next of them was begun: whether it is there is to be looked at first.</summary>
        public bool IsAttaching { get; set; }
        public long LateRows { get; set; }
        public bool IsDone { get; set; }
    }

    public static IReadOnlyList<string> Renames(TableFacts live, string next, string retired)
    {
        var (one, other, old) = (NodeSql.Quote(live.Database, live.Name), NodeSql.Quote(live.Database, next), NodeSql.Quote(live.Database, retired));
        return live.IsAtomic ? [$"EXCHANGE TABLES {one} AND {other}", $"RENAME TABLE {other} TO {old}"] : [$"RENAME TABLE {one} TO {old}, {other} TO {one}"];
    }

    public async Task<StepEnd> RunAsync()
    {
        var shards = await BegunAsync(await ShardsAsync());
        foreach (var shard in shards)
        {
            await SyncAsync(shard);
        }
        foreach (var shard in shards)
        {
            foreach (var node in shard)
            {
                await RenameAsync(node, shard[0]);
            }
            await KeepAsync(shard[0], phase => phase.IsRenamed = true);
        }
        foreach (var shard in shards)
        {
            await BringLateAsync(shard);
        }
        return new StepEnd.Done();
    }

    /// <summary>Where the names were changed on some node, goes on to the end: from there it can go back without losing what arrived in between.</summary>
    public async Task FinishAsync()
    {
        var shards = await ShardsAsync();
        if (!(await run.PlacesAsync(database, retired)).IsNowhere && !shards.All(shard => MemoryOf(shard[0]).There is { IsDone: true } or { Parts: null }))
        {
            await RunAsync();
        }
    }

    /// <summary>
    /// The nodes, those that share data together: as they stood before the first name was changed, and for ever. In the middle, nodes that
    /// share data have different tables by the name.
    /// </summary>
    async Task<IReadOnlyList<IReadOnlyList<OperationNode>>> ShardsAsync()
    {
        var known = run.Rows.Where(row => row.Memory is not null).Select(row => run.MemoryOf<Memory>(row.Node).Shards).FirstOrDefault(shards => shards.Count > 0);
        if (known is null && !isBack)
        {
            known = [.. (await run.PlacesAsync(database, live)).Shards.Select(shard => shard.Select(place => place.Node.Label).ToList())];
            if (known.Count > 0)
            {
                // In one place, so that it is known whole or not at all.
                var first = known[0][0];
                var memory = run.MemoryOf<Memory>(first);
                memory.Shards = known;
                await run.SaveAsync(first, StepState.Running, memory);
            }
        }
        return [.. (known ?? []).Select(labels => (IReadOnlyList<OperationNode>)[.. labels.Select(label => run.Server.Nodes.Single(node => node.Label == label))])];
    }

    /// <summary>A way back goes only where the way there was begun.</summary>
    async Task<IReadOnlyList<IReadOnlyList<OperationNode>>> BegunAsync(IReadOnlyList<IReadOnlyList<OperationNode>> shards)
    {
        if (!isBack)
        {
            return shards;
        }
        var begun = new List<IReadOnlyList<OperationNode>>();
        foreach (var shard in shards)
        {
            if (MemoryOf(shard[0]).There is { IsRenamed: false, Parts: null })
            {
                await MergesAsync(shard, live, true);
                await run.SaveAsync(shard[0].Label, StepState.Undone);
            }
            else
            {
                begun.Add(shard);
            }
        }
        return begun;
    }

    async Task SyncAsync(IReadOnlyList<OperationNode> shard)
    {
        var leader = shard[0];
        await run.SaveAsync(leader.Label, isBack ? StepState.Undoing : StepState.Running, all: 3);
        if (PhaseOf(leader) is { Parts: not null } or { IsRenamed: true })
        {
            return;
        }
        // The way there may have ended between its names: where nothing was renamed there is nothing to bring back.
        if (await run.FindAsync(leader, database, retired) is not null)
        {
            await KeepAsync(leader, phase => phase.Parts ??= []);
            return;
        }
        for (var round = 1; ; round++)
        {
            await MergesAsync(shard, live, false);
            var (from, to) = (await FactsAsync(leader, live), await FactsAsync(leader, next));
            var parts = await PartsAsync(leader, live);
            if (parts.Count > MostParts)
            {
                throw Failed($"{leader.Label}: {live} has more than {MostParts:n0} parts. Let it merge first.");
            }
            if (await BringDifferencesAsync(leader, from, to, parts))
            {
                // The id of the table that takes the name: by it is seen later whether it did.
                var ids = new Dictionary<string, string>();
                foreach (var node in shard)
                {
                    ids[node.Label] = (await FactsAsync(node, next)).Uuid;
                }
                await KeepAsync(leader, phase => (phase.Parts, phase.Ids) = (parts, ids));
                await run.SaveAsync(leader.Label, isBack ? StepState.Undoing : StepState.Running, done: 1);
                return;
            }
            if (round == MostRounds)
            {
                throw Failed($"{leader.Label}: parts of {live} changed again and again while they were compared. Is somebody altering it?");
            }
        }
    }

    /// <summary>Brings over what differs; true when nothing does any more.</summary>
    async Task<bool> BringDifferencesAsync(OperationNode leader, TableFacts from, TableFacts to, IReadOnlyList<string> parts)
    {
        var among = parts.Count == 0 ? "0" : $"_part IN ({string.Join(", ", parts.Select(NodeSql.Literal))})";
        var (keys, hashed) = (to.Shape!.PartitionParts, Chunks.Compared(from, to));
        for (var round = 1; round <= MostRounds; round++)
        {
            var there = (await Chunks.SumAsync(run, leader, to.Sql, keys, hashed, "1")).ToDictionary(sum => sum.Chunk.Key);
            var here = await Chunks.SumAsync(run, leader, from.Sql, keys, hashed, among);
            var different = here.Where(sum => there.GetValueOrDefault(sum.Chunk.Key) is not { } other || (to.Shape.MergesRows ? other.Rows > sum.Rows || round == 1 : !other.Equals(sum.Rows, sum.Hash))).ToList();
            var gone = there.Values.Where(sum => here.All(one => one.Chunk.Key != sum.Chunk.Key)).ToList();
            if (different.Count == 0 && gone.Count == 0)
            {
                return true;
            }
            foreach (var sum in different)
            {
                await run.BreatheAsync();
                await ChunkCopy.RunAsync(run, leader, from, to, sum.Chunk, among);
            }
            foreach (var sum in gone)
            {
                await DropAsync(leader, to, sum.Chunk);
            }
            if (!(await PartsAsync(leader, live)).ToHashSet().IsSupersetOf(parts))
            {
                return false;
            }
        }
        return false;
    }

    // Rows that were taken out of the live table since they were copied.
    async Task DropAsync(OperationNode leader, TableFacts to, Chunk chunk)
    {
        var found = await run.AskAsync(leader, $"SELECT DISTINCT _part AS part FROM {to.Sql} WHERE {chunk.Filter(to.Shape!.PartitionParts)}");
        foreach (var id in found.Rows.Select(row => row.Text("part").Split('_')[0]).Distinct().ToList())
        {
            await run.SendAsync(leader, $"ALTER TABLE {to.Sql} DROP PARTITION ID {NodeSql.Literal(id)}");
        }
    }

    async Task RenameAsync(OperationNode node, OperationNode leader)
    {
        var (one, other, old) = (await run.FindAsync(node, database, live), await run.FindAsync(node, database, next), await run.FindAsync(node, database, retired));
        if (one is not null && old is not null && other is null)
        {
            return;
        }
        if (one is null && old is not null && other is not null)
        {
            // A server that renames one after the other ended in between.
            await run.SendAsync(node, $"RENAME TABLE {other.Sql} TO {NodeSql.Quote(database, live)}", async () => await run.FindAsync(node, database, live) is not null);
            return;
        }
        if (one is null || other is null || old is not null)
        {
            throw Failed($"{node.Label}: {live}, {next} and {retired} are not as they should be before the swap. Somebody renamed or dropped one of them.");
        }
        var statements = Renames(one, next, retired);
        if (one.IsAtomic)
        {
            var id = PhaseOf(leader).Ids.GetValueOrDefault(node.Label);
            await run.SendAsync(node, statements[0], async () => (await run.FindAsync(node, database, live))?.Uuid == id);
        }
        await run.SendAsync(node, statements[^1], async () => await run.FindAsync(node, database, retired) is not null);
    }

    async Task BringLateAsync(IReadOnlyList<OperationNode> shard)
    {
        var leader = shard[0];
        var (from, to) = (await FactsAsync(leader, retired), await FactsAsync(leader, live));
        if (PhaseOf(leader).Late is null)
        {
            await WaitForInsertsAsync(shard);
            await CatchUpAsync(leader, from);
            await CollectAsync(leader, from, to);
        }
        for (var phase = PhaseOf(leader); phase.LateDone < phase.Late!.Count; phase = PhaseOf(leader))
        {
            var id = phase.Late[phase.LateDone];
            var mayBeThere = phase.IsAttaching;
            await KeepAsync(leader, one => one.IsAttaching = true);
            await run.SendAsync(leader, $"ALTER TABLE {to.Sql} ATTACH PARTITION ID {NodeSql.Literal(id)} FROM {NodeSql.Quote(database, ChunkCopy.BesideOf(live))}", async () =>
            {
                // Equal rows that were there before would look as if it were done: only a statement that was sent is looked for.
                var isThere = mayBeThere && await IsAttachedAsync(leader, from, to, id);
                mayBeThere = true;
                return isThere;
            });
            await KeepAsync(leader, one => (one.LateDone, one.IsAttaching) = (one.LateDone + 1, false));
        }
        await run.SendAsync(leader, ChunkCopy.Drop(to));
        await MergesAsync(shard, retired, true);
        await KeepAsync(leader, phase => phase.IsDone = true);
        var rows = PhaseOf(leader).LateRows;
        await run.SaveAsync(leader.Label, isBack ? StepState.Undone : StepState.Done, done: 3, detail: string.Create(CultureInfo.InvariantCulture, $"{rows:n0} rows arrived in between and were brought over"));
    }

    /// <summary>Puts what arrived in between together in the table beside.</summary>
    async Task CollectAsync(OperationNode leader, TableFacts from, TableFacts to)
    {
        var known = PhaseOf(leader).Parts!.ToHashSet();
        var now = await PartsAsync(leader, retired);
        if (known.Count > 0 && known.Except(now).FirstOrDefault() is { } lost)
        {
            throw Failed($"{leader.Label}: part {lost} of {retired} was merged although merges were stopped, so what arrived in between cannot be told apart. Undo the swap, and try again.");
        }
        var late = known.Count == 0 ? [] : now.Where(part => !known.Contains(part)).ToList();
        var rows = 0L;
        IReadOnlyList<string> partitions = [];
        if (late.Count > 0)
        {
            var among = $"_part IN ({string.Join(", ", late.Select(NodeSql.Literal))})";
            rows = await ChunkCopy.CountAsync(run, leader, from.Sql, among);
            var beside = NodeSql.Quote(database, ChunkCopy.BesideOf(live));
            for (var round = 1; ; round++)
            {
                await run.SendAsync(leader, ChunkCopy.Drop(to));
                await run.SendAsync(leader, to.Shape!.Beside().ToSql(database, ChunkCopy.BesideOf(live)), async () => await run.FindAsync(leader, database, ChunkCopy.BesideOf(live)) is not null);
                await run.SendAsync(leader, ChunkCopy.Insert(from, to, among), isHeavy: true);
                if (await ChunkCopy.CountAsync(run, leader, beside, "1") == rows)
                {
                    break;
                }
                if (round == MostRounds)
                {
                    throw Failed($"{leader.Label}: what arrived in between could not be copied whole.");
                }
            }
            partitions = await ChunkCopy.PartitionsAsync(run, leader, database, ChunkCopy.BesideOf(live));
        }
        await KeepAsync(leader, phase => (phase.Late, phase.LateRows) = ([.. partitions], rows));
    }

    /// <summary>Whether all rows of a partition of the table beside are in the live table: it is attached whole, or not at all.</summary>
    async Task<bool> IsAttachedAsync(OperationNode leader, TableFacts from, TableFacts to, string partition)
    {
        var hashed = string.Join(", ", Chunks.Compared(from, to));
        var beside = NodeSql.Quote(database, ChunkCopy.BesideOf(live));
        var among = $"startsWith(_part, {NodeSql.Literal(partition + "_")})";
        return await run.ValueAsync(
            leader, $"SELECT count() AS {Chunks.Rows} FROM {beside} WHERE {among} AND cityHash64({hashed}) NOT IN (SELECT cityHash64({hashed}) FROM {to.Sql} WHERE {among})") == "0";
    }

    /// <summary>A statement that began to write before the names changed still writes to the table it found.</summary>
    async Task WaitForInsertsAsync(IReadOnlyList<OperationNode> shard)
    {
        foreach (var node in shard)
        {
            for (var begun = run.Time.GetTimestamp(); run.Time.GetElapsedTime(begun) is var since && since < InsertsMayTake;)
            {
                var writing = await run.ValueAsync(
                    node, string.Create(CultureInfo.InvariantCulture, $"SELECT count() AS n FROM system.processes WHERE elapsed > {since.TotalSeconds + 0.2:0.###} AND query LIKE 'INSERT%' AND position(query, {NodeSql.Literal(live)}) > 0"));
                if (writing == "0")
                {
                    break;
                }
                await Task.Delay(TimeSpan.FromMilliseconds(500), run.Time, run.Stopping);
            }
        }
    }

    /// <summary>
    /// Waits until a replica has what others were given. SYSTEM SYNC REPLICA would wait for merges too, which are stopped.
    /// </summary>
    async Task CatchUpAsync(OperationNode node, TableFacts table)
    {
        if (table.Path.Length == 0)
        {
            return;
        }
        (string, string)[] names = [("database", database), ("table", table.Name)];
        const string Named = "database = {database:String} AND table = {table:String}";
        for (var begun = run.Time.GetTimestamp(); ;)
        {
            var behind = await run.ValueAsync(node, $"SELECT count() AS n FROM system.replicas WHERE {Named} AND log_pointer <= log_max_index", names);
            var waiting = await run.ValueAsync(node, $"SELECT count() AS n FROM system.replication_queue WHERE {Named} AND type IN ('GET_PART', 'ATTACH_PART', 'REPLACE_RANGE')", names);
            if (behind == "0" && waiting == "0")
            {
                return;
            }
            if (run.Time.GetElapsedTime(begun) > ReplicasMayTake)
            {
                throw Failed($"{node.Label}: what others have of {table.Name} has not arrived in {ReplicasMayTake.TotalMinutes:0} minutes.");
            }
            await run.BreatheAsync();
            await Task.Delay(TimeSpan.FromMilliseconds(500), run.Time, run.Stopping);
        }
    }

    async Task MergesAsync(IReadOnlyList<OperationNode> shard, string name, bool mayMerge)
    {
        foreach (var node in shard)
        {
            if (await run.FindAsync(node, database, name) is { } table)
            {
                await run.SendAsync(node, $"SYSTEM {(mayMerge ? "START" : "STOP")} MERGES {table.Sql}");
            }
        }
    }

    async Task<List<string>> PartsAsync(OperationNode node, string name) =>
        [.. (await run.AskAsync(node, "SELECT name FROM system.parts WHERE active AND database = {database:String} AND table = {table:String} ORDER BY name", ("database", database), ("table", name)))
            .Rows.Select(row => row.Text("name"))];

    async Task<TableFacts> FactsAsync(OperationNode node, string name) =>
        await run.FindAsync(node, database, name) is { Shape: not null } facts ? facts : throw Failed($"{node.Label} has no table {database}.{name}.");

    Memory MemoryOf(OperationNode leader) => run.MemoryOf<Memory>(leader.Label);

    Phase PhaseOf(OperationNode leader) => isBack ? MemoryOf(leader).Back : MemoryOf(leader).There;

    async Task KeepAsync(OperationNode leader, Action<Phase> change)
    {
        var memory = MemoryOf(leader);
        change(isBack ? memory.Back : memory.There);
        await run.SaveAsync(leader.Label, isBack ? StepState.Undoing : StepState.Running, memory);
    }

    static StepInterruption Failed(FormattableString why) => new(new StepEnd.Failed(why.ToString(CultureInfo.InvariantCulture)));
}
