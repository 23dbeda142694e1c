using System.Net;
using System.Text.Json;
using Prickle.Tests.Engine;

namespace Prickle.Tests.Previews;

/// <summary>The same on PostgreSQL: a seat is given away once there too.</summary>
public sealed class GuardedPreviewPostgresTests(PostgresPreviewHost host) : GuardedPreviewTests(host), IClassFixture<PostgresPreviewHost>;

public sealed class GuardedPreviewSqliteTests(PreviewHost host) : GuardedPreviewTests(host), IClassFixture<PreviewHost>;

/// <summary>Previews that not everybody may choose: audiences, codes, seats, groups, other previews, and the clock.</summary>
public abstract class GuardedPreviewTests(PreviewHost host)
{
    const string OfOurs = ",\"audience\":{\"groups\":[{\"properties\":[{\"key\":\"email\",\"type\":\"person\",\"operator\":\"icontains\",\"value\":\"@ours.example\"}]}]}";

    Task SayAsync(string distinctId, string properties) => host.CaptureAsync("$set", distinctId, $$"""{"$set":{{properties}} }""");

    [Fact]
    public async Task Whoever_is_not_of_its_audience_neither_sees_nor_gets_it_by_any_way()
    {
        var id = await host.CreateAsync("Private", "beta", OfOurs);
        await SayAsync("insider", """{"email":"i@ours.example"}""");
        await SayAsync("outsider", """{"email":"o@theirs.example"}""");
        await Eventually.IsTrueAsync(async () => await host.FindAsync("private", "insider") is not null);
        (await host.FindAsync("private", "outsider")).ShouldBeNull();
        (await host.EnrollAsync("private", "outsider", true)).Status.ShouldBe(HttpStatusCode.Forbidden);
        // The list that does not say who asks tells nobody of it.
        (await PreviewHost.SendAsync(host.Page, HttpMethod.Get, $"/api/early_access_features/?token={host.Project.Token}")).Body.ToString().ShouldNotContain("private");

        // Nor does the property help that any page can set.
        await host.ChooseBySdkAsync("private", "outsider", true);
        (await host.EventsAsync("$feature_preview_refused", "private", 1))[0].DistinctId.ShouldBe("outsider");
        (await host.FlagAsync("private", "outsider")).IsOn.ShouldBeFalse();
        (await host.FlagAsync("private", "outsider", ",\"person_properties\":{\"$feature_enrollment/private\":true}")).IsOn.ShouldBeFalse();
        (await host.PropertiesAsync("outsider")).TryGetProperty("$feature_enrollment/private", out _).ShouldBeFalse("the person tells what is so");

        (await host.ChooseAsync("private", "insider", true)).GetProperty("enabled").GetBoolean().ShouldBeTrue();
        (await host.StatesAsync(id)).ShouldBe(new Dictionary<string, string> { ["insider"] = "enabled" });
    }

    [Fact]
    public async Task An_invite_code_opens_it_for_good_and_cannot_be_guessed_at_will()
    {
        await host.CreateAsync("Invited", "beta", ",\"codes\":[\"hedge-2027\"]");
        (await host.FindAsync("invited", "anna")).ShouldBeNull();
        (await host.FindAsync("invited", "anna", ",\"code\":\"HEDGE-2027\"")).ShouldNotBeNull();
        await host.ChooseAsync("invited", "anna", true, ",\"code\":\"hedge-2027\"");
        (await host.FindAsync("invited", "anna"))!.Value.GetProperty("state").GetString().ShouldBe("enabled");
        (await host.FlagAsync("invited", "anna")).IsOn.ShouldBeTrue();
        await host.ChooseAsync("invited", "anna", false);
        (await host.FindAsync("invited", "anna")).ShouldNotBeNull("who was invited stays so");

        HttpStatusCode status = HttpStatusCode.OK;
        for (var guess = 0; guess <= 20 && status == HttpStatusCode.OK; guess++)
        {
            (status, _) = await PreviewHost.SendAsync(
                host.Page, HttpMethod.Post, "/api/previews", $$"""{"token":"{{host.Project.Token}}","distinct_id":"thief","code":"guess-{{guess}}"}""");
        }
        status.ShouldBe(HttpStatusCode.TooManyRequests);
        (await host.ListAsync("anna")).GetProperty("previews").GetArrayLength().ShouldBeGreaterThan(0, "whoever gives no code is not kept out");
        host.Time.Advance(TimeSpan.FromMinutes(6));
    }

