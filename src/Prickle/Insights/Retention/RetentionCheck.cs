using Prickle.Accounts;
using Prickle.Insights.Breakdowns;

namespace Prickle.Insights.Retention;

/// <summary>What is wrong with a question about retention, before anything is asked.</summary>
static class RetentionCheck
{
    public const string Rolling = "24_hour_windows";
    public const string Calendar = "strict_calendar_dates";

    const int MostIntervals = 366;
    const int MostBrackets = 30;

    public static Refusal? Of(RetentionQuery query)
    {
        var filter = query.RetentionFilter;
        return filter.TotalIntervals is < 1 or > MostIntervals
            ? Refusal.Invalid("totalIntervals", $"Retention shows between 1 and {MostIntervals} intervals.")
        : filter.Period < Interval.Hour
            ? Refusal.Invalid("period", "The period is hour, day, week, month, quarter or year.")
        : filter.RetentionReference is not ("total" or "previous")
            ? Refusal.Invalid("retentionReference", "Percentages relate to total or previous.")
        : filter.MeanRetentionCalculation is not ("simple" or "weighted" or "none")
            ? Refusal.Invalid("meanRetentionCalculation", "The mean is simple, weighted or none.")
        : filter.MinimumOccurrences is < 1 or > 10_000
            ? Refusal.Invalid("minimumOccurrences", "The least number of returning events is between 1 and 10,000.")
        : Windows(filter) ?? Aggregation(filter) ?? BreakdownCheck.Of(query.BreakdownFilter, hasBins: false);
    }

    static Refusal? Windows(RetentionFilter filter) =>
        filter.TimeWindowMode is not (Calendar or Rolling)
            ? Refusal.Invalid("timeWindowMode", $"The window is {Calendar} or {Rolling}.")
        : filter.TimeWindowMode == Rolling && filter.Cumulative
            ? Refusal.Invalid("cumulative", "24-hour windows cannot be cumulative.")
        : filter.TimeWindowMode == Rolling && filter.Period > Interval.Week
            ? Refusal.Invalid("period", "24-hour windows are counted by hour, day or week.")
        : filter.RetentionCustomBrackets.Count > MostBrackets || filter.RetentionCustomBrackets.Any(width => width is < 1 or > MostIntervals)
            ? Refusal.Invalid("retentionCustomBrackets", $"At most {MostBrackets} brackets, each 1 to {MostIntervals} periods wide.")
        : null;

    static Refusal? Aggregation(RetentionFilter filter) =>
        filter.AggregationType is not ("count" or "sum" or "avg")
            ? Refusal.Invalid("aggregationType", "Retention counts, or shows the sum or avg of a property.")
        : filter.AggregationType == "count" ? null
        : string.IsNullOrWhiteSpace(filter.AggregationProperty)
            ? Refusal.Invalid("aggregationProperty", "Say of which property.")
        : filter.Cumulative
            ? Refusal.Invalid("cumulative", "Only a count can be cumulative.")
        : null;
}
