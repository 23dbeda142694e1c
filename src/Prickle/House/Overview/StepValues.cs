namespace Prickle.House.Overview;

/// <summary>Lays values over the steps of an axis.</summary>
static class StepValues
{
    /// <summary>One for each step; null where there is none. What is at no step is left out.</summary>
    public static IReadOnlyList<double?> Over(IEnumerable<(DateTimeOffset At, double Value)> points, IReadOnlyList<DateTimeOffset> starts)
    {
        var places = starts.Select((start, place) => (start, place)).ToDictionary(one => one.start, one => one.place);
        var values = new double?[starts.Count];
        foreach (var (at, value) in points)
        {
            if (places.TryGetValue(at, out var place))
            {
                values[place] = value;
            }
        }
        return values;
    }
}
