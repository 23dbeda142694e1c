namespace Prickle.Insights.Funnels;

/// <summary>
/// Divides an actor's events into those that are read together: by the breakdown value that they are attributed to, and by
/// the values of properties held constant.
/// </summary>
/// <param name="attribution">Null without a breakdown.</param>
/// <param name="step">For attribution by step: which, from 0.</param>
sealed class FunnelSpaces(FunnelRules rules, Attribution? attribution, int step)
{
    public IEnumerable<FunnelSpace> Of(FunnelRow row) => ByValue(row).SelectMany(space => ByHeld(space, row.Held));

    IEnumerable<FunnelSpace> ByValue(FunnelRow row) => (attribution, row.Values) switch
    {
        (null, _) or (_, null) => [new FunnelSpace(0, row.Times, row.Masks, null)],
        (Attribution.FirstTouch, { } values) => [new FunnelSpace(Touched(row, values, isFirst: true), row.Times, row.Masks, null)],
        (Attribution.LastTouch, { } values) => [new FunnelSpace(Touched(row, values, isFirst: false), row.Times, row.Masks, null)],
        (Attribution.AllEvents, { } values) => ValuesOf(row, values, rules.StepBits).Select(value =>
            Part(value, row.Times, row.Masks, null, at => values[at] == value)),
        (_, _) when rules.Order == FunnelOrder.Unordered => [new FunnelSpace(FunnelSpace.OfItsEvents, row.Times, row.Masks, null)],
        (_, { } values) => ByStep(row, values),
    };

    // The first or last event of the funnel's steps that has a value at all.
    int Touched(FunnelRow row, int[] values, bool isFirst)
    {
        var found = -1;
        for (var at = 0; at < values.Length; at++)
        {
            if (values[at] != 0 && (row.Masks[at] & rules.StepBits) != 0
                && (found < 0 || (isFirst ? row.Times[at] < row.Times[found] : row.Times[at] >= row.Times[found])))
            {
                found = at;
            }
        }
        return found < 0 ? 0 : values[found];
    }

    // For each value seen at the step, only events of that value are the step.
    IEnumerable<FunnelSpace> ByStep(FunnelRow row, int[] values)
    {
        var bit = 1UL << step;
        var seen = ValuesOf(row, values, bit);
        return seen.Count == 0
            ? [new FunnelSpace(0, row.Times, row.Masks, null)]
            : seen.Select(value => new FunnelSpace(
                value, row.Times, [.. row.Masks.Select((mask, at) => values[at] == value ? mask : mask & ~bit)], null));
    }

    static List<int> ValuesOf(FunnelRow row, int[] values, ulong bits) =>
        [.. values.Where((_, at) => (row.Masks[at] & bits) != 0).Distinct().Order()];

    static IEnumerable<FunnelSpace> ByHeld(FunnelSpace space, ulong[]? held)
    {
        if (held is null)
        {
            return [space];
        }
        ulong Of(int at) => held[space.Index is null ? at : space.Index[at]];
        return Enumerable.Range(0, space.Times.Length).Select(Of).Distinct().ToList()
            .Select(value => Part(space.Value, space.Times, space.Masks, space.Index, at => Of(at) == value));
    }

    static FunnelSpace Part(int value, long[] times, ulong[] masks, int[]? index, Func<int, bool> belongs)
    {
        var chosen = Enumerable.Range(0, times.Length).Where(belongs).ToArray();
        return new FunnelSpace(
            value, [.. chosen.Select(at => times[at])], [.. chosen.Select(at => masks[at])], [.. chosen.Select(at => index is null ? at : index[at])]);
    }
}
