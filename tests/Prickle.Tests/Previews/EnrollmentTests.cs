using System.Net;
using System.Text.Json;
using Prickle.Tests.Engine;

namespace Prickle.Tests.Previews;

/// <summary>What people choose, and what their flags are then.</summary>
public sealed class EnrollmentTests(PreviewHost host) : IClassFixture<PreviewHost>
{
    [Fact]
    public async Task Whoever_switches_it_on_has_it_at_the_next_look_with_an_event_and_a_property()
    {
        await host.CreateAsync("New cart", "beta");
        (await host.FlagAsync("new-cart", "anna")).IsOn.ShouldBeFalse("its roll-out is 0");
        var chosen = await host.ChooseAsync("new-cart", "anna", true);
        chosen.GetProperty("enabled").GetBoolean().ShouldBeTrue();
        chosen.GetProperty("preview").GetProperty("state").GetString().ShouldBe("enabled");
        (await host.FlagAsync("new-cart", "anna")).ShouldBe((true, "super_condition_value"));
        (await host.PropertiesAsync("anna")).GetProperty("$feature_enrollment/new-cart").GetBoolean().ShouldBeTrue();
        var (who, properties) = (await host.EventsAsync("$feature_enrollment_update", "new-cart", 1))[0];
        who.ShouldBe("anna");
        properties.GetProperty("$feature_enrollment").GetBoolean().ShouldBeTrue();
        properties.GetProperty("$feature_enrollment_stage").GetString().ShouldBe("beta");
        properties.GetProperty("$early_access_feature_name").GetString().ShouldBe("New cart");
        // Choosing the same again changes nothing and tells nothing.
        await host.ChooseAsync("new-cart", "anna", true);
        await host.ChooseAsync("new-cart", "bert", true);
        (await host.EventsAsync("$feature_enrollment_update", "new-cart", 2)).Select(one => one.DistinctId).ShouldBe(["anna", "bert"]);
    }

    [Fact]
    public async Task Whoever_switches_it_off_loses_it_though_everybody_has_it()
    {
        var id = await host.CreateAsync("For all", "beta");
        var flag = (await host.SendAsync(HttpMethod.Get, $"{host.Path}/{id}")).Body.GetProperty("feature_flag").GetProperty("id");
        await host.SendAsync(HttpMethod.Patch, $"/api/projects/{host.Project.Id}/feature_flags/{flag}", """{"filters":{"groups":[{"rollout_percentage":100}]}}""");
        (await host.FlagAsync("for-all", "carl")).ShouldBe((true, "condition_match"));
        (await host.ChooseAsync("for-all", "carl", false)).GetProperty("enabled").GetBoolean().ShouldBeFalse();
        (await host.FlagAsync("for-all", "carl")).ShouldBe((false, "super_condition_value"));
        (await host.FlagAsync("for-all", "dora")).IsOn.ShouldBeTrue();
    }

    [Fact]
    public async Task The_sdk_of_a_page_lists_and_chooses_with_only_what_visitors_may_know()
    {
        var id = await host.CreateAsync("By sdk", "beta", ",\"description\":\"Faster.\",\"documentation_url\":\"https://example.com/d\",\"payload\":{\"tone\":\"blue\"}");
        await host.CreateAsync("By sdk, later", "concept");
        async Task<JsonElement> FeaturesAsync(string stages) =>
            (await PreviewHost.SendAsync(host.Page, HttpMethod.Get, $"/api/early_access_features/?token={host.Project.Token}{stages}&_=1")).Body.GetProperty("earlyAccessFeatures");
        var found = (await FeaturesAsync("")).EnumerateArray().Single(one => one.GetProperty("flagKey").GetString() == "by-sdk");
        found.EnumerateObject().Select(member => member.Name).Order()
            .ShouldBe(["description", "documentationUrl", "flagKey", "id", "name", "payload", "stage"]);
        found.GetProperty("payload").GetProperty("tone").GetString().ShouldBe("blue");
        (await FeaturesAsync("&stage=concept")).EnumerateArray().Select(one => one.GetProperty("flagKey").GetString()).ShouldContain("by-sdk-later");
        (await PreviewHost.SendAsync(host.Page, HttpMethod.Get, "/api/early_access_features/?token=phc_nobody")).Status.ShouldBe(HttpStatusCode.Unauthorized);

        await host.ChooseBySdkAsync("by-sdk", "emil", true);
        await Eventually.IsTrueAsync(async () => (await host.FlagAsync("by-sdk", "emil")).IsOn);
        await Eventually.IsTrueAsync(async () => (await host.StatesAsync(id)).GetValueOrDefault("emil") == "enabled");
    }

