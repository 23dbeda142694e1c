using System.Text.Json;
using Prickle.Dashboards;
using Prickle.Filters;
using Prickle.Insights;
using Prickle.Sql;

namespace Prickle.Tests.Dashboards;

/// <summary>The filters of a dashboard over tiles that are statements.</summary>
public sealed class SqlFiltersTests
{
    static readonly DashboardFilters Laid = new() { DateFrom = "-7d", Properties = FilterGroup.All([new PropertyFilter("plan", "exact", ["pro"])]) };

    [Fact]
    public void They_take_the_place_of_its_period_and_narrow_its_filters()
    {
        var statement = Statement("""{"kind":"SqlQuery","query":"SELECT 1 FROM events WHERE {filters}","display":"bar","filters":{"dateRange":{"date_from":"-30d","date_to":"-1d"},"properties":[{"key":"country","operator":"is_set"}]}}""");

        var query = Laid.Over(statement).Query;

        var filters = SqlFilters.Read(query.GetProperty("filters"))!;
        filters.DateRange.ShouldBe(new SqlDateRange("-7d"));
        filters.Properties.Leaves.Select(leaf => leaf.Key).ShouldBe(["country", "plan"]);
        query.GetProperty("display").GetString().ShouldBe("bar");
    }

    [Fact]
    public void A_statement_without_a_place_for_them_stays_as_it_is()
    {
        var statement = Statement("""{"kind":"SqlQuery","query":"SELECT 1 FROM events -- {filters}"}""");

        Laid.Over(statement).ShouldBeSameAs(statement);
    }

    static SavedInsight Statement(string query) =>
        new(1, "abc", "Statement", "", [], false, "SqlQuery", JsonElement.Parse(query), null, default, null, default, false, false);
}
