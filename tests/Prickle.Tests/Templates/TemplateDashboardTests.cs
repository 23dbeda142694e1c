using System.Net;
using System.Text.Json;
using Prickle.Tests.Engine;
using Prickle.Tests.Insights.Api;

namespace Prickle.Tests.Templates;

/// <summary>Scenarios B-S1 to B-S16 of dashboard templates, over the API.</summary>
public sealed class TemplateDashboardTests(EngineFixture engine) : IAsyncLifetime
{
    readonly InsightApiHost _host = new(engine);

    public ValueTask InitializeAsync() => _host.InitializeAsync();

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    Task<(HttpStatusCode Status, JsonElement Json)> PostAsync(string path, string body) => _host.SendAsync(HttpMethod.Post, path, body);

    async Task<JsonElement> MadeAsync(string path, string body)
    {
        var (status, made) = await PostAsync(path, body);
        status.ShouldBe(HttpStatusCode.Created, made.ToString());
        return made;
    }

    static JsonElement Tile(JsonElement dashboard, string id) =>
        dashboard.GetProperty("tiles").EnumerateArray().Single(tile => tile.GetProperty("template_tile").GetString() == id);

    static string Query(JsonElement dashboard, string tile) => Tile(dashboard, tile).GetProperty("insight").GetProperty("query").ToString();

    static string Event(JsonElement dashboard, string tile) =>
        Tile(dashboard, tile).GetProperty("insight").GetProperty("query").GetProperty("series")[0].GetProperty("event").GetString()!;

    /// <summary>A template of one tile that counts {BUY}, and one that counts page views.</summary>
    static string Shop(string name, string buy = "\"default\":\"buy\"", string second = "views") => $$$"""
        {"schema":1,"key":"shop","name":"{{{name}}}","variables":[{"id":"BUY","name":"Purchase","type":"event","required":true{{{(buy.Length == 0 ? "" : "," + buy)}}}}],
         "tiles":[{"id":"bought","name":"Bought","color":"green","layouts":{"sm":{"x":0,"y":0,"w":6,"h":8},"xs":{"x":0,"y":0,"w":1,"h":8}},
                   "query":{"kind":"TrendsQuery","series":[{"entity":"{BUY}","math":"dau"}]}},
                  {"id":"{{{second}}}","name":"Views","layouts":{"sm":{"x":6,"y":0,"w":6,"h":8},"xs":{"x":0,"y":8,"w":1,"h":8}},
                   "query":{"kind":"TrendsQuery","series":[{"kind":"EventsNode","event":"$pageview"}]}}]}
        """;

    [Fact]
    public async Task The_gallery_has_what_people_look_for_featured_first()
    {
        var all = (await _host.SendAsync(HttpMethod.Get, "dashboard_templates")).Json.GetProperty("results").EnumerateArray().ToList();

        all.Select(one => one.GetProperty("key").GetString()).ShouldBeSubsetOf(
            ["aarrr", "b2b-product", "b2c-product", "landing-page", "product-analytics", "feature-flag-usage", "growth", "product-health", "retention", "website-traffic"]);
        all.Count.ShouldBe(10);
        all.TakeWhile(one => one.GetProperty("featured").GetBoolean()).Count().ShouldBe(5);
        var found = (await _host.SendAsync(HttpMethod.Get, "dashboard_templates?search=pirate")).Json.GetProperty("results");
        found.EnumerateArray().Single().GetProperty("key").GetString().ShouldBe("aarrr");
    }

    [Fact]
    public async Task Every_template_makes_a_dashboard_untouched_in_an_empty_project_and_no_tile_fails()
    {
        foreach (var template in (await _host.SendAsync(HttpMethod.Get, "dashboard_templates")).Json.GetProperty("results").EnumerateArray())
        {
            var key = template.GetProperty("key").GetString();
            var made = await MadeAsync($"dashboard_templates/{key}/dashboards", "{}");
            made.GetProperty("tiles").GetArrayLength().ShouldBe(template.GetProperty("template").GetProperty("tiles").GetArrayLength(), key);
            foreach (var tile in made.GetProperty("tiles").EnumerateArray().Where(tile => tile.GetProperty("kind").GetString() == "insight"))
            {
                var (status, reply) = await PostAsync($"dashboards/{made.GetProperty("id")}/tiles/{tile.GetProperty("id")}/answer", "{}");
                status.ShouldBe(HttpStatusCode.OK, $"{key}: {tile.GetProperty("template_tile")}: {reply}");
            }
        }
    }

