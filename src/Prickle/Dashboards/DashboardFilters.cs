using System.Text.Json.Serialization;
using Prickle.Filters;
using Prickle.Insights;
using Prickle.Sql;

namespace Prickle.Dashboards;

/// <summary>What is laid over tiles: each member that is set replaces or narrows what a tile asks. Tiles keep their own beneath.</summary>
public sealed record DashboardFilters
{
    /// <summary>Where the period begins, in the grammar of K1; null leaves each tile its own period.</summary>
    [JsonPropertyName("date_from")] public string? DateFrom { get; init; }

    [JsonPropertyName("date_to")] public string? DateTo { get; init; }

    /// <summary>AND-ed to the filters of each tile.</summary>
    public FilterGroup Properties { get; init; } = FilterGroup.Everything;

    /// <summary>In place of the breakdown of each tile that can be broken down; null leaves each its own.</summary>
    [JsonPropertyName("breakdown_filter")] public BreakdownFilter? BreakdownFilter { get; init; }

    /// <summary>Whether the project's own people are left out; null leaves each tile as it is.</summary>
    [JsonPropertyName("filter_test_accounts")] public bool? FilterTestAccounts { get; init; }

    /// <summary>Of trends, the width of buckets; null leaves each tile its own.</summary>
    public Interval? Interval { get; init; }

    [JsonIgnore]
    public bool IsEmpty => DateFrom is null && DateTo is null && Properties.IsEmpty && BreakdownFilter is null
        && FilterTestAccounts is null && Interval is null;

    /// <summary>The cohorts that they name, by their ids. Of actions they name none.</summary>
    [JsonIgnore]
    public IEnumerable<int> CohortIds => Properties.CohortIds.Concat(BreakdownFilter?.CohortIds ?? []);

    /// <summary>The question as it is asked with these filters laid over it.</summary>
    public InsightQuery Over(InsightQuery query)
    {
        var dates = DateFrom is null && DateTo is null ? query.DateRange : new QueryRange(DateFrom ?? query.DateRange.DateFrom, DateTo);
        var laid = query with
        {
            DateRange = dates,
            Properties = Properties.IsEmpty ? query.Properties : query.Properties.IsEmpty ? Properties : FilterGroup.All([query.Properties, Properties]),
            FilterTestAccounts = FilterTestAccounts ?? query.FilterTestAccounts,
        };
        return laid switch
        {
            TrendsQuery trends => trends with { BreakdownFilter = BreakdownFilter ?? trends.BreakdownFilter, Interval = Interval ?? trends.Interval },
            FunnelsQuery funnels => funnels with { BreakdownFilter = BreakdownFilter ?? funnels.BreakdownFilter, Interval = Interval ?? funnels.Interval },
            RetentionQuery retention => retention with { BreakdownFilter = BreakdownFilter ?? retention.BreakdownFilter },
            _ => laid,
        };
    }

    /// <summary>A statement with these filters in it, where it has a place for them: {filters}. A breakdown and an interval it knows not.</summary>
    public SavedInsight Over(SavedInsight statement) =>
        AnswerSqlQuery.HasFilters(statement.Query) ? statement with { Query = AnswerSqlQuery.WithFilters(statement.Query, Over) } : statement;

    SqlFilters Over(SqlFilters filters) => new()
    {
        DateRange = DateFrom is null && DateTo is null ? filters.DateRange : new SqlDateRange(DateFrom ?? filters.DateRange.DateFrom, DateTo),
        Properties = Properties.IsEmpty ? filters.Properties : filters.Properties.IsEmpty ? Properties : FilterGroup.All([filters.Properties, Properties]),
        FilterTestAccounts = FilterTestAccounts ?? filters.FilterTestAccounts,
    };

    /// <summary>These filters, with what <paramref name="other"/> sets in place of what these set.</summary>
    public DashboardFilters With(DashboardFilters other) => new()
    {
        // A period is one thing: where the other sets either end, both are the other's.
        DateFrom = other.DateFrom is null && other.DateTo is null ? DateFrom : other.DateFrom,
        DateTo = other.DateFrom is null && other.DateTo is null ? DateTo : other.DateTo,
        Properties = other.Properties.IsEmpty ? Properties : other.Properties,
        BreakdownFilter = other.BreakdownFilter ?? BreakdownFilter,
        FilterTestAccounts = other.FilterTestAccounts ?? FilterTestAccounts,
        Interval = other.Interval ?? Interval,
    };
}
