using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Prickle.House.Operations.Pages;

/// <summary>What a definition looks like, for those who write one.</summary>
static class DefinitionExample
{
    static readonly JsonSerializerOptions Readable = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Each kind of step with its fields.</summary>
    public static readonly IReadOnlyList<(string Kind, string Text)> Kinds =
    [
        (StatementStep.Kind, "Runs sql once, where done_when gives 0. undo takes it back; database and table say on which nodes, nodes is each or one_per_shard; waits for the server's own work with waits."),
        (CreateStep.Kind, "An empty table name like another, with partition_by, order_by or engine of its own."),
        (BackupStep.Kind, "Backs tables up first, to target (a name; without one the first): frozen in place where a server makes no backups."),
        (CopyStep.Kind, "Rows from one table to a created one, partition by partition; only some with where."),
        (AttachStep.Kind, "Partitions from one table into a created one of the same structure: linked, in no time."),
        (VerifyStep.Kind, "Compares from and to on every node: rows and a hash of them."),
        (GateStep.Kind, "Waits for somebody to answer question with a go."),
        (SwapStep.Kind, "next takes the name of table, which is kept from then on."),
        (MutationStep.Kind, "ALTER TABLE … command, waited for on every replica. restore_from and where put rows back."),
        (OptimizeStep.Kind, "Merges each partition of a table into one part."),
        (AssertStep.Kind, "sql has to give something other than 0, within timeout_seconds."),
        (DropStep.Kind, "Drops a table after_days later. Stands at the end."),
    ];

    /// <summary>A definition that can be changed into one's own.</summary>
    public static string Text { get; } = Of(new OperationDefinition("Add a column to shop.orders",
    [
        new StatementStep("ALTER TABLE shop.orders ADD COLUMN note String", "SELECT count() FROM system.columns WHERE database = 'shop' AND table = 'orders' AND name = 'note'")
        {
            Title = "Add the column",
            Undo = "ALTER TABLE shop.orders DROP COLUMN note",
            Database = "shop",
            Table = "orders",
            Nodes = StepNodes.OnePerShard,
        },
        new AssertStep("SELECT count() = 1 FROM system.columns WHERE database = 'shop' AND table = 'orders' AND name = 'note'", 60) { Title = "Wait until every node has it" },
    ])
    { Why = "Support writes notes to orders" });

    /// <summary>A definition on several lines.</summary>
    public static string Of(OperationDefinition definition) => JsonNode.Parse(definition.ToJson())!.ToJsonString(Readable);
}
