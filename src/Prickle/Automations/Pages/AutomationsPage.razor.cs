using System.Text.Json;
using Microsoft.AspNetCore.Components;
using MudBlazor;
using Prickle.Accounts;
using Prickle.Actions;
using Prickle.Cohorts;
using Prickle.Destinations;
using Prickle.Flags;
using Prickle.Groups;
using Prickle.Insights;
using Prickle.Shell;
using Prickle.Ui.Tables;

namespace Prickle.Automations.Pages;

/// <summary>The automations of a project: how they stand, and what can be done with each.</summary>
public sealed partial class AutomationsPage(
    AutomationQueries automations, AutomationBook book, IActionDirectory actions, CohortQueries cohorts, FlagQueries flags, GroupQueries groups,
    SavedInsights insights, DestinationKinds kinds, IDialogService dialogs, ISnackbar notices, NavigationManager navigation) : IDisposable
{
    readonly CancellationTokenSource _closing = new();
    AutomationNames? _names;
    DataTable<AutomationItem>? _table;
    bool _areRulesShown;

    [Parameter] public int ProjectId { get; set; }

    [SupplyParameterFromQuery(Name = "state")] public string? StateName { get; set; }

    [CascadingParameter] public ProjectGrant? Grant { get; set; }

    bool MayWrite => Grant?.Allows(Resource.Automation, Level.Write) == true;

    bool IsDeletedList => StateName == "deleted";

    async Task<TablePage<AutomationItem>> LoadAsync(TableQuery query, CancellationToken cancellationToken)
    {
        _names ??= await AutomationNames.ReadAsync(ProjectId, actions, cohorts, flags, groups, insights, kinds, cancellationToken);
        var order = query.Sort ?? "updated_at";
        var found = await automations.ListAsync(ProjectId, new AutomationFilter
        {
            Search = query.Search,
            State = Enum.GetValues<AutomationState>().Select(state => (AutomationState?)state).FirstOrDefault(state => NameOf(state!.Value) == StateName),
            IsDeleted = IsDeletedList,
            Order = query.Descending ? $"-{order}" : order,
        }, cancellationToken);
        return TablePage<AutomationItem>.Of(found, query);
    }

    void Open(AutomationItem item)
    {
        if (!IsDeletedList)
        {
            navigation.NavigateTo(AddressOf(item));
        }
    }

    string AddressOf(AutomationItem item) => ProjectAddress.Of(ProjectId, $"automations/{item.Automation.Id}");

    string Begins(AutomationItem item) => _names is { } names ? FlowWords.Of(item.Automation.Settings.Definition.Trigger, names) : "";

    void Choose(string? state) => navigation.NavigateTo(navigation.GetUriWithQueryParameters(new Dictionary<string, object?>
    {
        ["state"] = string.IsNullOrEmpty(state) ? null : state,
        ["page"] = null,
    }));

    async Task DuplicateAsync(Automation automation)
    {
        if (await book.DuplicateAsync(Grant!, automation.Id, _closing.Token) is var outcome && outcome is Outcome<Automation>.Done(var copy))
        {
            navigation.NavigateTo(ProjectAddress.Of(ProjectId, $"automations/{copy.Id}"));
            return;
        }
        await TellAsync(outcome, "");
    }

    async Task PauseAsync(Automation automation) => await TellAsync(await book.PauseAsync(Grant!, automation.Id, _closing.Token), "is paused; runs that wait go on");

    async Task ResumeAsync(Automation automation) => await TellAsync(await book.ResumeAsync(Grant!, automation.Id, _closing.Token), "is on");

    async Task RestoreAsync(Automation automation) => await TellAsync(await book.RestoreAsync(Grant!, automation.Id, _closing.Token), "is back, and archived: switch it on when you want");

    async Task ArchiveAsync(AutomationItem item)
    {
        if (await ArchiveDialog.AskAsync(dialogs, item.Automation.Settings.Name, item.Running) is { } waiting)
        {
            await TellAsync(await book.ArchiveAsync(Grant!, item.Automation.Id, waiting, _closing.Token), "is archived");
        }
    }

    async Task DeleteAsync(AutomationItem item)
    {
        if (await AutomationDeletion.IsWantedAsync(dialogs, item.Automation.Settings.Name, item.Running))
        {
            var id = item.Automation.Id;
            var outcome = await book.DeleteAsync(Grant!, id, _closing.Token);
            AutomationDeletion.Tell(notices, outcome, async () =>
            {
                await book.RestoreAsync(Grant!, id, _closing.Token);
                await InvokeAsync(ReloadAsync);
            });
            await ReloadAsync();
        }
    }

    async Task TellAsync(Outcome<Automation> outcome, string done)
    {
        outcome.Match<object?>(
            automation => notices.Add($"{automation.Settings.Name} {done}.", Severity.Success), refusal => notices.Add(refusal.Detail, Severity.Error));
        await ReloadAsync();
    }

    Task ReloadAsync() => _table?.ReloadAsync() ?? Task.CompletedTask;

    static string NameOf(AutomationState state) => JsonNamingPolicy.SnakeCaseLower.ConvertName(state.ToString());

    // Nothing stands out less than a column of noughts.
    static string Number(int count) => count == 0 ? "–" : FlowWords.Number(count);

    public void Dispose()
    {
        _closing.Cancel();
        _closing.Dispose();
    }
}
