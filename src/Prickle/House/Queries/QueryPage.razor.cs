using System.Globalization;
using Microsoft.AspNetCore.Components;
using Prickle.Accounts;
using Prickle.House.Frame;
using Prickle.Servers;
using Prickle.Ui.Charts;
using Prickle.Ui.Values;

namespace Prickle.House.Queries;

/// <summary>A fingerprint, closer: its course, examples, plan and flames.</summary>
public sealed partial class QueryPage
{
    static readonly string[] Drawn = ["Duration", "Calls", "Bytes read"];

    readonly CancellationTokenSource _closing = new();
    QueryDetail? _detail;
    QueryPlan? _plan;
    FlamesAnswer? _flames;
    FleetAnswer<ExampleRow>? _parts;
    object? _shown;
    string? _partsOf;
    string? _problem;
    string _drawn = Drawn[0];
    string _tab = "Slowest";
    string _type = QueryFlames.Types[0];

    [Parameter] public string Fingerprint { get; set; } = "";
    [SupplyParameterFromQuery(Name = "range")] public string? Range { get; set; }
    [SupplyParameterFromQuery(Name = "from")] public string? From { get; set; }
    [SupplyParameterFromQuery(Name = "to")] public string? To { get; set; }

    string ListAddress => Navigation.GetUriWithQueryParameters(HouseSections.Of(Server, "queries"), Stretch);

    Dictionary<string, object?> Stretch => new() { ["range"] = Range, ["from"] = From, ["to"] = To };

    public void Dispose()
    {
        _closing.Cancel();
        _closing.Dispose();
    }

    protected override async Task OnParametersSetAsync()
    {
        await base.OnParametersSetAsync();
        // The logs are read once the page is before somebody.
        if (!RendererInfo.IsInteractive || Watched is null || Organization is not { } organization || Equals(_shown, (Server, Fingerprint, Range, From, To)))
        {
            return;
        }
        _shown = (Server, Fingerprint, Range, From, To);
        (_detail, _plan, _flames, _parts, _partsOf, _problem) = (null, null, null, null, null, null);
        if (QueryRange.Read(Range, From, To, Time.GetUtcNow()) is not Outcome<QueryRange>.Done(var range))
        {
            _problem = "The address names no stretch of time that is known here.";
            return;
        }
        switch (await Details.FindAsync(organization, Server, Fingerprint, range, _closing.Token))
        {
            case Outcome<QueryDetail>.Refused(var refusal):
                _problem = refusal.Detail;
                break;
            case Outcome<QueryDetail>.Done(var detail):
                _detail = detail;
                break;
        }
        await ShowAsync("Slowest");
    }

    async Task ShowAsync(string tab)
    {
        _tab = tab;
        if (_detail is not { } detail)
        {
            return;
        }
        if (tab == "Plan" && _plan is null)
        {
            _plan = await Plans.ExplainAsync(detail, _closing.Token);
        }
        if (tab == "Flame graph" && _flames is null)
        {
            await ShowFlamesAsync(_type);
        }
    }

    async Task ShowFlamesAsync(string type)
    {
        (_type, _flames) = (type, null);
        _flames = await Flames.FindAsync(_detail!, type, _closing.Token);
    }

    async Task ShowPartsAsync(string queryId)
    {
        (_partsOf, _parts) = (queryId, null);
        _parts = await Details.PartsAsync(Watched!, _detail!.Range, queryId, _closing.Token);
    }

    void ChooseRange((string? Range, string? From, string? To) chosen) => Navigation.NavigateTo(Navigation.GetUriWithQueryParameters(
        new Dictionary<string, object?> { ["range"] = chosen.Range, ["from"] = chosen.From, ["to"] = chosen.To }), replace: true);

    ChartData ChartOf(QueryDetail detail)
    {
        var isLong = detail.Range.Span > TimeSpan.FromDays(2);
        return new SeriesChart
        {
            Title = _drawn,
            Unit = _drawn switch { "Duration" => ValueUnit.Seconds(), "Calls" => ValueUnit.Count("calls"), _ => ValueUnit.Bytes() },
            Shape = _drawn == "Duration" ? SeriesShape.Line : SeriesShape.StackedBar,
            Categories = [.. detail.Course.Select(point => new ChartCategory(
                point.At.ToString("O", CultureInfo.InvariantCulture), point.At.UtcDateTime.ToString(isLong ? "d MMM" : "HH:mm", CultureInfo.InvariantCulture),
                point.At.UtcDateTime.ToString("d MMM yyyy HH:mm 'UTC'", CultureInfo.InvariantCulture)))],
            Series = _drawn switch
            {
                "Duration" => [Of("Median", point => point.Calls > 0 ? point.Median / 1000 : null), Of("95 %", point => point.Calls > 0 ? point.Slow / 1000 : null)],
                "Calls" => [Of("Answered", point => point.Calls - point.Failures), Of("Failed", point => point.Failures)],
                _ => [Of("Bytes read", point => point.Bytes)],
            },
        };

        ChartSeries Of(string name, Func<CoursePoint, double?> value) => new(name, name, [.. detail.Course.Select(value)]);
    }

    static double Part(double one, double all) => all > 0 ? one / all : 0;

    static string Milliseconds(double value) => ValueUnit.Seconds().Short(value / 1000);
}
