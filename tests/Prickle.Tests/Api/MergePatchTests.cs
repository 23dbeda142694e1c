using System.Text.Json;
using System.Text.Json.Nodes;
using Prickle.Api;

namespace Prickle.Tests.Api;

public sealed class MergePatchTests
{
    static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, RespectNullableAnnotations = true };

    [Fact]
    public void What_is_not_named_stays_and_null_is_a_value()
    {
        MergePatch.TryApply(new Settings("Old", 7), Parse("""{"day_count":null,"unknown":1}"""), Json, out var patched, out _).ShouldBeTrue();
        patched.ShouldBe(new Settings("Old", null));
    }

    [Theory]
    [InlineData("""{"name":null}""", "name")]
    [InlineData("""{"day_count":"seven"}""", "day_count")]
    public void A_value_of_the_wrong_type_is_refused_by_its_name(string patch, string attribute)
    {
        MergePatch.TryApply(new Settings("Old", 7), Parse(patch), Json, out _, out var wrong).ShouldBeFalse();
        wrong.ShouldBe(attribute);
    }

    static JsonObject Parse(string text) => JsonNode.Parse(text)!.AsObject();

    public sealed record Settings(string Name, int? DayCount);
}
