using System.Net;
using System.Text.Json;
using Prickle.Tests.Engine;
using Prickle.Tests.Insights.Api;

namespace Prickle.Tests.Dashboards.Sharing;

public sealed class SharedDashboardApiTests(EngineFixture engine) : IAsyncLifetime
{
    const string Board = """
        {"name":"Sales","description":"For the board","tiles":[
          {"kind":"insight","new_insight":{"name":"Buyers","query":{"kind":"TrendsQuery","series":[{"kind":"EventsNode","event":"buy"}],"dateRange":{"date_from":"2026-02-28","date_to":"2026-03-01"}}}},
          {"kind":"text","body":"# Hello"}]}
        """;

    readonly InsightApiHost _host = new(engine);

    public ValueTask InitializeAsync() => _host.InitializeAsync();

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    async Task<(int Id, int Tile)> MakeAsync()
    {
        var (status, made) = await _host.SendAsync(HttpMethod.Post, "dashboards", Board);
        status.ShouldBe(HttpStatusCode.Created, made.ToString());
        return (made.GetProperty("id").GetInt32(), made.GetProperty("tiles")[0].GetProperty("id").GetInt32());
    }

    async Task<string> ShareAsync(int id, string body = "{}")
    {
        var (status, link) = await _host.SendAsync(HttpMethod.Post, $"dashboards/{id}/share", body);
        status.ShouldBe(HttpStatusCode.OK, link.ToString());
        link.GetProperty("path").GetString().ShouldBe($"/shared/dashboard/{link.GetProperty("token").GetString()}");
        return link.GetProperty("token").GetString()!;
    }

    async Task<(HttpStatusCode Status, JsonElement Json)> ReadAsync(string token, string? password = null, string tile = "")
    {
        using var nobody = _host.ClientWith(null);
        if (password is not null)
        {
            nobody.DefaultRequestHeaders.Add("X-Share-Password", password);
        }
        return await _host.SendAsync(HttpMethod.Get, $"/api/shared/dashboards/{token}{tile}", client: nobody);
    }

