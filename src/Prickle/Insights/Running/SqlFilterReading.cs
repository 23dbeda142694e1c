using Prickle.Accounts;
using Prickle.Filters;
using Prickle.Sql;

namespace Prickle.Insights.Running;

/// <summary>The filters of SQL statements, understood as those of questions.</summary>
sealed class SqlFilterReading(NamedThings named, TimeProvider time) : ISqlFilterReader
{
    public async Task<Outcome<SqlFilterMeaning>> ReadAsync(Project project, SqlFilters filters, CancellationToken cancellationToken)
    {
        if (FilterCheck.Refuse(filters.Properties, null, "filters") is { } misfit)
        {
            return misfit;
        }
        var own = filters.FilterTestAccounts ? QuestionCheck.ReadTestAccounts(project) : FilterGroup.Everything;
        if (own is null)
        {
            return Refusal.Invalid("test_account_filters", "The project's filters for its own people are not valid. Mend them in the project settings.");
        }
        var conditions = own.IsEmpty ? filters.Properties : filters.Properties.IsEmpty ? own : FilterGroup.All([filters.Properties, own]);
        if (await named.RefusalOfFiltersAsync(project, conditions, cancellationToken) is { } gone)
        {
            return gone;
        }
        return Period(project, filters.DateRange) switch
        {
            Outcome<(DateTimeOffset?, DateTimeOffset?)>.Done { Value: var (from, to) } => new SqlFilterMeaning(from, to, conditions),
            Outcome<(DateTimeOffset?, DateTimeOffset?)>.Refused { Refusal: var refusal } => refusal,
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }

    Outcome<(DateTimeOffset? From, DateTimeOffset? To)> Period(Project project, SqlDateRange range)
    {
        if (range is { DateFrom: null, DateTo: null })
        {
            return (null, null);
        }
        var isAll = range.DateFrom == "all";
        // Of all of time only the end is a moment; a start long before it stands in.
        var resolved = QueryPeriod.Resolve(
            new QueryRange(isAll ? "2000-01-01" : range.DateFrom, range.DateTo, range.ExplicitDate), Interval.Month, project.Zone, project.WeekStart, time.GetUtcNow(), null);
        return resolved is Outcome<QueryPeriod>.Done { Value: var period }
            ? (isAll ? null : period.From, isAll && range.DateTo is null ? null : period.To)
            : ((Outcome<QueryPeriod>.Refused)resolved).Refusal;
    }
}
