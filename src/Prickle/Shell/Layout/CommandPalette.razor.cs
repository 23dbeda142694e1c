using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using MudBlazor;
using Prickle.Accounts;

namespace Prickle.Shell.Layout;

/// <summary>Reaches every page, and whatever modules offer through <see cref="ICommandSource"/>.</summary>
public sealed partial class CommandPalette
{
    const int Shown = 12;

    CancellationTokenSource _typing = new();
    IReadOnlyList<Command> _found = [];
    string _text = "";
    bool _searching;
    int _selected;

    [Parameter] public ProjectGrant? Project { get; set; }

    [Parameter] public Actor? Actor { get; set; }

    [CascadingParameter] public required IMudDialogInstance Dialog { get; set; }

    protected override Task OnInitializedAsync() => SearchAsync();

    async Task SearchAsync()
    {
        await _typing.CancelAsync();
        _typing.Dispose();
        _typing = new CancellationTokenSource();
        var typing = _typing.Token;
        _searching = true;
        try
        {
            var answers = await Task.WhenAll(Sources.Select(source => source.FindAsync(_text, Project, typing)));
            if (!typing.IsCancellationRequested)
            {
                (_found, _selected, _searching) = ([.. answers.SelectMany(answer => answer).Take(Shown)], 0, false);
            }
        }
        catch (OperationCanceledException) when (typing.IsCancellationRequested)
        {
            // The person typed on; a newer search answers.
        }
    }

    async Task OnKeyAsync(KeyboardEventArgs key)
    {
        if (_found.Count == 0)
        {
            return;
        }
        switch (key.Key)
        {
            case "ArrowDown": _selected = (_selected + 1) % _found.Count; break;
            case "ArrowUp": _selected = (_selected + _found.Count - 1) % _found.Count; break;
            case "Enter": await OpenAsync(_found[_selected]); break;
        }
    }

    async Task OpenAsync(Command command)
    {
        Dialog.Close();
        if (command.Dialog is not { } dialog)
        {
            Navigation.NavigateTo(command.Address);
        }
        else if (Actor is { } actor)
        {
            await dialog.OpenAsync(Dialogs, actor, Project);
        }
    }

    public void Dispose()
    {
        _typing.Cancel();
        _typing.Dispose();
    }
}