    [Fact]
    public async Task A_visitor_without_a_name_has_it_and_keeps_it_when_they_sign_in()
    {
        var id = await host.CreateAsync("Before sign-in", "beta");
        // As the SDK sends it while it keeps no profile of somebody it does not know.
        await host.ChooseBySdkAsync("before-sign-in", "anonymous-1", true, members: ",\"$process_person_profile\":false");
        await Eventually.IsTrueAsync(async () => (await host.FlagAsync("before-sign-in", "anonymous-1")).IsOn);
        await host.CaptureAsync("$identify", "frieda", """{"$anon_distinct_id":"anonymous-1"}""");
        await Eventually.IsTrueAsync(async () => (await host.FlagAsync("before-sign-in", "frieda")).IsOn);
        // The flag goes by the property of the person, and the choice is kept a moment after it.
        await Eventually.IsTrueAsync(async () => (await host.FindAsync("before-sign-in", "frieda"))!.Value.GetProperty("state").GetString() == "enabled");
        await host.ChooseAsync("before-sign-in", "frieda", false);
        (await host.FlagAsync("before-sign-in", "anonymous-1")).IsOn.ShouldBeFalse("both are one person");
        (await host.StatesAsync(id)).Count.ShouldBe(1);
    }

    [Fact]
    public async Task The_last_choice_holds_in_whichever_order_they_arrive()
    {
        var id = await host.CreateAsync("Quick", "beta", ",\"seat_limit\":5");
        var now = host.Time.GetUtcNow();
        await host.ChooseBySdkAsync("quick", "gerd", false, now);
        await Eventually.IsTrueAsync(async () => (await host.StatesAsync(id)).ContainsKey("gerd"));
        await host.ChooseBySdkAsync("quick", "gerd", true, now.AddSeconds(-5));
        await host.EventsAsync("$feature_enrollment_update", "quick", 2);
        await host.ChooseBySdkAsync("quick", "heda", true, now);
        await Eventually.IsTrueAsync(async () => (await host.StatesAsync(id)).ContainsKey("heda"));
        (await host.StatesAsync(id))["gerd"].ShouldBe("disabled");
        (await host.FlagAsync("quick", "gerd")).IsOn.ShouldBeFalse();
    }

    [Fact]
    public async Task An_event_of_the_sdk_that_comes_late_does_not_undo_what_was_chosen_after_it()
    {
        var id = await host.CreateAsync("Late", "beta");
        var before = host.Time.GetUtcNow().AddSeconds(-30);
        await host.ChooseAsync("late", "gesa", false);
        await host.ChooseBySdkAsync("late", "gesa", true, before);
        await host.ChooseBySdkAsync("late", "hanno", true);
        await Eventually.IsTrueAsync(async () => (await host.StatesAsync(id)).ContainsKey("hanno"));
        // The property, which the late event had set, says the last choice again.
        (await host.PropertiesAsync("gesa")).GetProperty("$feature_enrollment/late").GetBoolean().ShouldBeFalse();
        (await host.FlagAsync("late", "gesa")).IsOn.ShouldBeFalse();
        // Back and forth at once: each answer is what the flag is from then on.
        for (var time = 0; time < 4; time++)
        {
            (await host.ChooseAsync("late", "ilse", time % 2 == 0)).GetProperty("enabled").GetBoolean().ShouldBe(time % 2 == 0);
            (await host.FlagAsync("late", "ilse")).IsOn.ShouldBe(time % 2 == 0);
        }
        (await host.EventsAsync("$feature_enrollment_update", "late", 7)).Count(one => one.DistinctId == "ilse").ShouldBe(4);
        (await host.FlagAsync("late", "ilse")).IsOn.ShouldBeFalse();
    }

