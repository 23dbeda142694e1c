using System.Text.Json;

namespace Prickle.Insights;

/// <summary>An answer.</summary>
/// <param name="Result">The answer in full, in camelCase, its kind with it.</param>
/// <param name="Results">For trends, stickiness and lifecycle also as the list that existing scripts read.</param>
public sealed record QueryReply(
    JsonElement Result, IReadOnlyList<SeriesReply>? Results, bool IsCached, DateTimeOffset LastRefresh, DateTimeOffset NextAllowedClientRefresh,
    string Timezone, DateTimeOffset DateFrom, DateTimeOffset DateTo, CostReply Cost, IReadOnlyList<StatementReply> Statements)
{
    public static QueryReply Of(InsightAnswer answer) => new(
        JsonSerializer.SerializeToElement(answer.Result, InsightJson.Options), SeriesReply.Of(answer.Result), answer.IsCached, answer.ComputedAt,
        answer.NextRefreshAt, answer.TimeZone, answer.From, answer.To,
        new CostReply(answer.Cost.RowsRead, answer.Cost.BytesRead, Math.Round(answer.Cost.Elapsed.TotalMilliseconds, 1)),
        [.. answer.Statements.Select(statement => new StatementReply(statement.Sql, statement.Parameters.ToDictionary(one => one.Name, one => one.Value)))]);
}

public sealed record CostReply(long RowsRead, long BytesRead, double Milliseconds);

public sealed record StatementReply(string Sql, IReadOnlyDictionary<string, string> Parameters);

/// <summary>One series in the field's shape.</summary>
/// <param name="Count">Sum of the data.</param>
/// <param name="AggregatedValue">The value of a series without a time axis.</param>
public sealed record SeriesReply(
    IReadOnlyList<double> Data, IReadOnlyList<string> Days, IReadOnlyList<string> Labels, double Count, string Label, object? BreakdownValue = null,
    string? CompareLabel = null, double? AggregatedValue = null, string? Status = null, int Order = 0)
{
    internal static IReadOnlyList<SeriesReply>? Of(InsightResult result) => result switch
    {
        TrendsResult trends => [.. trends.Series.Select(series => Of(trends, series))],
        StickinessResult stickiness => [.. stickiness.Series.Select(series => new SeriesReply(
            [.. series.Data.Select(value => (double)value)], Numbers(stickiness.Intervals), Numbers(stickiness.Intervals), series.Actors, series.Label,
            CompareLabel: series.Compare, Order: series.Order))],
        LifecycleResult lifecycle => [.. lifecycle.Series.Select(series => new SeriesReply(
            [.. series.Data.Select(value => (double)value)], lifecycle.Days, lifecycle.Days, series.Data.Sum(), NameOf(series.Status), Status: NameOf(series.Status)))],
        _ => null,
    };

    static SeriesReply Of(TrendsResult trends, TrendsSeries series)
    {
        var days = series.Days ?? trends.Days;
        var isTotal = trends.Days.Count == 0;
        return new SeriesReply(
            series.Data, days, days, isTotal ? 0 : series.Total, series.Label,
            series.BreakdownValues is [var only] ? only : series.BreakdownValues, series.Compare, isTotal ? series.Total : null, null, series.Order);
    }

    static string NameOf(LifecycleStatus status) => JsonNamingPolicy.SnakeCaseLower.ConvertName(status.ToString());

    static IReadOnlyList<string> Numbers(int count) => [.. Enumerable.Range(1, count).Select(number => $"{number}")];
}

/// <summary>A page of actors.</summary>
public sealed record ActorsReply(long Count, bool HasMore, int Offset, int Limit, IReadOnlyList<InsightActor> Results);
