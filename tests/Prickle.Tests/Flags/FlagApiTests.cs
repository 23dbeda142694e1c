using System.Net;
using System.Text.Json;
using Prickle.Accounts;
using Prickle.Tests.Events;

namespace Prickle.Tests.Flags;

/// <summary>Flags over the API, as people and their programs change them.</summary>
public sealed class FlagApiTests(FlagHost host) : IClassFixture<FlagHost>
{
    const string Half = """{"groups":[{"properties":[],"rollout_percentage":50}]}""";

    [Fact]
    public async Task A_flag_is_made_read_changed_and_deleted()
    {
        var made = await host.CreateAsync("checkout-v2", Half, ",\"name\":\"The new checkout\",\"tags\":[\"shop\"]");
        var path = $"{host.Path}/{made.GetProperty("id")}";
        made.GetProperty("version").GetInt32().ShouldBe(1);
        made.GetProperty("active").GetBoolean().ShouldBeTrue();
        made.GetProperty("filters").GetProperty("groups")[0].GetProperty("rollout_percentage").GetDouble().ShouldBe(50);

        var (_, changed) = await host.SendAsync(HttpMethod.Patch, path, """{"active":false,"version":1}""");
        changed.GetProperty("active").GetBoolean().ShouldBeFalse();
        changed.GetProperty("name").GetString().ShouldBe("The new checkout");
        changed.GetProperty("version").GetInt32().ShouldBe(2);
        (await host.SendAsync(HttpMethod.Patch, path, """{"active":true,"version":1}""")).Status.ShouldBe(HttpStatusCode.Conflict);

        (await host.SendAsync(HttpMethod.Delete, path)).Status.ShouldBe(HttpStatusCode.NoContent);
        (await host.SendAsync(HttpMethod.Get, path)).Status.ShouldBe(HttpStatusCode.NotFound);
        // The key is free again; whoever restores the first then is told.
        await host.CreateAsync("checkout-v2", Half);
        (await host.SendAsync(HttpMethod.Post, $"{path}/restore")).Status.ShouldBe(HttpStatusCode.Conflict);
    }

    [Theory]
    [InlineData("""{"key":"bad-share","filters":{"groups":[{"rollout_percentage":120}]}}""", "filters.groups[0].rollout_percentage")]
    [InlineData("""{"key":"bad-form","filters":{"groups":7}}""", "filters.groups")]
    [InlineData("""{"key":"bad key"}""", "key")]
    [InlineData("""{"key":"bad-tags","tags":"one"}""", "tags")]
    [InlineData("""{"key":"bad-cohort","filters":{"groups":[{"properties":[{"key":"id","type":"cohort","value":999}]}]}}""", "filters.groups[0].properties[0].value")]
    [InlineData("""{"key":"bad-group","filters":{"groups":[{}],"aggregation_group_type_index":0}}""", "filters.aggregation_group_type_index")]
    public async Task What_is_wrong_is_refused_with_its_path(string body, string path)
    {
        var (status, problem) = await host.SendAsync(HttpMethod.Post, host.Path, body);
        status.ShouldBe(HttpStatusCode.BadRequest);
        problem.GetProperty("attr").GetString().ShouldBe(path);
    }

    [Fact]
    public async Task A_key_that_is_taken_is_refused()
    {
        await host.CreateAsync("taken", Half);
        (await host.SendAsync(HttpMethod.Post, host.Path, """{"key":"taken"}""")).Status.ShouldBe(HttpStatusCode.Conflict);
    }