    [Fact]
    public async Task A_concept_is_on_for_nobody_and_comes_to_whoever_asked_for_it()
    {
        var id = await host.CreateAsync("Dark mode", "concept");
        (await host.ChooseAsync("dark-mode", "ida", true)).GetProperty("enabled").GetBoolean().ShouldBeFalse();
        await host.ChooseAsync("dark-mode", "jan", true, ",\"wants_it\":false");
        await host.ChooseBySdkAsync("dark-mode", "kai", true);
        await Eventually.IsTrueAsync(async () => (await host.StatesAsync(id)).Count == 3);
        foreach (var who in (string[])["ida", "jan", "kai"])
        {
            (await host.FlagAsync("dark-mode", who)).IsOn.ShouldBeFalse();
        }
        (await host.SendAsync(HttpMethod.Get, $"{host.Path}/{id}")).Body.GetProperty("counts").GetProperty("interested").GetInt32().ShouldBe(3);

        await host.ChangeAsync(id, """{"stage":"beta"}""");
        await host.LookAsync();
        (await host.FlagAsync("dark-mode", "ida")).IsOn.ShouldBeTrue("she asked to have it");
        (await host.FlagAsync("dark-mode", "kai")).IsOn.ShouldBeTrue("so did he, by the SDK");
        (await host.FlagAsync("dark-mode", "jan")).IsOn.ShouldBeFalse("he wanted to hear of it");
        (await host.ListAsync("ida", ",\"opened\":true")).GetProperty("news")[0].GetProperty("text").GetString().ShouldBe("Dark mode is in beta now, and it is on for you.");
        (await host.ListAsync("jan")).GetProperty("news")[0].GetProperty("text").GetString().ShouldBe("Dark mode is in beta now. Switch it on if you like.");
        (await host.ListAsync("ida")).GetProperty("news").GetArrayLength().ShouldBe(0, "she has read it");
    }

    [Fact]
    public async Task A_new_stage_is_one_event_and_one_for_each_who_is_enrolled()
    {
        var id = await host.CreateAsync("Moving", "beta");
        await host.ChooseAsync("moving", "lena", true);
        await host.ChooseAsync("moving", "marc", true);
        await host.ChooseAsync("moving", "nora", true);
        await host.ChooseAsync("moving", "nora", false);
        await host.ChangeAsync(id, """{"stage":"general-availability"}""");
        await host.LookAsync();
        await host.LookAsync();
        var (by, stage) = (await host.EventsAsync("$feature_preview_stage_changed", "moving", 1))[0];
        by.ShouldBe("owner@burrow.example");
        (stage.GetProperty("from").GetString(), stage.GetProperty("to").GetString()).ShouldBe(("beta", "general-availability"));
        (await host.EventsAsync("$feature_preview_moved", "moving", 2)).Select(one => one.DistinctId).Order().ShouldBe(["lena", "marc"]);
        (await host.FlagAsync("moving", "lena")).IsOn.ShouldBeTrue();
        (await host.FlagAsync("moving", "nora")).IsOn.ShouldBeFalse();
    }

    [Fact]
    public async Task One_that_is_over_is_listed_no_more_and_its_flag_goes_by_its_conditions_alone()
    {
        var id = await host.CreateAsync("Over", "beta");
        await host.ChooseAsync("over", "olga", true);
        await host.ChangeAsync(id, """{"stage":"archived"}""");
        await host.LookAsync();
        (await host.FindAsync("over", "olga")).ShouldBeNull();
        (await host.FlagAsync("over", "olga")).ShouldBe((false, "out_of_rollout_bound"));
        (await host.EnrollAsync("over", "olga", true)).Status.ShouldBe(HttpStatusCode.NotFound);
        (await host.ListAsync("olga")).GetProperty("news")[0].GetProperty("kind").GetString().ShouldBe("ended");
    }

