using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Prickle.Subscriptions.Sending;
using Prickle.Tests.Destinations;
using Prickle.Tests.Engine;
using Prickle.Tests.Insights.Api;

namespace Prickle.Tests.Subscriptions;

/// <summary>Dashboards in Slack: posted once when they are due, with what their tiles say and a picture below; tried again, and told where they fail.</summary>
public sealed class SlackSubscriptionTests(EngineFixture engine) : IAsyncLifetime
{
    const string Tile = """{"kind":"insight","new_insight":{"name":"Buyers","query":{"kind":"TrendsQuery","series":[{"kind":"EventsNode","event":"buy"}],"dateRange":{"date_from":"2026-02-28","date_to":"2026-03-01"}}}}""";
    const string Thread = "1700000000.000100";

    readonly InsightApiHost _host = new(engine);
    FakeServer _slack = null!;
    Func<FakeRequest, (int Status, string Body)?> _instead = _ => null;

    public async ValueTask InitializeAsync()
    {
        _slack = await FakeServer.StartAsync(AnswerAsync);
        _host.Settings["Outbound:AllowsPrivateAddresses"] = "true";
        await _host.InitializeAsync();
        await _host.Store.HappenAsync("ann 2026-03-01T10:00 buy");
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        await _slack.DisposeAsync();
    }

    [Fact]
    public async Task A_dashboard_that_is_due_comes_into_the_channel_once_with_its_picture_below()
    {
        var dashboard = await MakeDashboardAsync("Sales <!channel>");
        // The clock of this world stands on Sunday, 1 March 2026, at half past two.
        var subscription = await MakeAsync($$"""{"dashboard":{{dashboard}},"target_type":"slack","destination":"{{await BotAsync()}}","target_value":"C0SALES","byweekday":["friday"],"title":"Numbers"}""");
        (subscription.GetProperty("target_type").GetString(), subscription.GetProperty("target_value").GetString()).ShouldBe(("slack", "C0SALES"));
        await SendDueAsync();
        _slack.Requests.ShouldBeEmpty();

        _host.Store.Time.SetUtcNow(new DateTimeOffset(2026, 3, 6, 9, 0, 5, TimeSpan.Zero));
        await SendDueAsync();
        await SendDueAsync();

        _slack.Posts.Select(post => post.Path).ShouldBe(["/api/chat.postMessage", "/api/files.getUploadURLExternal", "/upload/F1", "/api/files.completeUploadExternal"]);
        var message = _slack.Posts[0].Json;
        message.GetProperty("channel").GetString().ShouldBe("C0SALES");
        // What people write calls nobody.
        message.GetProperty("text").GetString()!.ShouldStartWith("Sales &lt;!channel&gt; · Numbers · Friday, 6 March 2026 <http://");
        var blocks = message.GetProperty("blocks").EnumerateArray().ToList();
        blocks.Select(block => block.GetProperty("type").GetString()).ShouldBe(["header", "context", "section", "section", "context"]);
        blocks[0].GetProperty("text").GetProperty("text").GetString().ShouldBe("Sales &lt;!channel&gt; · Numbers");
        blocks[1].GetProperty("elements")[0].GetProperty("text").GetString()!.ShouldStartWith("Production · Friday, 6 March 2026 · computed ");
        var tile = blocks[2].GetProperty("text").GetProperty("text").GetString()!;
        tile.ShouldStartWith("*Buyers* · ");
        tile.ShouldContain("28 Feb");
        tile.Split('\n')[1].ShouldContain("1");
        blocks[3].GetProperty("text").GetProperty("text").GetString()!.ShouldEndWith($"/project/{_host.Account.Project.Id}/dashboards/{dashboard}|Open the dashboard>");
        blocks[4].GetProperty("elements")[0].GetProperty("text").GetString().ShouldBe("Weekly on Friday at 09:00, set up by owner@burrow.test.");

        _slack.Posts[1].Body.ShouldBe($"filename=dashboard-{dashboard}.png&length={_slack.Posts[2].Bytes.Length}&alt_txt=Sales+%3C%21channel%3E");
        _slack.Posts[2].Bytes.Take(8).ShouldBe([0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A]);
        _slack.Posts[2].Headers.ContainsKey("Authorization").ShouldBeFalse();
        var shown = _slack.Posts[3].Json;
        (shown.GetProperty("channel_id").GetString(), shown.GetProperty("thread_ts").GetString(), shown.GetProperty("files")[0].GetProperty("id").GetString()).ShouldBe(("C0REAL", Thread, "F1"));
        (await DeliveriesAsync(subscription)).ShouldBe(["C0SALES sent 1 "]);
        (await _host.SendAsync(HttpMethod.Get, $"subscriptions/{Id(subscription)}")).Json.GetProperty("next_delivery_date").GetDateTimeOffset()
            .ShouldBe(new DateTimeOffset(2026, 3, 13, 9, 0, 0, TimeSpan.Zero));
    }

