using System.Globalization;
using Prickle.Accounts;
using Prickle.House.Frame;

namespace Prickle.House.Operations.Templates;

sealed class DeletionTemplate : OperationTemplate
{
    public override string Key => "delete_project";
    public override string Title => "Delete a project's data";
    public override string Text => "Deletes all rows of a project, or of any other owner that a column names, from all tables of a database that have the column. What is deleted is kept aside for some days, from where it can be put back.";

    public override IReadOnlyList<TemplateField> Fields { get; } =
    [
        Database, new("column", "Column that names the owner", TemplateFieldKind.Text, "", "project_id"), new("value", "Its value", TemplateFieldKind.Text, "The number of the project, for instance."),
        new("tables", "Tables", TemplateFieldKind.Text, "Names with commas between. Empty for all that have the column.", ""),
        new("keep_days", "Keep what is deleted for", TemplateFieldKind.Number, "Days in which it can be put back. 0 keeps nothing: it cannot be undone.", "7"),
        new("backs_up", "Back the tables up first", TemplateFieldKind.Flag, "To the server's first target for backups; frozen in place where it makes none.", "false"),
    ];

    public override async Task<Outcome<OperationDefinition>> WriteAsync(TemplateSource source, TemplateInputs inputs)
    {
        var (database, column, value, days) = (inputs["database"], inputs["column"], inputs["value"], inputs.Number("keep_days"));
        var found = await source.AskAsync(
            source.Server.Nodes[0],
            "SELECT name, (SELECT any(type) FROM system.columns WHERE database = {database:String} AND name = {column:String}) AS type FROM system.tables WHERE database = {database:String} AND engine LIKE '%MergeTree' "
            + "AND name IN (SELECT table FROM system.columns WHERE database = {database:String} AND name = {column:String}) ORDER BY name", ("database", database), ("column", column));
        if (found is null)
        {
            return Refusal.Invalid("database", "The server did not say which tables have the column.");
        }
        var named = inputs["tables"].Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        var all = found.Rows.Select(row => row.Text("name")).ToList();
        if (named.FirstOrDefault(name => !all.Contains(name)) is { } missing)
        {
            return Refusal.Invalid("tables", $"{database} has no table {missing} with a column {column}.");
        }
        var tables = named.Length > 0 ? [.. named] : all;
        if (tables.Count == 0)
        {
            return Refusal.Invalid("column", $"No table of {database} has a column {column}.");
        }
        var isNumber = found.Rows.First().Text("type").Contains("Int", StringComparison.Ordinal);
        if (isNumber && !long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _))
        {
            return Refusal.Invalid("value", $"{column} is a number.");
        }
        var where = $"{NodeSql.Quote(column)} = {(isNumber ? value : NodeSql.Literal(value))}";
        var steps = tables.SelectMany(table => days > 0 ? Kept(database, table, where, source.Mark) : [Delete(database, table, where)]).ToList();
        if (inputs.Flag("backs_up"))
        {
            steps.Insert(0, new BackupStep(database, tables) { Title = "Back the tables up" });
        }
        if (days > 0)
        {
            steps.AddRange(tables.Select(table => new DropStep(database, KeptName(table, source.Mark), days) { Title = $"Drop what was kept of {table}" }));
        }
        return new OperationDefinition($"Delete {column} {value} from {database}", steps) { Why = $"All rows where {where}, in {tables.Count} tables" };
    }

    static IEnumerable<OperationStep> Kept(string database, string table, string where, string mark)
    {
        var kept = KeptName(table, mark);
        return
        [
            new CreateStep(database, table, kept) { Title = $"Make a table for what is deleted of {table}" },
            new CopyStep(database, table, kept) { Title = $"Keep the rows of {table} aside", Where = where },
            new VerifyStep(database, table, kept) { Title = "Compare what is kept", Where = where },
            Delete(database, table, where) with { RestoreFrom = kept },
        ];
    }

    static MutationStep Delete(string database, string table, string where) => new(database, table, $"DELETE WHERE {where}") { Title = $"Delete the rows from {table}", Where = where };

    static string KeptName(string table, string mark) => $"{table}_deleted_{mark}";
}
