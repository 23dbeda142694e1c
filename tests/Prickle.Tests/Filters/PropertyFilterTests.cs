using Prickle.Filters;

namespace Prickle.Tests.Filters;

public sealed class PropertyFilterTests
{
    [Fact]
    public void A_filter_is_read_in_the_shape_of_the_api()
    {
        var filters = PropertyFilter.Read("""[{"key":"plan","value":["pro","team"],"operator":"is_not","type":"person"}]""");
        filters.ShouldBe([new PropertyFilter("plan", "is_not", ["pro", "team"], "person")]);
    }

    [Theory]
    [InlineData("""{"key":"a","value":"x"}""", "x")]
    [InlineData("""{"key":"a","value":5}""", "5")]
    [InlineData("""{"key":"a","value":2.5,"operator":"exact"}""", "2.5")]
    [InlineData("""{"key":"a","value":true}""", "true")]
    public void One_value_may_stand_alone_and_the_operator_may_be_left_out(string json, string value) =>
        PropertyFilter.Read($"[{json}]").ShouldBe([new PropertyFilter("a", "exact", [value])]);

    [Fact]
    public void An_operator_that_takes_no_value_has_none() =>
        PropertyFilter.Read("""[{"key":"a","operator":"is_set","value":"is_set"}]""").ShouldBe([new PropertyFilter("a", "is_set", [])]);

    [Theory]
    [InlineData("{")]
    [InlineData("{}")]
    [InlineData("[null]")]
    [InlineData("[1]")]
    [InlineData("""[{"value":1}]""")]
    [InlineData("""[{"key":"a","operator":"like"}]""")]
    [InlineData("""[{"key":"a","value":{"b":1}}]""")]
    [InlineData("""[{"key":"a","value":[null]}]""")]
    public void What_is_no_list_of_filters_is_told_apart_from_an_empty_one(string text) => PropertyFilter.Read(text).ShouldBeNull();

    [Fact]
    public void Nothing_means_no_filters()
    {
        PropertyFilter.Read(null).ShouldBe([]);
        PropertyFilter.Read("[]").ShouldBe([]);
        PropertyFilter.Write([]).ShouldBeNull();
    }

    [Fact]
    public void What_is_written_is_read_back_the_same()
    {
        PropertyFilter[] filters = [new("ключ.a", "icontains", ["a\"b", "ß"]), new("b", "is_not_set", [], "person")];
        PropertyFilter.Read(PropertyFilter.Write(filters)).ShouldBe(filters);
    }
}