    [Fact]
    public async Task Who_comes_when_all_seats_are_taken_waits_in_line_and_gets_the_first_that_is_free()
    {
        var id = await host.CreateAsync("Seats", "beta", ",\"seat_limit\":2");
        await host.ChooseAsync("seats", "s1", true);
        (await host.ChooseAsync("seats", "s2", true)).GetProperty("preview").GetProperty("seatsLeft").GetInt32().ShouldBe(0);
        var third = await host.ChooseAsync("seats", "s3", true);
        (third.GetProperty("enabled").GetBoolean(), third.GetProperty("preview").GetProperty("state").GetString()).ShouldBe((false, "waiting"));
        third.GetProperty("preview").GetProperty("position").GetInt32().ShouldBe(1);
        (await host.ChooseAsync("seats", "s4", true)).GetProperty("preview").GetProperty("position").GetInt32().ShouldBe(2);
        // One who comes by the SDK stands behind them, whatever its property says.
        await host.ChooseBySdkAsync("seats", "s5", true);
        await Eventually.IsTrueAsync(async () => (await host.StatesAsync(id)).GetValueOrDefault("s5") == "waiting");
        (await host.FlagAsync("seats", "s5")).IsOn.ShouldBeFalse();

        await host.ChooseAsync("seats", "s1", false);
        (await host.FlagAsync("seats", "s3")).IsOn.ShouldBeTrue("the first in line has the seat");
        (await host.ListAsync("s3")).GetProperty("news")[0].GetProperty("kind").GetString().ShouldBe("granted");
        (await host.EventsAsync("$feature_preview_granted", "seats", 1))[0].DistinctId.ShouldBe("s3");
        (await host.FindAsync("seats", "s4"))!.Value.GetProperty("position").GetInt32().ShouldBe(1);
        // More seats: the line moves up.
        await host.ChangeAsync(id, """{"seat_limit":3}""");
        await host.LookAsync();
        (await host.FlagAsync("seats", "s4")).IsOn.ShouldBeTrue();
        (await host.FindAsync("seats", "s5"))!.Value.GetProperty("position").GetInt32().ShouldBe(1);
    }

    [Fact]
    public async Task Many_who_come_at_once_never_get_more_seats_than_there_are()
    {
        var id = await host.CreateAsync("Rush", "beta", ",\"seat_limit\":3");
        await Task.WhenAll(Enumerable.Range(0, 12).Select(index => host.ChooseAsync("rush", $"rush-{index}", true)));
        var states = await host.StatesAsync(id);
        states.Values.Count(state => state == "enabled").ShouldBe(3);
        states.Values.Count(state => state == "waiting").ShouldBe(9);
    }

