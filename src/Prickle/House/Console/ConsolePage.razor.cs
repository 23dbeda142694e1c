using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using Prickle.Accounts;
using Prickle.Servers;
using Prickle.Sql;
using Prickle.Ui.Dialogs;

namespace Prickle.House.Console;

/// <summary>A statement, a node, and the answer.</summary>
public sealed partial class ConsolePage
{
    // The browser draws so many at ease.
    const int Shown = 200;

    IReadOnlyList<ConsoleEntry> _entries = [];
    ConsoleAnswer? _answer;
    IJSObjectReference? _module;
    SqlEditor? _editor;
    string? _running;
    string? _refusal;
    string? _node;
    string _statement = "";
    string _search = "";
    int _tables;
    bool _isRead;
    bool _isReady;

    public async ValueTask DisposeAsync()
    {
        if (_running is { } run && Organization is { } organization)
        {
            // Nobody is left to see the answer.
            await Operator.CancelAsync(organization, Server, run);
        }
        try
        {
            if (_module is not null)
            {
                await _module.DisposeAsync();
            }
        }
        catch (JSDisconnectedException)
        {
            // The page is gone already.
        }
    }

    protected override async Task OnParametersSetAsync()
    {
        await base.OnParametersSetAsync();
        if (!_isRead && Watched is { } server)
        {
            _isRead = true;
            _node = server.Nodes[0].ToString();
            await ReadAsync();
        }
    }

    async Task RunAsync(string? confirmed = null)
    {
        if (Organization is not { } organization || Watched is not { } server || _running is not null)
        {
            return;
        }
        (_running, _refusal, _answer) = ($"{Guid.CreateVersion7():n}", null, null);
        StateHasChanged();
        var outcome = await Operator.RunAsync(organization, Server, new ConsoleRequest(NodeOf(server), _statement, _running, confirmed), CancellationToken.None);
        _running = null;
        switch (outcome)
        {
            case Outcome<ConsoleAnswer>.Refused(var refusal):
                _refusal = refusal.Detail;
                break;
            case Outcome<ConsoleAnswer>.Done(ConsoleAnswer.NeedsConfirmation asked):
                await ConfirmAsync(asked);
                return;
            case Outcome<ConsoleAnswer>.Done(var answer):
                _answer = answer;
                break;
        }
        await ReadAsync();
    }

    async Task ConfirmAsync(ConsoleAnswer.NeedsConfirmation asked)
    {
        if (await Dialogs.ConfirmAsync(new Confirmation(
            $"Run {asked.Kind.ToUpperInvariant()} on {asked.Node}", $"As {asked.User}, and it cannot simply be taken back: {Short(asked.Statement, 600)}", $"Run {asked.Kind.ToUpperInvariant()}")))
        {
            await RunAsync(asked.Kind);
        }
    }

    async Task CancelAsync()
    {
        if (Organization is { } organization && _running is { } run)
        {
            await Operator.CancelAsync(organization, Server, run);
        }
    }

    async Task ReadyAsync()
    {
        _isReady = true;
        StateHasChanged();
        await CompleteAsync();
    }

    // Without it statements can be run all the same: a node that gives no answer is said by the answer to them.
    async Task CompleteAsync()
    {
        if (_editor is not null && Watched is { } server && await Words.FindAsync(server, NodeOf(server), CancellationToken.None) is var (tables, functions))
        {
            await _editor.CompleteAsync(tables, functions);
            _tables = tables.Count;
        }
    }

    async Task RunShownAsync() => await RunTypedAsync(await _editor!.TextAsync() ?? _statement);

    Task RunTypedAsync(string text)
    {
        _statement = text;
        return string.IsNullOrWhiteSpace(text) ? Task.CompletedTask : RunAsync();
    }

    async Task TakeAsync(string statement)
    {
        _statement = statement;
        await _editor!.SetTextAsync(statement);
    }

    // Nodes of the product's own ClickHouse move when it starts anew.
    Uri NodeOf(WatchedServer server) => server.Nodes.FirstOrDefault(one => one.ToString() == _node) ?? server.Nodes[0];

    async Task DownloadAsync(ConsoleAnswer.Rows rows)
    {
        _module ??= await Script.InvokeAsync<IJSObjectReference>("import", "./House/Console/ConsolePage.razor.js");
        using var file = new DotNetStreamReference(new MemoryStream(Encoding.UTF8.GetBytes(CsvText.Of(rows.Columns, rows.Cells))));
        await _module.InvokeVoidAsync("save", "answer.csv", file);
    }

    async Task ReadAsync()
    {
        if (Organization is { } organization)
        {
            _entries = await History.ListAsync(organization, Server, _search, CancellationToken.None);
        }
    }

    Task SearchAsync(string? search)
    {
        _search = search ?? "";
        return ReadAsync();
    }

    async Task ForgetAsync()
    {
        if (Organization is { } organization
            && await Dialogs.ConfirmAsync(new Confirmation("Forget what you ran here", "The list of your statements on this server is emptied. Nothing happens to the server.", "Forget")))
        {
            await History.DeleteAsync(organization, Server, null, CancellationToken.None);
            await ReadAsync();
        }
    }

    static string Count(ConsoleAnswer.Rows rows) => rows.IsCut
        ? string.Create(CultureInfo.InvariantCulture, $"The first {rows.Cells.Count:n0} rows; there are more")
        : string.Create(CultureInfo.InvariantCulture, $"{rows.Cells.Count:n0} {(rows.Cells.Count == 1 ? "row" : "rows")}");

    static string Short(string text, int most) => text.Length > most ? text[..most] + "…" : text;
}
