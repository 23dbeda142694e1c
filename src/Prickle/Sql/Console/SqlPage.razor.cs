using System.Globalization;
using System.IO.Pipelines;
using System.Text.Json;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Options;
using Microsoft.JSInterop;
using MudBlazor;
using Prickle.Accounts;
using Prickle.Shell;
using Prickle.Sql.Api;
using Prickle.Sql.Statements;
using Prickle.Ui.Dialogs;
using Prickle.Ui.Surfaces;

namespace Prickle.Sql.Console;

/// <summary>The SQL console: an editor, what it can name, and the answer.</summary>
public sealed partial class SqlPage(NavigationManager navigation, IDialogService dialogs, ISnackbar snackbar, ISqlInsights insights, TimeProvider time) : IDisposable
{
    const int LongestTextInAddress = 1500;
    static readonly TimeSpan ProgressPause = TimeSpan.FromMilliseconds(400);
    static readonly string[] SideTabs = ["Schema", "Saved", "History"];

    static readonly (string Name, string Statement)[] Examples =
    [
        ("Latest events", "SELECT timestamp, event, distinct_id, properties.$current_url AS url\nFROM events\nORDER BY timestamp DESC\nLIMIT 50"),
        ("Events by day", "SELECT toDate(timestamp) AS day, count() AS events, uniqExact(person_id) AS persons\nFROM events\nWHERE timestamp > now() - INTERVAL 30 DAY\nGROUP BY day\nORDER BY day"),
        ("Browsers of the week", "SELECT properties.$browser AS browser, uniqExact(person_id) AS persons\nFROM events\nWHERE timestamp > now() - INTERVAL 7 DAY\nGROUP BY browser\nORDER BY persons DESC"),
    ];

    readonly CancellationTokenSource _closing = new();
    readonly Dictionary<string, VariableInputs.Entry> _variables = new(StringComparer.Ordinal);
    IReadOnlyList<string> _names = [];
    SqlFilters _filters = new();
    SqlFilters _keptFilters = new();
    IReadOnlyList<SqlTable>? _tables;
    SqlEditor? _editor;
    Dropdown? _downloads;
    Dropdown? _more;
    SqlInsight? _insight;
    SavedSqlQuery? _saved;
    SqlAnswer? _answer;
    SqlRefusal? _refusal;
    RunningStatement? _run;
    string? _plan;
    string? _schemaError;
    string? _loadedFrom;
    string _text = "";
    string _ranText = "";
    string _tab = "Table";
    string _side = "Schema";
    int _libraryVersion;
    int _maximum;
    bool _hasFilters;
    bool _isReady;
    bool _sheet;

    [Parameter] public int ProjectId { get; set; }

    [Parameter] public Guid? QueryId { get; set; }

    [SupplyParameterFromQuery(Name = "query")] public string? QueryInAddress { get; set; }

    /// <summary>What {filters} stands for, as JSON.</summary>
    [SupplyParameterFromQuery(Name = "filters")] public string? FiltersInAddress { get; set; }

    /// <summary>The insight that the statement is kept as; "new" for one that is to be.</summary>
    [SupplyParameterFromQuery(Name = "insight")] public string? InsightInAddress { get; set; }

    [CascadingParameter] public ProjectGrant? Grant { get; set; }

    [Inject] public required AnswerSqlQuery Answering { get; set; }

    [Inject] public required SqlSandbox Sandbox { get; set; }

    [Inject] public required SqlSchema Schema { get; set; }

    [Inject] public required SavedSqlQueries Saved { get; set; }

    [Inject] public required IOptions<SqlOptions> Limits { get; set; }

    bool MaySave => Grant?.Allows(Resource.Query, Level.Write) == true;

    bool MaySaveInsight => Grant?.Allows(Resource.Insight, Level.Write) == true;

    bool IsInsight => !string.IsNullOrEmpty(InsightInAddress);

    string Title => IsInsight ? _insight is { Name: { Length: > 0 } name } ? name : "SQL insight" : _saved?.Name ?? "SQL";

    string? BackAddress => IsInsight ? ProjectAddress.Of(ProjectId, "insights") : _saved is null ? null : ProjectAddress.Of(ProjectId, "sql");

    string ContextLine => _saved is null ? "Read-only ClickHouse SQL over this project's data"
        : $"{(_saved.Description.Length > 0 ? _saved.Description + " · " : "")}saved by {_saved.UpdatedBy}{(_saved.Query == _text && (!_hasFilters || _filters.Says(_keptFilters)) ? "" : " · changed since")}";