    [Fact]
    public async Task A_group_has_it_by_the_word_of_who_decides_for_it()
    {
        await host.CaptureAsync("visited", "gus", """{"$groups":{"company":"acme"}}""");
        await Eventually.IsTrueAsync(async () => (await host.SendAsync(HttpMethod.Get, $"/api/projects/{host.Project.Id}/groups_types")).Body.ToString().Contains("company", StringComparison.Ordinal));
        const string Acme = ",\"groups\":{\"company\":\"acme\"}";
        var id = await host.CreateAsync("Company wide", "beta", ",\"group_type_index\":0");

        // A page can claim anything; only a server's word makes somebody decide for others.
        (await host.EnrollAsync("company-wide", "gus", true, Acme + ",\"for_group\":true")).Status.ShouldBe(HttpStatusCode.Forbidden);
        var (status, link) = await host.SendAsync(HttpMethod.Post, $"{host.Path}/links", """{"distinct_id":"gus","groups":{"company":"acme"},"admin_of":["company"]}""");
        status.ShouldBe(HttpStatusCode.OK, link.ToString());
        var identity = link.GetProperty("identity").GetString();
        (await host.FindAsync("company-wide", "", $",\"identity\":\"{identity}\""))!.Value.GetProperty("group").GetProperty("mayChoose").GetBoolean().ShouldBeTrue();
        await host.ChooseAsync("company-wide", "", true, $",\"identity\":\"{identity}\",\"for_group\":true");

        const string InAcme = ",\"groups\":{\"company\":\"acme\"}";
        (await host.FlagAsync("company-wide", "hal", InAcme)).ShouldBe((true, "super_condition_value"));
        (await host.FlagAsync("company-wide", "ivo", ",\"groups\":{\"company\":\"other\"}")).IsOn.ShouldBeFalse();
        (await host.FlagAsync("company-wide", "hal")).IsOn.ShouldBeFalse("without the group");
        // Members may differ, unless the group decides.
        await host.ChooseAsync("company-wide", "hal", false, Acme);
        (await host.FlagAsync("company-wide", "hal", InAcme)).IsOn.ShouldBeFalse();
        await host.ChangeAsync(id, """{"group_decides":true}""");
        (await host.FlagAsync("company-wide", "hal", InAcme)).IsOn.ShouldBeTrue();
        var (refused, why) = await host.EnrollAsync("company-wide", "hal", false, Acme);
        refused.ShouldBe(HttpStatusCode.Forbidden);
        why.GetProperty("detail").GetString().ShouldBe("Your company has switched this on for everybody in it.");

        // By hand its word is taken back.
        await host.SendAsync(HttpMethod.Post, $"{host.Path}/{id}/enrollments", """{"group":"acme","enabled":null}""");
        (await host.FlagAsync("company-wide", "kim", InAcme)).IsOn.ShouldBeFalse();
    }

