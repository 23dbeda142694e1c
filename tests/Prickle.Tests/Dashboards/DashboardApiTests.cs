using System.Net;
using System.Text.Json;
using Prickle.Tests.Engine;
using Prickle.Tests.Insights.Api;

namespace Prickle.Tests.Dashboards;

public sealed class DashboardApiTests(EngineFixture engine) : IAsyncLifetime
{
    const string Buys = """{"kind":"TrendsQuery","series":[{"kind":"EventsNode","event":"buy"}],"dateRange":{"date_from":"2026-02-28","date_to":"2026-03-01"}}""";
    const string Insight = $$$"""{"kind":"insight","new_insight":{"name":"Buyers","query":{{{Buys}}}}}""";
    const string Text = """{"kind":"text","body":"# Hello"}""";

    readonly InsightApiHost _host = new(engine);

    public ValueTask InitializeAsync() => _host.InitializeAsync();

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    Task<(HttpStatusCode Status, JsonElement Json)> PostAsync(string path, string body) => _host.SendAsync(HttpMethod.Post, path, body);

    Task<(HttpStatusCode Status, JsonElement Json)> PatchAsync(string path, string body) => _host.SendAsync(HttpMethod.Patch, path, body);

    async Task<JsonElement> MakeAsync(string body)
    {
        var (status, made) = await PostAsync("dashboards", body);
        status.ShouldBe(HttpStatusCode.Created, made.ToString());
        return made;
    }

    async Task<string> NamesAsync(string filter) => string.Join(", ", (await _host.SendAsync(HttpMethod.Get, $"dashboards?{filter}")).Json
        .GetProperty("results").EnumerateArray().Select(dashboard => dashboard.GetProperty("name").GetString()));

    static int Id(JsonElement thing) => thing.GetProperty("id").GetInt32();

    static string Places(JsonElement dashboard, string layout) => string.Join(" ", dashboard.GetProperty("tiles").EnumerateArray()
        .Select(tile => tile.GetProperty("layouts").GetProperty(layout))
        .Select(place => $"{place.GetProperty("x")},{place.GetProperty("y")},{place.GetProperty("w")},{place.GetProperty("h")}"));

    [Fact]
    public async Task A_dashboard_is_made_with_its_tiles_which_find_places_of_their_own()
    {
        var made = await MakeAsync($$"""{"name":"Sales","tags":["money"],"tiles":[{{Insight}},{{Text}},{{Insight}},{"kind":"section","title":"Below"}]}""");

        // An insight is 6 x 8 and a text 6 x 4: side by side; the next insight fits below the text; a section is as wide as the page.
        Places(made, "sm").ShouldBe("0,0,6,8 6,0,6,4 6,4,6,8 0,12,12,1");
        Places(made, "xs").ShouldBe("0,0,1,8 0,8,1,4 0,12,1,8 0,20,1,1");
        made.GetProperty("tiles")[0].GetProperty("insight").GetProperty("name").GetString().ShouldBe("Buyers");
        (await _host.SendAsync(HttpMethod.Get, "insights")).Json.GetProperty("count").GetInt32().ShouldBe(2);
        (await _host.SendAsync(HttpMethod.Get, "dashboards")).Json.GetProperty("results")[0].GetProperty("tile_count").GetInt32().ShouldBe(4);
    }

    [Theory]
    [InlineData("""{"name":" "}""", "name")]
    [InlineData("""{"name":"A","refresh_interval_seconds":5}""", "refresh_interval_seconds")]
    [InlineData("""{"name":"A","filters":{"date_from":"soon"}}""", "filters")]
    [InlineData("""{"name":"A","filters":{"properties":[{"key":"a","operator":"regex","value":"("}]}}""", "filters")]
    [InlineData("""{"name":"A","filter_sets":[{"name":"x","filters":{}},{"name":"X","filters":{}}]}""", "filter_sets")]
    [InlineData("""{"name":"A","tiles":[{"kind":"insight"}]}""", "insight_id")]
    [InlineData("""{"name":"A","tiles":[{"kind":"insight","insight_id":"nowhere"}]}""", "insight_id")]
    [InlineData("""{"name":"A","tiles":[{"kind":"text","body":" "}]}""", "body")]
    [InlineData("""{"name":"A","tiles":[{"kind":"link","title":"x","url":"javascript:alert(1)"}]}""", "url")]
    [InlineData("""{"name":"A","tiles":[{"kind":"link","title":"x","url":"//evil.test"}]}""", "url")]
    [InlineData("""{"name":"A","tiles":[{"kind":"text","body":"x","color":"plaid"}]}""", "color")]
    [InlineData("""{"name":"A","tiles":[{"kind":"text","body":"x","layouts":{"sm":{"x":8,"y":0,"w":6,"h":4},"xs":{"x":0,"y":0,"w":1,"h":4}}}]}""", "layouts")]
    [InlineData("""{"name":"A","tiles":[{"kind":"insight","new_insight":{"name":"x","query":{"kind":"TrendsQuery","series":[]}}}]}""", "series")]
    [InlineData("""{"name":"A","tiles":[{"kind":"text","body":"a","layouts":{"sm":{"x":0,"y":0,"w":6,"h":4},"xs":{"x":0,"y":0,"w":1,"h":4}}},{"kind":"text","body":"b","layouts":{"sm":{"x":5,"y":3,"w":6,"h":4},"xs":{"x":0,"y":4,"w":1,"h":4}}}]}""", "layouts")]
    public async Task What_is_wrong_is_named_and_nothing_is_made(string body, string attribute)
    {
        var (status, problem) = await PostAsync("dashboards", body);

        status.ShouldBe(HttpStatusCode.BadRequest, problem.ToString());
        problem.GetProperty("attr").GetString().ShouldBe(attribute, problem.ToString());
        (await NamesAsync("")).ShouldBe("");
        (await _host.SendAsync(HttpMethod.Get, "insights")).Json.GetProperty("count").GetInt32().ShouldBe(0);
    }