    string[] ResultTabs => (_answer, _plan) switch
    {
        (null, _) => ["Plan"],
        (_, null) => ["Table", "Chart"],
        _ => ["Table", "Chart", "Plan"],
    };

    string ShownTab => ResultTabs.FirstOrDefault(name => name == _tab) ?? ResultTabs[0];

    protected override async Task OnParametersSetAsync()
    {
        _maximum = Limits.Value.MaximumRows;
        var from = LoadedFrom(QueryInAddress, FiltersInAddress);
        if (_loadedFrom == from || Grant is null)
        {
            return;
        }
        _loadedFrom = from;
        _saved = QueryId is { } id ? await Saved.FindAsync(ProjectId, id, _closing.Token) : null;
        _keptFilters = _saved?.Filters ?? new();
        _insight = IsInsight && InsightInAddress != "new" ? await insights.FindAsync(ProjectId, InsightInAddress!, _closing.Token) : null;
        if (_insight is { Query: var kept } && AnswerSqlQuery.Read(kept, false, null) is SqlOutcome<SqlRequest>.Done { Value: var asked })
        {
            _keptFilters = asked.Filters;
            await ShowAsync(asked.Statement, asked.Variables);
        }
        else if (_saved is not null)
        {
            await ShowAsync(_saved.Query, _saved.Variables);
        }
        // A link to what was kept and changed since holds the change.
        if (!string.IsNullOrEmpty(QueryInAddress) && QueryInAddress != _text)
        {
            await ShowTextAsync(QueryInAddress);
        }
        _filters = FiltersInAddress is null ? _keptFilters : ReadFilters(FiltersInAddress);
    }

    Task ShowAsync(string text, IEnumerable<SqlVariable> variables)
    {
        foreach (var variable in variables)
        {
            _variables[variable.Name] = VariableInputs.Entry.Of(variable);
        }
        return ShowTextAsync(text);
    }

    static SqlFilters ReadFilters(string? text)
    {
        try
        {
            // A broken link filters nothing, and the bar says so.
            return text is null ? new SqlFilters() : SqlFilters.Read(JsonElement.Parse(text)) ?? new SqlFilters();
        }
        catch (JsonException)
        {
            return new SqlFilters();
        }
    }

    async Task ReadyAsync()
    {
        _isReady = true;
        if (_editor is not null)
        {
            await _editor.SetTextAsync(_text);
        }
        await ReadSchemaAsync();
        // What was kept is opened for its answer.
        if (_insight is not null && _answer is null && _run is null)
        {
            await RunAsync();
        }
    }

    async Task ReadSchemaAsync()
    {
        try
        {
            _tables = await Schema.TablesAsync(Grant!.Project, _closing.Token);
            await _editor!.CompleteAsync(_tables, await Schema.FunctionsAsync(_closing.Token));
            _schemaError = null;
        }
        catch (Exception failure) when (failure is not (OperationCanceledException or JSDisconnectedException))
        {
            // The edge of a panel: statements can be run without it.
            _schemaError = failure.Message;
        }
        StateHasChanged();
    }

    void TextTypedAsync(string text) => Read(text);

    void Read(string text)
    {
        _text = text;
        _names = StatementReader.VariablesIn(text);
        _hasFilters = StatementReader.HasFilters(text);
        foreach (var name in _names)
        {
            _variables.TryAdd(name, new VariableInputs.Entry(SqlVariableType.String, ""));
        }
    }

    async Task ShowTextAsync(string text)
    {
        Read(text);
        if (_editor is not null)
        {
            await _editor.SetTextAsync(text);
        }
    }

    async Task UseAsync(string statement)
    {
        _sheet = false;
        await ShowTextAsync(statement);
    }

    async Task InsertAsync(string name)
    {
        _sheet = false;
        if (_editor is not null)
        {
            await _editor.InsertAsync(name);
        }
    }

    Task RunTypedAsync(string text)
    {
        Read(text);
        return _run is null ? RunAsync() : Task.CompletedTask;
    }

    async Task RunAsync(int? limit = null, bool confirm = false)
    {
        if (_editor is null || Grant is null || _run is not null)
        {
            return;
        }
        Read(await _editor.TextAsync() ?? _text);
        await _editor.MarkAsync(null);
        var run = _run = new RunningStatement();
        (_refusal, _plan, _ranText) = (null, null, _text);
        var request = Request() with { Limit = limit, Confirm = confirm, ClientQueryId = run.Id };
        var running = Answering.RunAsync(Grant, request, _closing.Token);
        await FollowAsync(run, running);
        await ShowAsync(running, limit);
    }

