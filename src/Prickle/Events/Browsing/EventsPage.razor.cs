using Microsoft.AspNetCore.Components;
using Prickle.Filters;
using Prickle.Shell;
using Prickle.Ui.Filters;

namespace Prickle.Events.Browsing;

/// <summary>All events of a project; what is asked for stands in the address.</summary>
public sealed partial class EventsPage(NavigationManager navigation, TimeProvider time)
{
    static readonly DateRange Everything = new("all");

    /// <summary>SQL has a page of its own, where it is checked.</summary>
    static readonly IReadOnlyList<string> Types = [.. FilterTypes.All.Where(type => type != FilterTypes.Sql)];

    FilterGroup _filters = FilterGroup.Everything;
    DateRange _range = Everything;
    string? _event;
    string _version = "";

    [Parameter] public int ProjectId { get; set; }

    [SupplyParameterFromQuery(Name = "name")] public string? NameInAddress { get; set; }

    [SupplyParameterFromQuery(Name = "date_from")] public string? From { get; set; }

    [SupplyParameterFromQuery(Name = "date_to")] public string? To { get; set; }

    [SupplyParameterFromQuery(Name = "properties")] public string? PropertiesInAddress { get; set; }

    [CascadingParameter] public TimeZoneInfo? Zone { get; set; }

    bool IsFiltered => _event is not null || !_filters.IsEmpty || _range != Everything;

    EventFilter Filter
    {
        get
        {
            var (after, before) = _range.Resolve(time.GetUtcNow(), Zone ?? TimeZoneInfo.Utc);
            return new EventFilter { ProjectId = ProjectId, Event = _event, After = after, Before = before, Properties = _filters };
        }
    }

    protected override void OnParametersSet()
    {
        _event = string.IsNullOrWhiteSpace(NameInAddress) ? null : NameInAddress;
        _range = DateRange.Read(From, To, Everything);
        _filters = FilterGroup.ReadLenient(PropertiesInAddress, Types);
        _version = $"{ProjectId} {_event} {_range} {PropertiesInAddress}";
    }

    FilterGroup With(string key, string value) =>
        _filters.Join == FilterJoin.And
            ? _filters with { Members = [.. _filters.Members, new PropertyFilter(key, "exact", [value])] }
            : FilterGroup.All([_filters, new PropertyFilter(key, "exact", [value])]);

    void Go(string? name, DateRange range, FilterGroup filters) =>
        navigation.NavigateTo(navigation.GetUriWithQueryParameters(new Dictionary<string, object?>
        {
            ["name"] = string.IsNullOrWhiteSpace(name) ? null : name.Trim(),
            ["date_from"] = range == Everything ? null : range.From,
            ["date_to"] = range.To,
            ["properties"] = filters.Write(),
            ["page"] = null,
            ["event"] = null,
        }));
}
