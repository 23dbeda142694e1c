using Prickle.Accounts;
using Prickle.House.Operations.Running;

namespace Prickle.House.Operations.Templates;

/// <summary>What a table is cannot be changed in place: it is made anew beside, filled, compared, and takes the old one's name.</summary>
abstract class RebuildTemplate : OperationTemplate
{
    protected abstract TemplateField Change { get; }
    protected abstract string Why { get; }
    protected abstract CreateStep With(CreateStep create, string change);

    /// <summary>How the new table gets its rows.</summary>
    protected virtual OperationStep Filled(string database, string table, string next) => new CopyStep(database, table, next) { Title = "Copy the rows, partition by partition" };

    /// <summary>Why it would do nothing, or not do; null where it would.</summary>
    protected virtual string? ProblemOf(TableFacts table, string change) => null;

    public override IReadOnlyList<TemplateField> Fields => [Database, Table, Change, KeepDays, Asks];

    public override async Task<Outcome<OperationDefinition>> WriteAsync(TemplateSource source, TemplateInputs inputs) =>
        (await source.FindAsync(inputs["database"], inputs["table"])).Match<Outcome<OperationDefinition>>(found => Write(source, inputs, found.Table), refusal => refusal);

    Outcome<OperationDefinition> Write(TemplateSource source, TemplateInputs inputs, TableFacts facts)
    {
        var (database, table, change) = (inputs["database"], inputs["table"], inputs[Change.Key]);
        if (ProblemOf(facts, change) is { } problem)
        {
            return Refusal.Invalid(Change.Key, problem);
        }
        var (next, kept) = ($"{table}_next_{source.Mark}", $"{table}_old_{source.Mark}");
        List<OperationStep> steps =
        [
            With(new CreateStep(database, table, next) { Title = $"Make the new table {next}" }, change),
            Filled(database, table, next),
            new VerifyStep(database, table, next) { Title = "Compare both tables on every node" },
        ];
        if (inputs.Flag("asks"))
        {
            steps.Add(new GateStep($"Everything is copied and compared. Put the new table in the place of {table}?") { Title = "Ask before the swap" });
        }
        steps.Add(new SwapStep(database, table, next, kept) { Title = $"Put the new table in the place of {table}" });
        steps.Add(new DropStep(database, kept, inputs.Number("keep_days")) { Title = $"Drop the old table {kept}" });
        return new OperationDefinition($"{Title}: {database}.{table}", steps) { Why = $"{Why}: {change}" };
    }
}

sealed class OrderByTemplate : RebuildTemplate
{
    public override string Key => "order_by";
    public override string Title => "Change the sorting key";
    public override string Text => "Sorts the rows of a table by other columns, so that questions that filter by them read less. Needs room for a second copy of the table.";
    protected override string Why => "Sorted by";
    protected override TemplateField Change { get; } = new("order_by", "Sort by", TemplateFieldKind.Sql, "Columns or expressions with commas between: project_id, toDate(timestamp), event");
    protected override CreateStep With(CreateStep create, string change) => create with { OrderBy = change };
    protected override string? ProblemOf(TableFacts table, string change) => table.Shape!.Clauses.GetValueOrDefault("ORDER BY") is { } now && Same(now, change) ? "The table is sorted like this already." : null;

    static bool Same(string one, string other) => TableShape.Parts(one).Select(Bare).SequenceEqual(TableShape.Parts(other).Select(Bare));

    static string Bare(string part) => part.Replace(" ", "", StringComparison.Ordinal).Replace("`", "", StringComparison.Ordinal);
}

sealed class RepartitionTemplate : RebuildTemplate
{
    public override string Key => "partition_by";
    public override string Title => "Change the partitions";
    public override string Text => "Divides a table in other pieces, which can be dropped and merged by themselves: months instead of days, say. Needs room for a second copy of the table.";
    protected override string Why => "Partitioned by";
    protected override TemplateField Change { get; } = new("partition_by", "Partition by", TemplateFieldKind.Sql, "An expression, toYYYYMM(timestamp) for instance. Some hundred partitions are many.");
    protected override CreateStep With(CreateStep create, string change) => create with { PartitionBy = change };
}

sealed class EngineTemplate : RebuildTemplate
{
    public override string Key => "engine";
    public override string Title => "Move to another engine";
    public override string Text => "Makes a MergeTree a ReplacingMergeTree, say. A replicated table stays replicated. The parts are linked, not copied: it takes no second room.";
    protected override string Why => "Engine";
    protected override TemplateField Change { get; } = new("engine", "Engine", TemplateFieldKind.Sql, "With its arguments, and without Replicated: ReplacingMergeTree(version)");
    protected override CreateStep With(CreateStep create, string change) => create with { Engine = change };

    // Sorted and partitioned as before, only what merging does with rows is another: the files fit as they are.
    protected override OperationStep Filled(string database, string table, string next) => new AttachStep(database, table, next) { Title = "Link the partitions" };

    protected override string? ProblemOf(TableFacts table, string change) =>
        TableShape.Read($"CREATE TABLE t (c Int8) ENGINE = {change}") is not { IsMergeTree: true, Clauses.Count: 0 } shape ? "An engine of the MergeTree family is expected here, ReplacingMergeTree(version) for instance."
        : shape.IsReplicated ? "Leave Replicated out: a replicated table stays so, and another does not become one here." : null;
}
