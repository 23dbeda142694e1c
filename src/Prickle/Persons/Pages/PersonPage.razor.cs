using Microsoft.AspNetCore.Components;
using MudBlazor;
using Prickle.Accounts;
using Prickle.Events;
using Prickle.Shell;

namespace Prickle.Persons.Pages;

/// <summary>Who somebody is and what they did; merging with another, and taking that back.</summary>
public sealed partial class PersonPage(
    PersonQueries persons, PersonMerging merging, PersonDeletion deletion, EventQueries events, IDialogService dialogs, ISnackbar snackbar,
    NavigationManager navigation) : IDisposable
{
    readonly CancellationTokenSource _closing = new();
    IReadOnlyList<PersonMergeEntry> _merges = [];
    PersonProfile? _person;
    Guid? _read;
    bool _isAnonymous;
    bool _isMissing;
    string? _error;

    [Parameter] public int ProjectId { get; set; }

    [Parameter] public Guid PersonId { get; set; }

    [SupplyParameterFromQuery(Name = "tab")] public string? Tab { get; set; }

    [CascadingParameter] public ProjectGrant? Grant { get; set; }

    string[] TabNames =>
        _isAnonymous ? ["Events", "Sessions"]
        : _merges.Count == 0 ? ["Properties", "Events", "Sessions", "Distinct ids"]
        : ["Properties", "Events", "Sessions", "Distinct ids", "Merges"];

    string Shown => TabNames.FirstOrDefault(name => name == Tab) ?? TabNames[0];

    protected override Task OnParametersSetAsync() =>
        RendererInfo.IsInteractive && _read != PersonId ? ReadAsync() : Task.CompletedTask;

    async Task ReadAsync()
    {
        _read = PersonId;
        try
        {
            _person = await persons.FindAsync(ProjectId, PersonId, _closing.Token);
            _merges = _person is null ? [] : await persons.MergesAsync(ProjectId, PersonId, _closing.Token);
            // Events of visitors without a profile carry a person id too.
            _isAnonymous = _person is null
                && await events.ListAsync(new EventFilter { ProjectId = ProjectId, PersonId = PersonId }, 1, cancellationToken: _closing.Token) is [_, ..];
            _isMissing = _person is null && !_isAnonymous;
            _error = null;
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            // The edge of the page: it says so and offers to try again.
            (_person, _error) = (null, exception.Message);
        }
    }

    void Choose(string tab) => navigation.NavigateTo(navigation.GetUriWithQueryParameters(new Dictionary<string, object?>
    {
        ["tab"] = tab == TabNames[0] ? null : tab,
        ["page"] = null,
        ["event"] = null,
    }));

    async Task MergeAsync()
    {
        var dialog = await dialogs.ShowAsync<MergeDialog>(
            $"Merge another person into {_person!.Name}",
            new DialogParameters<MergeDialog> { { shown => shown.Target, _person }, { shown => shown.ProjectId, ProjectId } },
            new DialogOptions { MaxWidth = MaxWidth.Small, FullWidth = true });
        if (await dialog.Result is not { Canceled: false, Data: PersonProfile source } || Grant is null)
        {
            return;
        }
        var outcome = await merging.MergeAsync(Grant, PersonId, source.Id, _closing.Token);
        await ReadAsync();
        outcome.Match<object?>(
            merge => snackbar.Add($"{source.Name} is now part of {_person?.Name}.", Severity.Success, options =>
            {
                options.Action = "Undo";
                options.OnClick = _ => InvokeAsync(() => UndoAsync(merge));
            }),
            refusal => snackbar.Add(refusal.Detail, Severity.Error));
    }

    async Task DeleteAsync()
    {
        var dialog = await dialogs.ShowAsync<DeletePersonDialog>(
            $"Delete {_person!.Name}", new DialogParameters<DeletePersonDialog> { { shown => shown.Person, _person } }, new DialogOptions { MaxWidth = MaxWidth.Small, FullWidth = true });
        if (await dialog.Result is not { Canceled: false, Data: bool withEvents } || Grant is null)
        {
            return;
        }
        var outcome = await deletion.DeleteAsync(Grant, PersonId, withEvents, CancellationToken.None);
        outcome.Match<object?>(
            _ =>
            {
                navigation.NavigateTo(ProjectAddress.Of(ProjectId, "persons"));
                return snackbar.Add("The person is deleted.", Severity.Success);
            },
            refusal => snackbar.Add(refusal.Detail, Severity.Error));
    }

    async Task UndoAsync(Guid merge)
    {
        if (Grant is null)
        {
            return;
        }
        var outcome = await merging.UndoAsync(Grant, merge, _closing.Token);
        await ReadAsync();
        outcome.Match<object?>(
            _ => snackbar.Add("The merge is undone: both persons are as they were.", Severity.Success),
            refusal => snackbar.Add(refusal.Detail, Severity.Error));
        StateHasChanged();
    }

    public void Dispose()
    {
        _closing.Cancel();
        _closing.Dispose();
    }
}
