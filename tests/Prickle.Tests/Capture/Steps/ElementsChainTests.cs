using System.Text.Json;
using Prickle.Capture.Steps;

namespace Prickle.Tests.Capture.Steps;

public sealed class ElementsChainTests
{
    [Fact]
    public void A_chain_that_the_sdk_made_is_kept_to_the_letter() =>
        Chain("""{"$elements_chain":"a.b:text=\"x;y\""}""").ShouldBe("a.b:text=\"x;y\"");

    [Fact]
    public void Elements_become_a_chain_with_classes_and_pairs_sorted() =>
        Chain("""
            {"$elements":[
              {"tag_name":"button","$el_text":"Say \"hi\"; now","classes":["primary","btn"],"attr__id":"pay","nth_child":2,"nth_of_type":1},
              {"tag_name":"div","attr__class":"b a","nth_child":1}]}
            """).ShouldBe(
            "button.btn.primary:attr_id=\"pay\"nth-child=\"2\"nth-of-type=\"1\"text=\"Say \\\"hi\\\"; now\";"
            + "div.a.b:attr__class=\"b a\"nth-child=\"1\"");

    [Fact]
    public void Long_texts_are_cut_at_four_hundred_characters() =>
        Chain($$"""{"$elements":[{"tag_name":"p","$el_text":"{{new string('x', 500)}}"}]}""").ShouldBe($"p:text=\"{new string('x', 400)}\"");

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"$elements":"none"}""")]
    [InlineData("""{"$elements":[1,null]}""")]
    public void Without_elements_there_is_no_chain(string properties) => Chain(properties).ShouldBe("");

    static string Chain(string properties) => ElementsChain.Of(JsonElement.Parse(properties));
}
