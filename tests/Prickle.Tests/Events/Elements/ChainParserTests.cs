using Prickle.Events;

namespace Prickle.Tests.Events.Elements;

public sealed class ChainParserTests
{
    [Fact]
    public void Elements_are_read_from_the_clicked_one_outwards()
    {
        var elements = Element.ParseChain(
            "a.btn.primary:attr__class=\"btn primary\"attr__href=\"/go\"attr__id=\"buy\"attr_id=\"buy\"href=\"/go\"nth-child=\"2\"nth-of-type=\"1\"text=\"Buy now\";"
            + "div.card:attr__class=\"card\"nth-child=\"1\"nth-of-type=\"1\";body:nth-child=\"2\"nth-of-type=\"1\"");

        elements.Select(element => element.TagName).ShouldBe(["a", "div", "body"]);
        var clicked = elements[0];
        clicked.Classes.ShouldBe(["btn", "primary"]);
        clicked.Text.ShouldBe("Buy now");
        clicked.Href.ShouldBe("/go");
        clicked.Id.ShouldBe("buy");
        clicked.NthChild.ShouldBe(2);
        clicked.NthOfType.ShouldBe(1);
        clicked.Attributes.ShouldBe(new Dictionary<string, string>
        {
            ["attr__class"] = "btn primary",
            ["attr__href"] = "/go",
            ["attr__id"] = "buy",
        }, ignoreOrder: true);
        elements[2].Text.ShouldBeNull();
    }

    [Theory]
    [InlineData("button:text=\"Save; then close\"", "Save; then close")]
    [InlineData("button:text=\"Say \\\"hi\\\"\"", "Say \"hi\"")]
    [InlineData("button:text=\"a=\\\"b\\\";c\"", "a=\"b\";c")]
    [InlineData("button:text=\"C:\\\"", "C:\\")]
    [InlineData("button:text=\"\"", "")]
    public void Texts_hold_what_separates_elements(string chain, string text) =>
        Element.ParseChain(chain).Single().Text.ShouldBe(text);

    [Fact]
    public void A_text_that_ends_in_a_backslash_does_not_swallow_the_next_element()
    {
        var elements = Element.ParseChain("li:attr__title=\"C:\\\";ul:nth-child=\"1\"");
        elements.Select(element => element.TagName).ShouldBe(["li", "ul"]);
        elements[0].Attributes["attr__title"].ShouldBe("C:\\");
    }

    [Fact]
    public void Class_names_hold_colons()
    {
        var element = Element.ParseChain("div.md:flex.hover:bg-red:attr__class=\"md:flex hover:bg-red\"nth-child=\"1\"").Single();
        element.TagName.ShouldBe("div");
        element.Classes.ShouldBe(["md:flex", "hover:bg-red"]);
        element.NthChild.ShouldBe(1);
    }

    [Fact]
    public void Attribute_names_hold_colons() =>
        Element.ParseChain("use:attr__xlink:href=\"#icon\"").Single().Attributes["attr__xlink:href"].ShouldBe("#icon");

    [Theory]
    [InlineData("", 0)]
    [InlineData(";;", 0)]
    [InlineData("div", 1)]
    [InlineData("div;span", 2)]
    [InlineData("div:", 1)]
    [InlineData("div:text=\"never closed", 1)]
    [InlineData("div:text=", 1)]
    [InlineData("=\"=\"=\"", 0)]
    public void Broken_chains_give_what_can_be_read(string chain, int count) => Element.ParseChain(chain).Count.ShouldBe(count);

    [Fact]
    public void No_text_makes_the_parser_run_for_ever() =>
        CsCheck.Check.Sample(CsCheck.Gen.String[CsCheck.Gen.Char["a.:;\"\\=_"], 0, 40],
            chain => Element.ParseChain(chain).Count <= chain.Length + 1);
}
