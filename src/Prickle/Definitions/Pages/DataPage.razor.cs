using Microsoft.AspNetCore.Components;
using Prickle.Shell;
using Prickle.Ui.Tables;

namespace Prickle.Definitions.Pages;

/// <summary>A row of the list of events.</summary>
sealed record EventRow(EventDefinition Event, EventUsage? Usage);

/// <summary>The names of a project; what is shown stands in the address.</summary>
public sealed partial class DataPage(EventDefinitions events, PropertyDefinitions properties, NavigationManager navigation)
{
    string _version = "";
    int _saves;
    Guid? _openId;

    [Parameter] public int ProjectId { get; set; }

    [Parameter] public string? Kind { get; set; }

    [SupplyParameterFromQuery(Name = "of")] public string? Of { get; set; }

    [SupplyParameterFromQuery(Name = "type")] public string? TypeInAddress { get; set; }

    [SupplyParameterFromQuery(Name = "state")] public string? State { get; set; }

    [SupplyParameterFromQuery(Name = "open")] public string? OpenInAddress { get; set; }

    bool IsProperties => Kind == "properties";

    bool IsFiltered => Of is not null || TypeInAddress is not null || State is not null;

    RenderFragment StateChoice => builder =>
    {
        builder.OpenElement(0, "select");
        builder.AddAttribute(1, "class", "input choice");
        builder.AddAttribute(2, "style", "width:150px");
        builder.AddAttribute(3, "aria-label", "State");
        builder.AddAttribute(4, "value", State ?? "");
        builder.AddAttribute(5, "onchange", EventCallback.Factory.Create<ChangeEventArgs>(this, change => Go("state", change.Value)));
        foreach (var (value, words) in ((string, string)[])[("", "Verified or not"), ("verified", "Verified"), ("plain", "Not verified"), ("hidden", "Hidden")])
        {
            builder.OpenElement(6, "option");
            builder.AddAttribute(7, "value", value);
            builder.AddContent(8, words);
            builder.CloseElement();
        }
        builder.CloseElement();
    };

    protected override void OnParametersSet()
    {
        _openId = Guid.TryParse(OpenInAddress, out var id) ? id : null;
        _version = $"{ProjectId} {Kind} {Of} {TypeInAddress} {State} {_saves}";
    }

    DefinitionFilter Filter(TableQuery query) => new(ProjectId)
    {
        Search = query.Search,
        Scope = Enum.TryParse<PropertyScope>(Of, out var scope) ? scope : null,
        Type = Enum.TryParse<PropertyType>(TypeInAddress, out var type) ? type : null,
        IsVerified = State switch { "verified" => true, "plain" => false, _ => null },
        IsHidden = State switch { "hidden" => true, _ => null },
        Sort = query.Sort ?? "name",
        IsDescending = query.Descending,
    };

    async Task<TablePage<PropertyDefinition>> LoadPropertiesAsync(TableQuery query, CancellationToken cancellationToken)
    {
        var (count, found) = await properties.ListAsync(Filter(query), query.Limit, query.Offset, cancellationToken);
        return new TablePage<PropertyDefinition>(found, query.Offset + found.Count < count, count);
    }

    async Task<TablePage<EventRow>> LoadEventsAsync(TableQuery query, CancellationToken cancellationToken)
    {
        var (count, found) = await events.ListAsync(Filter(query), query.Limit, query.Offset, cancellationToken);
        var usage = await events.UsageAsync(ProjectId, cancellationToken);
        return new TablePage<EventRow>(
            [.. found.Select(item => new EventRow(item, usage.GetValueOrDefault(item.Name)))], query.Offset + found.Count < count, count);
    }

    void Go(string name, object? value) => navigation.NavigateTo(navigation.GetUriWithQueryParameters(new Dictionary<string, object?>
    {
        [name] = value?.ToString() is { Length: > 0 } text ? text : null,
        ["page"] = null,
        ["open"] = null,
    }));

    void ClearAsync() => navigation.NavigateTo(ProjectAddress.Of(ProjectId, IsProperties ? "data/properties" : "data"));

    void Open(Guid? id) => navigation.NavigateTo(navigation.GetUriWithQueryParameter("open", id?.ToString()), replace: true);

    void Saved()
    {
        _saves++;
        OnParametersSet();
        Open(null);
    }

    static string WhoseOf(PropertyDefinition property) => property.Scope switch
    {
        PropertyScope.Person => "persons",
        PropertyScope.Group => $"groups ({property.GroupTypeIndex})",
        _ => "events",
    };
}