    [Fact]
    public async Task Signed_words_are_good_for_their_project_and_their_time_alone()
    {
        await host.CreateAsync("Signed", "beta");
        var (_, link) = await host.SendAsync(HttpMethod.Post, $"{host.Path}/links", """{"distinct_id":"lea","expires_in":3600}""");
        var identity = link.GetProperty("identity").GetString()!;
        async Task<HttpStatusCode> ReadAsync(string words) => (await PreviewHost.SendAsync(
            host.Page, HttpMethod.Post, "/api/previews", $$"""{"token":"{{host.Project.Token}}","distinct_id":"somebody-else","identity":"{{words}}"}""")).Status;
        (await ReadAsync(identity)).ShouldBe(HttpStatusCode.OK);
        (await ReadAsync(identity[..^4] + "AAAA")).ShouldBe(HttpStatusCode.BadRequest);
        (await host.SendAsync(HttpMethod.Post, $"{host.Path}/links", """{"distinct_id":"lea","expires_in":0}""")).Body.GetProperty("attr").GetString().ShouldBe("expires_in");
        (await host.SendAsync(HttpMethod.Post, $"{host.Path}/links", """{"distinct_id":"lea","admin_of":["company"]}""")).Body.GetProperty("attr").GetString().ShouldBe("admin_of");
        host.Time.Advance(TimeSpan.FromHours(2));
        (await ReadAsync(identity)).ShouldBe(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task One_that_builds_on_another_needs_it_and_two_that_fight_are_kept_apart()
    {
        var ground = await host.CreateAsync("Ground", "beta");
        var rival = await host.CreateAsync("Rival", "beta");
        await host.CreateAsync("Built", "beta", $",\"requires\":[\"{ground}\"],\"conflicts_with\":[\"{rival}\"]");
        var (status, why) = await host.EnrollAsync("built", "mia", true);
        status.ShouldBe(HttpStatusCode.Forbidden);
        why.GetProperty("detail").GetString().ShouldBe("Switch on \"Ground\" first: this builds on it.");
        await host.ChooseAsync("ground", "mia", true);
        await host.ChooseAsync("rival", "mia", true);
        (await host.EnrollAsync("built", "mia", true)).Body.GetProperty("detail").GetString().ShouldBe("Switch off \"Rival\" first: the two do not go together.");
        await host.ChooseAsync("rival", "mia", false);
        (await host.ChooseAsync("built", "mia", true)).GetProperty("enabled").GetBoolean().ShouldBeTrue();
    }

    [Fact]
    public async Task Somebody_is_added_and_removed_by_hand()
    {
        var id = await host.CreateAsync("By hand", "beta", OfOurs + ",\"seat_limit\":1");
        (await host.SendAsync(HttpMethod.Post, $"{host.Path}/{id}/enrollments", """{"distinct_id":"nina"}""")).Body.GetProperty("state").GetString().ShouldBe("enabled");
        (await host.SendAsync(HttpMethod.Post, $"{host.Path}/{id}/enrollments", """{"distinct_id":"otto"}""")).Body.GetProperty("state").GetString().ShouldBe("enabled", "seats are for those who come by themselves");
        (await host.FlagAsync("by-hand", "otto")).IsOn.ShouldBeTrue();
        await host.SendAsync(HttpMethod.Post, $"{host.Path}/{id}/enrollments", """{"distinct_id":"otto","enabled":false}""");
        (await host.FlagAsync("by-hand", "otto")).IsOn.ShouldBeFalse();
        (await host.SendAsync(HttpMethod.Get, $"{host.Path}/{id}/enrollments?search=OTT&state=disabled")).Body.GetProperty("count").GetInt32().ShouldBe(1);
        (await host.SendAsync(HttpMethod.Get, $"{host.Path}/{id}/enrollments?state=lost")).Status.ShouldBe(HttpStatusCode.BadRequest);
        (await host.SendAsync(HttpMethod.Post, $"{host.Path}/{id}/enrollments", """{"distinct_id":" "}""")).Body.GetProperty("attr").GetString().ShouldBe("distinct_id");
    }

    [Fact]
    public async Task One_whose_time_is_over_ends_by_itself_and_says_why()
    {
        var end = host.Time.GetUtcNow().AddDays(3).ToString("O");
        var id = await host.CreateAsync("Timed", "beta", $",\"sunset_at\":\"{end}\"");
        await host.ChooseAsync("timed", "pia", true);
        await host.LookAsync();
        (await host.FlagAsync("timed", "pia")).IsOn.ShouldBeTrue();
        host.Time.Advance(TimeSpan.FromDays(4));
        await host.LookAsync();
        var (_, item) = await host.SendAsync(HttpMethod.Get, $"{host.Path}/{id}");
        (item.GetProperty("stage").GetString(), item.GetProperty("ended_because").GetString()).ShouldBe(("archived", "sunset"));
        (await host.FlagAsync("timed", "pia")).IsOn.ShouldBeFalse();
        (await host.EventsAsync("$feature_preview_moved", "timed", 1))[0].Properties.GetProperty("reason").GetString().ShouldBe("sunset");
    }

    [Fact]
    public async Task The_flag_tells_who_has_it_and_why()
    {
        var id = await host.CreateAsync("Explained", "beta", ",\"seat_limit\":10");
        await host.ChooseAsync("explained", "quin", true);
        var flag = (await host.SendAsync(HttpMethod.Get, $"{host.Path}/{id}")).Body.GetProperty("feature_flag").GetProperty("id");
        var path = $"/api/projects/{host.Project.Id}/feature_flags/{flag}";
        var (_, why) = await host.SendAsync(HttpMethod.Get, $"{path}/explain?distinct_id=quin");
        (why.GetProperty("enabled").GetBoolean(), why.GetProperty("reason").GetString(), why.GetProperty("enrollment").GetString()).ShouldBe((true, "super_condition_value", "true"));
        (await host.SendAsync(HttpMethod.Get, $"{path}/reach")).Body.GetProperty("enabled").GetInt32().ShouldBe(1);
    }
}
