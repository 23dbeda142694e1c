using System.Globalization;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Routing;

namespace Prickle.Ui.Tables;

/// <summary>
/// A dense list over a source that searches, sorts and pages itself. Its state is in the address; rows are loaded once
/// the page is interactive, so a prerendered page shows the final layout with skeletons.
/// </summary>
public sealed partial class DataTable<TItem>(NavigationManager navigation, TimeProvider time) : IDisposable
{
    static readonly TimeSpan TypingPause = TimeSpan.FromMilliseconds(250);

    readonly List<DataColumn<TItem>> _columns = [];
    CancellationTokenSource _work = new();
    ITimer? _typing;
    TableAddress _state = new("", null, false, 1, null);
    TablePage<TItem>? _rows;
    object? _loadedVersion;
    string? _error;
    bool _loading = true;
    bool _started;

    /// <summary>Answers a page of rows.</summary>
    [Parameter, EditorRequired] public required Func<TableQuery, CancellationToken, Task<TablePage<TItem>>> Load { get; set; }

    /// <summary>The columns.</summary>
    [Parameter, EditorRequired] public RenderFragment? ChildContent { get; set; }

    /// <summary>What the rows are, for those who hear the page.</summary>
    [Parameter, EditorRequired] public string Label { get; set; } = "";

    /// <summary>Shown when there is nothing at all: an <see cref="Surfaces.EmptyState"/>.</summary>
    [Parameter] public RenderFragment? Empty { get; set; }

    /// <summary>Beside the search field: filters, period.</summary>
    [Parameter] public RenderFragment? Toolbar { get; set; }

    /// <summary>The hint in the search field; without one there is no search.</summary>
    [Parameter] public string? SearchLabel { get; set; }

    /// <summary>The identity of a row, so that rows keep their elements.</summary>
    [Parameter] public Func<TItem, object>? ItemKey { get; set; }

    /// <summary>Opens a row.</summary>
    [Parameter] public EventCallback<TItem> OnOpen { get; set; }

    /// <summary>Marks the row that is open beside the table.</summary>
    [Parameter] public Func<TItem, bool>? IsOpen { get; set; }

    /// <summary>The page filters the source too: an empty answer is "nothing matches".</summary>
    [Parameter] public bool Filtered { get; set; }

    /// <summary>Takes the page's own filters off.</summary>
    [Parameter] public EventCallback OnClear { get; set; }

    /// <summary>Lets people choose columns.</summary>
    [Parameter] public bool ColumnChoice { get; set; }

    /// <summary>Rows on a page.</summary>
    [Parameter] public int PageSize { get; set; } = 50;

    /// <summary>The column sorted by at first; with a minus before it, downwards.</summary>
    [Parameter] public string? DefaultSort { get; set; }

    /// <summary>Before the names in the address, where a page has two tables.</summary>
    [Parameter] public string AddressPrefix { get; set; } = "";

    /// <summary>Rows are loaded again when this changes: the page's filters, say.</summary>
    [Parameter] public object? Version { get; set; }

    int SkeletonRows => Math.Min(PageSize, 8);

    /// <summary>Loads the rows again, keeping the old ones until the answer is here.</summary>
    public async Task ReloadAsync()
    {
        await _work.CancelAsync();
        _work.Dispose();
        _work = new CancellationTokenSource();
        var work = _work.Token;
        (_loading, _loadedVersion) = (true, Version);
        StateHasChanged();
        try
        {
            var rows = await Load(Query(), work);
            if (!work.IsCancellationRequested)
            {
                (_rows, _error, _loading) = (rows, null, false);
            }
        }
        catch (OperationCanceledException) when (work.IsCancellationRequested)
        {
            // A newer question is on its way.
        }
        catch (Exception exception)
        {
            // The edge of a panel: whatever failed, the rest of the page goes on.
            (_rows, _error, _loading) = (null, exception.Message, false);
        }
        StateHasChanged();
    }

    internal void Add(DataColumn<TItem> column)
    {
        _columns.Add(column);
        StateHasChanged();
    }

