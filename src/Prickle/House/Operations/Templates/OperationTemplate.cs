using Prickle.Accounts;
using Prickle.ClickHouse.Nodes;
using Prickle.House.Operations.Running;

namespace Prickle.House.Operations.Templates;

/// <summary>What a field of a ready-made operation holds.</summary>
public enum TemplateFieldKind
{
    Database,
    Table,
    Column,
    /// <summary>SQL, or a piece of it.</summary>
    Sql,
    Text,
    Number,
    Flag,
}

/// <summary>A field of a ready-made operation.</summary>
/// <param name="Default">What it holds where nothing is said; null where something has to be.</param>
public sealed record TemplateField(string Key, string Label, TemplateFieldKind Kind, string Help = "", string? Default = null);

/// <summary>A ready-made operation: fields in, steps out. What comes of it can be changed like any other.</summary>
abstract class OperationTemplate
{
    public static readonly TemplateField Database = new("database", "Database", TemplateFieldKind.Database);
    public static readonly TemplateField Table = new("table", "Table", TemplateFieldKind.Table);
    public static readonly TemplateField KeepDays = new("keep_days", "Keep the old table for", TemplateFieldKind.Number, "Days in which everything can be undone.", "7");
    public static readonly TemplateField Asks = new("asks", "Ask before the swap", TemplateFieldKind.Flag, "It stops when everything is copied and compared, and goes on when somebody says so.", "true");

    public abstract string Key { get; }
    public abstract string Title { get; }

    /// <summary>What it does, and what it costs.</summary>
    public abstract string Text { get; }
    public abstract IReadOnlyList<TemplateField> Fields { get; }

    /// <summary>Writes the operation; looks at the server to know what is there.</summary>
    public abstract Task<Outcome<OperationDefinition>> WriteAsync(TemplateSource source, TemplateInputs inputs);
}

/// <summary>What somebody entered, checked against the fields.</summary>
sealed class TemplateInputs(IReadOnlyDictionary<string, string> given, IReadOnlyList<TemplateField> fields)
{
    public string this[string key] => given.GetValueOrDefault(key)?.Trim() is { Length: > 0 } text ? text : fields.First(field => field.Key == key).Default ?? "";

    public int Number(string key) => int.TryParse(this[key], System.Globalization.CultureInfo.InvariantCulture, out var number) ? number : 0;

    public bool Flag(string key) => this[key] is "true" or "1" or "on";

    public Refusal? Problem =>
        given.Keys.FirstOrDefault(key => fields.All(one => one.Key != key)) is { } stray ? Refusal.Invalid(stray, $"There is no field \"{stray}\".")
        : fields.FirstOrDefault(one => this[one.Key].Length == 0 && one.Default is null) is { } empty ? Refusal.Invalid(empty.Key, $"{empty.Label}: something is expected here.")
        : fields.FirstOrDefault(one => one.Kind == TemplateFieldKind.Number && (!int.TryParse(this[one.Key], System.Globalization.CultureInfo.InvariantCulture, out var number) || number < 0)) is { } wrong
            ? Refusal.Invalid(wrong.Key, $"{wrong.Label}: a whole number is expected here.")
        : null;
}

/// <summary>Where a ready-made operation looks things up.</summary>
/// <param name="Mark">Makes the names of new tables unlike any other.</param>
sealed record TemplateSource(OperationServer Server, string Mark, CancellationToken Stopping)
{
    /// <summary>A table, at the first node that has it.</summary>
    public async Task<Outcome<(OperationNode Node, TableFacts Table)>> FindAsync(string database, string table)
    {
        foreach (var node in Server.Nodes)
        {
            var (facts, failure) = await Server.FindAsync(node, database, table, Stopping);
            if (failure is not null)
            {
                return Refusal.Invalid("server", $"{node.Label}: {failure.Message}");
            }
            if (facts is not null)
            {
                return facts.Shape is { IsMergeTree: true } ? (node, facts) : Refusal.Invalid("table", $"{database}.{table} is no table of the MergeTree family.");
            }
        }
        return Refusal.Invalid("table", $"There is no table {database}.{table}.");
    }

    public async Task<NodeTable?> AskAsync(OperationNode node, string sql, params (string, string)[] values) =>
        await Server.AskAsync(node, sql, Stopping, values) is NodeReply.Answered answered ? answered.Table : null;
}