    [Fact]
    public async Task A_flag_that_others_stand_on_is_not_archived_deleted_or_renamed()
    {
        var parent = (await host.CreateAsync("stood-on", Half)).GetProperty("id").GetInt32();
        await host.CreateAsync("stands-on-it", """{"groups":[{"properties":[{"key":"stood-on","type":"flag","value":true}]}]}""");
        foreach (var (method, path, body) in new[]
        {
            (HttpMethod.Delete, "", null), (HttpMethod.Post, "/archive", null), (HttpMethod.Patch, "", """{"key":"other-name"}"""),
        })
        {
            var (status, problem) = await host.SendAsync(method, $"{host.Path}/{parent}{path}", body);
            status.ShouldBe(HttpStatusCode.BadRequest);
            problem.GetProperty("detail").GetString()!.ShouldContain("stands-on-it");
        }
        var (_, found) = await host.SendAsync(HttpMethod.Get, $"{host.Path}/{parent}");
        found.GetProperty("used_by")[0].GetProperty("name").GetString().ShouldBe("stands-on-it");
        // And the circle back is refused.
        var (circle, why) = await host.SendAsync(
            HttpMethod.Patch, $"{host.Path}/{parent}", """{"filters":{"groups":[{"properties":[{"key":"stands-on-it","type":"flag","value":true}]}]}}""");
        circle.ShouldBe(HttpStatusCode.BadRequest);
        why.GetProperty("detail").GetString()!.ShouldContain("stood-on → stands-on-it → stood-on");
    }

    [Fact]
    public async Task A_copy_is_off_and_an_archived_flag_leaves_the_list_until_it_is_restored()
    {
        var id = (await host.CreateAsync("to-copy", Half)).GetProperty("id").GetInt32();
        var (_, copy) = await host.SendAsync(HttpMethod.Post, $"{host.Path}/{id}/duplicate");
        (copy.GetProperty("key").GetString(), copy.GetProperty("active").GetBoolean()).ShouldBe(("to-copy-copy", false));

        await host.SendAsync(HttpMethod.Post, $"{host.Path}/{id}/archive");
        (await KeysAsync("?search=to-copy")).ShouldBe(["to-copy-copy"]);
        (await KeysAsync("?search=to-copy&archived=true")).ShouldBe(["to-copy"]);
        (await host.FlagsAsync("\"distinct_id\":\"a\"")).GetProperty("flags").TryGetProperty("to-copy", out _).ShouldBeFalse();
        await host.SendAsync(HttpMethod.Post, $"{host.Path}/{id}/restore");
        (await KeysAsync("?search=to-copy&order=-key")).ShouldBe(["to-copy-copy", "to-copy"]);
        (await KeysAsync("?search=to-copy&active=false")).ShouldBe(["to-copy-copy"]);
        (await host.FlagsAsync("\"distinct_id\":\"a\"")).GetProperty("flags").TryGetProperty("to-copy", out _).ShouldBeTrue();
    }

    [Fact]
    public async Task A_list_is_paged_and_narrowed_by_type_and_tag()
    {
        await host.CreateAsync("paged-a", """{"groups":[{}],"multivariate":{"variants":[{"key":"x","rollout_percentage":100}]}}""", ",\"tags\":[\"paged\"]");
        await host.CreateAsync("paged-b", Half, ",\"tags\":[\"paged\"]");
        (await KeysAsync("?tag=paged&type=multivariate")).ShouldBe(["paged-a"]);
        var (_, page) = await host.SendAsync(HttpMethod.Get, $"{host.Path}?tag=paged&limit=1");
        page.GetProperty("count").GetInt32().ShouldBe(2);
        page.GetProperty("results").GetArrayLength().ShouldBe(1);
        page.GetProperty("next").GetString()!.ShouldContain("offset=1");
    }

