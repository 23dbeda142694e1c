using Bunit;
using Prickle.Filters;
using Prickle.Tests.Ui;

namespace Prickle.Tests.Filters;

public sealed class FilterBarTests : KitTest
{
    IReadOnlyList<PropertyFilter> _filters = [];

    [Fact]
    public void A_filter_is_added_with_its_values()
    {
        var bar = Show();
        Open(bar);
        bar.Find("input[id$=-key]").Input(" plan ");
        bar.Find("input[id$=-value]").Input("pro | team");
        bar.Find("form").Submit();
        _filters.ShouldBe([new PropertyFilter("plan", "exact", ["pro", "team"])]);
        bar.FindAll("form").ShouldBeEmpty();
    }

    [Fact]
    public void A_bar_is_part_of_a_regex()
    {
        var bar = Show();
        Open(bar);
        bar.Find("input[id$=-key]").Input("path");
        bar.Find("select[id$=-operator]").Change("regex");
        bar.Find("input[id$=-value]").Input("^/(a|b)$");
        bar.Find("form").Submit();
        _filters.ShouldBe([new PropertyFilter("path", "regex", ["^/(a|b)$"])]);
    }

    [Fact]
    public void No_value_is_asked_for_where_none_is_needed()
    {
        var bar = Show();
        Open(bar);
        bar.Find("select[id$=-operator]").Change("is_not_set");
        bar.FindAll("input[id$=-value]").ShouldBeEmpty();
        bar.Find("input[id$=-key]").Input("plan");
        bar.Find("form").Submit();
        _filters.ShouldBe([new PropertyFilter("plan", "is_not_set", [])]);
    }

    [Fact]
    public void A_chip_says_the_filter_and_takes_it_off()
    {
        _filters = [new PropertyFilter("plan", "is_not", ["pro", "team"]), new PropertyFilter("seats", "gte", ["5"])];
        var bar = Show();
        bar.FindAll(".chip").Select(chip => string.Join(' ', chip.TextContent.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)))
            .ShouldBe(["plan does not equal pro or team", "seats is at least 5"]);
        bar.Find("button[aria-label='Remove the filter on plan']").Click();
        _filters.ShouldBe([new PropertyFilter("seats", "gte", ["5"])]);
    }

    [Fact]
    public void The_same_filter_twice_is_once()
    {
        _filters = [new PropertyFilter("plan", "is_set", [])];
        var bar = Show();
        Open(bar);
        bar.Find("input[id$=-key]").Input("plan");
        bar.Find("select[id$=-operator]").Change("is_set");
        bar.Find("form").Submit();
        _filters.Count.ShouldBe(1);
    }

    static void Open(IRenderedComponent<FilterBar> bar) => bar.Find(".dropdown > button").Click();

    IRenderedComponent<FilterBar> Show() => Render<FilterBar>(parameters => parameters
        .Add(bar => bar.Filters, _filters)
        .Add(bar => bar.FiltersChanged, changed => _filters = changed));
}