    // Looks again and again how far the statement is, until it has ended.
    async Task FollowAsync(RunningStatement run, Task running)
    {
        var begun = time.GetTimestamp();
        while (await Task.WhenAny(running, Task.Delay(ProgressPause, time, _closing.Token)) != running && !_closing.IsCancellationRequested)
        {
            run.ElapsedMs = time.GetElapsedTime(begun).TotalMilliseconds;
            run.Progress = await Sandbox.ProgressAsync(ProjectId, run.Id, _closing.Token) ?? run.Progress;
            StateHasChanged();
        }
    }

    async Task ShowAsync(Task<SqlOutcome<SqlAnswer>> running, int? limit)
    {
        try
        {
            switch (await running)
            {
                case SqlOutcome<SqlAnswer>.Done { Value: var answer }:
                    _answer = answer;
                    _tab = _tab == "Plan" ? "Table" : _tab;
                    KeepInAddress();
                    break;
                case SqlOutcome<SqlAnswer>.Refused { Refusal: var refusal }:
                    await RefuseAsync(refusal, limit);
                    break;
            }
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            // The edge of the page: the store does not answer.
            (_answer, _refusal) = (null, new SqlRefusal(SqlRefusalReason.InvalidStatement, $"The store did not answer: {failure.Message}"));
        }
        finally
        {
            _run = null;
            _libraryVersion++;
        }
    }

    async Task RefuseAsync(SqlRefusal refusal, int? limit)
    {
        _run = null;
        if (refusal.Reason == SqlRefusalReason.NeedsConfirmation)
        {
            if (await dialogs.ConfirmAsync(new Confirmation("Run a heavy statement", refusal.Detail, "Run it")))
            {
                await RunAsync(limit, confirm: true);
            }
            return;
        }
        (_answer, _refusal) = (null, refusal);
        await _editor!.MarkAsync(refusal);
    }

    async Task CancelAsync()
    {
        if (_run is { } run)
        {
            await Sandbox.CancelAsync(ProjectId, run.Id, _closing.Token);
        }
    }

    async Task ExplainAsync()
    {
        Read(await _editor!.TextAsync() ?? _text);
        await _editor.MarkAsync(null);
        switch (await Sandbox.ExplainAsync(Grant!.Project, Request(), _closing.Token))
        {
            case SqlOutcome<string>.Done { Value: var plan }:
                (_plan, _tab, _refusal) = (plan.TrimEnd(), "Plan", null);
                break;
            case SqlOutcome<string>.Refused { Refusal: var refusal }:
                (_plan, _refusal) = (null, refusal);
                await _editor.MarkAsync(refusal);
                break;
        }
    }

    async Task DownloadAsync(string format)
    {
        _downloads?.Close();
        var opened = await Sandbox.StreamAsync(Grant!.Project, Request() with { Statement = _ranText, Confirm = true }, _closing.Token);
        if (opened is SqlOutcome<SqlResult>.Refused { Refusal: var refusal })
        {
            snackbar.Add(refusal.Detail, Severity.Error);
            return;
        }
        await using var result = ((SqlOutcome<SqlResult>.Done)opened).Value;
        var pipe = new Pipe();
        var writing = WriteAsync(result, format, pipe.Writer);
        using var stream = new DotNetStreamReference(pipe.Reader.AsStream());
        await _editor!.DownloadAsync($"result.{format}", stream);
        await writing;
    }

    async Task WriteAsync(SqlResult result, string format, PipeWriter writer)
    {
        try
        {
            await SqlDownload.WriteAsync(result, format, writer, _closing.Token);
            await writer.CompleteAsync();
        }
        catch (Exception failure)
        {
            // Handed to the reader, for whom the file must not look whole.
            await writer.CompleteAsync(failure);
        }
    }

    async Task SaveAsync(SavedSqlQuery? current)
    {
        Read(await _editor!.TextAsync() ?? _text);
        var dialog = await dialogs.ShowAsync<SaveQueryDialog>(current is null ? "Save the query" : "Save the changes", new DialogParameters<SaveQueryDialog>
        {
            { shown => shown.Grant, Grant },
            { shown => shown.Statement, _text },
            { shown => shown.Variables, [.. Bound().Select(variable => variable with { Value = null, Default = variable.Value })] },
            { shown => shown.Filters, _hasFilters ? _filters : new() },
            { shown => shown.Current, current },
        });
        if (await dialog.Result is { Canceled: false, Data: SavedSqlQuery saved })
        {
            _libraryVersion++;
            Open(saved);
            (_saved, _keptFilters) = (saved, saved.Filters);
        }
    }

