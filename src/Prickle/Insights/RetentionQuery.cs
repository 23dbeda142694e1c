using System.Text.Json.Serialization;

namespace Prickle.Insights;

/// <summary>Who comes back.</summary>
public sealed record RetentionQuery : InsightQuery
{
    public RetentionFilter RetentionFilter { get; init; } = new();

    public BreakdownFilter BreakdownFilter { get; init; } = new();
}

/// <summary>The rules of retention; the defaults are those of K6.</summary>
public sealed record RetentionFilter
{
    public RetentionKind RetentionType { get; init; } = RetentionKind.FirstTime;

    public EntityNode TargetEntity { get; init; } = new EventsNode { Event = "$pageview" };

    public EntityNode ReturningEntity { get; init; } = new EventsNode { Event = "$pageview" };

    /// <summary>Hour, day, week or month.</summary>
    public Interval Period { get; init; } = Interval.Day;

    /// <summary>Rows of the table, interval 0 included.</summary>
    public int TotalIntervals { get; init; } = 8;

    /// <summary>total or previous: what percentages relate to.</summary>
    public string RetentionReference { get; init; } = "total";

    /// <summary>Counts at k whoever returned at k or later.</summary>
    public bool Cumulative { get; init; }

    /// <summary>At least so many returning events in the interval.</summary>
    public int MinimumOccurrences { get; init; } = 1;

    /// <summary>strict_calendar_dates or 24_hour_windows.</summary>
    public string TimeWindowMode { get; init; } = "strict_calendar_dates";

    /// <summary>Widths of brackets in periods, in place of equal ones.</summary>
    public IReadOnlyList<int> RetentionCustomBrackets { get; init; } = [];

    /// <summary>count, sum or avg.</summary>
    public string AggregationType { get; init; } = "count";

    /// <summary>The number that sum and avg look at, of the returning event.</summary>
    public string? AggregationProperty { get; init; }

    /// <summary>simple, weighted or none.</summary>
    public string MeanRetentionCalculation { get; init; } = "simple";
}

[JsonConverter(typeof(JsonStringEnumConverter<RetentionKind>))]
public enum RetentionKind
{
    [JsonStringEnumMemberName("retention_recurring")] Recurring,
    [JsonStringEnumMemberName("retention_first_time")] FirstTime,
    [JsonStringEnumMemberName("retention_first_ever_occurrence")] FirstEverOccurrence,
}

/// <summary>The answer to a <see cref="RetentionQuery"/>: one table for each breakdown value.</summary>
public sealed record RetentionResult(IReadOnlyList<RetentionTable> Tables) : InsightResult
{
    [JsonIgnore]
    public override bool IsEmpty => Tables.All(table => table.Rows.All(row => row.Size == 0));
}

/// <summary>Rows are cohorts by their interval; Mean is in percent by offset, null where no cell is complete.</summary>
public sealed record RetentionTable(IReadOnlyList<string>? BreakdownValues, IReadOnlyList<RetentionRow> Rows, IReadOnlyList<double?> Mean);

/// <summary>A cohort.</summary>
/// <param name="Date">Start of its interval, ISO.</param>
/// <param name="Size">Its members.</param>
public sealed record RetentionRow(string Date, long Size, IReadOnlyList<RetentionCell> Cells);

/// <summary>Those of the cohort that returned after so many intervals.</summary>
/// <param name="Count">How many, or the sum or average where that is asked for.</param>
/// <param name="Percent">Of the reference; null when that is nobody.</param>
/// <param name="IsIncomplete">The interval is not over.</param>
public sealed record RetentionCell(double Count, double? Percent, bool IsIncomplete);
