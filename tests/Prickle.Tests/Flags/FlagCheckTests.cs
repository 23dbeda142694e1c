using System.Text.Json;
using Prickle.Accounts;
using Prickle.Flags;
using Prickle.Flags.Definition;
using static Prickle.Tests.Flags.FlagMaking;

namespace Prickle.Tests.Flags;

/// <summary>What cannot be saved, with the path that is told.</summary>
public sealed class FlagCheckTests
{
    static readonly FlagSurroundings Surroundings = new(
        [
            Flag("parent", When("""{"key":"child","type":"flag","value":true}"""), 10),
            Flag("split", """{"groups":[{}],"multivariate":{"variants":[{"key":"a","rollout_percentage":100}]}}""", 11),
        ],
        new HashSet<int> { 3 }, new Dictionary<int, string> { [0] = "company" });

    [Theory]
    [InlineData("""[]""", "filters")]
    [InlineData("""{"groups":{}}""", "filters.groups")]
    [InlineData("""{"groups":[{"properties":[],"rollout_percentage":101}]}""", "filters.groups[0].rollout_percentage")]
    [InlineData("""{"groups":[{},{"rollout_percentage":-1}]}""", "filters.groups[1].rollout_percentage")]
    [InlineData("""{"groups":[{"rollout_percentage":"50"}]}""", "filters.groups[0].rollout_percentage")]
    [InlineData("""{"groups":[{}],"multivariate":{"variants":[{"key":"a","rollout_percentage":60},{"key":"b","rollout_percentage":50}]}}""", "filters.multivariate.variants")]
    [InlineData("""{"groups":[{}],"multivariate":{"variants":[{"key":"a","rollout_percentage":120}]}}""", "filters.multivariate.variants[0].rollout_percentage")]
    [InlineData("""{"groups":[{}],"multivariate":{"variants":[{"key":"a"}]}}""", "filters.multivariate.variants[0].rollout_percentage")]
    [InlineData("""{"groups":[{}],"multivariate":{"variants":[{"key":"a","rollout_percentage":1},{"key":"a","rollout_percentage":1}]}}""", "filters.multivariate.variants[1].key")]
    [InlineData("""{"groups":[{"variant":"x"}]}""", "filters.groups[0].variant")]
    [InlineData("""{"groups":[{"properties":[{"key":"id","type":"cohort","value":4}]}]}""", "filters.groups[0].properties[0].value")]
    [InlineData("""{"groups":[{"properties":[{"key":"p","operator":"regex","value":"("}]}]}""", "filters.groups[0].properties[0].value")]
    [InlineData("""{"groups":[{"properties":[{"key":"p","operator":"resembles","value":"x"}]}]}""", "filters.groups[0].properties[0].operator")]
    [InlineData("""{"groups":[{"properties":[{"key":"p","operator":"gt","value":"x"}]}]}""", "filters.groups[0].properties[0].value")]
    [InlineData("""{"groups":[{"properties":[{"key":"p","operator":"is_date_after","value":"soon"}]}]}""", "filters.groups[0].properties[0].value")]
    [InlineData("""{"groups":[{"properties":[{"key":"p","type":"event","value":"x"}]}]}""", "filters.groups[0].properties[0].type")]
    [InlineData("""{"groups":[{"properties":[{"type":"person","value":"x"}]}]}""", "filters.groups[0].properties[0].key")]
    [InlineData("""{"groups":[{"properties":[{"key":"p","value":{"a":1}}]}]}""", "filters.groups[0].properties[0].value")]
    [InlineData("""{"groups":[{}],"aggregation_group_type_index":1}""", "filters.aggregation_group_type_index")]
    [InlineData("""{"groups":[{"properties":[{"key":"p","type":"group","value":"x"}]}]}""", "filters.groups[0].properties[0].group_type_index")]
    [InlineData("""{"groups":[{"properties":[{"key":"nowhere","type":"flag","value":true}]}]}""", "filters.groups[0].properties[0].key")]
    [InlineData("""{"groups":[{"properties":[{"key":"split","type":"flag","value":"b"}]}]}""", "filters.groups[0].properties[0].value")]
    [InlineData("""{"groups":[{"properties":[{"key":"parent","type":"flag","value":true}]}]}""", "filters.groups")]
    [InlineData("""{"groups":[{}],"payloads":{"true":"{"}}""", "filters.payloads.true")]
    [InlineData("""{"groups":[{}],"payloads":{"other":"1"}}""", "filters.payloads.other")]
    [InlineData("""{"groups":[{}],"holdout":{"id":1,"exclusion_percentage":200}}""", "filters.holdout.exclusion_percentage")]
    public void A_wrong_definition_is_refused_with_the_path_to_it(string filters, string path) => Refuse("child", filters)!.Attribute.ShouldBe(path);