    [Fact]
    public async Task A_link_gives_a_dashboard_and_its_answers_to_anybody_until_it_is_stopped()
    {
        // One bought on the first of March, nobody on the day before.
        await _host.Store.HappenAsync("ann 2026-03-01T10:00 buy");
        var (id, tile) = await MakeAsync();
        var token = await ShareAsync(id);

        var (status, shared) = await ReadAsync(token);
        status.ShouldBe(HttpStatusCode.OK, shared.ToString());
        shared.GetProperty("name").GetString().ShouldBe("Sales");
        shared.GetProperty("tiles").EnumerateArray().Select(one => $"{one.GetProperty("kind")} {one.GetProperty("name")}").ShouldBe(["insight Buyers", "text Text"]);
        var (answered, answer) = await ReadAsync(token, tile: $"/tiles/{tile}");
        answered.ShouldBe(HttpStatusCode.OK, answer.ToString());
        answer.GetProperty("result").GetProperty("series")[0].GetProperty("data").ToString().ShouldBe("[0,1]");

        // What it asks, and how, is not for strangers; nor is the link for those who look at the dashboard later.
        shared.ToString().ShouldNotContain("TrendsQuery");
        answer.ToString().ShouldNotContain("SELECT");
        var known = (await _host.SendAsync(HttpMethod.Get, $"dashboards/{id}")).Json;
        known.GetProperty("is_shared").GetBoolean().ShouldBeTrue();
        known.ToString().ShouldNotContain(token);

        (await _host.SendAsync(HttpMethod.Delete, $"dashboards/{id}/share")).Status.ShouldBe(HttpStatusCode.NoContent);
        (await ReadAsync(token)).Status.ShouldBe(HttpStatusCode.NotFound);
        (await ReadAsync(token, tile: $"/tiles/{tile}")).Status.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task The_token_opens_nothing_else()
    {
        var (id, tile) = await MakeAsync();
        var token = await ShareAsync(id);
        using var stranger = _host.ClientWith(token);

        foreach (var path in new[] { "dashboards", $"dashboards/{id}", $"dashboards/{id}/share", "insights" })
        {
            (await _host.SendAsync(HttpMethod.Get, path, client: stranger)).Status.ShouldBe(HttpStatusCode.Unauthorized, path);
        }
        (await ReadAsync(token, tile: $"/tiles/{tile + 1}")).Status.ShouldBe(HttpStatusCode.NotFound, "a text has no answer");
        var other = await _host.SendAsync(HttpMethod.Post, "dashboards", Board);
        (await ReadAsync(token, tile: $"/tiles/{other.Json.GetProperty("tiles")[0].GetProperty("id")}")).Status
            .ShouldBe(HttpStatusCode.NotFound, "a tile of another dashboard");
    }

    [Fact]
    public async Task A_new_link_stops_the_one_before_and_so_does_deleting_the_dashboard()
    {
        var (id, _) = await MakeAsync();
        var first = await ShareAsync(id);
        var second = await ShareAsync(id);
        (await ReadAsync(first)).Status.ShouldBe(HttpStatusCode.NotFound);
        (await ReadAsync(second)).Status.ShouldBe(HttpStatusCode.OK);

        await _host.SendAsync(HttpMethod.Delete, $"dashboards/{id}");
        (await ReadAsync(second)).Status.ShouldBe(HttpStatusCode.NotFound);
        // Restored, it is private again.
        await _host.SendAsync(HttpMethod.Patch, $"dashboards/{id}", """{"deleted":false}""");
        (await ReadAsync(second)).Status.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_link_ends_at_its_time()
    {
        var (id, _) = await MakeAsync();
        var end = _host.Store.Time.GetUtcNow().AddHours(2);
        var token = await ShareAsync(id, $$"""{"expires_at":"{{end:O}}"}""");
        _host.Store.Time.Advance(TimeSpan.FromMinutes(119));
        (await ReadAsync(token)).Status.ShouldBe(HttpStatusCode.OK);
        _host.Store.Time.Advance(TimeSpan.FromMinutes(1));
        (await ReadAsync(token)).Status.ShouldBe(HttpStatusCode.NotFound);

        var (_, link) = await _host.SendAsync(HttpMethod.Get, $"dashboards/{id}/share");
        (link.GetProperty("is_shared").GetBoolean(), link.GetProperty("is_expired").GetBoolean()).ShouldBe((true, true));
        // The same link goes on once it has no end any more.
        (await _host.SendAsync(HttpMethod.Patch, $"dashboards/{id}/share", "{}")).Status.ShouldBe(HttpStatusCode.OK);
        (await ReadAsync(token)).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_password_stands_before_everything_and_can_be_guessed_only_slowly()
    {
        var (id, tile) = await MakeAsync();
        var token = await ShareAsync(id, """{"password":"three apples"}""");

        var (status, problem) = await ReadAsync(token);
        (status, problem.GetProperty("code").GetString()).ShouldBe((HttpStatusCode.Unauthorized, "wrong_password"));
        problem.ToString().ShouldNotContain("Sales");
        (await ReadAsync(token, tile: $"/tiles/{tile}")).Status.ShouldBe(HttpStatusCode.Unauthorized);
        (await ReadAsync(token, "three apples")).Status.ShouldBe(HttpStatusCode.OK);
        (await ReadAsync(token, "three apples", $"/tiles/{tile}")).Status.ShouldBe(HttpStatusCode.OK);

        for (var guess = 0; guess < 20; guess++)
        {
            (await ReadAsync(token, $"apples {guess}")).Status.ShouldBe(HttpStatusCode.Unauthorized);
        }
        // Now the right one has to wait as well, for five minutes at most.
        (await ReadAsync(token, "three apples")).Status.ShouldBe(HttpStatusCode.TooManyRequests);
        _host.Store.Time.Advance(TimeSpan.FromMinutes(5));
        (await ReadAsync(token, "three apples")).Status.ShouldBe(HttpStatusCode.OK);

        (await _host.SendAsync(HttpMethod.Patch, $"dashboards/{id}/share", """{"password":""}""")).Status.ShouldBe(HttpStatusCode.OK);
        (await ReadAsync(token)).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("""{"password":"short"}""", "password")]
    [InlineData("""{"expires_at":"2020-01-01T00:00:00Z"}""", "expires_at")]
    public async Task A_link_that_could_not_work_is_refused(string body, string attribute)
    {
        var (id, _) = await MakeAsync();
        var (status, problem) = await _host.SendAsync(HttpMethod.Post, $"dashboards/{id}/share", body);
        (status, problem.GetProperty("attr").GetString()).ShouldBe((HttpStatusCode.BadRequest, attribute));
        (await _host.SendAsync(HttpMethod.Get, $"dashboards/{id}")).Json.GetProperty("is_shared").GetBoolean().ShouldBeFalse();
    }

    [Fact]
    public async Task The_activity_log_says_that_it_was_shared_and_not_with_which_secret()
    {
        var (id, _) = await MakeAsync();
        var token = await ShareAsync(id, """{"password":"three apples"}""");

        var log = (await _host.SendAsync(HttpMethod.Get, $"activity_log?scope=dashboard&item_id={id}")).Json.ToString();

        log.ShouldContain("has_password");
        log.ShouldNotContain(token);
        log.ShouldNotContain("apples");
    }

    [Fact]
    public async Task A_key_that_may_run_no_sql_gets_around_it_neither_by_a_link_nor_by_a_tile_nor_by_a_mail()
    {
        const string statement = """{"kind":"insight","new_insight":{"name":"Rows","query":{"kind":"SqlQuery","query":"SELECT count() FROM events"}}}""";
        var (id, _) = await MakeAsync();
        var rows = (await _host.SendAsync(HttpMethod.Post, "insights", """{"name":"Kept","query":{"kind":"SqlQuery","query":"SELECT 1"}}""")).Json.GetProperty("short_id").GetString();
        var picture = (await _host.SendAsync(HttpMethod.Post, "insights", """{"name":"Views","query":{"kind":"TrendsQuery","series":[{"kind":"EventsNode","event":"$pageview"}]}}""")).Json.GetProperty("short_id").GetString();
        using var key = _host.ClientWith(await _host.KeyAsync("dashboard:write", "insight:write", "subscription:write"));
        async Task<HttpStatusCode> StatusAsync(HttpMethod method, string path, string? body = null) => (await _host.SendAsync(method, path, body, key)).Status;

        (await StatusAsync(HttpMethod.Post, $"dashboards/{id}/tiles", $"[{statement}]")).ShouldBe(HttpStatusCode.Forbidden);
        (await StatusAsync(HttpMethod.Post, $"dashboards/{id}/tiles", $$"""[{"kind":"insight","insight_id":"{{rows}}"}]""")).ShouldBe(HttpStatusCode.Forbidden);
        (await StatusAsync(HttpMethod.Patch, $"insights/{picture}", """{"query":{"kind":"SqlQuery","query":"SELECT 2"}}""")).ShouldBe(HttpStatusCode.Forbidden);
        (await StatusAsync(HttpMethod.Post, $"dashboards/{id}/share", "{}")).ShouldBe(HttpStatusCode.Forbidden);
        (await StatusAsync(HttpMethod.Post, "subscriptions", $$"""{"dashboard":{{id}},"target_value":"ada@example.com"}""")).ShouldBe(HttpStatusCode.Forbidden);

        // What has nothing to do with statements it may, and it may always stop a link.
        (await StatusAsync(HttpMethod.Post, $"dashboards/{id}/tiles", $$"""[{"kind":"insight","insight_id":"{{picture}}"}]""")).ShouldBe(HttpStatusCode.OK);
        (await StatusAsync(HttpMethod.Patch, $"insights/{rows}", """{"name":"Renamed"}""")).ShouldBe(HttpStatusCode.OK);
        var token = await ShareAsync(id);
        (await StatusAsync(HttpMethod.Delete, $"dashboards/{id}/share")).ShouldBe(HttpStatusCode.NoContent);
        (await ReadAsync(token)).Status.ShouldBe(HttpStatusCode.NotFound);
    }
}
