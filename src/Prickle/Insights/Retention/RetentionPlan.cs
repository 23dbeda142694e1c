namespace Prickle.Insights.Retention;

/// <summary>The rows and cells of a retention table: which moments they are, before anything is counted.</summary>
sealed class RetentionPlan
{
    readonly DateTimeOffset[] _bounds;
    readonly int[] _firstOffsets;
    readonly int[] _lastOffsets;
    readonly DateTimeOffset _now;

    public RetentionPlan(RetentionFilter filter, QueryPeriod period, DateTimeOffset now)
    {
        _now = now;
        Rows = filter.TotalIntervals;
        IsRolling = filter.TimeWindowMode == RetentionCheck.Rolling;
        Width = period.Interval switch { Interval.Hour => TimeSpan.FromHours(1), Interval.Week => TimeSpan.FromDays(7), _ => TimeSpan.FromDays(1) };
        if (filter.RetentionCustomBrackets is { Count: > 0 } brackets)
        {
            _lastOffsets = [0, .. brackets.Select((_, index) => brackets.Take(index + 1).Sum())];
            _firstOffsets = [0, .. _lastOffsets.SkipLast(1).Select(last => last + 1)];
        }
        else
        {
            _firstOffsets = _lastOffsets = [.. Enumerable.Range(0, Rows)];
        }
        // Brackets reach beyond the last row, and windows of an actor's own by one interval.
        var beyond = (filter.RetentionCustomBrackets.Count > 0 ? _lastOffsets[^1] : 0) + (IsRolling ? 1 : 0);
        _bounds = [.. Starts(period, Rows, beyond)];
    }

    public int Rows { get; }

    /// <summary>Intervals are counted from each actor's own start.</summary>
    public bool IsRolling { get; }

    /// <summary>Of an interval in that mode.</summary>
    public TimeSpan Width { get; }

    /// <summary>Cells of the longest row.</summary>
    public int Cells => _firstOffsets.Length;

    /// <summary>Starts of the intervals from the first row on; the last is the end of what is read.</summary>
    public IReadOnlyList<DateTimeOffset> Bounds => _bounds;

    public IReadOnlyList<int> FirstOffsets => _firstOffsets;

    public IReadOnlyList<int> LastOffsets => _lastOffsets;

    public DateTimeOffset Start => _bounds[0];

    /// <summary>Where the last row ends.</summary>
    public DateTimeOffset End => _bounds[Rows];

    /// <summary>Whether the table has the cell: it begins before the table ends.</summary>
    public bool Has(int row, int cell) => row + _firstOffsets[cell] < Rows;

    /// <summary>Whether more can still be counted in a cell.</summary>
    public bool IsIncomplete(int row, int cell) => IsRolling
        // Whoever started last has the longest to go.
        ? _bounds[row + 1] + ((_lastOffsets[cell] + 1) * Width) > _now
        : _bounds[Math.Min(_bounds.Length - 1, row + _lastOffsets[cell] + 1)] > _now;

    // From the interval of the last day backwards; days are those of the calendar, hours all have the same length.
    static IEnumerable<DateTimeOffset> Starts(QueryPeriod period, int rows, int beyond)
    {
        var last = period.StartOf(QueryPeriod.Local(period.To, period.Zone));
        return Enumerable.Range(1 - rows, rows + beyond + 1).Select(index => period.Interval <= Interval.Hour
            ? QueryPeriod.ToUtc(last, period.Zone).AddHours(index)
            : QueryPeriod.ToUtc(period.Next(last, index), period.Zone));
    }
}