    [Fact]
    public async Task Tiles_are_added_moved_changed_and_taken_away()
    {
        var made = await MakeAsync($$"""{"name":"Sales","tiles":[{{Insight}}]}""");
        var path = $"dashboards/{Id(made)}";

        var (_, two) = await PostAsync($"{path}/tiles", $"[{Text}]");
        var (first, text) = (Id(two.GetProperty("tiles")[0]), Id(two.GetProperty("tiles")[1]));
        var (overlap, problem) = await _host.SendAsync(HttpMethod.Put, $"{path}/layouts", $$$$"""{"{{{{text}}}}":{"sm":{"x":0,"y":7,"w":6,"h":4},"xs":{"x":0,"y":8,"w":1,"h":4}}}""");
        (overlap, problem.GetProperty("attr").GetString()).ShouldBe((HttpStatusCode.BadRequest, "layouts"));
        var (_, moved) = await _host.SendAsync(HttpMethod.Put, $"{path}/layouts", $$$$"""{"{{{{text}}}}":{"sm":{"x":0,"y":0,"w":12,"h":2},"xs":{"x":0,"y":8,"w":1,"h":4}},"{{{{first}}}}":{"sm":{"x":0,"y":2,"w":6,"h":8},"xs":{"x":0,"y":0,"w":1,"h":8}}}""");
        Places(moved, "sm").ShouldBe("0,0,12,2 0,2,6,8");
        var (_, changed) = await PatchAsync($"{path}/tiles/{text}", """{"body":"Bye","color":"green"}""");
        changed.GetProperty("tiles")[0].GetProperty("body").GetString().ShouldBe("Bye");
        Places(changed, "sm").ShouldBe("0,0,12,2 0,2,6,8");
        var (_, left) = await _host.SendAsync(HttpMethod.Delete, $"{path}/tiles/{first}");
        left.GetProperty("tiles").GetArrayLength().ShouldBe(1);
        // Its insight stays.
        (await _host.SendAsync(HttpMethod.Get, "insights")).Json.GetProperty("count").GetInt32().ShouldBe(1);
        (await _host.SendAsync(HttpMethod.Delete, $"{path}/tiles/{first}")).Status.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task The_dashboards_filters_lie_over_its_tiles_and_leave_them_as_they_were()
    {
        // On 27 February bob bought; on 1 March ann, on plan pro.
        await _host.Store.HappenAsync("""
            bob 2026-02-27T10:00 buy
            ann 2026-03-01T10:00 buy {"plan":"pro"}
            """);
        var made = await MakeAsync($$"""{"name":"Sales","tiles":[{{Insight}}]}""");
        var path = $"dashboards/{Id(made)}";
        var answer = $"{path}/tiles/{Id(made.GetProperty("tiles")[0])}/answer";

        // The tile's own period is 28 February and 1 March.
        (await DataAsync("{}")).ShouldBe("[0,1]");
        await PatchAsync(path, """{"filters":{"date_from":"2026-02-27","date_to":"2026-03-01"}}""");
        (await DataAsync("{}")).ShouldBe("[1,0,1]");
        (await DataAsync("""{"filters":{"date_from":"2026-02-27","date_to":"2026-03-01","properties":[{"key":"plan","value":"pro"}]}}""")).ShouldBe("[0,0,1]");
        await PatchAsync($"{path}/tiles/{Id(made.GetProperty("tiles")[0])}", """{"filters":{"ignores_dashboard":true}}""");
        (await DataAsync("{}")).ShouldBe("[0,1]");
        await PatchAsync($"{path}/tiles/{Id(made.GetProperty("tiles")[0])}", """{"filters":{"filters":{"date_from":"2026-02-27","date_to":"2026-02-27"}}}""");
        (await DataAsync("{}")).ShouldBe("[1]");
        await PatchAsync($"{path}/tiles/{Id(made.GetProperty("tiles")[0])}", """{"filters":null}""");
        await PatchAsync(path, """{"filters":{}}""");
        (await DataAsync("{}")).ShouldBe("[0,1]");

        async Task<string> DataAsync(string body)
        {
            var (status, reply) = await PostAsync(answer, body);
            status.ShouldBe(HttpStatusCode.OK, reply.ToString());
            return reply.GetProperty("results")[0].GetProperty("data").ToString();
        }
    }

    [Fact]
    public async Task A_copy_has_insights_of_its_own_or_the_same_ones()
    {
        var made = await MakeAsync($$"""{"name":"Sales","pinned":true,"tiles":[{{Insight}},{{Text}}]}""");
        var original = ShortId(made);

        var (_, own) = await PostAsync($"dashboards/{Id(made)}/duplicate", "{}");
        (own.GetProperty("name").GetString(), own.GetProperty("pinned").GetBoolean()).ShouldBe(("Sales (copy)", false));
        Places(own, "sm").ShouldBe(Places(made, "sm"));
        ShortId(own).ShouldNotBe(original);
        var (_, same) = await PostAsync($"dashboards/{Id(made)}/duplicate?copy_insights=false", "{}");
        ShortId(same).ShouldBe(original);

        static string? ShortId(JsonElement dashboard) => dashboard.GetProperty("tiles")[0].GetProperty("insight").GetProperty("short_id").GetString();
    }

    [Fact]
    public async Task Dashboards_are_listed_pinned_first_found_marked_deleted_and_restored()
    {
        var zebra = Id(await MakeAsync("""{"name":"Zebra","pinned":true}"""));
        var ant = Id(await MakeAsync("""{"name":"Ant","tags":["small"],"description":"Tiny things"}"""));
        await MakeAsync("""{"name":"Bee"}""");

        (await NamesAsync("")).ShouldBe("Zebra, Ant, Bee");
        (await NamesAsync("search=TINY")).ShouldBe("Ant");
        (await NamesAsync("tag=small")).ShouldBe("Ant");
        (await NamesAsync("pinned=true")).ShouldBe("Zebra");
        (await NamesAsync("order=-name&limit=2")).ShouldBe("Zebra, Bee");
        (await _host.SendAsync(HttpMethod.Put, $"dashboards/{ant}/favorite")).Status.ShouldBe(HttpStatusCode.NoContent);
        (await NamesAsync("favorited=true")).ShouldBe("Ant");
        (await _host.SendAsync(HttpMethod.Delete, $"dashboards/{ant}/favorite")).Status.ShouldBe(HttpStatusCode.NoContent);
        (await NamesAsync("favorited=true")).ShouldBe("");
        (await _host.SendAsync(HttpMethod.Delete, $"dashboards/{zebra}")).Status.ShouldBe(HttpStatusCode.NoContent);
        (await NamesAsync("")).ShouldBe("Ant, Bee");
        (await NamesAsync("deleted=true")).ShouldBe("Zebra");
        await PatchAsync($"dashboards/{zebra}", """{"deleted":false}""");
        (await NamesAsync("")).ShouldBe("Zebra, Ant, Bee");
        var history = (await _host.SendAsync(HttpMethod.Get, $"activity_log?scope=dashboard&item_id={zebra}")).Json.GetProperty("results");
        history.EnumerateArray().Select(entry => entry.GetProperty("activity").GetString()).ShouldBe(["restored", "deleted", "created"]);
    }

    [Fact]
    public async Task An_insight_tells_the_dashboards_that_show_it_and_a_tile_outlives_it()
    {
        var made = await MakeAsync($$"""{"name":"Sales","tiles":[{{Insight}}]}""");
        var insight = made.GetProperty("tiles")[0].GetProperty("insight").GetProperty("short_id").GetString();

        var uses = (await _host.SendAsync(HttpMethod.Get, $"insights/{insight}/used_by")).Json;
        (uses[0].GetProperty("kind").GetString(), uses[0].GetProperty("name").GetString()).ShouldBe(("dashboard", "Sales"));
        await _host.SendAsync(HttpMethod.Delete, $"insights/{insight}");
        var (_, now) = await _host.SendAsync(HttpMethod.Get, $"dashboards/{Id(made)}");
        now.GetProperty("tiles")[0].GetProperty("insight").ValueKind.ShouldBe(JsonValueKind.Null);
        (await PostAsync($"dashboards/{Id(made)}/tiles/{Id(now.GetProperty("tiles")[0])}/answer", "{}")).Status.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task An_insight_of_another_project_cannot_be_shown()
    {
        var (_, foreign) = await _host.ForeignAsync();

        var (status, problem) = await PostAsync("dashboards", $$"""{"name":"Spy","tiles":[{"kind":"insight","insight_id":"{{foreign}}"}]}""");

        (status, problem.GetProperty("attr").GetString()).ShouldBe((HttpStatusCode.BadRequest, "insight_id"));
    }
}
