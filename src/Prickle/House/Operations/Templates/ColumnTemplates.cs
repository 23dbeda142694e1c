using Prickle.Accounts;
using Prickle.House.Frame;
using Prickle.House.Operations.Running;

namespace Prickle.House.Operations.Templates;

sealed class ColumnTypeTemplate : OperationTemplate
{
    const int LongWait = 86_400;

    public override string Key => "column";
    public override string Title => "Change a column's type or codec";
    public override string Text => "The server rewrites the column in all parts, in place. Values that the new type cannot hold make it fail, or are cut: look at them first.";

    public override IReadOnlyList<TemplateField> Fields { get; } =
    [
        Database, Table, new("column", "Column", TemplateFieldKind.Column), new("type", "New type", TemplateFieldKind.Sql, "LowCardinality(String), for instance. Empty keeps it.", ""),
        new("codec", "New codec", TemplateFieldKind.Sql, "ZSTD(3), for instance. Empty keeps it.", ""),
        new("rewrite", "Rewrite old rows now", TemplateFieldKind.Flag, "A codec reaches old rows only when they are merged anew.", "true"),
    ];

    public override async Task<Outcome<OperationDefinition>> WriteAsync(TemplateSource source, TemplateInputs inputs)
    {
        var (database, name, type, codec) = (inputs["database"], inputs["table"], inputs["type"], inputs["codec"]);
        if (type.Length == 0 && codec.Length == 0)
        {
            return Refusal.Invalid("type", "Say a new type, a new codec, or both.");
        }
        return await (await source.FindAsync(database, name)).Match(
            found => WriteAsync(source, inputs, found.Node, found.Table), refusal => Task.FromResult<Outcome<OperationDefinition>>(refusal));
    }

    static async Task<Outcome<OperationDefinition>> WriteAsync(TemplateSource source, TemplateInputs inputs, OperationNode node, TableFacts table)
    {
        var (type, codec) = (inputs["type"], inputs["codec"]);
        if (table.Columns.FirstOrDefault(column => column.Name == inputs["column"]) is not { } column)
        {
            return Refusal.Invalid("column", $"{table.Name} has no column {inputs["column"]}.");
        }
        var keys = TableShape.Parts(table.Shape!.Clauses.GetValueOrDefault("ORDER BY") ?? "").Concat(table.Shape.PartitionParts);
        if (type.Length > 0 && keys.Any(key => key.Trim('`') == column.Name))
        {
            return Refusal.Invalid("column", $"{column.Name} is part of the sorting key or the partition key, whose type no server changes in place.");
        }
        var knowsCodecs = (await source.Server.CapabilitiesAsync(node, source.Stopping))?.Has("columns", "compression_codec") == true;
        if (codec.Length > 0 && !knowsCodecs)
        {
            return Refusal.Invalid("codec", "This server knows no codecs of columns: they came with 19.1.");
        }
        var before = knowsCodecs ? (await source.AskAsync(
            node, "SELECT compression_codec AS codec FROM system.columns WHERE database = {database:String} AND table = {table:String} AND name = {column:String}",
            ("database", table.Database), ("table", table.Name), ("column", column.Name)))?.Rows.FirstOrDefault().Text("codec") ?? "" : "";
        var quoted = NodeSql.Quote(column.Name);
        var target = type.Length > 0 ? type : column.Type;
        // What the server makes of a type or codec is written in its own way: that it is another one than before can be told.
        var differs = type.Length > 0 ? $"type != {NodeSql.Literal(column.Type)}" : $"compression_codec != {NodeSql.Literal(before)}";
        var steps = new List<OperationStep>
        {
            new StatementStep(
                $"ALTER TABLE {table.Sql} MODIFY COLUMN {quoted} {target}{(codec.Length > 0 ? $" CODEC({codec})" : "")}",
                $"SELECT count() FROM system.columns WHERE database = {NodeSql.Literal(table.Database)} AND table = {NodeSql.Literal(table.Name)} AND name = {NodeSql.Literal(column.Name)} AND {differs}")
            {
                Title = $"Change {column.Name}",
                Database = table.Database,
                Table = table.Name,
                Nodes = StepNodes.OnePerShard,
                Undo = codec.Length > 0 && before.Length == 0 && type.Length == 0 ? $"ALTER TABLE {table.Sql} MODIFY COLUMN {quoted} REMOVE CODEC"
                    : $"ALTER TABLE {table.Sql} MODIFY COLUMN {quoted} {column.Type}{(codec.Length > 0 && before.Length > 0 ? $" {before}" : "")}",
                Waits = true,
            },
        };
        if (type.Length > 0)
        {
            steps.Add(new AssertStep($"SELECT count() = 0 FROM system.mutations WHERE database = {NodeSql.Literal(table.Database)} AND table = {NodeSql.Literal(table.Name)} AND NOT is_done", LongWait) { Title = "Wait until all parts are rewritten" });
        }
        if (codec.Length > 0 && inputs.Flag("rewrite"))
        {
            steps.Add(new OptimizeStep(table.Database, table.Name) { Title = "Rewrite old rows with the new codec" });
        }
        return new OperationDefinition($"Change {column.Name} of {table.Database}.{table.Name}", steps)
        {
            Why = $"From {column.Type}{(before.Length > 0 ? $" {before}" : "")} to {target}{(codec.Length > 0 ? $" CODEC({codec})" : "")}",
        };
    }
}

sealed class MaterializeTemplate : OperationTemplate
{
    public override string Key => "materialize";
    public override string Title => "Materialise a column";
    public override string Text => "Adds a column that is computed from others once, instead of by each question, and fills it for old rows. New rows have it unless they say something else.";

    public override IReadOnlyList<TemplateField> Fields { get; } =
    [
        Database, Table, new("column", "Name of the new column", TemplateFieldKind.Text), new("type", "Type", TemplateFieldKind.Sql, "String, for instance."),
        new("expression", "Computed as", TemplateFieldKind.Sql, "JSONExtractString(properties, 'plan'), for instance."),
    ];

    public override async Task<Outcome<OperationDefinition>> WriteAsync(TemplateSource source, TemplateInputs inputs) =>
        (await source.FindAsync(inputs["database"], inputs["table"])).Match<Outcome<OperationDefinition>>(found => Write(inputs, found.Table), refusal => refusal);

    static Outcome<OperationDefinition> Write(TemplateInputs inputs, TableFacts table)
    {
        var (name, type, expression) = (inputs["column"], inputs["type"], inputs["expression"]);
        if (table.Columns.Any(column => column.Name == name))
        {
            return Refusal.Invalid("column", $"{table.Name} has a column {name} already.");
        }
        var quoted = NodeSql.Quote(name);
        return new OperationDefinition($"Materialise {name} in {table.Database}.{table.Name}",
        [
            new StatementStep(
                $"ALTER TABLE {table.Sql} ADD COLUMN {quoted} {type} DEFAULT {expression}",
                $"SELECT count() FROM system.columns WHERE database = {NodeSql.Literal(table.Database)} AND table = {NodeSql.Literal(table.Name)} AND name = {NodeSql.Literal(name)}")
            {
                Title = $"Add {name}",
                Database = table.Database,
                Table = table.Name,
                Nodes = StepNodes.OnePerShard,
                Undo = $"ALTER TABLE {table.Sql} DROP COLUMN {quoted}",
                Waits = true,
            },
            new MutationStep(table.Database, table.Name, $"UPDATE {quoted} = {expression} WHERE 1") { Title = "Fill it for old rows", NeedsNoUndo = true },
        ])
        { Why = $"{name} is {expression}" };
    }
}
