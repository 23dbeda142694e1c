using System.Text.Json.Serialization;

namespace Prickle.House.Operations;

/// <summary>One step of an operation. What a step is told to do is data: it is stored, hashed, shown and approved as it is.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(StatementStep), StatementStep.Kind)]
[JsonDerivedType(typeof(CreateStep), CreateStep.Kind)]
[JsonDerivedType(typeof(BackupStep), BackupStep.Kind)]
[JsonDerivedType(typeof(CopyStep), CopyStep.Kind)]
[JsonDerivedType(typeof(AttachStep), AttachStep.Kind)]
[JsonDerivedType(typeof(VerifyStep), VerifyStep.Kind)]
[JsonDerivedType(typeof(GateStep), GateStep.Kind)]
[JsonDerivedType(typeof(SwapStep), SwapStep.Kind)]
[JsonDerivedType(typeof(MutationStep), MutationStep.Kind)]
[JsonDerivedType(typeof(OptimizeStep), OptimizeStep.Kind)]
[JsonDerivedType(typeof(AssertStep), AssertStep.Kind)]
[JsonDerivedType(typeof(DropStep), DropStep.Kind)]
public abstract record OperationStep
{
    /// <summary>What it does, for people: "Copy the rows".</summary>
    public string Title { get; init; } = "";
}

/// <summary>Which nodes a statement runs on.</summary>
public enum StepNodes
{
    /// <summary>Every node that has the table, or every node where no table is named.</summary>
    Each,
    /// <summary>One of the replicas that share the table's data.</summary>
    OnePerShard,
}

/// <summary>A statement that changes something once: it runs only where its check says that it has not been done.</summary>
/// <param name="Sql">One statement, names with their database.</param>
/// <param name="DoneWhen">A SELECT of one value, other than 0 where it is done.</param>
public sealed record StatementStep(string Sql, string DoneWhen) : OperationStep
{
    public const string Kind = "statement";

    /// <summary>What takes it back; null where nothing does.</summary>
    public string? Undo { get; init; }
    public StepNodes Nodes { get; init; } = StepNodes.Each;

    /// <summary>The table whose nodes are meant; null for every node.</summary>
    public string? Database { get; init; }
    public string? Table { get; init; }

    /// <summary>The server goes on by itself after the statement: wait until the check says that it is done.</summary>
    public bool Waits { get; init; }
}

/// <summary>An empty table like another, but for what is said here, on every node that has the other. Undone by dropping it.</summary>
/// <param name="Like">The table whose definition it has.</param>
/// <param name="Name">The new table, in the same database.</param>
public sealed record CreateStep(string Database, string Like, string Name) : OperationStep
{
    public const string Kind = "create";

    /// <summary>Null keeps the one of the other table: <c>toYYYYMM(timestamp)</c>. Empty for none.</summary>
    public string? PartitionBy { get; init; }

    /// <summary>Null keeps it: <c>project_id, timestamp</c>.</summary>
    public string? OrderBy { get; init; }

    /// <summary>Null keeps it: <c>ReplacingMergeTree(version)</c>. A replicated table stays replicated.</summary>
    public string? Engine { get; init; }
}

/// <summary>Copies rows partition by partition: each goes into a table beside, is counted there, and replaces that partition of the new table whole.</summary>
/// <param name="From">Where the rows are.</param>
/// <param name="To">Where they go: a table that nobody else writes to.</param>
public sealed record CopyStep(string Database, string From, string To) : OperationStep
{
    public const string Kind = "copy";

    /// <summary>Only the rows of which this is true; null for all.</summary>
    public string? Where { get; init; }
}

/// <summary>Gives a created table the partitions of one of the same structure: their files are linked, so it takes no time and no room.</summary>
/// <param name="From">Where the rows are, and stay.</param>
/// <param name="To">A table that this operation made like it, with another engine perhaps.</param>
public sealed record AttachStep(string Database, string From, string To) : OperationStep
{
    public const string Kind = "attach";
}

/// <summary>
/// Backs tables up before they are changed: a full backup that no rule deletes, or, where a server makes none (before 22.8), their
/// files frozen on its own disk.
/// </summary>
public sealed record BackupStep(string Database, IReadOnlyList<string> Tables) : OperationStep
{
    public const string Kind = "backup";

    /// <summary>The name of a target of the server; null for its first.</summary>
    public string? Target { get; init; }
}

/// <summary>Compares two tables on every node, partition by partition: rows, and a hash of them.</summary>
public sealed record VerifyStep(string Database, string From, string To) : OperationStep
{
    public const string Kind = "verify";
    public string? Where { get; init; }
}

/// <summary>Waits for somebody to say go.</summary>
/// <param name="Question">What is asked.</param>
public sealed record GateStep(string Question) : OperationStep
{
    public const string Kind = "gate";
}

/// <summary>
/// Puts one table in the place of another. What was written since the copy is brought over before; then both are renamed with
/// one statement on each node; what was written in between is brought over after. Undone the same way, back.
/// </summary>
/// <param name="Table">The name that stays.</param>
/// <param name="Next">The table that takes the name.</param>
/// <param name="Kept">What the old table is called from then on.</param>
public sealed record SwapStep(string Database, string Table, string Next, string Kept) : OperationStep
{
    public const string Kind = "swap";
}

/// <summary>Rewrites rows: found by its command where it was asked for before, and waited for on every node.</summary>
/// <param name="Command">Behind <c>ALTER TABLE …</c>: <c>DELETE WHERE project_id = 7</c>.</param>
public sealed record MutationStep(string Database, string Table, string Command) : OperationStep
{
    public const string Kind = "mutation";

    /// <summary>A table that holds the rows as they were, from which they are put back; null where nothing takes it back.</summary>
    public string? RestoreFrom { get; init; }

    /// <summary>Which rows are meant: what is put back is found by it.</summary>
    public string? Where { get; init; }

    /// <summary>Undoing a step before takes it back as well: it fills a column that this operation added.</summary>
    public bool NeedsNoUndo { get; init; }
}

/// <summary>Merges each partition into one part: what a changed codec or a new column wants, to reach old rows.</summary>
public sealed record OptimizeStep(string Database, string Table) : OperationStep
{
    public const string Kind = "optimize";
}

/// <summary>Something must be true, on every node.</summary>
/// <param name="Sql">A SELECT of one value, other than 0 where it is.</param>
/// <param name="TimeoutSeconds">So long it is waited for.</param>
public sealed record AssertStep(string Sql, int TimeoutSeconds) : OperationStep
{
    public const string Kind = "assert";
}

/// <summary>Drops a table that is not needed any more, days later: until then everything can be undone.</summary>
public sealed record DropStep(string Database, string Table, int AfterDays) : OperationStep
{
    public const string Kind = "drop";
}
