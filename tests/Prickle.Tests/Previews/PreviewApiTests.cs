using System.Net;
using System.Text.Json;
using Prickle.Tests.Accounts;

namespace Prickle.Tests.Previews;

/// <summary>Previews over the API, as people and their programs make and move them.</summary>
public sealed class PreviewApiTests(PreviewHost host) : IClassFixture<PreviewHost>
{
    // A PNG of one pixel.
    static readonly byte[] Pixel = Convert.FromBase64String(
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==");

    string FlagPath => $"/api/projects/{host.Project.Id}/feature_flags";

    async Task<JsonElement> FlagOfAsync(Guid preview)
    {
        var (_, item) = await host.SendAsync(HttpMethod.Get, $"{host.Path}/{preview}");
        return (await host.SendAsync(HttpMethod.Get, $"{FlagPath}/{item.GetProperty("feature_flag").GetProperty("id")}")).Body;
    }

    [Fact]
    public async Task A_draft_has_a_flag_of_its_own_and_nobody_sees_it()
    {
        var id = await host.CreateAsync("New nav!", "draft");
        var flag = await FlagOfAsync(id);
        flag.GetProperty("key").GetString().ShouldBe("new-nav");
        flag.GetProperty("filters").GetProperty("groups")[0].GetProperty("rollout_percentage").GetDouble().ShouldBe(0);
        flag.GetProperty("filters").TryGetProperty("feature_enrollment", out _).ShouldBeFalse("a draft enrolls nobody");
        flag.GetProperty("used_by")[0].GetProperty("kind").GetString().ShouldBe("preview");
        (await host.FindAsync("new-nav", "anna")).ShouldBeNull();
        (await host.EnrollAsync("new-nav", "anna", true)).Status.ShouldBe(HttpStatusCode.NotFound);

        await host.ChangeAsync(id, """{"stage":"beta"}""");
        (await FlagOfAsync(id)).GetProperty("filters").GetProperty("feature_enrollment").GetBoolean().ShouldBeTrue();
        (await host.FindAsync("new-nav", "anna")).ShouldNotBeNull();

        // A second one of the same name has another key.
        (await FlagOfAsync(await host.CreateAsync("New nav!", "draft"))).GetProperty("key").GetString().ShouldBe("new-nav-2");
    }

    [Theory]
    [InlineData("""{"name":""}""", "name")]
    [InlineData("""{"name":"x","stage":"ready"}""", "stage")]
    [InlineData("""{"name":"x","documentation_url":"javascript:alert(1)"}""", "documentation_url")]
    [InlineData("""{"name":"x","payload":[1]}""", "payload")]
    [InlineData("""{"name":"x","seat_limit":0}""", "seat_limit")]
    [InlineData("""{"name":"x","codes":["short"]}""", "codes")]
    [InlineData("""{"name":"x","codes":[1]}""", "codes[0]")]
    [InlineData("""{"name":"x","group_type_index":3}""", "group_type_index")]
    [InlineData("""{"name":"x","requires":["0197c3b4-0000-7000-8000-000000000000"]}""", "requires")]
    [InlineData("""{"name":"x","sunset_at":"2020-01-01T00:00:00Z"}""", "sunset_at")]
    [InlineData("""{"name":"x","sunset_at":"2999-01-01T00:00:00Z","review_at":"2999-02-01T00:00:00Z"}""", "review_at")]
    [InlineData("""{"name":"x","audience":{"groups":[{"rollout_percentage":120}]}}""", "audience.groups[0].rollout_percentage")]
    [InlineData("""{"name":"x","audience":{"groups":[{"properties":[{"key":"id","type":"cohort","value":999}]}]}}""", "audience.groups[0].properties[0].value")]
    [InlineData("""{"name":"x","feature_flag_key":"no-such-flag"}""", "feature_flag_key")]
    public async Task What_is_wrong_is_refused_with_its_path_and_nothing_is_made(string body, string path)
    {
        var before = (await host.SendAsync(HttpMethod.Get, host.Path)).Body.GetProperty("count").GetInt64();
        var (status, problem) = await host.SendAsync(HttpMethod.Post, host.Path, body);
        status.ShouldBe(HttpStatusCode.BadRequest, problem.ToString());
        problem.GetProperty("attr").GetString().ShouldBe(path);
        (await host.SendAsync(HttpMethod.Get, host.Path)).Body.GetProperty("count").GetInt64().ShouldBe(before);
    }

    [Theory]
    [InlineData("variants", """{"groups":[{}],"multivariate":{"variants":[{"key":"a","rollout_percentage":100}]}}""", "")]
    [InlineData("remote", """{"groups":[],"payloads":{"true":"1"}}""", ",\"is_remote_configuration\":true")]
    public async Task A_flag_that_people_cannot_choose_takes_no_preview(string key, string filters, string members)
    {
        (await host.SendAsync(HttpMethod.Post, FlagPath, $$"""{"key":"{{key}}","filters":{{filters}}{{members}} }""")).Status.ShouldBe(HttpStatusCode.Created);
        var (status, problem) = await host.SendAsync(HttpMethod.Post, host.Path, $$"""{"name":"Attached","feature_flag_key":"{{key}}"}""");
        status.ShouldBe(HttpStatusCode.BadRequest);
        problem.GetProperty("attr").GetString().ShouldBe("feature_flag_key");
    }

    [Fact]
    public async Task A_flag_keeps_what_its_preview_needs_whoever_changes_it()
    {
        await host.SendAsync(HttpMethod.Post, FlagPath, """{"key":"kept","filters":{"groups":[{"rollout_percentage":0}]}}""");
        var id = await host.CreateAsync("Kept", "beta", ",\"feature_flag_key\":\"kept\"");
        var flag = await FlagOfAsync(id);
        var path = $"{FlagPath}/{flag.GetProperty("id")}";

        // Whoever knows nothing of the mark leaves it alone.
        var (_, changed) = await host.SendAsync(HttpMethod.Patch, path, """{"filters":{"groups":[{"rollout_percentage":100}]}}""");
        changed.GetProperty("filters").GetProperty("feature_enrollment").GetBoolean().ShouldBeTrue();
        var (status, problem) = await host.SendAsync(
            HttpMethod.Patch, path, """{"filters":{"groups":[{}],"multivariate":{"variants":[{"key":"a","rollout_percentage":100}]}}}""");
        status.ShouldBe(HttpStatusCode.BadRequest);
        problem.GetProperty("attr").GetString().ShouldBe("filters.multivariate");
        problem.GetProperty("detail").GetString()!.ShouldContain("Kept");
        // Deleting it is refused, and says by what it is used.
        var (deleted, why) = await host.SendAsync(HttpMethod.Delete, path);
        deleted.ShouldBe(HttpStatusCode.BadRequest);
        why.GetProperty("detail").GetString()!.ShouldContain("preview \"Kept\"");
        // A second preview on it would fight with the first.
        (await host.SendAsync(HttpMethod.Post, host.Path, """{"name":"Other","feature_flag_key":"kept"}""")).Status.ShouldBe(HttpStatusCode.BadRequest);

        // Without its preview the flag stays, by its conditions alone.
        (await host.SendAsync(HttpMethod.Delete, $"{host.Path}/{id}")).Status.ShouldBe(HttpStatusCode.NoContent);
        (await host.SendAsync(HttpMethod.Get, path)).Body.GetProperty("filters").TryGetProperty("feature_enrollment", out _).ShouldBeFalse();
        (await host.SendAsync(HttpMethod.Delete, path)).Status.ShouldBe(HttpStatusCode.NoContent);
    }

    [Fact]
    public async Task Two_changes_at_once_are_not_lost()
    {
        var id = await host.CreateAsync("Versions", "draft");
        (await host.ChangeAsync(id, """{"description":"first","version":1}""")).GetProperty("version").GetInt32().ShouldBe(2);
        (await host.SendAsync(HttpMethod.Patch, $"{host.Path}/{id}", """{"description":"second","version":1}""")).Status.ShouldBe(HttpStatusCode.Conflict);
    }

    [Fact]
    public async Task Previews_that_need_each_other_are_refused()
    {
        var first = await host.CreateAsync("Ground floor", "draft");
        var second = await host.CreateAsync("First floor", "draft", $",\"requires\":[\"{first}\"]");
        var (status, problem) = await host.SendAsync(HttpMethod.Patch, $"{host.Path}/{first}", $$"""{"requires":["{{second}}"]}""");
        status.ShouldBe(HttpStatusCode.BadRequest);
        problem.GetProperty("attr").GetString().ShouldBe("requires");
    }

    [Fact]
    public async Task A_screenshot_is_shown_to_anybody_and_what_is_none_is_refused()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        var id = await host.CreateAsync("Pictured");
        using var picture = new ByteArrayContent(Pixel);
        using var added = await host.Client.PostAsync($"{host.Path}/{id}/screenshots?alt=The%20new%20bar", picture, cancellationToken);
        added.StatusCode.ShouldBe(HttpStatusCode.Created, await added.Content.ReadAsStringAsync(cancellationToken));
        var shown = (await host.FindAsync("pictured", "anna"))!.Value.GetProperty("screenshots")[0];
        shown.GetProperty("alt").GetString().ShouldBe("The new bar");
        (shown.GetProperty("width").GetInt32(), shown.GetProperty("height").GetInt32()).ShouldBe((1, 1));
        using var file = await host.Page.GetAsync(new Uri(shown.GetProperty("url").GetString()!), cancellationToken);
        file.Content.Headers.ContentType!.MediaType.ShouldBe("image/png");
        (await file.Content.ReadAsByteArrayAsync(cancellationToken)).ShouldBe(Pixel);
        file.Headers.GetValues("Cross-Origin-Resource-Policy").ShouldBe(["cross-origin"]);

        using var script = new StringContent("<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>");
        using var refused = await host.Client.PostAsync($"{host.Path}/{id}/screenshots", script, cancellationToken);
        refused.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        using var large = new ByteArrayContent(new byte[5 * 1024 * 1024]);
        using var tooLarge = await host.Client.PostAsync($"{host.Path}/{id}/screenshots", large, cancellationToken);
        tooLarge.StatusCode.ShouldBe(HttpStatusCode.BadRequest);

        var made = JsonElement.Parse(await added.Content.ReadAsStringAsync(cancellationToken)).GetProperty("id");
        (await host.SendAsync(HttpMethod.Delete, $"{host.Path}/{id}/screenshots/{made}")).Status.ShouldBe(HttpStatusCode.NoContent);
        (await host.FindAsync("pictured", "anna"))!.Value.GetProperty("screenshots").GetArrayLength().ShouldBe(0);
    }

