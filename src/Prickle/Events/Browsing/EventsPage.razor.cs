using Microsoft.AspNetCore.Components;
using Prickle.Accounts;
using Prickle.Filters;
using Prickle.Shell;
using Prickle.Ui.Filters;

namespace Prickle.Events.Browsing;

/// <summary>All events of a project; what is asked for stands in the address.</summary>
public sealed partial class EventsPage(NavigationManager navigation, IExpressionCheck expressions, TimeProvider time)
{
    static readonly DateRange Everything = new("all");

    static readonly IReadOnlyList<string> Types = FilterTypes.All;

    FilterGroup _filters = FilterGroup.Everything;
    DateRange _range = Everything;
    string? _event;
    string _version = "";
    CheckedExpressions? _checked;
    string? _problem;

    [Parameter] public int ProjectId { get; set; }

    [SupplyParameterFromQuery(Name = "name")] public string? NameInAddress { get; set; }

    [SupplyParameterFromQuery(Name = "date_from")] public string? From { get; set; }

    [SupplyParameterFromQuery(Name = "date_to")] public string? To { get; set; }

    [SupplyParameterFromQuery(Name = "properties")] public string? PropertiesInAddress { get; set; }

    [CascadingParameter] public ProjectGrant? Grant { get; set; }

    [CascadingParameter] public TimeZoneInfo? Zone { get; set; }

    bool IsFiltered => _event is not null || !_filters.IsEmpty || _range != Everything;

    EventFilter Filter
    {
        get
        {
            var (after, before) = _range.Resolve(time.GetUtcNow(), Zone ?? TimeZoneInfo.Utc);
            return new EventFilter { ProjectId = ProjectId, Event = _event, After = after, Before = before, Properties = _filters, Zone = Grant?.Project.Zone ?? TimeZoneInfo.Utc, Expressions = _checked };
        }
    }

    // Rows are asked for once every expression has passed.
    bool IsReady => _problem is null && (_checked is not null || !HasSql);

    bool HasSql => _filters.Leaves.Any(leaf => leaf.Type == FilterTypes.Sql);

    protected override async Task OnParametersSetAsync()
    {
        _event = string.IsNullOrWhiteSpace(NameInAddress) ? null : NameInAddress;
        _range = DateRange.Read(From, To, Everything);
        _filters = FilterGroup.ReadLenient(PropertiesInAddress, Types);
        _version = $"{ProjectId} {_event} {_range} {PropertiesInAddress}";
        (_checked, _problem) = (null, null);
        if (HasSql && Grant is { } grant)
        {
            (_checked, _problem) = (await CheckedExpressions.OfListAsync(_filters, grant.Project, ExpressionPlace.Event, expressions, CancellationToken.None))
                .Match<(CheckedExpressions?, string?)>(passed => (passed, null), refusal => (null, refusal.Detail));
        }
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
