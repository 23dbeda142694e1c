using System.Globalization;
using Microsoft.AspNetCore.Components;
using Prickle.Accounts;
using Prickle.House.Frame;
using Prickle.Ui.Tables;
using Prickle.Ui.Values;

namespace Prickle.House.Queries;

/// <summary>What the statements of a server cost, and what became slower.</summary>
public sealed partial class QueriesPage
{
    readonly CancellationTokenSource _closing = new();
    StatisticsAnswer? _answer;
    string? _problem;

    [SupplyParameterFromQuery(Name = "range")] public string? Range { get; set; }
    [SupplyParameterFromQuery(Name = "from")] public string? From { get; set; }
    [SupplyParameterFromQuery(Name = "to")] public string? To { get; set; }
    [SupplyParameterFromQuery(Name = "view")] public string? View { get; set; }
    [SupplyParameterFromQuery(Name = "user")] public string? User { get; set; }
    [SupplyParameterFromQuery(Name = "node")] public string? Node { get; set; }
    [SupplyParameterFromQuery(Name = "kind")] public string? Kind { get; set; }
    [SupplyParameterFromQuery(Name = "table")] public string? Table { get; set; }
    [SupplyParameterFromQuery(Name = "failures")] public bool Failures { get; set; }

    bool IsComparing => View == "slower";

    bool IsFiltered => Failures || new[] { User, Node, Kind, Table }.Any(one => !string.IsNullOrEmpty(one));

    object Version => (Server, Range, From, To, User, Node, Kind, Table, Failures, View);

    string Words => RangeSelect.WordsOf(Range, From, To);

    public void Dispose()
    {
        _closing.Cancel();
        _closing.Dispose();
    }

    async Task<TablePage<QueryStatistic>> LoadAsync(TableQuery query, CancellationToken cancellationToken)
    {
        if (await AskAsync(range => range, cancellationToken) is not { } answer)
        {
            return new TablePage<QueryStatistic>([], false);
        }
        _answer = answer;
        StateHasChanged();
        var order = StatisticsFilter.OrderBy(query.Sort) is Outcome<Func<QueryStatistic, double>>.Done(var value) ? value : one => one.Milliseconds;
        return TablePage<QueryStatistic>.Of(new StatisticsFilter(query.Search, Table, Kind, Failures).Apply(answer.Statistics, order, query.Descending), query);
    }

    async Task<TablePage<QueryRegression>> CompareAsync(TableQuery query, CancellationToken cancellationToken)
    {
        var (after, before) = (AskAsync(range => range, cancellationToken), AskAsync(range => range.Before, cancellationToken));
        if (await after is not { } now || await before is not { } then)
        {
            return new TablePage<QueryRegression>([], false);
        }
        _answer = now;
        StateHasChanged();
        var filter = new StatisticsFilter(query.Search, Table, Kind);
        return TablePage<QueryRegression>.Of([.. Regressions.Find(then.Statistics, now.Statistics).Where(row => filter.Fits(row.After))], query);
    }

    async Task<StatisticsAnswer?> AskAsync(Func<QueryRange, QueryRange> which, CancellationToken cancellationToken)
    {
        switch (QueryRange.Read(Range, From, To, Time.GetUtcNow()))
        {
            case Outcome<QueryRange>.Refused(var refusal):
                _problem = refusal.Detail;
                return null;
            case Outcome<QueryRange>.Done(var range):
                _problem = null;
                var node = Watched!.Nodes.FirstOrDefault(one => one.ToString() == Node);
                return await Statistics.FindAsync(Watched, which(range), string.IsNullOrEmpty(User) ? null : User, node, cancellationToken);
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    void ChooseRange((string? Range, string? From, string? To) chosen) => Choose(("range", chosen.Range), ("from", chosen.From), ("to", chosen.To));

    void Choose(params (string Name, string? Value)[] chosen) => Navigation.NavigateTo(Navigation.GetUriWithQueryParameters(
        chosen.Append(("page", null)).ToDictionary(one => one.Item1, one => (object?)(string.IsNullOrEmpty(one.Item2) ? null : one.Item2))), replace: true);

    string AddressOf(string fingerprint) => Navigation.GetUriWithQueryParameters(
        HouseSections.Of(Server, $"queries/{fingerprint}"), new Dictionary<string, object?> { ["range"] = Range, ["from"] = From, ["to"] = To });

    // The one that is filtered by stays on offer.
    static IEnumerable<string> Offered(IEnumerable<string>? found, string? chosen) =>
        (found ?? []).Concat(string.IsNullOrEmpty(chosen) ? [] : [chosen]).Where(one => one.Length > 0).Distinct().Order(StringComparer.OrdinalIgnoreCase).Take(500);

    static string NoteOf(QueryStatistic one) => string.Join(" · ", new[] { one.Kind, Some(one.Tables), Some(one.Users) }.Where(part => part.Length > 0));

    static string Some(IReadOnlyCollection<string> names) => names.Count > 3 ? $"{string.Join(", ", names.Take(3))} and {names.Count - 3} more" : string.Join(", ", names);

    static double Part(double one, double? all) => all > 0 ? one / all.Value : 0;

    static string Milliseconds(double value) => ValueUnit.Seconds().Short(value / 1000);

    static string Count(long value) => ValueUnit.Count().Short(value);

    static string Factor(double factor) => string.Create(CultureInfo.InvariantCulture, $"{factor:0.#}×");

    static string Width(double part) => string.Create(CultureInfo.InvariantCulture, $"width:{part * 100:0.#}%");

    static string ChanceWords(QueryRegression row) => row.Chance < 1e-6
        ? "If nothing had changed, a difference like this would come about less than once in a million times."
        : string.Create(CultureInfo.InvariantCulture, $"If nothing had changed, a difference like this would come about {row.Chance:0.####%} of the time.");
}