    [Fact]
    public async Task A_webhook_gets_the_words_alone_and_is_not_used_twice_when_nobody_knows_whether_they_arrived()
    {
        var webhook = await DestinationAsync("slack_webhook", $$"""{"url":"{{_slack.Address}}/services/T0/B0/secret"}""");
        var subscription = await MakeAsync($$"""{"dashboard":{{await MakeDashboardAsync()}},"target_type":"slack","destination":"{{webhook}}"}""");
        await SendNowAsync(subscription);
        var post = _slack.Requests.ShouldHaveSingleItem();
        (post.Path, post.Json.GetProperty("blocks")[0].GetProperty("text").GetProperty("text").GetString()).ShouldBe(("/services/T0/B0/secret", "Sales"));

        _instead = _ => (500, "rollup_error");
        _host.Store.Time.Advance(TimeSpan.FromSeconds(1));
        await SendNowAsync(subscription);
        _host.Store.Time.Advance(TimeSpan.FromHours(7));
        await SendDueAsync();

        _slack.Requests.Count.ShouldBe(2);
        (await DeliveriesAsync(subscription)).ShouldBe(["Slack failed 1 Slack has trouble (500). It may have arrived, and is not sent twice.", "Slack sent 1 "]);
    }

    [Fact]
    public async Task A_connection_that_fails_is_told_and_tried_again()
    {
        var subscription = await MakeAsync($$"""{"dashboard":{{await MakeDashboardAsync()}},"target_type":"slack","destination":"{{await BotAsync()}}","target_value":"C0SALES"}""");
        _instead = _ => (200, """{"ok":false,"error":"token_revoked"}""");
        await SendNowAsync(subscription);
        var last = (await _host.SendAsync(HttpMethod.Get, $"subscriptions/{Id(subscription)}")).Json.GetProperty("last_delivery");
        (last.GetProperty("waiting").GetInt32(), last.GetProperty("detail").GetString()).ShouldBe((1, "Slack does not accept the token (token_revoked)."));

        _instead = _ => null;
        _host.Store.Time.Advance(TimeSpan.FromSeconds(59));
        await SendDueAsync();
        _slack.Requests.Count.ShouldBe(1);
        _host.Store.Time.Advance(TimeSpan.FromSeconds(1));
        await SendDueAsync();
        (await DeliveriesAsync(subscription)).ShouldBe(["C0SALES sent 2 "]);
    }

    [Fact]
    public async Task Answers_that_were_lost_make_neither_a_second_message_nor_a_second_picture()
    {
        var subscription = await MakeAsync($$"""{"dashboard":{{await MakeDashboardAsync()}},"target_type":"slack","destination":"{{await BotAsync()}}","target_value":"C0SALES"}""");
        _instead = request => request.Path == "/api/chat.postMessage" ? (500, "") : null;
        await SendNowAsync(subscription);
        (await DeliveriesAsync(subscription)).ShouldBe(["C0SALES waiting 1 Slack has trouble (500)."]);

        // The message was there: found, and the picture put below it. Then the answer about the picture is lost.
        _instead = request => request.Path == "/api/files.completeUploadExternal" ? (500, "") : null;
        _host.Store.Time.Advance(TimeSpan.FromMinutes(1));
        await SendDueAsync();
        (await DeliveriesAsync(subscription)).ShouldBe(["C0SALES waiting 2 Slack has trouble (500)."]);

        _instead = _ => null;
        _host.Store.Time.Advance(TimeSpan.FromMinutes(5));
        await SendDueAsync();
        (await DeliveriesAsync(subscription)).ShouldBe(["C0SALES sent 3 "]);
        _slack.Posts.Select(post => post.Path).ShouldBe(["/api/chat.postMessage", "/api/files.getUploadURLExternal", "/upload/F1", "/api/files.completeUploadExternal"]);
    }

