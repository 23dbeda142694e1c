using System.Globalization;
using Prickle.Accounts;
using Prickle.Insights.Breakdowns;

namespace Prickle.Insights.Funnels;

/// <summary>What is wrong with a funnel, before anything is asked.</summary>
static class FunnelCheck
{
    public const int MostSteps = 30;

    const int MostExclusions = 20;
    const int MostHeld = 5;
    const double LongestWindow = 5 * 366;

    public static Refusal? Of(FunnelsQuery query) =>
        Steps(query) ?? Window(query.FunnelsFilter) ?? Exclusions(query) ?? Range(query) ?? Breakdowns(query) ?? Rest(query);

    static Refusal? Steps(FunnelsQuery query) => query.Series.Count switch
    {
        < 2 => Refusal.Invalid("series", "A funnel needs at least two steps."),
        > MostSteps => Refusal.Invalid("series", $"A funnel has at most {MostSteps} steps."),
        _ when query.Series[0].OptionalInFunnel => Refusal.Invalid("series", "The first step cannot be optional."),
        _ when query.FunnelsFilter.FunnelOrderType == FunnelOrder.Unordered && query.Series.Any(step => step.OptionalInFunnel) =>
            Refusal.Invalid("series", "Optional steps need an order. Choose ordered or strict."),
        _ => null,
    };

    static Refusal? Window(FunnelsFilter filter) =>
        FunnelWindow.UnitOf(filter.FunnelWindowIntervalUnit) is not { } unit
            ? Refusal.Invalid("funnelWindowIntervalUnit", "The window's unit is second, minute, hour, day, week or month.")
        : filter.FunnelWindowInterval < 1
            ? Refusal.Invalid("funnelWindowInterval", "The conversion window must be at least 1.")
        : filter.FunnelWindowInterval * unit.TotalDays > LongestWindow
            ? Refusal.Invalid("funnelWindowInterval", "The conversion window is at most five years.")
        : null;

    static Refusal? Exclusions(FunnelsQuery query)
    {
        var (filter, last) = (query.FunnelsFilter, query.Series.Count - 1);
        if (filter.Exclusions.Count > MostExclusions)
        {
            return Refusal.Invalid("exclusions", $"A funnel has at most {MostExclusions} exclusions.");
        }
        foreach (var exclusion in filter.Exclusions)
        {
            if (exclusion.FunnelFromStep < 0 || exclusion.FunnelToStep > last || exclusion.FunnelFromStep >= exclusion.FunnelToStep)
            {
                return Refusal.Invalid("exclusions", Text($"An exclusion lies between two steps from 0 to {last}, the first before the second."));
            }
            if (query.Series.Take(exclusion.FunnelToStep + 1).Skip(exclusion.FunnelFromStep).Any(step => IsSame(step, exclusion.Entity)))
            {
                return Refusal.Invalid("exclusions", "An exclusion cannot be the same as a step of its range.");
            }
            if (filter.FunnelOrderType == FunnelOrder.Unordered && (exclusion.FunnelFromStep != 0 || exclusion.FunnelToStep != last))
            {
                return Refusal.Invalid("exclusions", "In an unordered funnel an exclusion spans all steps.");
            }
        }
        return null;
    }

    static Refusal? Range(FunnelsQuery query)
    {
        var (filter, last) = (query.FunnelsFilter, query.Series.Count - 1);
        return filter.FunnelFromStep is { } from && (from < 0 || from >= last) ? Refusal.Invalid("funnelFromStep", "That is no step before the last.")
            : filter.FunnelToStep is { } to && (to < 1 || to > last) ? Refusal.Invalid("funnelToStep", "That is no step after the first.")
            : (filter.FunnelFromStep ?? 0) >= (filter.FunnelToStep ?? last)
                ? Refusal.Invalid("funnelToStep", "The step to convert to lies behind the one to convert from.")
            : filter.BinCount is < 1 or > 90 ? Refusal.Invalid("binCount", "There are between 1 and 90 bins.")
            : null;
    }

    static Refusal? Breakdowns(FunnelsQuery query)
    {
        var filter = query.FunnelsFilter;
        return BreakdownCheck.Of(query.BreakdownFilter, hasBins: false) is { } refusal ? refusal
            : filter.BreakdownAttributionType != Attribution.Step ? null
            : filter.FunnelOrderType == FunnelOrder.Unordered && filter.BreakdownAttributionValue is not (null or 0)
                ? Refusal.Invalid("breakdownAttributionValue", "In an unordered funnel attribution is to any step.")
            : filter.BreakdownAttributionValue is { } step && (step < 0 || step >= query.Series.Count)
                ? Refusal.Invalid("breakdownAttributionValue", "That is no step of the funnel.")
            : null;
    }

    static Refusal? Rest(FunnelsQuery query) =>
        query.FunnelsFilter.FunnelStepReference is not ("total" or "previous")
            ? Refusal.Invalid("funnelStepReference", "Percentages relate to total or previous.")
        : query.FunnelsFilter.AggregateBy is not ("person" or "session")
            ? Refusal.Invalid("aggregateBy", "A funnel counts by person or session.")
        : query.FunnelsFilter.AggregateBy == "session" && query.AggregationGroupTypeIndex is not null
            ? Refusal.Invalid("aggregateBy", "A funnel counts sessions or groups, not both.")
        : query.FunnelsFilter.HoldConstant.Count > MostHeld || query.FunnelsFilter.HoldConstant.Any(string.IsNullOrWhiteSpace)
            ? Refusal.Invalid("holdConstant", $"At most {MostHeld} properties can be held constant, each with a name.")
        : null;

    static bool IsSame(EntityNode step, EntityNode exclusion) => (step, exclusion) switch
    {
        (EventsNode one, EventsNode other) => one.Event == other.Event && one.Properties.Equals(other.Properties),
        (ActionsNode one, ActionsNode other) => one.Id == other.Id && one.Properties.Equals(other.Properties),
        _ => false,
    };

    static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

/// <summary>The conversion window as a length of time.</summary>
static class FunnelWindow
{
    /// <summary>A month is 30 days: the window has one length, whenever it begins.</summary>
    public static TimeSpan? UnitOf(string unit) => unit switch
    {
        "second" => TimeSpan.FromSeconds(1),
        "minute" => TimeSpan.FromMinutes(1),
        "hour" => TimeSpan.FromHours(1),
        "day" => TimeSpan.FromDays(1),
        "week" => TimeSpan.FromDays(7),
        "month" => TimeSpan.FromDays(30),
        _ => null,
    };

    public static TimeSpan Of(FunnelsFilter filter) => filter.FunnelWindowInterval * UnitOf(filter.FunnelWindowIntervalUnit)!.Value;
}