    [Fact]
    public async Task Why_somebody_switched_it_off_is_kept_with_the_session_they_did_it_in()
    {
        var id = await host.CreateAsync("Questioned", "beta");
        await host.ChooseAsync("questioned", "paul", true);
        await host.ChooseAsync("questioned", "paul", false, ",\"session_id\":\"s-1\"");
        // The reason may come a moment later.
        await host.ChooseAsync("questioned", "paul", false, ",\"feedback\":\"Too slow\",\"session_id\":\"s-1\"");
        var (_, page) = await host.SendAsync(HttpMethod.Get, $"{host.Path}/{id}/feedback");
        page.GetProperty("count").GetInt32().ShouldBe(1);
        var said = page.GetProperty("results")[0];
        (said.GetProperty("text").GetString(), said.GetProperty("session_id").GetString(), said.GetProperty("distinct_id").GetString()).ShouldBe(("Too slow", "s-1", "paul"));
        (await host.EventsAsync("$feature_preview_feedback", "questioned", 1))[0].Properties.GetProperty("$session_id").GetString().ShouldBe("s-1");
        (await host.EnrollAsync("questioned", "paul", false, $",\"feedback\":\"{new string('x', 6000)}\"")).Status.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task The_funnel_counts_persons_from_seeing_to_switching_off()
    {
        var id = await host.CreateAsync("Counted", "beta");
        foreach (var who in (string[])["q1", "q2", "q3", "q4"])
        {
            await host.ListAsync(who, ",\"opened\":true");
            await host.ListAsync(who, ",\"opened\":true");
        }
        // Three switch it on, two of them meet it, one of those goes.
        await host.ChooseAsync("counted", "q1", true);
        await host.ChooseAsync("counted", "q2", true);
        await host.ChooseAsync("counted", "q3", true);
        await host.CaptureAsync("$feature_flag_called", "q1", """{"$feature_flag":"counted","$feature_flag_response":true}""");
        await host.CaptureAsync("$feature_flag_called", "q2", """{"$feature_flag":"counted","$feature_flag_response":true}""");
        await host.CaptureAsync("$feature_flag_called", "q4", """{"$feature_flag":"counted","$feature_flag_response":true}""");
        await host.ChooseAsync("counted", "q2", false);
        await host.EventsAsync("$feature_enrollment_update", "counted", 4);
        await host.EventsAsync("$feature_flag_called", "counted", 3);
        (await host.EventsAsync("$feature_preview_seen", "counted", 4)).Count.ShouldBe(4, "each saw it once");
        var (_, funnel) = await host.SendAsync(HttpMethod.Get, $"{host.Path}/{id}/funnel");
        (funnel.GetProperty("seen").GetInt32(), funnel.GetProperty("enabled").GetInt32(), funnel.GetProperty("used").GetInt32(), funnel.GetProperty("disabled").GetInt32())
            .ShouldBe((4, 3, 2, 1));
    }

    [Fact]
    public async Task A_server_of_the_customer_lists_and_chooses_by_the_same_rules()
    {
        await host.CreateAsync("By server", "beta");
        var (status, list) = await host.SendAsync(HttpMethod.Post, $"{host.Path}/visible", """{"distinct_id":"rosa"}""");
        status.ShouldBe(HttpStatusCode.OK);
        list.GetProperty("previews").EnumerateArray().Select(one => one.GetProperty("flagKey").GetString()).ShouldContain("by-server");
        var (done, chosen) = await host.SendAsync(HttpMethod.Post, $"{host.Path}/enroll", """{"distinct_id":"rosa","flag":"by-server","enabled":true}""");
        done.ShouldBe(HttpStatusCode.OK, chosen.ToString());
        chosen.GetProperty("enabled").GetBoolean().ShouldBeTrue();
        (await host.FlagAsync("by-server", "rosa")).IsOn.ShouldBeTrue();
        (await host.SendAsync(HttpMethod.Post, $"{host.Path}/enroll", """{"flag":"by-server","enabled":true}""")).Body.GetProperty("attr").GetString().ShouldBe("distinct_id");
        (await host.SendAsync(HttpMethod.Post, $"{host.Path}/enroll", """{"distinct_id":"rosa","flag":"by-server"}""")).Body.GetProperty("attr").GetString().ShouldBe("enabled");
    }

    [Fact]
    public async Task An_event_is_told_once_though_capture_was_away_when_it_was_made()
    {
        await host.CreateAsync("Told once", "beta");
        await host.ChooseAsync("told-once", "sven", true);
        // What a crash leaves behind is looked at again, and finds nothing more to tell.
        await host.LookAsync();
        await host.LookAsync();
        await host.ChooseAsync("told-once", "tina", true);
        (await host.EventsAsync("$feature_enrollment_update", "told-once", 2)).Select(one => one.DistinctId).ShouldBe(["sven", "tina"]);
    }
}
