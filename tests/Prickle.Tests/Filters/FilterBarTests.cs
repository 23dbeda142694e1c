using Bunit;
using Microsoft.Extensions.DependencyInjection;
using Prickle.Definitions;
using Prickle.Filters;
using Prickle.Tests.Ui;

namespace Prickle.Tests.Filters;

public sealed class FilterBarTests : KitTest
{
    FilterGroup _filters = FilterGroup.Everything;

    public FilterBarTests() => Services.AddSingleton<IFilterOffers>(new Offers());

    [Fact]
    public void A_filter_is_built_by_property_then_values()
    {
        var bar = Show();
        Open(bar, "Filter");
        Choose(bar, "plan");
        bar.FindAll("label.value").Select(value => value.TextContent).ShouldBe(["pro", "free"]);
        bar.FindAll("label.value input")[1].Change(true);
        bar.Find("input[id$=-value]").Input(" team ");
        bar.Find("form").Submit();
        _filters.Members.ShouldBe([new PropertyFilter("plan", "exact", ["free", "team"])]);
    }

    [Fact]
    public void Properties_stand_under_their_kind_and_are_searched()
    {
        var bar = Show();
        Open(bar, "Filter");
        bar.FindAll(".heading").Select(heading => heading.TextContent).ShouldBe(["Event properties", "Person properties"]);
        bar.Find("input[type=search]").Input("COUNT");
        bar.FindAll("button.offer .truncate:not(.about)").Select(offer => offer.TextContent).First().ShouldBe("country");
    }

    [Fact]
    public void Operators_suit_the_type_of_the_values()
    {
        var bar = Show();
        Open(bar, "Filter");
        Choose(bar, "seats");
        // A number begins with "is at least"; dates, cohorts and versions are not offered for it.
        bar.Find("select[id$=-operator]").GetAttribute("value").ShouldBe("gte");
        var operators = bar.FindAll("select[id$=-operator] option").Select(option => option.GetAttribute("value")).ToList();
        operators.ShouldContain("between");
        operators.ShouldNotContain("is_date_before");
        operators.ShouldNotContain("in");
    }

    [Fact]
    public void What_makes_no_sense_is_said_and_not_applied()
    {
        var bar = Show();
        Open(bar, "Filter");
        Choose(bar, "seats");
        bar.Find("input[id$=-value]").Input("many");
        bar.Find("form").Submit();
        bar.Find(".problem-box").TextContent.ShouldBe("seats is at least \"many\": that is not a number.");
        _filters.IsEmpty.ShouldBeTrue();
    }

    [Fact]
    public void A_chip_says_the_filter_and_takes_it_off()
    {
        _filters = FilterGroup.All([new PropertyFilter("plan", "is_not", ["pro", "team"]), new PropertyFilter("seats", "gte", ["5"])]);
        var bar = Show();
        bar.FindAll(".filter .words").Select(chip => string.Join(' ', chip.TextContent.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)))
            .ShouldBe(["plan does not equal pro or team", "seats is at least 5"]);
        bar.Find("button[aria-label='Remove the filter on plan']").Click();
        _filters.Members.ShouldBe([new PropertyFilter("seats", "gte", ["5"])]);
    }

    [Fact]
    public void And_becomes_or_and_a_group_is_joined_the_other_way()
    {
        PropertyFilter plan = new("plan", "is_set", []);
        PropertyFilter seats = new("seats", "is_set", []);
        _filters = FilterGroup.All([plan, seats]);
        var bar = Show();
        bar.Find("button.join").Click();
        _filters.ShouldBe(new FilterGroup(FilterJoin.Or, [plan, seats]));

        bar = Show();
        Open(bar, "Group");
        Choose(bar, "plan");
        bar.FindAll("label.value input")[0].Change(true);
        bar.Find("form").Submit();
        _filters.ShouldBe(new FilterGroup(FilterJoin.Or, [plan, seats, FilterGroup.All([new PropertyFilter("plan", "exact", ["pro"])])]));
    }

    [Fact]
    public void A_property_that_was_never_seen_can_be_named()
    {
        var bar = Show();
        Open(bar, "Filter");
        bar.Find("input[type=search]").Input("brand_new");
        bar.FindAll("button.offer").First(offer => offer.TextContent.Contains("of the event")).Click();
        bar.Find("select[id$=-operator]").Change("is_set");
        bar.Find("form").Submit();
        _filters.Members.ShouldBe([new PropertyFilter("brand_new", "is_set", [])]);
    }

    static void Open(IRenderedComponent<FilterBar> bar, string title) =>
        bar.FindAll(".dropdown > button").First(button => button.TextContent.Trim() == title).Click();

    static void Choose(IRenderedComponent<FilterBar> bar, string label) =>
        bar.FindAll("button.offer").First(offer => offer.QuerySelector(".truncate")?.TextContent == label).Click();

    IRenderedComponent<FilterBar> Show() => Render<FilterBar>(parameters => parameters
        .Add(bar => bar.ProjectId, 7)
        .Add(bar => bar.Filters, _filters)
        .Add(bar => bar.FiltersChanged, changed => _filters = changed));

    sealed class Offers : IFilterOffers
    {
        public Task<IReadOnlyList<FilterOffer>> PropertiesAsync(
            int projectId, IReadOnlyList<string> types, IReadOnlyList<string> events, CancellationToken cancellationToken) =>
            Task.FromResult<IReadOnlyList<FilterOffer>>(
            [
                new("event", null, "Event properties", "plan", "plan") { ValueType = PropertyType.String, IsVerified = true },
                new("event", null, "Event properties", "seats", "seats") { ValueType = PropertyType.Numeric },
                new("person", null, "Person properties", "country", "country") { ValueType = PropertyType.String, Description = "Where they live" },
            ]);

        public Task<IReadOnlyList<string>> ValuesAsync(
            int projectId, string type, int? groupTypeIndex, string key, string search, CancellationToken cancellationToken) =>
            Task.FromResult<IReadOnlyList<string>>(key == "plan" ? ["pro", "free"] : []);
    }
}
