using Microsoft.AspNetCore.Components;
using Prickle.Events;
using Prickle.Filters;
using Prickle.Shell;
using Prickle.Ui.Filters;
using Prickle.Ui.Tables;

namespace Prickle.Sessions.Browsing;

/// <summary>A row of the list of sessions.</summary>
sealed record SessionRow(Session Session, string? Name);

/// <summary>All sessions of a project.</summary>
public sealed partial class SessionsPage(SessionQueries queries, EventQueries events, NavigationManager navigation, TimeProvider time)
{
    static readonly DateRange Default = new("-7d");

    static readonly (int Seconds, string Words)[] Durations =
        [(0, "Any duration"), (10, "10 s or longer"), (60, "1 min or longer"), (300, "5 min or longer"), (1800, "30 min or longer")];

    DateRange _range = Default;
    int _atLeast;
    FilterGroup _filters = FilterGroup.Everything;
    string _version = "";

    [Parameter] public int ProjectId { get; set; }

    [SupplyParameterFromQuery(Name = "date_from")] public string? From { get; set; }

    [SupplyParameterFromQuery(Name = "date_to")] public string? To { get; set; }

    [SupplyParameterFromQuery(Name = "min_duration")] public int? AtLeast { get; set; }

    [SupplyParameterFromQuery(Name = "properties")] public string? PropertiesInAddress { get; set; }

    [CascadingParameter] public TimeZoneInfo? Zone { get; set; }

    protected override void OnParametersSet()
    {
        _range = DateRange.Read(From, To, Default);
        _atLeast = Durations.Any(choice => choice.Seconds == AtLeast) ? AtLeast!.Value : 0;
        _filters = FilterGroup.ReadLenient(PropertiesInAddress, FilterTypes.Of(FilterRow.Sessions));
        _version = $"{ProjectId} {_range} {_atLeast} {PropertiesInAddress}";
    }

    async Task<TablePage<SessionRow>> LoadAsync(TableQuery query, CancellationToken cancellationToken)
    {
        var (after, before) = _range.Resolve(time.GetUtcNow(), Zone ?? TimeZoneInfo.Utc);
        var filter = new SessionFilter
        {
            ProjectId = ProjectId,
            After = after,
            Before = before,
            AtLeast = _atLeast > 0 ? TimeSpan.FromSeconds(_atLeast) : null,
            Search = query.Search,
            Properties = _filters,
            Zone = Zone ?? TimeZoneInfo.Utc,
        };
        var order = query.Sort switch { "duration" => SessionOrder.Duration, "events" => SessionOrder.Events, _ => SessionOrder.Start };
        var found = await queries.ListAsync(filter, query.Limit + 1, query.Offset, order, !query.Descending, cancellationToken);
        var page = TablePage<Session>.FromOneMore(found, query);
        var names = await events.PersonNamesAsync(ProjectId, [.. page.Items.Select(session => session.PersonId)], cancellationToken);
        return new TablePage<SessionRow>(
            [.. page.Items.Select(session => new SessionRow(session, names.GetValueOrDefault(session.PersonId)))], page.HasMore);
    }

    void Open(SessionRow row) =>
        navigation.NavigateTo(ProjectAddress.Of(ProjectId, $"sessions/{Uri.EscapeDataString(row.Session.Id)}"));

    void Go(DateRange range, int atLeast, FilterGroup filters) =>
        navigation.NavigateTo(navigation.GetUriWithQueryParameters(new Dictionary<string, object?>
        {
            ["date_from"] = range == Default ? null : range.From,
            ["date_to"] = range.To,
            ["min_duration"] = atLeast == 0 ? null : atLeast,
            ["properties"] = filters.Write(),
            ["page"] = null,
        }));

    static string PathOf(string url) => Uri.TryCreate(url, UriKind.Absolute, out var address) ? address.PathAndQuery : url;
}