    [Fact]
    public async Task A_change_is_in_the_history_and_can_be_taken_back_with_later_ones_left_alone()
    {
        var id = (await host.CreateAsync("reverted", Half)).GetProperty("id").GetInt32();
        await host.SendAsync(HttpMethod.Patch, $"{host.Path}/{id}", """{"filters":{"groups":[{"rollout_percentage":90}]}}""");
        await host.SendAsync(HttpMethod.Patch, $"{host.Path}/{id}", """{"name":"Later"}""");

        var (_, history) = await host.SendAsync(HttpMethod.Get, $"{host.Path}/{id}/history");
        history.GetProperty("results").EnumerateArray().Select(entry => entry.GetProperty("activity").GetString()).ShouldBe(["updated", "updated", "created"]);
        var entry = history.GetProperty("results")[1];
        JsonElement.Parse(entry.GetProperty("before").GetProperty("filters").GetString()!).GetProperty("groups")[0].GetProperty("rollout_percentage").GetDouble().ShouldBe(50);

        var (_, reverted) = await host.SendAsync(HttpMethod.Post, $"{host.Path}/{id}/history/{entry.GetProperty("id")}/revert");
        reverted.GetProperty("filters").GetProperty("groups")[0].GetProperty("rollout_percentage").GetDouble().ShouldBe(50);
        reverted.GetProperty("name").GetString().ShouldBe("Later");
        reverted.GetProperty("version").GetInt32().ShouldBe(4);
        (await host.SendAsync(HttpMethod.Post, $"{host.Path}/{id}/history/{history.GetProperty("results")[2].GetProperty("id")}/revert")).Status.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Who_gets_it_is_counted_by_the_evaluator_itself()
    {
        // A property that persons of other tests do not have.
        foreach (var (id, plan) in new[] { ("P2", "pro"), ("P3", "free"), ("P5", "pro") })
        {
            await host.AddPersonAsync(id, $$"""{"counted_plan":"{{plan}}"}""");
        }
        const string filters = """{"groups":[{"properties":[{"key":"counted_plan","type":"person","value":"pro"}],"rollout_percentage":50}]}""";
        var (_, reach) = await host.SendAsync(HttpMethod.Post, $"{host.Path}/reach", $$"""{"key":"counted-nav","filters":{{filters}} }""");
        // sha1("counted-nav.P2") begins with 3d56b43c486edc6: 0.24, in a half; that of P5 with becf13dfaa281b1: 0.75, out of it. P3 is
        // in it (0380af3616ef9f3: 0.01), and has another plan.
        reach.GetProperty("enabled").GetInt32().ShouldBe(1);
        reach.GetProperty("total").GetInt64().ShouldBe(reach.GetProperty("evaluated").GetInt64());
        reach.GetProperty("sets")[0].GetProperty("matching").GetInt64().ShouldBe(2);
        reach.GetProperty("is_capped").GetBoolean().ShouldBeFalse();
    }

    [Fact]
    public async Task What_tells_of_persons_takes_a_key_that_may_read_them_and_flags()
    {
        var id = (await host.CreateAsync("told-of-persons", Half)).GetProperty("id").GetInt32();
        const string draft = """{"key":"probe","filters":{"groups":[{"properties":[{"key":"email","type":"person","value":"ada@fern.test"}]}]}}""";
        foreach (var scope in new[] { "feature_flag:write", "person:read" })
        {
            using var narrow = await host.Host.ProgramAsync(Accounts.AccountsHost.OwnerEmail, scope);
            (await host.SendAsync(HttpMethod.Post, $"{host.Path}/reach", draft, narrow)).Status.ShouldBe(HttpStatusCode.Forbidden);
            (await host.SendAsync(HttpMethod.Get, $"{host.Path}/{id}/reach", client: narrow)).Status.ShouldBe(HttpStatusCode.Forbidden);
            (await host.SendAsync(HttpMethod.Get, $"{host.Path}/{id}/explain?distinct_id=P1", client: narrow)).Status.ShouldBe(HttpStatusCode.Forbidden);
        }
        using var both = await host.Host.ProgramAsync(Accounts.AccountsHost.OwnerEmail, "feature_flag:read", "person:read");
        (await host.SendAsync(HttpMethod.Post, $"{host.Path}/reach", draft, both)).Status.ShouldBe(HttpStatusCode.OK);
        (await host.SendAsync(HttpMethod.Get, $"{host.Path}/{id}/explain?distinct_id=P1", client: both)).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task An_explanation_tells_what_was_found_and_which_hash_decided()
    {
        await host.AddPersonAsync("P1", """{"plan":"pro"}""");
        var id = (await host.CreateAsync("new-nav", """
            {"groups":[{"properties":[{"key":"plan","type":"person","value":"free"}]},{"properties":[{"key":"plan","type":"person","value":"pro"}],"rollout_percentage":50}]}
            """)).GetProperty("id").GetInt32();
        var (_, explained) = await host.SendAsync(HttpMethod.Get, $"{host.Path}/{id}/explain?distinct_id=P1");
        explained.GetProperty("enabled").GetBoolean().ShouldBeFalse();
        explained.GetProperty("reason").GetString().ShouldBe("out_of_rollout_bound");
        explained.GetProperty("condition_index").GetInt32().ShouldBe(1);
        var sets = explained.GetProperty("sets");
        sets[0].GetProperty("fits").GetBoolean().ShouldBeFalse();
        sets[0].GetProperty("properties")[0].GetProperty("found").GetString().ShouldBe("\"pro\"");
        sets[1].GetProperty("fits").GetBoolean().ShouldBeTrue();
        sets[1].GetProperty("is_let_in").GetBoolean().ShouldBeFalse();
        sets[1].GetProperty("hash").GetDouble().ShouldBe(0.840329, 0.0000005);
    }

    [Fact]
    public async Task Calls_are_counted_by_day_and_answer_and_a_flag_that_nobody_calls_is_stale()
    {
        var id = (await host.CreateAsync("called", Half)).GetProperty("id").GetInt32();
        var now = host.Host.Time.GetUtcNow();
        foreach (var answer in new[] { "true", "true", "\"test\"" })
        {
            await host.Store.AddAsync(
                "$feature_flag_called", $$"""{"$feature_flag":"called","$feature_flag_response":{{answer}} }""", before: EventStore.Now - now.AddMinutes(-5),
                project: host.Project.Id);
        }
        var (_, usage) = await host.SendAsync(HttpMethod.Get, $"{host.Path}/{id}/usage");
        usage.EnumerateArray().Select(day => (day.GetProperty("answer").GetString(), day.GetProperty("calls").GetInt32())).ShouldBe([("test", 1), ("true", 2)]);
        var (_, flag) = await host.SendAsync(HttpMethod.Get, $"{host.Path}/{id}");
        flag.GetProperty("last_called_at").GetDateTimeOffset().ShouldBe(now.AddMinutes(-5), TimeSpan.FromSeconds(1));
        flag.GetProperty("stale").ValueKind.ShouldBe(JsonValueKind.Null);
    }

    [Fact]
    public async Task A_remote_configuration_is_given_as_json_in_a_json_text()
    {
        await host.CreateAsync("limits", """{"groups":[{}],"payloads":{"true":"{\"rows\":5}"}}""", ",\"is_remote_configuration\":true");
        var (_, payload) = await host.SendAsync(HttpMethod.Get, $"/api/projects/@current/feature_flags/limits/remote_config?token={host.Project.Token}");
        payload.GetString().ShouldBe("{\"rows\":5}");
        (await host.SendAsync(HttpMethod.Get, $"{host.Path}/nothing/remote_config")).Status.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_key_that_may_only_read_changes_nothing()
    {
        using var reader = await host.Host.ProgramAsync(Accounts.AccountsHost.OwnerEmail, "feature_flag:read");
        (await host.SendAsync(HttpMethod.Get, host.Path, client: reader)).Status.ShouldBe(HttpStatusCode.OK);
        (await host.SendAsync(HttpMethod.Post, host.Path, """{"key":"refused"}""", reader)).Status.ShouldBe(HttpStatusCode.Forbidden);
        using var other = await host.Host.ProgramAsync(Accounts.AccountsHost.OwnerEmail, "event:read");
        (await host.SendAsync(HttpMethod.Get, host.Path, client: other)).Status.ShouldBe(HttpStatusCode.Forbidden);
    }

    async Task<IReadOnlyList<string?>> KeysAsync(string query)
    {
        var (_, page) = await host.SendAsync(HttpMethod.Get, host.Path + query);
        return [.. page.GetProperty("results").EnumerateArray().Select(flag => flag.GetProperty("key").GetString())];
    }
}
