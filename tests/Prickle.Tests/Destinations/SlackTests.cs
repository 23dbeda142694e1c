using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Prickle.Destinations;
using Prickle.Destinations.Slack;
using Prickle.Destinations.SlackWebhook;

namespace Prickle.Tests.Destinations;

public sealed class SlackTests
{
    const string Token = "xoxb-12345-secret";

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    static Delivery Message(FakeServer server, string key = "run-1", string blocks = "") => new(
        1, key, new Dictionary<string, string> { ["token"] = Token, ["api_url"] = $"{server.Address}/api" },
        new Dictionary<string, string> { ["channel"] = "C01", ["text"] = "Ada signed up", ["blocks"] = blocks });

    static async Task<DeliveryReport> SendAsync(FakeServer server, Delivery delivery)
    {
        await using var outbound = FakeServer.Outbound();
        return await new SlackKind(outbound.GetRequiredService<IHttpClientFactory>(), TimeProvider.System).DeliverAsync(delivery, Cancellation);
    }

    [Fact]
    public async Task A_message_is_posted_with_its_text_blocks_and_key()
    {
        await using var server = await FakeServer.AnsweringAsync(200, """{"ok":true,"channel":"C01","ts":"1700000000.000100"}""");

        var report = await SendAsync(server, Message(server, blocks: """{"blocks":[{"type":"divider"}]}"""));

        report.Outcome.ShouldBeOfType<DeliveryOutcome.Delivered>();
        report.Output!["ts"]!.GetValue<string>().ShouldBe("1700000000.000100");
        var request = server.Requests.ShouldHaveSingleItem();
        (request.Method, request.Path).ShouldBe(("POST", "/api/chat.postMessage"));
        request.Headers["Authorization"].ShouldBe($"Bearer {Token}");
        var body = request.Json;
        body.GetProperty("channel").GetString().ShouldBe("C01");
        body.GetProperty("text").GetString().ShouldBe("Ada signed up");
        body.GetProperty("unfurl_links").GetBoolean().ShouldBeFalse();
        body.GetProperty("blocks")[0].GetProperty("type").GetString().ShouldBe("divider");
        body.GetProperty("metadata").GetProperty("event_payload").GetProperty("key").GetString().ShouldBe("run-1");
        report.Exchange!.Request.ShouldNotContain(Token);
    }

    [Theory]
    [InlineData("invalid_auth", "misconfigured")]
    [InlineData("token_revoked", "misconfigured")]
    [InlineData("channel_not_found", "misconfigured")]
    [InlineData("not_in_channel", "misconfigured")]
    [InlineData("is_archived", "misconfigured")]
    [InlineData("ratelimited", "rate_limited")]
    [InlineData("msg_too_long", "rejected")]
    [InlineData("no_text", "rejected")]
    [InlineData("invalid_blocks", "rejected")]
    [InlineData("internal_error", "unreachable")]
    [InlineData("something_new", "rejected")]
    public async Task A_code_of_slack_has_its_meaning(string code, string outcome)
    {
        await using var server = await FakeServer.AnsweringAsync(200, new JsonObject { ["ok"] = false, ["error"] = code }.ToJsonString());
        var report = await SendAsync(server, Message(server));
        report.Outcome.Name.ShouldBe(outcome);
        report.Outcome.Detail.ShouldEndWith(".");
    }

    [Theory]
    [InlineData(429, "rate_limited")]
    [InlineData(500, "unreachable")]
    [InlineData(503, "unreachable")]
    public async Task A_status_of_slack_has_its_meaning(int status, string outcome)
    {
        await using var server = await FakeServer.StartAsync((_, context) => FakeServer.WriteAsync(context, status, "", status == 429 ? [("Retry-After", "30")] : []));
        var report = await SendAsync(server, Message(server));
        report.Outcome.Name.ShouldBe(outcome);
        if (report.Outcome is DeliveryOutcome.RateLimited limited)
        {
            limited.RetryAfter.ShouldBe(TimeSpan.FromSeconds(30));
        }
    }

    [Fact]
    public async Task A_message_whose_answer_was_lost_is_found_and_not_posted_twice()
    {
        await using var server = await FakeServer.StartAsync((request, context) => FakeServer.WriteAsync(context, 200, request.Path == "/api/conversations.history"
            ? """{"ok":true,"messages":[{"ts":"2.0","text":"other"},{"ts":"1.0","metadata":{"event_type":"prickle_message","event_payload":{"key":"run-1"}}}]}"""
            : """{"ok":true,"channel":"C01","ts":"9.0"}"""));

        var known = await SendAsync(server, Message(server) with { MayHaveArrived = true });
        known.Outcome.ShouldBeOfType<DeliveryOutcome.Delivered>();
        known.Output!["ts"]!.GetValue<string>().ShouldBe("1.0");
        server.Posts.ShouldBeEmpty();
        server.Requests.Single().Query.ShouldContain("include_all_metadata=true");

        (await SendAsync(server, Message(server, "run-2") with { MayHaveArrived = true })).Output!["ts"]!.GetValue<string>().ShouldBe("9.0");
        server.Posts.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Where_nobody_may_look_an_uncertain_message_is_not_repeated()
    {
        await using var server = await FakeServer.AnsweringAsync(200, """{"ok":false,"error":"missing_scope"}""");
        var report = await SendAsync(server, Message(server) with { MayHaveArrived = true });
        report.Outcome.ShouldBeOfType<DeliveryOutcome.Rejected>().Detail.ShouldContain("posted already");
        server.Posts.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(200, "ok", "delivered")]
    [InlineData(400, "no_text", "rejected")]
    [InlineData(403, "invalid_token", "misconfigured")]
    [InlineData(404, "no_service", "misconfigured")]
    [InlineData(410, "channel_is_archived", "misconfigured")]
    [InlineData(500, "rollup_error", "unreachable")]
    public async Task An_incoming_webhook_answers_with_a_status_and_a_word(int status, string word, string outcome)
    {
        await using var server = await FakeServer.AnsweringAsync(status, word);
        await using var outbound = FakeServer.Outbound();
        var kind = new SlackWebhookKind(outbound.GetRequiredService<IHttpClientFactory>());

        var report = await kind.DeliverAsync(new Delivery(
            1, "k", new Dictionary<string, string> { ["url"] = $"{server.Address}/services/T0/B0/verysecret" }, new Dictionary<string, string> { ["text"] = "Hello" }), Cancellation);

        report.Outcome.Name.ShouldBe(outcome);
        server.Requests.Single().Json.GetProperty("text").GetString().ShouldBe("Hello");
        report.Exchange!.Request.ShouldNotContain("verysecret");
    }
}
