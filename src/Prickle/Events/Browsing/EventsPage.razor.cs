using Microsoft.AspNetCore.Components;
using Prickle.Shell;
using Prickle.Filters;
using Prickle.Ui.Filters;

namespace Prickle.Events.Browsing;

/// <summary>All events of a project; what is asked for stands in the address.</summary>
public sealed partial class EventsPage(NavigationManager navigation, TimeProvider time)
{
    static readonly DateRange Everything = new("all");

    IReadOnlyList<string> _names = [];
    IReadOnlyList<PropertyFilter> _filters = [];
    DateRange _range = Everything;
    string? _event;
    string _version = "";

    [Parameter] public int ProjectId { get; set; }

    [SupplyParameterFromQuery(Name = "name")] public string? NameInAddress { get; set; }

    [SupplyParameterFromQuery(Name = "date_from")] public string? From { get; set; }

    [SupplyParameterFromQuery(Name = "date_to")] public string? To { get; set; }

    [SupplyParameterFromQuery(Name = "properties")] public string? PropertiesInAddress { get; set; }

    [CascadingParameter] public TimeZoneInfo? Zone { get; set; }

    [Inject] public required EventQueries Queries { get; set; }

    bool IsFiltered => _event is not null || _filters.Count > 0 || _range != Everything;

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
        // A broken link shows everything rather than an error: the chips say what is filtered by.
        _filters = PropertyFilter.Read(PropertiesInAddress)?.Where(filter => filter.Type is "event" or "person").ToList() ?? [];
        _version = $"{ProjectId} {_event} {_range} {PropertiesInAddress}";
    }

    async Task SuggestNamesAsync() => _names = await Queries.EventNamesAsync(ProjectId, CancellationToken.None);

    void Go(string? name, DateRange range, IReadOnlyList<PropertyFilter> filters) =>
        navigation.NavigateTo(navigation.GetUriWithQueryParameters(new Dictionary<string, object?>
        {
            ["name"] = string.IsNullOrWhiteSpace(name) ? null : name.Trim(),
            ["date_from"] = range == Everything ? null : range.From,
            ["date_to"] = range.To,
            ["properties"] = PropertyFilter.Write(filters),
            ["page"] = null,
            ["event"] = null,
        }));
}