    [Fact]
    public async Task The_sign_up_event_is_set_in_all_tiles_that_use_it_and_in_no_other()
    {
        var standard = await MadeAsync("dashboard_templates/aarrr/dashboards", "{}");
        var made = await MadeAsync("dashboard_templates/aarrr/dashboards", """{"name":"Mine","values":{"SIGN_UP":"user signed up"}}""");

        made.GetProperty("name").GetString().ShouldBe("Mine");
        foreach (var tile in (string[])["sign-ups", "sign-ups-by-day", "activation-rate"])
        {
            Event(made, tile).ShouldBe("user signed up", tile);
        }
        Query(made, "retention").ShouldContain("user signed up");
        foreach (var tile in (string[])["visitors", "sources", "purchases", "revenue", "invitations", "lifecycle"])
        {
            Query(made, tile).ShouldBe(Query(standard, tile), tile);
        }
    }

    [Fact]
    public async Task A_required_variable_without_a_value_is_named_and_nothing_is_made()
    {
        await MadeAsync("dashboard_templates", Shop("Shop", buy: ""));

        var (status, problem) = await PostAsync("dashboard_templates/shop/dashboards", "{}");

        (status, problem.GetProperty("attr").GetString()).ShouldBe((HttpStatusCode.BadRequest, "values.BUY"));
        problem.GetProperty("detail").GetString()!.ShouldContain("Purchase");
        (await _host.SendAsync(HttpMethod.Get, "dashboards")).Json.GetProperty("count").GetInt32().ShouldBe(0);
        (await PostAsync("dashboard_templates/shop/dashboards", """{"values":{"SELL":"x"}}""")).Json.GetProperty("attr").GetString().ShouldBe("values.SELL");
    }

    [Fact]
    public async Task An_event_that_was_never_seen_is_taken_with_a_warning_and_shows_data_once_it_comes()
    {
        await MadeAsync("dashboard_templates", Shop("Shop"));
        var preview = (await PostAsync("dashboard_templates/shop/dry_run", """{"values":{"BUY":"invented"}}""")).Json;
        preview[0].GetProperty("problem").GetString().ShouldBe("invented was never seen.");
        var made = await MadeAsync("dashboard_templates/shop/dashboards", """{"values":{"BUY":"invented"}}""");

        await _host.Store.HappenAsync("ann 2026-03-01T10:00 invented");
        _host.Store.Time.Advance(TimeSpan.FromHours(1));

        var answer = (await PostAsync($"dashboards/{made.GetProperty("id")}/tiles/{Tile(made, "bought").GetProperty("id")}/answer", """{"refresh":"force_blocking"}""")).Json;
        answer.GetProperty("results")[0].GetProperty("count").GetDouble().ShouldBe(1);
    }

    [Fact]
    public async Task Mapping_an_event_anew_changes_bound_tiles_and_keeps_edited_ones()
    {
        await MadeAsync("dashboard_templates", Shop("Shop").Replace("\"kind\":\"EventsNode\",\"event\":\"$pageview\"", "\"entity\":\"{BUY}\"", StringComparison.Ordinal));
        var made = await MadeAsync("dashboard_templates/shop/dashboards", "{}");
        var path = $"dashboards/{made.GetProperty("id")}";
        var insight = Tile(made, "views").GetProperty("insight").GetProperty("short_id").GetString();
        await _host.SendAsync(HttpMethod.Patch, $"insights/{insight}", """{"query":{"kind":"TrendsQuery","series":[{"kind":"EventsNode","event":"by hand"}]}}""");

        var preview = (await PostAsync($"{path}/remap/preview", """{"values":{"BUY":"order placed"}}""")).Json;
        preview.GetProperty("changed").GetArrayLength().ShouldBe(1);
        preview.GetProperty("kept")[0].GetProperty("template_tile").GetString().ShouldBe("views");
        var (status, mapped) = await PostAsync($"{path}/remap", """{"values":{"BUY":"order placed"}}""");

        status.ShouldBe(HttpStatusCode.OK, mapped.ToString());
        Event(mapped, "bought").ShouldBe("order placed");
        Event(mapped, "views").ShouldBe("by hand");
        Tile(mapped, "views").GetProperty("is_edited").GetBoolean().ShouldBeTrue();
        mapped.GetProperty("binding").GetProperty("values").GetProperty("BUY").GetString().ShouldBe("order placed");
        // Once more, from the new state.
        Event((await PostAsync($"{path}/remap", """{"values":{"BUY":"paid"}}""")).Json, "bought").ShouldBe("paid");
    }