    /// <inheritdoc />
    protected override void OnInitialized()
    {
        _state = TableAddress.Read(navigation.Uri, AddressPrefix);
        navigation.LocationChanged += OnLocationChanged;
    }

    /// <inheritdoc />
    protected override Task OnParametersSetAsync() =>
        _started && !Equals(_loadedVersion, Version) ? ReloadAsync() : Task.CompletedTask;

    /// <inheritdoc />
    protected override Task OnAfterRenderAsync(bool firstRender)
    {
        if (!firstRender)
        {
            return Task.CompletedTask;
        }
        _started = true;
        return ReloadAsync();
    }

    TableQuery Query()
    {
        var (sort, descending) = _state.Sort is not null
            ? (_state.Sort, _state.Descending)
            : (DefaultSort?.TrimStart('-'), DefaultSort?.StartsWith('-') ?? false);
        return new TableQuery(_state.Search, sort, descending, (_state.Page - 1) * PageSize, PageSize);
    }

    void OnLocationChanged(object? sender, LocationChangedEventArgs arguments)
    {
        var state = TableAddress.Read(arguments.Location, AddressPrefix);
        if (state == _state || !_started)
        {
            return;
        }
        _state = state;
        _ = InvokeAsync(ReloadAsync);
    }

    void Go(TableAddress state) => navigation.NavigateTo(state.WriteTo(navigation, AddressPrefix), replace: true);

    void OnSearchAsync(ChangeEventArgs change)
    {
        var text = change.Value?.ToString() ?? "";
        _typing?.Dispose();
        _typing = time.CreateTimer(
            _ => InvokeAsync(() => Go(_state with { Search = text.Trim(), Page = 1 })),
            null, TypingPause, Timeout.InfiniteTimeSpan);
    }

    void SortBy(DataColumn<TItem> column)
    {
        var query = Query();
        var descending = query.Sort == column.Key ? !query.Descending : column.DescendingFirst;
        Go(_state with { Sort = column.Key, Descending = descending, Page = 1 });
    }

    string? SortOf(DataColumn<TItem> column) =>
        !column.Sortable ? null
        : Query() is var query && query.Sort != column.Key ? "none"
        : query.Descending ? "descending" : "ascending";

    // The address holds the columns whose state differs from their own default.
    bool IsShown(DataColumn<TItem> column) => column.Optional == Toggled().Contains(column.Key);

    string[] Toggled() => _state.Hidden?.Split(',', StringSplitOptions.RemoveEmptyEntries) ?? [];

    void Toggle(DataColumn<TItem> column)
    {
        var toggled = Toggled();
        string[] next = toggled.Contains(column.Key) ? [.. toggled.Where(key => key != column.Key)] : [.. toggled, column.Key];
        Go(_state with { Hidden = next.Length == 0 ? null : string.Join(',', next) });
    }

    async Task ClearAsync()
    {
        await OnClear.InvokeAsync();
        Go(_state with { Search = "", Page = 1 });
    }

    object KeyOf(TItem item) => ItemKey is null ? item! : ItemKey(item);

    string? RowClass(TItem item) =>
        IsOpen?.Invoke(item) == true ? "opens open" : OnOpen.HasDelegate ? "opens" : null;

    Task OpenAsync(TItem item) => OnOpen.HasDelegate ? OnOpen.InvokeAsync(item) : Task.CompletedTask;

    string Range(TablePage<TItem> rows)
    {
        var first = (_state.Page - 1) * PageSize + 1;
        var last = first + rows.Items.Count - 1;
        return rows.Total is { } total
            ? string.Create(CultureInfo.InvariantCulture, $"{first:n0} to {last:n0} of {total:n0}")
            : string.Create(CultureInfo.InvariantCulture, $"{first:n0} to {last:n0}");
    }

    /// <inheritdoc />
    public void Dispose()
    {
        navigation.LocationChanged -= OnLocationChanged;
        _typing?.Dispose();
        _work.Cancel();
        _work.Dispose();
    }
}
