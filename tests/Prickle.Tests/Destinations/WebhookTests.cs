using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Prickle.Destinations;
using Prickle.Destinations.Webhook;

namespace Prickle.Tests.Destinations;

public sealed class WebhookTests
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(1_700_000_000);

    static Delivery Message(string url, string body = """{"a":1}""", string method = "POST", string headers = "") => new(
        1, "run-1/step-2", new Dictionary<string, string> { ["secret"] = "whsec", ["secret_headers"] = "Authorization: Bearer hunter22" },
        new Dictionary<string, string> { ["method"] = method, ["url"] = url, ["headers"] = headers, ["body"] = body });

    static async Task<DeliveryReport> SendAsync(Delivery delivery, bool allowsPrivate = true, TimeSpan? timeout = null)
    {
        await using var outbound = FakeServer.Outbound(allowsPrivate, timeout);
        return await new WebhookKind(outbound.GetRequiredService<IHttpClientFactory>(), new FakeTimeProvider(Now)).DeliverAsync(delivery, Cancellation);
    }

    [Fact]
    public async Task A_request_goes_out_signed_with_its_key_and_headers()
    {
        await using var server = await FakeServer.AnsweringAsync(201, """{"id":7}""");

        var report = await SendAsync(Message($"{server.Address}/in?x=1", headers: "X-Team: checkout\nContent-Type: application/vnd.api+json\nHost: evil.example"));

        report.Outcome.ShouldBeOfType<DeliveryOutcome.Delivered>();
        report.Output!["status"]!.GetValue<int>().ShouldBe(201);
        report.Output["body"]!["id"]!.GetValue<int>().ShouldBe(7);
        var request = server.Requests.ShouldHaveSingleItem();
        (request.Method, request.Path, request.Query, request.Body).ShouldBe(("POST", "/in", "?x=1", """{"a":1}"""));
        request.Headers["Idempotency-Key"].ShouldBe("run-1/step-2");
        request.Headers["X-Team"].ShouldBe("checkout");
        request.Headers["Content-Type"].ShouldBe("application/vnd.api+json");
        request.Headers["Authorization"].ShouldBe("Bearer hunter22");
        request.Headers["Host"].ShouldStartWith("127.0.0.1");
        // Worked out as the documentation tells customers to.
        var expected = Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes("whsec"), Encoding.UTF8.GetBytes("""1700000000.{"a":1}""")));
        request.Headers["Prickle-Signature"].ShouldBe($"t=1700000000,v1={expected}");
        report.Exchange!.Request.ShouldNotContain("hunter22");
        (report.Exchange.Status, report.Exchange.Response).ShouldBe((201, """{"id":7}"""));
    }

    [Theory]
    [InlineData(200, "delivered")]
    [InlineData(204, "delivered")]
    [InlineData(301, "rejected")]
    [InlineData(400, "rejected")]
    [InlineData(401, "rejected")]
    [InlineData(404, "rejected")]
    [InlineData(410, "rejected")]
    [InlineData(408, "unreachable")]
    [InlineData(425, "unreachable")]
    [InlineData(429, "rate_limited")]
    [InlineData(500, "unreachable")]
    [InlineData(503, "unreachable")]
    public async Task A_status_has_its_meaning(int status, string outcome)
    {
        await using var server = await FakeServer.StartAsync((_, context) => FakeServer.WriteAsync(context, status, "", [("Location", "http://127.0.0.1:1/")]));
        var report = await SendAsync(Message(server.Address));
        report.Outcome.Name.ShouldBe(outcome);
        server.Requests.ShouldHaveSingleItem();
        if (outcome == "rejected")
        {
            report.Outcome.Detail.ShouldContain($"{status}");
        }
    }

    [Fact]
    public async Task A_server_says_when_to_come_again()
    {
        await using var server = await FakeServer.AnsweringAsync(503, "", ("Retry-After", "120"));
        (await SendAsync(Message(server.Address))).Outcome.ShouldBeOfType<DeliveryOutcome.RateLimited>().RetryAfter.ShouldBe(TimeSpan.FromMinutes(2));
    }

    [Fact]
    public async Task An_answer_of_ten_megabytes_is_read_to_its_limit()
    {
        await using var server = await FakeServer.StartAsync((_, context) => FakeServer.WriteLargeAsync(context));
        var report = await SendAsync(Message(server.Address));
        report.Outcome.ShouldBeOfType<DeliveryOutcome.Delivered>();
        report.Exchange!.Response.Length.ShouldBe(64 * 1024);
        report.Output!.ContainsKey("body").ShouldBeFalse();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_answer_that_never_ends_is_given_up(bool beginsToAnswer)
    {
        await using var server = await FakeServer.StartAsync(async (_, context) =>
        {
            if (beginsToAnswer)
            {
                await context.Response.StartAsync(context.RequestAborted);
            }
            await Task.Delay(Timeout.Infinite, context.RequestAborted);
        });
        var report = await SendAsync(Message(server.Address), timeout: TimeSpan.FromMilliseconds(300));
        report.Outcome.ShouldBeOfType<DeliveryOutcome.Unreachable>().MayHaveArrived.ShouldBeTrue();
    }

    [Fact]
    public async Task A_server_that_is_away_heard_nothing_and_a_private_address_is_never_asked()
    {
        (await SendAsync(Message("http://127.0.0.1:1/"))).Outcome.ShouldBeOfType<DeliveryOutcome.Unreachable>().MayHaveArrived.ShouldBeFalse();

        await using var server = await FakeServer.AnsweringAsync(200, "");
        var refused = (await SendAsync(Message(server.Address), allowsPrivate: false)).Outcome.ShouldBeOfType<DeliveryOutcome.Unreachable>();
        (refused.MayHaveArrived, refused.Detail).ShouldBe((false, "127.0.0.1 is an address of a private network, which is not allowed here."));
        server.Requests.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("https://example.com/{{ person.id }}", null)]
    [InlineData("https://example.com", null)]
    [InlineData("https://{{ event.properties.host }}/x", "url")]
    [InlineData("https://example.com{{ x }}", "url")]
    [InlineData("https://user@example.com/", "url")]
    [InlineData("{{ event.properties.url }}", "url")]
    [InlineData("ftp://example.com/", "url")]
    public async Task Values_stand_behind_the_host_and_not_in_it(string url, string? field)
    {
        await using var outbound = FakeServer.Outbound();
        new WebhookKind(outbound.GetRequiredService<IHttpClientFactory>(), TimeProvider.System)
            .ProblemOf(new Dictionary<string, string>(), new Dictionary<string, string> { ["url"] = url })?.Field.ShouldBe(field);
    }
}
