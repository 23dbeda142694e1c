using Prickle.Ui.Values;

namespace Prickle.Ui.Charts;

/// <summary>Who came back: one row per cohort, one cell per interval after the start.</summary>
public sealed record RetentionData
{
    /// <summary>Names of the columns: "Day 0", "Day 1" …</summary>
    public required IReadOnlyList<string> Intervals { get; init; }

    /// <summary>The cohorts, oldest first.</summary>
    public required IReadOnlyList<RetentionCohort> Cohorts { get; init; }

    /// <summary>Who is counted: "persons".</summary>
    public string Counted { get; init; } = "persons";

    /// <summary>The means of the columns in parts of one, where the one who asked has computed them by a rule of their own.</summary>
    public IReadOnlyList<double?>? Means { get; init; }

    /// <summary>
    /// The mean of a column in parts of one: all who came back over all who could have, of the cohorts for which the interval
    /// has ended. Null where there is none.
    /// </summary>
    public double? Mean(int interval)
    {
        if (Means is { } given)
        {
            return interval < given.Count ? given[interval] : null;
        }
        var whole = Cohorts.Where(cohort => interval < cohort.Cells.Count && !cohort.Cells[interval].Incomplete).ToList();
        var size = whole.Sum(cohort => cohort.Size);
        return size > 0 ? (double)whole.Sum(cohort => cohort.Cells[interval].Count) / size : null;
    }

    /// <summary>The largest share of a cell. The first column is everybody; were it measured with the others, those would all be pale.</summary>
    internal double Strongest => Cohorts.SelectMany(cohort => cohort.Cells.Skip(1).Select(cell => cohort.PartOf(cell) ?? 0)).DefaultIfEmpty().Max();

    /// <summary>How strongly a cell is coloured, in parts of one.</summary>
    internal static double Heat(RetentionCohort cohort, int interval, double strongest) =>
        interval > 0 && strongest > 0 ? Math.Clamp((cohort.PartOf(cohort.Cells[interval]) ?? 0) / strongest, 0, 1) : 0;

    /// <summary>The cohorts as lines over the intervals, with the mean as the first.</summary>
    public SeriesChart AsLines(string title) => new()
    {
        Title = title,
        Unit = ValueUnit.Share($"of {Counted}"),
        CategoryName = "Interval",
        Categories = [.. Intervals.Select((name, index) => new ChartCategory(index.ToString(System.Globalization.CultureInfo.InvariantCulture), name))],
        ShowTotal = false,
        Series =
        [
            new("mean", "Mean", [.. Intervals.Select((_, index) => Mean(index))]),
            .. Cohorts.Select(cohort => new ChartSeries(cohort.Key, cohort.Name,
                [.. Intervals.Select((_, index) => cohort.Share(index) is { Incomplete: false } share ? share.Value : (double?)null)])),
        ],
    };
}

/// <summary>Those who started in the same interval.</summary>
/// <param name="Key">Identifies it to the one who asked.</param>
/// <param name="Size">How many started.</param>
/// <param name="Cells">How many came back, from the interval of the start on; fewer for younger cohorts.</param>
public sealed record RetentionCohort(string Key, string Name, long Size, IReadOnlyList<RetentionCell> Cells)
{
    internal (double Value, bool Incomplete)? Share(int interval) =>
        interval < Cells.Count && PartOf(Cells[interval]) is { } part ? (part, Cells[interval].Incomplete) : null;

    internal double? PartOf(RetentionCell cell) => cell.Part ?? (Size > 0 ? (double)cell.Count / Size : null);
}

/// <summary>Those of a cohort who came back in an interval.</summary>
/// <param name="Incomplete">The interval has not ended for all of the cohort.</param>
public sealed record RetentionCell(long Count, bool Incomplete = false)
{
    /// <summary>The part of one that is shown, where it relates to something else than the cohort's size.</summary>
    public double? Part { get; init; }
}

/// <summary>A cell that was chosen.</summary>
/// <param name="CohortKey">Key of the cohort.</param>
/// <param name="Interval">Index of the column.</param>
public sealed record RetentionSelection(string CohortKey, int Interval);
