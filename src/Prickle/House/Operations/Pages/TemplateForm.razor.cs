using Microsoft.AspNetCore.Components;
using Prickle.Accounts;
using Prickle.House.Operations.Running;
using Prickle.House.Operations.Templates;
using Prickle.House.Storage;
using Prickle.Servers;
using Prickle.Ui.Values;

namespace Prickle.House.Operations.Pages;

/// <summary>Fields in, a draft out.</summary>
public sealed partial class TemplateForm
{
    // Tables of these are the server's own.
    static readonly string[] Own = ["system", "system_log", "INFORMATION_SCHEMA", "information_schema"];

    readonly CancellationTokenSource _closing = new();
    readonly Dictionary<string, string> _values = [];
    readonly Dictionary<string, string> _problems = [];
    IReadOnlyList<TableLine>? _tables;
    IReadOnlyList<ColumnSize> _columns = [];
    TableDefinition? _definition;
    string? _shown;
    string? _failure;
    string? _problem;
    bool _isBusy;

    [Parameter, EditorRequired] public required OrganizationGrant Organization { get; set; }
    [Parameter, EditorRequired] public required WatchedServer Server { get; set; }

    /// <summary>The key of the ready-made operation.</summary>
    [Parameter, EditorRequired] public string Template { get; set; } = "";

    /// <summary>The draft was written.</summary>
    [Parameter] public EventCallback<Operation> OnWritten { get; set; }

    OperationTemplate Chosen => OperationTemplates.All.First(template => template.Key == Template);

    string Database => Of(TemplateFieldKind.Database);

    string Table => Of(TemplateFieldKind.Table);

    TableLine? Line => _tables?.FirstOrDefault(table => table.Database == Database && table.Table == Table);

    IReadOnlyList<Choice> Databases =>
        [.. _tables!.GroupBy(table => table.Database).OrderBy(group => group.Key, StringComparer.OrdinalIgnoreCase).Select(group => new Choice(group.Key, group.Count() == 1 ? "1 table" : $"{group.Count()} tables"))];

    IReadOnlyList<Choice> TablesOfDatabase =>
        [.. _tables!.Where(table => table.Database == Database).OrderBy(table => table.Table, StringComparer.OrdinalIgnoreCase).Select(table => new Choice(table.Table, $"{ValueUnit.Count().Short(table.Rows)} rows"))];

    IReadOnlyList<Choice> Columns => [.. _columns.Select(column => new Choice(column.Name, column.Type))];

    public void Dispose()
    {
        _closing.Cancel();
        _closing.Dispose();
    }

    protected override async Task OnParametersSetAsync()
    {
        if (_shown == Template)
        {
            return;
        }
        _shown = Template;
        foreach (var field in Chosen.Fields)
        {
            _values[field.Key] = field.Default ?? "";
        }
        await ReadTablesAsync();
    }

    async Task ReadTablesAsync()
    {
        (_tables, _failure) = (null, null);
        try
        {
            var list = await Reader.TablesAsync(Server, null, _closing.Token);
            _failure = list.Sizes.IsAnswered ? null : string.Join('\n', list.Sizes.Failures.Select(failed => $"{failed.Node}: {failed.Failure.Message}"));
            _tables = [.. list.Tables.Where(table => table.Engine.EndsWith("MergeTree", StringComparison.Ordinal) && !Own.Contains(table.Database))];
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            // The edge of the form: it says so and offers to try again.
            _failure = failure.Message;
        }
    }

    Task ChooseDatabaseAsync(TemplateField field, string database)
    {
        _values[field.Key] = database;
        foreach (var other in Chosen.Fields.Where(other => other.Kind is TemplateFieldKind.Table or TemplateFieldKind.Column))
        {
            _values[other.Key] = "";
        }
        (_definition, _columns) = (null, []);
        return Task.CompletedTask;
    }

    async Task ChooseTableAsync(TemplateField field, string table)
    {
        _values[field.Key] = table;
        foreach (var other in Chosen.Fields.Where(other => other.Kind == TemplateFieldKind.Column))
        {
            _values[other.Key] = "";
        }
        (_definition, _columns) = (null, []);
        var (definitions, columns) = (
            Fleet.AskAsync(Server, StorageQuestions.Definition(Database, table), Account.Monitor, _closing.Token),
            Fleet.AskAsync(Server, StorageQuestions.Columns(Database, table), Account.Monitor, _closing.Token));
        var (defined, found) = (await definitions, await columns);
        if (Table == table)
        {
            _definition = defined.Items.Select(item => item.Item).FirstOrDefault();
            _columns = [.. found.Items.Select(item => item.Item).DistinctBy(column => column.Name)];
        }
    }

    async Task WriteAsync()
    {
        (_isBusy, _problem) = (true, null);
        _problems.Clear();
        try
        {
            switch (await Templates.WriteAsync(Organization, Server.Id, Template, Chosen.Fields.ToDictionary(field => field.Key, field => _values[field.Key]), _closing.Token))
            {
                case Outcome<OperationDefinition>.Refused(var refusal):
                    Say(refusal);
                    break;
                case Outcome<OperationDefinition>.Done(var definition):
                    await DraftAsync(definition);
                    break;
            }
        }
        finally
        {
            _isBusy = false;
        }
    }

    async Task DraftAsync(OperationDefinition definition)
    {
        switch (await Book.CreateAsync(Organization, Server.Id, definition, _closing.Token))
        {
            case Outcome<Operation>.Refused(var refusal):
                Say(refusal);
                break;
            case Outcome<Operation>.Done(var made):
                await OnWritten.InvokeAsync(made);
                break;
        }
    }

    void Say(Refusal refusal)
    {
        if (refusal.Attribute is { } attribute && _values.ContainsKey(attribute))
        {
            _problems[attribute] = refusal.Detail;
        }
        else
        {
            _problem = refusal.Detail;
        }
    }

    /// <summary>What the chosen table has now, where the field changes it; null where nothing can be said.</summary>
    string? NowOf(TemplateField field) => (field.Key, _definition) switch
    {
        ("order_by", { } definition) => definition.SortingKey,
        ("partition_by", { } definition) => definition.PartitionKey,
        ("engine", { } definition) => EngineOf(definition),
        ("type", { }) => ColumnNow?.Type,
        ("codec", { }) => ColumnNow?.Codec,
        _ => null,
    };

    ColumnSize? ColumnNow => _columns.FirstOrDefault(column => column.Name == Of(TemplateFieldKind.Column));

    /// <summary>As a field takes it: what is replicated stays so without being said.</summary>
    static string EngineOf(TableDefinition definition) => TableShape.Read(definition.Sql) is not { } shape ? definition.Engine
        : shape.IsReplicated ? Written(shape.Family, [.. shape.Arguments.Skip(2)]) : Written(shape.Engine, shape.Arguments);

    static string Written(string engine, IReadOnlyList<string> arguments) => arguments.Count == 0 ? engine : $"{engine}({string.Join(", ", arguments)})";

    string Of(TemplateFieldKind kind) => Chosen.Fields.FirstOrDefault(field => field.Kind == kind) is { } field ? _values.GetValueOrDefault(field.Key, "") : "";

    string? ProblemOf(TemplateField field) => _problems.GetValueOrDefault(field.Key);

    string? Invalid(TemplateField field) => _problems.ContainsKey(field.Key) ? "true" : null;

    static string Id(TemplateField field) => $"operation-{field.Key}";
}
