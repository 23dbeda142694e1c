using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Prickle.Tests.Engine;
using Prickle.Tests.Insights.Api;

namespace Prickle.Tests.Templates;

public sealed class TemplateLintTests(EngineFixture engine) : IAsyncLifetime
{
    const string Good = """
        {"schema":1,"key":"shop","name":"Shop","variables":[{"id":"BUY","name":"Purchase","type":"event","default":"buy"}],
         "tiles":[{"id":"a","name":"Bought","layouts":{"sm":{"x":0,"y":0,"w":6,"h":8},"xs":{"x":0,"y":0,"w":1,"h":8}},
                   "query":{"kind":"TrendsQuery","series":["{BUY}"]}}]}
        """;

    readonly InsightApiHost _host = new(engine);

    public ValueTask InitializeAsync() => _host.InitializeAsync();

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    async Task<string[]> PathsAsync(string template)
    {
        var (status, reply) = await _host.SendAsync(HttpMethod.Post, "dashboard_templates/lint", template);
        status.ShouldBe(HttpStatusCode.OK, reply.ToString());
        return [.. reply.GetProperty("problems").EnumerateArray().Select(problem => problem.GetProperty("path").GetString()!)];
    }

    static string With(Action<JsonNode> change)
    {
        var template = JsonNode.Parse(Good)!;
        change(template);
        return template.ToJsonString();
    }

    public static TheoryData<string, string> Broken => new()
    {
        { With(t => t["schema"] = 2), "$.schema" },
        { With(t => t["key"] = "No spaces"), "$.key" },
        { With(t => t["nmae"] = "typo"), "$.nmae" },
        { With(t => t["variables"]![0]!["type"] = "evnt"), "$.variables[0].type" },
        { With(t => t["variables"]![0]!["default"] = 7), "$.variables[0].default" },
        { With(t => t["tiles"]![0]!["query"]!["series"] = new JsonArray("{BUY}", "{SELL}")), "$.tiles[0].query.series[1]" },
        { With(t => t["tiles"]![0]!["query"]!["series"] = new JsonArray(new JsonObject { ["kind"] = "EventsNode", ["event"] = "x" })), "$.variables[0]" },
        { With(t => t["tiles"]![0]!["query"]!["series"] = new JsonArray("{BUY}", new JsonObject { ["kind"] = "ActionsNode", ["id"] = 4 })), "$.tiles[0].query.series[1]" },
        { With(t => t["tiles"]![0]!["query"]!["properties"] = JsonNode.Parse("""[{"key":"id","type":"cohort","value":3}]""")), "$.tiles[0].query.properties[0]" },
        { With(t => ((JsonObject)t["tiles"]![0]!["layouts"]!).Remove("xs")), "$.tiles[0].layouts.xs" },
        { With(t => t["tiles"]![0]!["layouts"]!["sm"]!["w"] = 13), "$.tiles[0].layouts" },
        { With(t => ((JsonArray)t["tiles"]!).Add(JsonNode.Parse(t["tiles"]![0]!.ToJsonString().Replace("\"a\"", "\"b\"", StringComparison.Ordinal).Replace("\"xs\":{\"x\":0,\"y\":0", "\"xs\":{\"x\":0,\"y\":8", StringComparison.Ordinal)))), "$.tiles[1].layouts.sm" },
        { With(t => t["tiles"]![0]!["query"]!["trendsFilter"] = JsonNode.Parse("""{"formulaNodes":[{"formula":"A +"}]}""")), "$.tiles[0].query.formula" },
        { "[]", "$" },
    };

    [Theory]
    [MemberData(nameof(Broken))]
    public async Task What_is_wrong_is_found_at_its_place_and_the_template_is_not_kept(string template, string path)
    {
        (await PathsAsync(template)).ShouldContain(path);
        var (status, problem) = await _host.SendAsync(HttpMethod.Post, "dashboard_templates", template);
        status.ShouldBe(HttpStatusCode.BadRequest);
        problem.GetProperty("attr").GetString()![0].ShouldBe('$');
        (await _host.SendAsync(HttpMethod.Get, "dashboard_templates?scope=project")).Json.GetProperty("results").GetArrayLength().ShouldBe(0);
    }

    [Fact]
    public async Task A_good_template_has_no_problems() => (await PathsAsync(Good)).ShouldBeEmpty();

    [Fact]
    public async Task A_template_of_five_megabytes_is_refused() =>
        (await _host.SendAsync(HttpMethod.Post, "dashboard_templates", With(t => t["description"] = new string('x', 5_000_000)))).Status
            .ShouldBeOneOf(HttpStatusCode.BadRequest, HttpStatusCode.RequestEntityTooLarge);

    [Fact]
    public async Task The_templates_that_come_with_the_product_have_no_problems()
    {
        var all = (await _host.SendAsync(HttpMethod.Get, "dashboard_templates?scope=built_in&limit=100")).Json.GetProperty("results");
        all.GetArrayLength().ShouldBeGreaterThanOrEqualTo(10);
        foreach (var template in all.EnumerateArray())
        {
            (await PathsAsync(template.GetProperty("template").ToString())).ShouldBeEmpty(template.GetProperty("key").GetString());
        }
    }

    [Fact]
    public async Task The_schema_of_templates_is_published() =>
        (await _host.SendAsync(HttpMethod.Get, "dashboard_templates/json_schema")).Json.GetProperty("properties").TryGetProperty("tiles", out _).ShouldBeTrue();
}
