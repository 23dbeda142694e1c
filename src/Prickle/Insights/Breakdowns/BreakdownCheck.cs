using System.Globalization;
using Prickle.Accounts;
using Prickle.Filters;

namespace Prickle.Insights.Breakdowns;

/// <summary>What is wrong with a breakdown, before anything is asked.</summary>
static class BreakdownCheck
{
    const int MostBreakdowns = 3;
    const int MostCohorts = 50;
    const int MostValues = 1000;
    const int LongestExpression = 10_000;

    /// <summary>The refusal, or null.</summary>
    /// <param name="hasBins">Whether numbers can be sorted into bins by this kind of question.</param>
    public static Refusal? Of(BreakdownFilter filter, bool hasBins)
    {
        if (filter.BreakdownLimit is < 1 or > MostValues)
        {
            return Refusal.Invalid("breakdown_limit", $"The limit of a breakdown lies between 1 and {MostValues}.");
        }
        var cohorts = filter.Breakdowns.Count(one => one.Type == "cohort");
        if (cohorts > 0 && cohorts < filter.Breakdowns.Count)
        {
            return Refusal.Invalid("breakdowns", "Cohorts cannot be combined with other breakdowns.");
        }
        if (filter.Breakdowns.Count > (cohorts > 0 ? MostCohorts : MostBreakdowns))
        {
            return Refusal.Invalid("breakdowns", cohorts > 0 ? $"At most {MostCohorts} cohorts." : "At most three breakdowns at once.");
        }
        if (!hasBins && filter.Breakdowns.Any(one => one.HistogramBinCount is not null))
        {
            return Refusal.Invalid("histogram_bin_count", "Only trends sort breakdown values into bins.");
        }
        return filter.Breakdowns.Select(OfOne).FirstOrDefault(refusal => refusal is not null);
    }

    static Refusal? OfOne(Breakdown one) => one.Type switch
    {
        not ("event" or "person" or "group" or "session" or "element" or "cohort" or "hogql") =>
            Refusal.Invalid("breakdowns", $"'{one.Type}' is nothing to break down by: event, person, group, session, element, cohort and hogql are."),
        _ when string.IsNullOrWhiteSpace(one.Property) => Refusal.Invalid("breakdowns", "A breakdown needs a property."),
        "cohort" when one.Property != "all" && !int.TryParse(one.Property, NumberStyles.None, CultureInfo.InvariantCulture, out _) =>
            Refusal.Invalid("breakdowns", $"'{one.Property}' is no cohort: its id, or all."),
        "group" when one.GroupTypeIndex is not (>= 0 and <= 4) => Refusal.Invalid("breakdowns", "A breakdown by group needs its type, from 0 to 4."),
        "session" when SessionProperty.Sql(one.Property) is null => Refusal.Invalid("breakdowns", $"Sessions have no property '{one.Property}'."),
        "element" when ElementProperty.Sql(one.Property) is null =>
            Refusal.Invalid("breakdowns", $"Elements have no {one.Property} to break down by; they have {string.Join(", ", ElementProperty.Keys)}."),
        "hogql" when one.Property.Length > LongestExpression => Refusal.Invalid("breakdowns", $"A SQL expression has {LongestExpression} characters at most."),
        _ when one.HistogramBinCount is < 1 or > 100 => Refusal.Invalid("histogram_bin_count", "A histogram has 1 to 100 bins."),
        _ => null,
    };
}