    [Fact]
    public async Task Without_leave_to_upload_the_message_goes_alone_and_says_what_is_missing()
    {
        var subscription = await MakeAsync($$"""{"dashboard":{{await MakeDashboardAsync()}},"target_type":"slack","destination":"{{await BotAsync()}}","target_value":"C0SALES"}""");
        _instead = request => request.Path == "/api/files.getUploadURLExternal" ? (200, """{"ok":false,"error":"missing_scope"}""") : null;
        await SendNowAsync(subscription);
        (await DeliveriesAsync(subscription)).ShouldBe(["C0SALES sent 1 It went without its picture. The bot may not upload files: give it the scope files:write (missing_scope)."]);
    }

    [Fact]
    public async Task A_destination_that_a_dashboard_goes_to_is_used_by_it_and_cannot_be_deleted()
    {
        var bot = await BotAsync();
        var dashboard = await MakeDashboardAsync();
        var subscription = await MakeAsync($$"""{"dashboard":{{dashboard}},"target_type":"slack","destination":"{{bot}}","target_value":"C0SALES"}""");

        var use = (await _host.SendAsync(HttpMethod.Get, $"destinations/{bot}")).Json.GetProperty("used_by")[0];
        (use.GetProperty("kind").GetString(), use.GetProperty("name").GetString(), use.GetProperty("address").GetString())
            .ShouldBe(("subscription", "Sales · Weekly on Monday at 09:00", $"dashboards/{dashboard}"));
        var (status, problem) = await _host.SendAsync(HttpMethod.Delete, $"destinations/{bot}");
        (status, problem.GetProperty("detail").GetString()!.Contains("the subscription \"Sales", StringComparison.Ordinal)).ShouldBe((HttpStatusCode.BadRequest, true), problem.ToString());

        // By mail it needs no destination any more.
        var (_, changed) = await _host.SendAsync(HttpMethod.Patch, $"subscriptions/{Id(subscription)}", """{"target_type":"email","target_value":"ada@example.com"}""");
        (changed.GetProperty("target_type").GetString(), changed.GetProperty("destination").ValueKind).ShouldBe(("email", JsonValueKind.Null));
        (await _host.SendAsync(HttpMethod.Delete, $"destinations/{bot}")).Status.ShouldBe(HttpStatusCode.NoContent);
    }

    [Theory]
    [InlineData("""{"target_type":"slack","target_value":"C0SALES"}""", "destination")]
    [InlineData("""{"target_type":"slack","target_value":"C0SALES","destination":"00000000-0000-4000-8000-000000000001"}""", "destination")]
    [InlineData("""{"target_type":"slack","destination":"BOT"}""", "target_value")]
    public async Task Where_nothing_can_go_is_refused(string body, string attribute)
    {
        var whole = body.Replace("{", $"{{\"dashboard\":{await MakeDashboardAsync()},", StringComparison.Ordinal).Replace("BOT", $"{await BotAsync()}", StringComparison.Ordinal);
        var (status, problem) = await _host.SendAsync(HttpMethod.Post, "subscriptions", whole);
        (status, problem.GetProperty("attr").GetString()).ShouldBe((HttpStatusCode.BadRequest, attribute), problem.ToString());
    }

    [Fact]
    public async Task Who_may_not_see_destinations_sends_by_none()
    {
        var body = $$"""{"dashboard":{{await MakeDashboardAsync()}},"target_type":"slack","destination":"{{await BotAsync()}}","target_value":"C0SALES"}""";
        using var client = _host.ClientWith(await _host.KeyAsync("subscription:write", "dashboard:read", "query:read"));
        (await _host.SendAsync(HttpMethod.Post, "subscriptions", body, client)).Status.ShouldBe(HttpStatusCode.Forbidden);
    }