    [Fact]
    public async Task Keys_reach_as_far_as_their_scopes()
    {
        var id = await host.CreateAsync("Scoped");
        using var reader = await host.Host.ProgramAsync(AccountsHost.OwnerEmail, "early_access_feature:read");
        (await PreviewHost.SendAsync(reader, HttpMethod.Get, host.Path)).Status.ShouldBe(HttpStatusCode.OK);
        (await PreviewHost.SendAsync(reader, HttpMethod.Patch, $"{host.Path}/{id}", "{}")).Status.ShouldBe(HttpStatusCode.Forbidden);
        // Who chose are persons.
        (await PreviewHost.SendAsync(reader, HttpMethod.Get, $"{host.Path}/{id}/enrollments")).Status.ShouldBe(HttpStatusCode.Forbidden);
        using var both = await host.Host.ProgramAsync(AccountsHost.OwnerEmail, "early_access_feature:read", "person:read");
        (await PreviewHost.SendAsync(both, HttpMethod.Get, $"{host.Path}/{id}/enrollments")).Status.ShouldBe(HttpStatusCode.OK);
        // A preview that makes its flag makes a flag.
        using var writer = await host.Host.ProgramAsync(AccountsHost.OwnerEmail, "early_access_feature:write");
        (await PreviewHost.SendAsync(writer, HttpMethod.Post, host.Path, """{"name":"Without flags"}""")).Status.ShouldBe(HttpStatusCode.Forbidden);
        using var stranger = new HttpClient { BaseAddress = host.Host.Address };
        (await PreviewHost.SendAsync(stranger, HttpMethod.Get, host.Path)).Status.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task The_list_is_searched_sorted_and_counted()
    {
        await host.CreateAsync("Zebra listed", "alpha");
        await host.CreateAsync("Aardvark listed", "concept");
        await host.ChooseAsync("zebra-listed", "anna", true);
        var (_, page) = await host.SendAsync(HttpMethod.Get, $"{host.Path}?search=LISTED&order=name&limit=1");
        page.GetProperty("count").GetInt32().ShouldBe(2);
        page.GetProperty("results")[0].GetProperty("name").GetString().ShouldBe("Aardvark listed");
        (_, page) = await host.SendAsync(HttpMethod.Get, $"{host.Path}?search=listed&stage=alpha");
        page.GetProperty("results")[0].GetProperty("counts").GetProperty("enabled").GetInt32().ShouldBe(1);
    }
}
