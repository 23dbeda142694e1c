using System.Globalization;
using System.Text;

namespace Prickle.Insights.Showing;

/// <summary>An answer as comma-separated values, numbers as they are.</summary>
public static class AnswerCsv
{
    public static string Of(InsightResult result) => result switch
    {
        TrendsResult trends => Trends(trends),
        FunnelsResult funnels => Funnels(funnels),
        RetentionResult retention => Retention(retention),
        StickinessResult stickiness => Text(
            ["series", "period", .. Enumerable.Range(1, stickiness.Intervals).Select(Number)],
            stickiness.Series.Select(series => (IEnumerable<string>)[series.Label, series.Compare ?? "current", .. series.Data.Select(Number)])),
        LifecycleResult lifecycle => Text(["status", .. lifecycle.Days], lifecycle.Series.Select(series => (IEnumerable<string>)[series.Status.ToString(), .. series.Data.Select(Number)])),
        PathsResult paths => Text(["from", "to", "count", "average_seconds"], paths.Edges.Select(edge => (IEnumerable<string>)[edge.Source, edge.Target, Number(edge.Weight), Number(edge.AverageSeconds)])),
        _ => "",
    };

    /// <summary>Lines of values, each quoted where it must be. Text that a spreadsheet would run as a formula is kept text.</summary>
    public static string Text(IEnumerable<string> heads, IEnumerable<IEnumerable<string>> rows)
    {
        var text = new StringBuilder();
        foreach (var row in rows.Prepend(heads))
        {
            text.AppendJoin(',', row.Select(Quoted)).Append("\r\n");
        }
        return text.ToString();
    }

    static string Trends(TrendsResult trends) => Text(
        ["series", "breakdown", "period", "total", .. trends.Days],
        trends.Series.Select(series => (IEnumerable<string>)[
            series.Label, series.BreakdownValues is { } values ? string.Join(" · ", values.Select(TrendsDrawing.NameOf)) : "", series.Compare ?? "current", Number(series.Total),
            .. series.Data.Select(Number)]));

    static string Funnels(FunnelsResult funnels) => funnels switch
    {
        { ConversionTimes: { } times } => Text(["from_seconds", "count"], times.Bins.Select(bin => (IEnumerable<string>)[Number(bin.FromSeconds), Number(bin.Count)])),
        { Trend: { } trend } => Text(["breakdown", .. trend.Days], trend.Series.Select(series => (IEnumerable<string>)[Joined(series.BreakdownValues), .. series.Rates.Select(Number)])),
        _ => Text(
            ["breakdown", "step", "name", "count", "percent_of_first", "percent_of_previous", "average_seconds", "median_seconds"],
            funnels.Funnels.SelectMany(funnel => funnel.Steps.Select(step => (IEnumerable<string>)[
                Joined(funnel.BreakdownValues), Number(step.Order + 1), step.Label, Number(step.Count), Number(step.ConversionFromFirst), Number(step.ConversionFromPrevious),
                Number(step.AverageSeconds), Number(step.MedianSeconds)]))),
    };

    static string Retention(RetentionResult retention) => Text(
        ["breakdown", "cohort", "size", .. Enumerable.Range(0, retention.Tables.SelectMany(table => table.Rows).Select(row => row.Cells.Count).DefaultIfEmpty().Max()).Select(Number)],
        retention.Tables.SelectMany(table => table.Rows.Select(row => (IEnumerable<string>)[
            Joined(table.BreakdownValues), row.Date, Number(row.Size), .. row.Cells.Select(cell => Number(cell.Count))])));

    static string Joined(IReadOnlyList<string>? values) => values is null ? "" : string.Join(" · ", values.Select(TrendsDrawing.NameOf));

    static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);

    static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);

    static string Number(double value) => value.ToString(CultureInfo.InvariantCulture);

    static string Number(double? value) => value?.ToString(CultureInfo.InvariantCulture) ?? "";

    static string Quoted(string text)
    {
        var safe = text is ['=' or '+' or '@' or '\t' or '-', ..] && !double.TryParse(text, CultureInfo.InvariantCulture, out _) ? "'" + text : text;
        return safe.AsSpan().IndexOfAny(",\"\r\n") < 0 ? safe : $"\"{safe.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }
}