    [Fact]
    public async Task A_name_is_taken_until_its_template_is_deleted()
    {
        await MadeAsync("dashboard_templates", Shop("Shop"));
        var other = Shop("Shop").Replace("\"key\":\"shop\"", "\"key\":\"second\"", StringComparison.Ordinal);

        (await PostAsync("dashboard_templates", other)).Status.ShouldBe(HttpStatusCode.BadRequest);
        (await _host.SendAsync(HttpMethod.Delete, "dashboard_templates/shop")).Status.ShouldBe(HttpStatusCode.NoContent);
        (await PostAsync("dashboard_templates", other)).Status.ShouldBe(HttpStatusCode.Created);
    }

    [Fact]
    public async Task What_comes_with_the_product_nobody_changes()
    {
        (await PostAsync("dashboard_templates", Shop("Mine").Replace("\"key\":\"shop\"", "\"key\":\"aarrr\"", StringComparison.Ordinal))).Status.ShouldBe(HttpStatusCode.Forbidden);
        (await _host.SendAsync(HttpMethod.Delete, "dashboard_templates/aarrr")).Status.ShouldBe(HttpStatusCode.Forbidden);
        (await PostAsync("dashboard_templates?scope=built_in", Shop("Mine"))).Status.ShouldBe(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task A_dashboard_kept_as_a_template_makes_an_equal_one()
    {
        const string Body = """
            {"name":"Sales","tags":["money"],"filters":{"date_from":"-14d"},"tiles":[
              {"kind":"text","body":"# Sales","color":"honey"},
              {"kind":"insight","new_insight":{"name":"Bought","query":{"kind":"TrendsQuery","series":[{"kind":"EventsNode","event":"buy","math":"dau"}]}}},
              {"kind":"insight","color":"blue","new_insight":{"name":"Views","query":{"kind":"TrendsQuery","series":[{"kind":"EventsNode","event":"$pageview"}]}}}]}
            """;
        var original = await MadeAsync("dashboards", Body);
        var kept = await MadeAsync($"dashboards/{original.GetProperty("id")}/template", """{"name":"Sales template"}""");
        kept.GetProperty("template").GetProperty("variables").EnumerateArray().Select(one => one.GetProperty("id").GetString()).ShouldBe(["BUY"]);

        var copy = await MadeAsync("dashboard_templates/sales-template/dashboards", """{"name":"Sales"}""");

        Shape(copy).ShouldBe(Shape(original));

        static string Shape(JsonElement dashboard) => string.Join("\n", dashboard.GetProperty("tiles").EnumerateArray().Select(tile => string.Join(" | ",
            tile.GetProperty("kind"), tile.GetProperty("color"), tile.GetProperty("body"), tile.GetProperty("layouts"),
            tile.GetProperty("insight") is { ValueKind: JsonValueKind.Object } insight ? $"{insight.GetProperty("name")} {Sorted(insight.GetProperty("query"))}" : "")))
            + dashboard.GetProperty("filters") + dashboard.GetProperty("tags");

        static string Sorted(JsonElement json) => json.ValueKind switch
        {
            JsonValueKind.Object => "{" + string.Join(",", json.EnumerateObject().OrderBy(member => member.Name, StringComparer.Ordinal).Select(member => $"{member.Name}:{Sorted(member.Value)}")) + "}",
            JsonValueKind.Array => "[" + string.Join(",", json.EnumerateArray().Select(Sorted)) + "]",
            _ => json.ToString(),
        };
    }

    [Fact]
    public async Task A_page_as_a_variable_counts_views_whose_address_has_it()
    {
        await _host.Store.HappenAsync("""
            ann 2026-03-01T10:00 $pageview {"$current_url":"https://shop.test/pricing?a=1"}
            bob 2026-03-01T10:00 $pageview {"$current_url":"https://shop.test/"}
            """);
        await MadeAsync("dashboard_templates", Shop("Shop"));
        var made = await MadeAsync("dashboard_templates/shop/dashboards", """{"values":{"BUY":{"url":"/pricing"}}}""");

        var answer = (await PostAsync($"dashboards/{made.GetProperty("id")}/tiles/{Tile(made, "bought").GetProperty("id")}/answer", "{}")).Json;

        answer.GetProperty("results")[0].GetProperty("count").GetDouble().ShouldBe(1);
    }

    [Fact]
    public async Task A_newer_version_is_offered_with_its_differences_and_each_tile_is_chosen()
    {
        await MadeAsync("dashboard_templates", Shop("Shop"));
        var first = await MadeAsync("dashboard_templates/shop/dashboards", "{}");
        var second = await MadeAsync("dashboard_templates/shop/dashboards", "{}");
        (await _host.SendAsync(HttpMethod.Get, $"dashboards/{first.GetProperty("id")}/upgrade")).Status.ShouldBe(HttpStatusCode.NoContent);

        // The second version counts all purchases, not people; it has lost the tile of views and got another.
        await MadeAsync("dashboard_templates", Shop("Shop", second: "again").Replace("\"math\":\"dau\"", "\"math\":\"total\"", StringComparison.Ordinal));

        var offer = (await _host.SendAsync(HttpMethod.Get, $"dashboards/{first.GetProperty("id")}/upgrade")).Json;
        (offer.GetProperty("from").GetInt32(), offer.GetProperty("to").GetInt32()).ShouldBe((1, 2));
        offer.GetProperty("tiles").EnumerateArray().Select(tile => $"{tile.GetProperty("template_tile")} {tile.GetProperty("kind")}")
            .ShouldBe(["bought changed", "again added", "views removed"]);
        var (_, declined) = await PostAsync($"dashboards/{second.GetProperty("id")}/upgrade/decline", "{}");
        declined.GetProperty("binding").GetProperty("version").GetInt32().ShouldBe(1);
        (await _host.SendAsync(HttpMethod.Get, $"dashboards/{second.GetProperty("id")}/upgrade")).Status.ShouldBe(HttpStatusCode.NoContent);

        var (status, taken) = await PostAsync($"dashboards/{first.GetProperty("id")}/upgrade", """{"choices":{"bought":"both","again":"new","views":"mine"}}""");
        status.ShouldBe(HttpStatusCode.OK, taken.ToString());
        taken.GetProperty("binding").GetProperty("version").GetInt32().ShouldBe(2);
        taken.GetProperty("tiles").EnumerateArray().Select(tile => $"{tile.GetProperty("template_tile")} {Math(tile)}").Order()
            .ShouldBe(["again ", "bought dau", "bought total", "views "]);

        static string Math(JsonElement tile) =>
            tile.GetProperty("insight").GetProperty("query").GetProperty("series")[0].TryGetProperty("math", out var math) ? math.GetString()! : "";
    }

    [Fact]
    public async Task A_share_of_the_month_is_a_formula()
    {
        // 50 people on 1 March, who are also people of the month; 150 others on 10 February: 50 of 200 are 25 %.
        await _host.Store.HappenAsync(string.Join("\n",
            Enumerable.Range(0, 50).Select(index => $"p{index} 2026-03-01T10:00 $pageview")
                .Concat(Enumerable.Range(50, 150).Select(index => $"p{index} 2026-02-10T10:00 $pageview"))));
        var made = await MadeAsync("dashboard_templates/b2c-product/dashboards", "{}");

        var answer = (await PostAsync(
            $"dashboards/{made.GetProperty("id")}/tiles/{Tile(made, "dau-mau").GetProperty("id")}/answer", """{"filters":{"date_from":"2026-03-01","date_to":"2026-03-01"}}""")).Json;

        answer.GetProperty("results")[0].GetProperty("data").ToString().ShouldBe("[25]");
    }

    [Fact]
    public async Task Templates_are_imported_from_addresses_but_not_from_private_ones()
    {
        var (status, problem) = await PostAsync("dashboard_templates/import", """{"url":"http://127.0.0.1:9/template.json"}""");
        (status, problem.GetProperty("attr").GetString()).ShouldBe((HttpStatusCode.BadRequest, "url"));
        problem.GetProperty("detail").GetString()!.ShouldContain("private network");
        (await PostAsync("dashboard_templates/import", """{"url":"file:///etc/passwd"}""")).Status.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task A_world_map_counts_each_country_as_sql_does()
    {
        await _host.Store.HappenAsync("""
            ann 2026-03-01T09:00 $pageview {"$geoip_country_code":"DE"}
            ben 2026-03-01T09:10 $pageview {"$geoip_country_code":"DE"}
            cleo 2026-03-01T09:20 $pageview {"$geoip_country_code":"FR"}
            dan 2026-03-01T09:30 $pageview {"$geoip_country_code":"BR"}
            ann 2026-03-01T10:00 $pageview {"$geoip_country_code":"DE"}
            """);
        var made = await MadeAsync("dashboards", """
            {"name":"World","tiles":[{"kind":"insight","new_insight":{"name":"Views by country","query":{"kind":"TrendsQuery","series":[{"kind":"EventsNode","event":"$pageview"}],
             "dateRange":{"date_from":"2026-03-01","date_to":"2026-03-01"},"breakdownFilter":{"breakdowns":[{"property":"$geoip_country_code"}]},"trendsFilter":{"display":"WorldMap"}}}}]}
            """);

        var (_, answer) = await PostAsync($"dashboards/{made.GetProperty("id")}/tiles/{made.GetProperty("tiles")[0].GetProperty("id")}/answer", "{}");
        var shaded = answer.GetProperty("results").EnumerateArray()
            .Select(one => $"{one.GetProperty("breakdown_value").GetString()} {one.GetProperty("aggregated_value").GetInt32()}");
        var (_, rows) = await _host.QueryAsync("""{"kind":"SqlQuery","query":"SELECT toString(properties.$geoip_country_code) AS country, count() FROM events GROUP BY country"}""");

        // Three views from Germany, by two people; one each from France and Brazil.
        shaded.ShouldBe(["DE 3", "FR 1", "BR 1"], ignoreOrder: true);
        rows.GetProperty("results").EnumerateArray().Select(row => $"{row[0].GetString()} {row[1].GetInt32()}").ShouldBe(["DE 3", "FR 1", "BR 1"], ignoreOrder: true);
    }

    [Fact]
    public async Task The_x_ray_of_a_table_counts_its_rows_and_splits_them_by_what_has_few_values()
    {
        await _host.Store.HappenAsync("""
            ann 2026-03-01T09:00 buy {"plan":"pro","order":"1"}
            ben 2026-03-01T09:10 buy {"plan":"free","order":"2"}
            cleo 2026-02-28T09:20 buy {"plan":"pro","order":"3"}
            """);

        var made = await MadeAsync("dashboards/xray", """{"table":"events"}""");

        made.GetProperty("name").GetString().ShouldBe("X-ray of events");
        string StatementOf(string name) => made.GetProperty("tiles").EnumerateArray().Single(tile => tile.GetProperty("insight").GetProperty("name").GetString() == name)
            .GetProperty("insight").GetProperty("query").GetProperty("query").GetString()!;
        async Task<string> RowsAsync(string statement) => (await _host.QueryAsync(JsonSerializer.Serialize(new { kind = "SqlQuery", query = statement }))).Json.GetProperty("results").ToString();
        (await RowsAsync(StatementOf("events: rows"))).ShouldBe("[[3]]");
        (await RowsAsync(StatementOf("events by properties.plan"))).ShouldBe("""[["pro",2],["free",1]]""");
        // Three people did it, which says who and not what; and one name of events splits nothing.
        made.ToString().ShouldNotContain("events by distinct_id");
        made.ToString().ShouldNotContain("events by event\"");

        (await PostAsync("dashboards/xray", """{"table":"system.tables"}""")).Status.ShouldBe(HttpStatusCode.BadRequest);
        (await PostAsync("dashboards/xray", "{}")).Status.ShouldBe(HttpStatusCode.BadRequest);
    }
}
