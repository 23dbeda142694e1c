using System.Globalization;
using Microsoft.AspNetCore.Components;
using MudBlazor;
using Prickle.Accounts;
using Prickle.Dashboards.Tiles;
using Prickle.Insights;
using Prickle.Shell;
using Prickle.Ui.Surfaces;

namespace Prickle.Dashboards.Viewing;

/// <summary>
/// One dashboard. What lies over its tiles stands in the address until it is saved; tiles ask for themselves, a few at a
/// time, and leaving the page gives up what is under way.
/// </summary>
public sealed partial class DashboardPage(
    DashboardBook book, SavedInsights insights, InsightNames names, NavigationManager navigation, ISnackbar notices, TimeProvider time) : IDisposable
{
    /// <summary>How many tiles ask at once: the store answers a project a few questions at a time.</summary>
    const int AtOnce = 4;

    readonly CancellationTokenSource _closing = new();
    readonly TileTurns _turns = new(AtOnce);
    Dashboard? _dashboard;
    IReadOnlyDictionary<int, string> _names = new Dictionary<int, string>();
    Dropdown? _more;
    IDashboardSide? _other;
    DashboardTile? _tile;
    Side? _side;
    string? _sideProblem;
    string? _read;
    bool _isRead;
    bool _isNarrow;

    /// <summary>What is open beside the page.</summary>
    enum Side
    {
        Add,
        Details,
        Words,
        Filters,
        Transfer,
        Other,
    }

    [Parameter] public int ProjectId { get; set; }

    [Parameter] public int Number { get; set; }

    /// <summary>The filters as JSON, where they are not the kept ones.</summary>
    [SupplyParameterFromQuery(Name = "filters")] public string? FiltersText { get; set; }

    /// <summary>full: for a screen on the wall.</summary>
    [SupplyParameterFromQuery(Name = "view")] public string? ViewName { get; set; }

    [CascadingParameter] public ProjectGrant? Grant { get; set; }

    [Inject] public required IEnumerable<IDashboardSide> Sides { get; set; }

    bool MayChange => Grant?.Allows(Resource.Dashboard, Level.Write) == true;

    bool IsFull => ViewName == "full";

    public void Dispose()
    {
        _auto?.Dispose();
        _closing.Cancel();
        _closing.Dispose();
    }

    protected override async Task OnParametersSetAsync()
    {
        if (Grant is null)
        {
            return;
        }
        if ($"{ProjectId} {Number}" is var read && read != _read)
        {
            _read = read;
            Views.Clear();
            await ReadAsync();
        }
        _filters = FilterAddress.Read(FiltersText) ?? _dashboard?.Filters ?? new DashboardFilters();
        SetClock();
    }

    async Task ReadAsync()
    {
        var found = await book.FindAsync(ProjectId, Number, Grant?.Actor.UserId, _closing.Token);
        await TakeAsync(found);
        _isRead = true;
    }

    /// <summary>Something beside the page changed the dashboard, or what is noted on it.</summary>
    async Task ReadBesidesAsync()
    {
        await ReadAsync();
        await Task.WhenAll(Views.Values.Where(view => view is not null).Select(view => view.ReadNotesAsync()));
    }

    async Task TakeAsync(Dashboard? dashboard)
    {
        if (dashboard is not null)
        {
            _names = await names.OfAsync(ProjectId, dashboard.Tiles.Select(tile => tile.Insight).OfType<SavedInsight>(), _closing.Token);
        }
        _dashboard = dashboard;
        foreach (var gone in Views.Keys.Except(dashboard?.Tiles.Select(tile => tile.Id) ?? []).ToList())
        {
            Views.Remove(gone);
        }
        _filters = FilterAddress.Read(FiltersText) ?? dashboard?.Filters ?? new DashboardFilters();
    }

    /// <summary>Changes the dashboard as it is now, and shows what came of it.</summary>
    async Task<bool> UpdateAsync(Func<DashboardDraft, DashboardDraft> change) =>
        Grant is { } grant && _dashboard is { } dashboard
        && await ShowAsync(await book.UpdateAsync(grant, Number, change(DashboardDraft.Of(dashboard)), _closing.Token));

    async Task<bool> ShowAsync(Outcome<Dashboard> outcome)
    {
        if (outcome is Outcome<Dashboard>.Done { Value: var dashboard })
        {
            await TakeAsync(dashboard);
            return true;
        }
        var refusal = ((Outcome<Dashboard>.Refused)outcome).Refusal;
        if (_side is not null)
        {
            _sideProblem = refusal.Detail;
        }
        else
        {
            notices.Add(refusal.Detail, Severity.Error);
        }
        return false;
    }

    async Task SaveDetailsAsync(DashboardDraft draft)
    {
        if (await UpdateAsync(_ => draft))
        {
            Close();
        }
    }

    async Task FavorAsync()
    {
        if (Grant is { } grant && _dashboard is { } dashboard)
        {
            _ = (await book.FavoriteAsync(grant, Number, !dashboard.Favorited, _closing.Token)).Match(
                favorited => (_dashboard = dashboard with { Favorited = favorited }) is not null, _ => false);
        }
    }

    async Task DuplicateAsync(bool copiesInsights)
    {
        _more?.Close();
        if (Grant is { } grant && await book.DuplicateAsync(grant, Number, copiesInsights, _closing.Token) is var outcome)
        {
            if (outcome is Outcome<Dashboard>.Done { Value.Id: var copy })
            {
                navigation.NavigateTo(ProjectAddress.Of(ProjectId, string.Create(CultureInfo.InvariantCulture, $"dashboards/{copy}")));
                return;
            }
            await ShowAsync(outcome);
        }
    }

    async Task DeleteAsync()
    {
        _more?.Close();
        if (_dashboard is { } dashboard && await UpdateAsync(draft => draft with { Deleted = true }))
        {
            Offer($"“{dashboard.Name}” was deleted. Its insights stay.", () => UpdateAsync(draft => draft with { Deleted = false }));
        }
    }

    void Offer(string what, Func<Task> undo) => notices.Add(what, Severity.Normal, options =>
    {
        options.Action = "Undo";
        options.OnClick = _ => _closing.IsCancellationRequested ? Task.CompletedTask : InvokeAsync(async () =>
        {
            await undo();
            StateHasChanged();
        });
    });

    void Open(Side side)
    {
        _more?.Close();
        (_side, _sideProblem) = (side, null);
    }

    void Open(IDashboardSide other)
    {
        _other = other;
        Open(Side.Other);
    }

    void Close() => (_side, _tile, _sideProblem) = (null, null, null);

    string Address(string? view = null) => navigation.GetUriWithQueryParameter("view", view);
}