    [Fact]
    public void A_definition_that_is_too_large_is_refused()
    {
        var payload = new string('x', 300_000);
        Refuse("child", $$$"""{"groups":[{}],"payloads":{"true":"\"{{{payload}}}\""}}""")!.Attribute.ShouldBe("filters");
    }

    [Theory]
    [InlineData("")]
    [InlineData("two words")]
    [InlineData("ключ")]
    public void A_key_that_code_cannot_hold_is_refused(string key) => Refuse(key, Rollout(10))!.Attribute.ShouldBe("key");

    [Fact]
    public void A_key_that_is_taken_is_refused() => Refuse("split", Rollout(10))!.Reason.ShouldBe(RefusalReason.AlreadyExists);

    [Theory]
    [InlineData("""{"groups":[{"properties":[{"key":"plan","type":"person","operator":"exact","value":["pro"]}],"rollout_percentage":33.3}]}""")]
    [InlineData("""{"groups":[{"properties":[{"key":"id","type":"cohort","operator":"in","value":3}]}]}""")]
    [InlineData("""{"groups":[{"properties":[{"key":"split","type":"flag","operator":"flag_evaluates_to","value":"a"}]}]}""")]
    [InlineData("""{"groups":[{"properties":[{"key":"size","type":"group","group_type_index":0,"operator":"gt","value":10}]}],"aggregation_group_type_index":0}""")]
    [InlineData("""{"groups":[{}],"multivariate":{"variants":[{"key":"a","rollout_percentage":33.33},{"key":"b","rollout_percentage":33.33},{"key":"c","rollout_percentage":33.34}]}}""")]
    [InlineData("""{"groups":[{"properties":[{"key":"seen","operator":"is_not_set","value":"is_not_set"}]}]}""")]
    public void A_definition_that_makes_sense_is_taken(string filters) => Refuse("child", filters).ShouldBeNull();

    [Fact]
    public void A_definition_is_written_as_it_was_read()
    {
        const string filters = """
            {"groups":[{"properties":[{"key":"plan","type":"person","operator":"exact","value":["pro",1,true],"negation":true}],"rollout_percentage":12.5,"variant":null,"aggregation_group_type_index":null}],"multivariate":{"variants":[{"key":"a","name":"A","rollout_percentage":40}]},"payloads":{"a":"{}"},"aggregation_group_type_index":null,"early_exit":true,"feature_enrollment":true,"holdout":{"id":1,"exclusion_percentage":5}}
            """;
        FlagFiltersReader.TryRead(JsonElement.Parse(filters), "filters", out var read, out _).ShouldBeTrue();
        FlagFiltersWriter.Write(read!).ShouldBe(filters.Trim());
    }

    static Refusal? Refuse(string key, string filters) =>
        FlagFiltersReader.TryRead(JsonElement.Parse(filters), "filters", out var read, out var refusal)
            ? FlagCheck.Refuse(0, new FlagSettings { Key = key, Filters = read }, Surroundings)
            : refusal;
}
