using System.Globalization;
using System.Text;

namespace Prickle.Insights;

/// <summary>An answer as a table of texts, for files and for readers of tables.</summary>
public sealed record AnswerTable(IReadOnlyList<string> Columns, IReadOnlyList<IReadOnlyList<string>> Rows)
{
    public static AnswerTable Of(InsightResult result) => result switch
    {
        TrendsResult { Days.Count: 0 } totals => new(["series", "breakdown", "compare", "value"],
            [.. totals.Series.Select(one => (string[])[one.Label, Words(one.BreakdownValues), one.Compare ?? "", Number(one.Total)])]),
        TrendsResult trends => new(["day", .. trends.Series.Select(Heading)],
            [.. trends.Days.Select((day, index) => (string[])[day, .. trends.Series.Select(one => index < one.Data.Count ? Number(one.Data[index]) : "")])]),
        StickinessResult stickiness => new(["intervals", .. stickiness.Series.Select(one => Joined(one.Label, one.Compare))],
            [.. Enumerable.Range(0, stickiness.Intervals).Select(index => (string[])[Number(index + 1), .. stickiness.Series.Select(one => index < one.Data.Count ? Number(one.Data[index]) : "")])]),
        LifecycleResult lifecycle => new(["day", .. lifecycle.Series.Select(one => one.Status.ToString().ToLowerInvariant())],
            [.. lifecycle.Days.Select((day, index) => (string[])[day, .. lifecycle.Series.Select(one => Number(one.Data[index]))])]),
        RetentionResult retention => new(["breakdown", "cohort", "size", .. Enumerable.Range(0, retention.Tables.SelectMany(table => table.Rows).Select(row => row.Cells.Count).DefaultIfEmpty().Max()).Select(index => Number(index))],
            [.. retention.Tables.SelectMany(table => table.Rows.Select(row => (string[])[Words(table.BreakdownValues), row.Date, Number(row.Size), .. row.Cells.Select(cell => Number(cell.Count))]))]),
        FunnelsResult { ConversionTimes: { } times, ConversionTimesByValue: { Count: > 0 } byValue } => new(["from_seconds", "count", .. byValue.Select(one => Words(one.BreakdownValues))],
            [.. times.Bins.Select((bin, index) => (string[])[Number(bin.FromSeconds), Number(bin.Count), .. byValue.Select(one => Number(one.Times.Bins[index].Count))])]),
        FunnelsResult { ConversionTimes: { } times } => new(["from_seconds", "count"], [.. times.Bins.Select(bin => (string[])[Number(bin.FromSeconds), Number(bin.Count)])]),
        FunnelsResult { Trend: { } trend } => new(["day", .. trend.Series.Select(one => Joined("rate", Words(one.BreakdownValues)))],
            [.. trend.Days.Select((day, index) => (string[])[day, .. trend.Series.Select(one => index < one.Rates.Count ? Number(one.Rates[index]) : "")])]),
        FunnelsResult funnels => new(["breakdown", "step", "name", "count", "from_first_percent", "from_previous_percent", "average_seconds", "median_seconds"],
            [.. funnels.Funnels.SelectMany(funnel => funnel.Steps.Select(step => (string[])[Words(funnel.BreakdownValues), Number(step.Order + 1), step.Label, Number(step.Count),
                Number(step.ConversionFromFirst), Number(step.ConversionFromPrevious), Number(step.AverageSeconds), Number(step.MedianSeconds)]))]),
        PathsResult paths => new(["source_step", "source", "target_step", "target", "weight", "average_seconds"],
            [.. paths.Edges.Select(edge => (string[])[.. Node(edge.Source), .. Node(edge.Target), Number(edge.Weight), Number(edge.AverageSeconds)])]),
        _ => new(["result"], [[System.Text.Json.JsonSerializer.Serialize(result, InsightJson.Options)]]),
    };

    /// <summary>RFC 4180. A text that a spreadsheet would take for a formula gets an apostrophe.</summary>
    public string ToCsv()
    {
        var text = new StringBuilder();
        foreach (var row in Rows.Prepend(Columns))
        {
            text.AppendJoin(',', row.Select(Cell)).Append("\r\n");
        }
        return text.ToString();
    }

    static string Cell(string value)
    {
        var safe = value.Length > 0 && value[0] is '=' or '+' or '-' or '@' or '\t' or '\r' && !double.TryParse(value, CultureInfo.InvariantCulture, out _) ? $"'{value}" : value;
        return safe.AsSpan().IndexOfAny("\",\r\n") < 0 ? safe : $"\"{safe.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }

    static string Heading(TrendsSeries series) => Joined(series.Label, Words(series.BreakdownValues), series.Compare);

    static string Joined(params string?[] parts) => string.Join(" - ", parts.Where(part => !string.IsNullOrEmpty(part)));

    static string Words(IReadOnlyList<string>? values) => values is null ? "" : string.Join(" / ", values.Select(value =>
        value == Breakdown.Other ? "Other" : value == Breakdown.None ? "None" : value));

    // A node is its place and its item: 2_/pricing.
    static string[] Node(string node) => node.IndexOf('_', StringComparison.Ordinal) is > 0 and var at ? [node[..at], node[(at + 1)..]] : ["", node];

    static string Number(double? value) => value?.ToString(CultureInfo.InvariantCulture) ?? "";
}
