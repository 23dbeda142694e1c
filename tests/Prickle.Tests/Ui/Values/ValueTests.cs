using System.Text.Json;
using Bunit;
using Prickle.Ui.Values;

namespace Prickle.Tests.Ui.Values;

public sealed class ValueTests : KitTest
{
    static readonly JsonElement Sample = JsonElement.Parse(
        """{"plan":"pro","$lib":"web","price":{"amount":29.5,"currency":"EUR"},"tags":["a","<b>"],"none":null}""");

    [Fact]
    public void A_relative_time_carries_the_exact_one()
    {
        var time = Render<RelativeTime>(parameters => parameters.Add(t => t.At, Now.AddMinutes(-5)));
        time.MarkupMatches("""<time datetime="2026-03-01T11:55:00.0000000Z" title="2026-03-01 11:55:00.000 UTC">5 min ago</time>""");
    }

    [Fact]
    public void A_tree_shows_every_value_and_escapes_it()
    {
        var tree = Render<JsonTree>(parameters => parameters.Add(t => t.Value, Sample));
        tree.Find(".root").TextContent.ShouldContain("\"EUR\"");
        tree.Find(".root").TextContent.ShouldContain("\"<b>\"");
        tree.FindAll("b").ShouldBeEmpty();
    }

    [Fact]
    public void A_filter_leaves_the_branches_that_mention_it()
    {
        var tree = Render<JsonTree>(parameters => parameters.Add(t => t.Value, Sample));
        tree.Find("input").Input("curr");
        tree.FindAll(".name").Select(name => name.TextContent).ShouldBe(["price", "currency"]);
    }

    [Fact]
    public void A_branch_found_by_its_own_name_is_shown_whole()
    {
        var tree = Render<JsonTree>(parameters => parameters.Add(t => t.Value, Sample));
        tree.Find("input").Input("PRICE");
        tree.FindAll(".name").Select(name => name.TextContent).ShouldBe(["price", "amount", "currency"]);
    }

    [Fact]
    public void The_whole_value_is_copied_as_json()
    {
        var copied = Render<JsonTree>(parameters => parameters.Add(t => t.Value, Sample)).Find("button").GetAttribute("data-copy")!;
        JsonElement.DeepEquals(JsonElement.Parse(copied), Sample).ShouldBeTrue();
    }

    [Fact]
    public void Own_properties_come_before_those_of_sdks_which_can_be_hidden()
    {
        var table = Render<PropertyTable>(parameters => parameters
            .Add(t => t.Value, Sample).Add(t => t.IsSystem, name => name.StartsWith('$')));
        Names(table).ShouldBe(["none", "plan", "price", "tags", "$lib"]);
        table.Find("input[type=checkbox]").Change(false);
        Names(table).ShouldBe(["none", "plan", "price", "tags"]);
    }

    [Fact]
    public void Properties_are_found_by_value_too()
    {
        var table = Render<PropertyTable>(parameters => parameters.Add(t => t.Value, Sample));
        table.Find("input[type=search]").Input("29.5");
        Names(table).ShouldBe(["price"]);
        table.Find("input[type=search]").Input("nowhere");
        table.Markup.ShouldContain("No property matches the search.");
    }

    [Fact]
    public void A_long_id_is_shown_by_its_ends_and_copied_whole()
    {
        var id = Render<CopyableId>(parameters => parameters
            .Add(i => i.Value, "0196daa4-e8a4-46ad-a97f-9749c138b950").Add(i => i.Shorten, true));
        id.Find(".code").TextContent.ShouldBe("0196daa4…38b950");
        id.Find("button").GetAttribute("data-copy").ShouldBe("0196daa4-e8a4-46ad-a97f-9749c138b950");
    }

    static string[] Names(IRenderedComponent<PropertyTable> table) => [.. table.FindAll("th").Select(head => head.TextContent)];
}
