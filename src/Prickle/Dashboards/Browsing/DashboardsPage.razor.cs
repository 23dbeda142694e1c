using System.Globalization;
using Microsoft.AspNetCore.Components;
using MudBlazor;
using Prickle.Accounts;
using Prickle.Dashboards.Gallery;
using Prickle.Shell;
using Prickle.Ui.Tables;

namespace Prickle.Dashboards.Browsing;

/// <summary>The dashboards of a project; what is listed stands in the address.</summary>
public sealed partial class DashboardsPage(DashboardBook book, NavigationManager navigation, IDialogService dialogs, ISnackbar notices) : IDisposable
{
    readonly CancellationTokenSource _closing = new();
    DataTable<DashboardSummary>? _table;
    bool _isBegun;

    [Parameter] public int ProjectId { get; set; }

    /// <summary>favorites, pinned or deleted.</summary>
    [SupplyParameterFromQuery(Name = "only")] public string? Only { get; set; }

    [SupplyParameterFromQuery(Name = "tag")] public string? Tag { get; set; }

    /// <summary>Opens the gallery, at this card where there is one.</summary>
    [SupplyParameterFromQuery(Name = "new")] public string? New { get; set; }

    [CascadingParameter] public ProjectGrant? Grant { get; set; }

    bool MayWrite => Grant?.Allows(Resource.Dashboard, Level.Write) == true;

    bool IsFiltered => !string.IsNullOrEmpty(Only) || !string.IsNullOrEmpty(Tag);

    public void Dispose()
    {
        _closing.Cancel();
        _closing.Dispose();
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (New is not null && !_isBegun && MayWrite)
        {
            _isBegun = true;
            await BeginAsync();
        }
    }

    async Task BeginAsync()
    {
        if (Grant is not { } grant)
        {
            return;
        }
        var dialog = await dialogs.ShowAsync<NewDashboardDialog>("New dashboard",
            new DialogParameters<NewDashboardDialog> { { shown => shown.Grant, grant }, { shown => shown.Key, New } },
            new DialogOptions { MaxWidth = MaxWidth.Large, FullWidth = true, CloseOnEscapeKey = true });
        if (await dialog.Result is { Canceled: false, Data: int id })
        {
            navigation.NavigateTo(AddressOf(id));
        }
        else if (New is not null)
        {
            _isBegun = false;
            navigation.NavigateTo(navigation.GetUriWithQueryParameter("new", (string?)null), replace: true);
        }
    }

    async Task<TablePage<DashboardSummary>> LoadAsync(TableQuery query, CancellationToken cancellationToken)
    {
        var filter = new DashboardListFilter
        {
            Search = query.Search,
            Tag = Tag,
            FavoritesOnly = Only == "favorites",
            PinnedOnly = Only == "pinned",
            Deleted = Only == "deleted",
            Order = $"{(query.Descending ? "-" : "")}{query.Sort}",
        };
        var found = await book.ListAsync(ProjectId, Grant?.Actor.UserId, filter, query.Limit, query.Offset, cancellationToken);
        return new TablePage<DashboardSummary>(found.Dashboards, query.Offset + found.Dashboards.Count < found.Count, found.Count);
    }

    Task FavorAsync(DashboardSummary dashboard) => ChangeAsync(async grant =>
        (await book.FavoriteAsync(grant, dashboard.Id, !dashboard.Favorited, _closing.Token)).Match<string?>(_ => null, refusal => refusal.Detail));

    Task PinAsync(DashboardSummary dashboard) => UpdateAsync(dashboard.Id, draft => draft with { Pinned = !draft.Pinned });

    Task DuplicateAsync(DashboardSummary dashboard, bool copiesInsights) => ChangeAsync(async grant =>
        (await book.DuplicateAsync(grant, dashboard.Id, copiesInsights, _closing.Token)).Match<string?>(
            copy =>
            {
                notices.Add($"“{copy.Name}” was made.", Severity.Normal, shown => Acting(shown, "Open", () => navigation.NavigateTo(AddressOf(copy.Id))));
                return null;
            },
            refusal => refusal.Detail));

    async Task DeleteAsync(DashboardSummary dashboard)
    {
        if (await UpdateAsync(dashboard.Id, draft => draft with { Deleted = true }))
        {
            notices.Add($"“{dashboard.Name}” was deleted. Its insights stay.", Severity.Normal,
                shown => Acting(shown, "Undo", () => _ = InvokeAsync(() => RestoreAsync(dashboard.Id, dashboard.Name))));
        }
    }

    async Task RestoreAsync(int id, string name)
    {
        if (await UpdateAsync(id, draft => draft with { Deleted = false }))
        {
            notices.Add($"“{name}” is back.", Severity.Success);
        }
    }

    async Task<bool> UpdateAsync(int id, Func<DashboardDraft, DashboardDraft> change)
    {
        var done = false;
        await ChangeAsync(async grant => await book.FindAsync(grant.ProjectId, id, grant.Actor.UserId, _closing.Token) is not { } dashboard
            ? "The dashboard is gone."
            : (await book.UpdateAsync(grant, id, change(DashboardDraft.Of(dashboard)), _closing.Token)).Match<string?>(
                _ =>
                {
                    done = true;
                    return null;
                },
                refusal => refusal.Detail));
        return done;
    }

    async Task ChangeAsync(Func<ProjectGrant, Task<string?>> change)
    {
        if (Grant is not { } grant)
        {
            return;
        }
        if (await change(grant) is { } problem)
        {
            notices.Add(problem, Severity.Error);
        }
        await (_table?.ReloadAsync() ?? Task.CompletedTask);
    }

    static void Acting(SnackbarOptions options, string action, Action act)
    {
        options.Action = action;
        options.OnClick = _ =>
        {
            act();
            return Task.CompletedTask;
        };
    }

    string AddressOf(int id) => ProjectAddress.Of(ProjectId, string.Create(CultureInfo.InvariantCulture, $"dashboards/{id}"));

    void Open(DashboardSummary dashboard) => navigation.NavigateTo(AddressOf(dashboard.Id));

    void Go(string? only, string? tag) => navigation.NavigateTo(navigation.GetUriWithQueryParameters(new Dictionary<string, object?>
    {
        ["only"] = string.IsNullOrEmpty(only) ? null : only,
        ["tag"] = string.IsNullOrEmpty(tag) ? null : tag,
        ["page"] = null,
    }));

    static string? Text(ChangeEventArgs change) => change.Value?.ToString()?.Trim();
}