    /// <summary>Slack as it answers, with what was posted before in its channel.</summary>
    Task AnswerAsync(FakeRequest request, HttpContext context)
    {
        var (status, body) = _instead(request) ?? (200, request.Path switch
        {
            "/api/chat.postMessage" => $$"""{"ok":true,"channel":"C0REAL","ts":"{{Thread}}"}""",
            "/api/conversations.history" => new JsonObject
            {
                ["ok"] = true,
                ["messages"] = new JsonArray([.. PostsOf("/api/chat.postMessage").Select(post => new JsonObject { ["ts"] = Thread, ["metadata"] = JsonNode.Parse(post.Json.GetProperty("metadata").GetRawText()) })]),
            }.ToJsonString(),
            "/api/conversations.replies" => new JsonObject
            {
                ["ok"] = true,
                ["messages"] = new JsonArray([new JsonObject { ["ts"] = Thread }, .. PostsOf("/api/files.completeUploadExternal").Select(_ => new JsonObject { ["files"] = new JsonArray(new JsonObject { ["name"] = NameOfFile }) })]),
            }.ToJsonString(),
            "/api/files.getUploadURLExternal" => $$"""{"ok":true,"upload_url":"{{_slack.Address}}/upload/F1","file_id":"F1"}""",
            "/api/files.completeUploadExternal" => """{"ok":true,"files":[{"id":"F1"}]}""",
            _ => "ok",
        });
        return FakeServer.WriteAsync(context, status, body);
    }

    IEnumerable<FakeRequest> PostsOf(string path) => _slack.Posts.Where(post => post.Path == path);

    string NameOfFile => PostsOf("/api/files.getUploadURLExternal").Last().Body.Split('&')[0].Split('=')[1];

    static int Id(JsonElement thing) => thing.GetProperty("id").GetInt32();

    Task SendDueAsync() => _host.Services.GetRequiredService<SubscriptionSender>().SendDueAsync(TestContext.Current.CancellationToken);

    async Task SendNowAsync(JsonElement subscription)
    {
        (await _host.SendAsync(HttpMethod.Post, $"subscriptions/{Id(subscription)}/send")).Status.ShouldBe(HttpStatusCode.OK);
        await SendDueAsync();
    }

    Task<Guid> BotAsync() => DestinationAsync("slack", $$"""{"token":"xoxb-1","api_url":"{{_slack.Address}}/api"}""");

    async Task<Guid> DestinationAsync(string kind, string fields)
    {
        var (status, made) = await _host.SendAsync(HttpMethod.Post, "destinations", $$"""{"kind":"{{kind}}","name":"Ours","fields":{{fields}} }""");
        status.ShouldBe(HttpStatusCode.Created, made.ToString());
        return made.GetProperty("id").GetGuid();
    }

    async Task<int> MakeDashboardAsync(string name = "Sales")
    {
        var (status, made) = await _host.SendAsync(HttpMethod.Post, "dashboards", $$"""{"name":"{{name}}","tiles":[{{Tile}},{"kind":"text","body":"# Hello"}]}""");
        status.ShouldBe(HttpStatusCode.Created, made.ToString());
        return Id(made);
    }

    async Task<JsonElement> MakeAsync(string body)
    {
        var (status, made) = await _host.SendAsync(HttpMethod.Post, "subscriptions", body);
        status.ShouldBe(HttpStatusCode.Created, made.ToString());
        return made;
    }

    async Task<IEnumerable<string>> DeliveriesAsync(JsonElement subscription) => (await _host.SendAsync(HttpMethod.Get, $"subscriptions/{Id(subscription)}/deliveries")).Json.GetProperty("results").EnumerateArray()
        .Select(one => $"{one.GetProperty("recipient").GetString()} {one.GetProperty("status").GetString()} {one.GetProperty("attempts").GetInt32()} {one.GetProperty("detail").GetString()}");
}