    async Task SaveInsightAsync()
    {
        _more?.Close();
        Read(await _editor!.TextAsync() ?? _text);
        var query = AnswerSqlQuery.Write(Request(), _insight?.Query);
        if (_insight is { } kept)
        {
            (await insights.SaveAsync(Grant!, kept.ShortId, kept.Name, query, _closing.Token)).Match<object?>(
                saved =>
                {
                    (_insight, _keptFilters) = (saved, _filters);
                    return snackbar.Add("The insight is saved.", Severity.Success);
                },
                refusal => snackbar.Add(refusal.Detail, Severity.Error));
            return;
        }
        var dialog = await dialogs.ShowAsync<SaveInsightDialog>("Save as an insight", new DialogParameters<SaveInsightDialog>
        {
            { shown => shown.Grant, Grant },
            { shown => shown.Query, query },
        });
        if (await dialog.Result is { Canceled: false, Data: SqlInsight saved })
        {
            navigation.NavigateTo(ProjectAddress.Of(ProjectId, $"sql?insight={saved.ShortId}"));
        }
    }

    void Open(SavedSqlQuery query)
    {
        _sheet = false;
        navigation.NavigateTo(ProjectAddress.Of(ProjectId, $"sql/{query.Id}"));
    }

    Task OpenAsync(SavedSqlQuery query)
    {
        (_answer, _plan, _refusal) = (null, null, null);
        Open(query);
        return Task.CompletedTask;
    }

    async Task DeleteAsync(SavedSqlQuery query)
    {
        if (!await dialogs.ConfirmAsync(new Confirmation($"Delete {query.Name}", "The saved query is gone for everybody in the project. Its text stays in the activity log.", "Delete")))
        {
            return;
        }
        await Saved.DeleteAsync(Grant!, query.Id, _closing.Token);
        _libraryVersion++;
        if (_saved?.Id == query.Id)
        {
            _saved = null;
            navigation.NavigateTo(ProjectAddress.Of(ProjectId, "sql"));
        }
    }

    void ShowSideAsync(string name) => _side = name;

    // A link to what was asked; what was kept and not changed has its own.
    void KeepInAddress()
    {
        var isKept = _saved?.Query == _ranText || (_insight is { Query: var kept } && kept.TryGetProperty("query", out var statement) && statement.GetString() == _ranText);
        var text = isKept || _ranText.Length > LongestTextInAddress ? null : _ranText;
        var filters = _hasFilters && !_filters.Says(_keptFilters) ? _filters.Write().GetRawText() : null;
        _loadedFrom = LoadedFrom(text, filters);
        navigation.NavigateTo(navigation.GetUriWithQueryParameters(new Dictionary<string, object?> { ["query"] = text, ["filters"] = filters }), replace: true);
    }

    string LoadedFrom(string? text, string? filters) => $"{ProjectId} {QueryId} {InsightInAddress} {filters} {text}";

    SqlRequest Request() => new(_text) { Variables = [.. Bound()], Filters = _filters };

    IEnumerable<SqlVariable> Bound() => _names.Select(name => _variables[name].ToVariable(name));

    static string Count(long count, string word) =>
        string.Create(CultureInfo.InvariantCulture, $"{count:n0} {word}{(count == 1 ? "" : "s")}");

    static string Size(long bytes) => bytes switch
    {
        >= 1L << 30 => string.Create(CultureInfo.InvariantCulture, $"{bytes / (double)(1L << 30):0.0} GB"),
        >= 1L << 20 => string.Create(CultureInfo.InvariantCulture, $"{bytes / (double)(1L << 20):0.0} MB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1024d:0.#} kB"),
    };

    static string Elapsed(double milliseconds) => milliseconds < 1000
        ? string.Create(CultureInfo.InvariantCulture, $"{milliseconds:0} ms")
        : string.Create(CultureInfo.InvariantCulture, $"{milliseconds / 1000:0.0} s");

    public void Dispose()
    {
        _closing.Cancel();
        _closing.Dispose();
    }

    sealed class RunningStatement
    {
        public string Id { get; } = Guid.CreateVersion7().ToString("n");
        public double ElapsedMs { get; set; }
        public SqlProgress? Progress { get; set; }
    }
}
