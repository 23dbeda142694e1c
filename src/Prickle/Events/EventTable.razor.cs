using Microsoft.AspNetCore.Components;
using Prickle.Shell;
using Prickle.Ui.Tables;

namespace Prickle.Events;

/// <summary>A row of an <see cref="EventTable"/>.</summary>
sealed record EventRow(StoredEvent Stored, string? Name);

/// <summary>A list of events; the one that is open stands in the address as <c>event</c>.</summary>
public sealed partial class EventTable(EventQueries queries, NavigationManager navigation) : IDisposable
{
    readonly CancellationTokenSource _closing = new();
    IReadOnlyList<EventRow> _shown = [];
    EventRow? _open;
    bool _missing;

    /// <summary>Which events; the table adds what is typed into its search.</summary>
    [Parameter, EditorRequired] public required EventFilter Filter { get; set; }

    /// <summary>Changes when the filter does.</summary>
    [Parameter] public object? Version { get; set; }

    /// <summary>Not wanted where all events are of one person.</summary>
    [Parameter] public bool ShowPerson { get; set; } = true;

    /// <summary>The hint in the search field; without one there is no search.</summary>
    [Parameter] public string? SearchLabel { get; set; }

    [Parameter] public RenderFragment? Toolbar { get; set; }

    [Parameter] public RenderFragment? Empty { get; set; }

    /// <summary>The page has filters of its own on.</summary>
    [Parameter] public bool Filtered { get; set; }

    [Parameter] public EventCallback OnClear { get; set; }

    /// <summary>Somebody wants only events with a value of the open one.</summary>
    [Parameter] public EventCallback<(string Key, string Value)> OnFilter { get; set; }

    [SupplyParameterFromQuery(Name = "event")] public string? Opened { get; set; }

    protected override async Task OnParametersSetAsync()
    {
        if (!RendererInfo.IsInteractive || Opened == _open?.Stored.Uuid.ToString())
        {
            return;
        }
        (_open, _missing) = (null, false);
        if (Opened is null)
        {
            return;
        }
        if (!Guid.TryParse(Opened, out var uuid))
        {
            _missing = true;
            return;
        }
        _open = _shown.FirstOrDefault(row => row.Stored.Uuid == uuid) ?? await FindAsync(uuid);
        _missing = _open is null;
    }

    async Task<EventRow?> FindAsync(Guid uuid)
    {
        if (await queries.FindAsync(Filter.ProjectId, uuid, _closing.Token) is not { } stored)
        {
            return null;
        }
        var names = await queries.PersonNamesAsync(Filter.ProjectId, [stored.PersonId], _closing.Token);
        return new EventRow(stored, names.GetValueOrDefault(stored.PersonId));
    }

    async Task<TablePage<EventRow>> LoadAsync(TableQuery query, CancellationToken cancellationToken)
    {
        var found = await queries.ListAsync(
            Filter with { Search = query.Search }, query.Limit + 1, offset: query.Offset, oldestFirst: !query.Descending, cancellationToken: cancellationToken);
        var page = TablePage<StoredEvent>.FromOneMore(found, query);
        var names = await queries.PersonNamesAsync(
            Filter.ProjectId, [.. page.Items.Select(stored => stored.PersonId)], cancellationToken);
        _shown = [.. page.Items.Select(stored => new EventRow(stored, names.GetValueOrDefault(stored.PersonId)))];
        return new TablePage<EventRow>(_shown, page.HasMore);
    }

    Task OpenAsync(Guid uuid) => Go(uuid.ToString());

    Task CloseAsync() => Go(null);

    Task Go(string? uuid)
    {
        navigation.NavigateTo(navigation.GetUriWithQueryParameter("event", uuid), replace: true);
        return Task.CompletedTask;
    }

    string LinkTo(Guid uuid) =>
        navigation.ToAbsoluteUri(ProjectAddress.Of(Filter.ProjectId, $"events?event={uuid}")).ToString();

    public void Dispose()
    {
        _closing.Cancel();
        _closing.Dispose();
    }
}
