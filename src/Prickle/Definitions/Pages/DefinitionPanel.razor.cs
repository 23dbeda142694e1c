using System.Globalization;
using Microsoft.AspNetCore.Components;
using Prickle.Accounts;

namespace Prickle.Definitions.Pages;

/// <summary>One definition beside the list: what is written about it, and where it is used.</summary>
public sealed partial class DefinitionPanel(EventDefinitions events, PropertyDefinitions properties, NavigationManager navigation) : IDisposable
{
    readonly CancellationTokenSource _closing = new();
    PropertyDefinition? _property;
    string? _name;
    DateTimeOffset? _lastSeenAt;
    string _description = "";
    string _type = "";
    string _tags = "";
    string _owner = "";
    bool _isVerified;
    bool _isHidden;
    bool _isMissing;
    bool _isActing;
    string? _problem;
    string? _usage;
    IReadOnlyList<(string Name, string Count)> _with = [];

    [Parameter, EditorRequired] public int ProjectId { get; set; }

    [Parameter, EditorRequired] public Guid Id { get; set; }

    [Parameter] public bool IsProperty { get; set; }

    [Parameter] public EventCallback OnClose { get; set; }

    [Parameter] public EventCallback OnSaved { get; set; }

    [CascadingParameter] public ProjectGrant? Grant { get; set; }

    [Inject] public required IEnumerable<IEventAct> Acts { get; set; }

    bool CanChange => Grant?.Allows(Resource.PropertyDefinition, Level.Write) == true;

    protected override async Task OnInitializedAsync()
    {
        if (!RendererInfo.IsInteractive)
        {
            return;
        }
        if (IsProperty)
        {
            await LoadPropertyAsync();
        }
        else
        {
            await LoadEventAsync();
        }
    }

    async Task LoadPropertyAsync()
    {
        _property = await properties.FindAsync(ProjectId, Id, _closing.Token);
        _isMissing = _property is null;
        if (_property is not { } found)
        {
            return;
        }
        (_name, _lastSeenAt, _description, _tags, _owner) = (found.Name, found.LastSeenAt, found.Description, string.Join(", ", found.Tags), found.Owner);
        (_isVerified, _isHidden, _type) = (found.IsVerified, found.IsHidden, found.Type?.ToString() ?? "");
        StateHasChanged();
        var usage = await properties.UsageAsync(ProjectId, found, _closing.Token);
        var (what, period) = found.Scope switch
        {
            PropertyScope.Person => ("persons", ""),
            PropertyScope.Group => ("groups", ""),
            _ => ("events", " of the last 30 days"),
        };
        _usage = $"On {Words(usage.Count)} of {Words(usage.Total)} {what}{period}.";
        _with = [.. usage.Events.Select(item => (item.Event, Words(item.Count)))];
    }

    async Task LoadEventAsync()
    {
        var found = await events.FindAsync(ProjectId, Id, _closing.Token);
        _isMissing = found is null;
        if (found is null)
        {
            return;
        }
        (_name, _lastSeenAt, _description, _tags, _owner) = (found.Name, found.LastSeenAt, found.Description, string.Join(", ", found.Tags), found.Owner);
        (_isVerified, _isHidden) = (found.IsVerified, found.IsHidden);
        StateHasChanged();
        var usage = (await events.UsageAsync(ProjectId, _closing.Token)).GetValueOrDefault(found.Name);
        var (_, carried) = await properties.ListAsync(new DefinitionFilter(ProjectId) { Event = found.Name }, 200, 0, _closing.Token);
        _usage = $"{Words(usage?.Count ?? 0)} times by {Words(usage?.Persons ?? 0)} persons in the last 30 days. It comes with these properties:";
        _with = [.. carried.Select(property => (property.Name, property.Type?.ToString() ?? "Any"))];
    }

    async Task SaveAsync()
    {
        var change = new DefinitionChange
        {
            Description = _description,
            Tags = _tags.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries),
            Owner = _owner,
            IsVerified = _isVerified,
            IsHidden = _isHidden,
            Type = IsProperty && _type != (_property?.Type?.ToString() ?? "") && Enum.TryParse<PropertyType>(_type, out var type) ? type : null,
        };
        // The panel may have been open since before a right was taken away.
        _problem = !CanChange ? "Your role does not allow changing definitions."
            : IsProperty ? Problem(await properties.ChangeAsync(Grant!, Id, change, _closing.Token))
            : Problem(await events.ChangeAsync(Grant!, Id, change, _closing.Token));
        if (_problem is null)
        {
            await OnSaved.InvokeAsync();
        }
    }

    async Task RunAsync(IEventAct act)
    {
        (_isActing, _problem) = (true, null);
        (var address, _problem) = (await act.RunAsync(Grant!, _name!, _closing.Token)).Match<(string?, string?)>(made => (made, null), refusal => (null, refusal.Detail));
        _isActing = false;
        if (address is not null)
        {
            navigation.NavigateTo(address);
        }
    }

    static string? Problem<T>(Outcome<T> outcome) => outcome.Match<string?>(_ => null, refusal => refusal.Detail);

    static string Words(long count) => count.ToString("n0", CultureInfo.InvariantCulture);

    public void Dispose()
    {
        _closing.Cancel();
        _closing.Dispose();
    }
}
