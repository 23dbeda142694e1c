using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Prickle.Destinations;
using Prickle.Destinations.GitHub;

namespace Prickle.Tests.Destinations;

public sealed class GitHubTests
{
    const string Created = """{"number":42,"html_url":"https://github.com/burrow/shop/issues/42","title":"Bug","state":"open","user":{"login":"bot","id":1},"created_at":"2026-01-01T00:00:00Z"}""";

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    static Delivery Message(FakeServer server, string key = "run-1") => new(
        1, key, new Dictionary<string, string> { ["token"] = "github_pat_secret", ["api_url"] = $"{server.Address}/api/v3/" },
        new Dictionary<string, string> { ["repository"] = "burrow/shop", ["title"] = "Bug", ["body"] = "It broke", ["labels"] = "bug, checkout", ["assignees"] = "@ada" });

    static async Task<DeliveryReport> SendAsync(Delivery delivery, bool allowsPrivate = true)
    {
        await using var outbound = FakeServer.Outbound(allowsPrivate);
        return await new GitHubKind(outbound.GetRequiredService<IHttpMessageHandlerFactory>(), TimeProvider.System).DeliverAsync(delivery, Cancellation);
    }

    [Fact]
    public async Task An_issue_is_opened_with_its_labels_and_a_hidden_mark()
    {
        await using var server = await FakeServer.AnsweringAsync(201, Created);

        var report = await SendAsync(Message(server));

        report.Outcome.ShouldBe(new DeliveryOutcome.Delivered());
        report.Output!.ToJsonString().ShouldBe("""{"number":42,"url":"https://github.com/burrow/shop/issues/42"}""");
        var request = server.Requests.ShouldHaveSingleItem();
        (request.Method, request.Path).ShouldBe(("POST", "/api/v3/repos/burrow/shop/issues"));
        request.Headers["Authorization"].ShouldContain("github_pat_secret");
        var body = request.Json;
        body.GetProperty("title").GetString().ShouldBe("Bug");
        body.GetProperty("labels").EnumerateArray().Select(label => label.GetString()).ShouldBe(["bug", "checkout"]);
        body.GetProperty("assignees").EnumerateArray().Select(label => label.GetString()).ShouldBe(["ada"]);
        body.GetProperty("body").GetString().ShouldBe($"It broke\n\n{GitHubKind.MarkOf("run-1")}");
        report.Exchange!.Status.ShouldBe(201);
        report.Exchange.Request.ShouldNotContain("github_pat_secret");
    }

    [Fact]
    public async Task After_trouble_the_mark_is_looked_for_before_another_issue_is_opened()
    {
        var opened = new List<string>();
        var tries = 0;
        await using var server = await FakeServer.StartAsync((request, context) =>
        {
            if (request.Method == "GET")
            {
                var issues = new JsonArray([.. opened.Select((text, index) => new JsonObject { ["number"] = index + 1, ["html_url"] = $"https://github.com/x/{index + 1}", ["body"] = text })]);
                return FakeServer.WriteAsync(context, 200, issues.ToJsonString());
            }
            // The first is not taken; the second is, and its answer is lost.
            if (++tries > 1)
            {
                opened.Add(request.Json.GetProperty("body").GetString()!);
            }
            return FakeServer.WriteAsync(context, tries <= 2 ? 500 : 201, tries <= 2 ? "{}" : Created);
        });

        var first = (await SendAsync(Message(server))).Outcome.ShouldBeOfType<DeliveryOutcome.Unreachable>();
        first.MayHaveArrived.ShouldBeTrue();
        (await SendAsync(Message(server) with { MayHaveArrived = true })).Outcome.ShouldBeOfType<DeliveryOutcome.Unreachable>();
        var third = await SendAsync(Message(server) with { MayHaveArrived = true });

        third.Outcome.ShouldBeOfType<DeliveryOutcome.Delivered>();
        third.Output!["number"]!.GetValue<int>().ShouldBe(1);
        opened.ShouldHaveSingleItem();
        server.Posts.Count.ShouldBe(2);
    }

    [Theory]
    [InlineData(401, """{"message":"Bad credentials"}""", "misconfigured")]
    [InlineData(403, """{"message":"Resource not accessible by personal access token"}""", "misconfigured")]
    [InlineData(404, """{"message":"Not Found"}""", "misconfigured")]
    [InlineData(410, """{"message":"Issues are disabled for this repo"}""", "misconfigured")]
    [InlineData(422, """{"message":"Validation Failed","errors":[{"resource":"Issue","field":"assignees","code":"invalid"}]}""", "rejected")]
    [InlineData(500, "{}", "unreachable")]
    [InlineData(502, "<html>Bad gateway</html>", "unreachable")]
    [InlineData(201, "no json at all", "unreachable")]
    public async Task A_status_of_github_has_its_meaning(int status, string body, string outcome)
    {
        await using var server = await FakeServer.AnsweringAsync(status, body);
        var report = await SendAsync(Message(server));
        report.Outcome.Name.ShouldBe(outcome, report.Outcome.Detail);
    }

    [Fact]
    public async Task Both_limits_of_github_say_when_to_come_again()
    {
        var reset = DateTimeOffset.UtcNow.AddMinutes(10).ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        await using var first = await FakeServer.AnsweringAsync(
            403, """{"message":"API rate limit exceeded"}""", ("x-ratelimit-limit", "5000"), ("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", reset));
        var limited = (await SendAsync(Message(first))).Outcome.ShouldBeOfType<DeliveryOutcome.RateLimited>();
        limited.RetryAfter!.Value.TotalMinutes.ShouldBeInRange(9, 10);

        await using var second = await FakeServer.AnsweringAsync(403, """{"message":"You have exceeded a secondary rate limit. Please wait."}""", ("Retry-After", "60"));
        (await SendAsync(Message(second))).Outcome.ShouldBeOfType<DeliveryOutcome.RateLimited>().RetryAfter.ShouldBe(TimeSpan.FromSeconds(60));
    }

    [Fact]
    public async Task A_private_api_and_an_answer_too_large_are_trouble_and_no_more()
    {
        await using var server = await FakeServer.StartAsync((_, context) => FakeServer.WriteLargeAsync(context));
        (await SendAsync(Message(server), allowsPrivate: false)).Outcome.ShouldBeOfType<DeliveryOutcome.Unreachable>().Detail.ShouldContain("private network");
        server.Requests.ShouldBeEmpty();
        (await SendAsync(Message(server))).Outcome.ShouldBeOfType<DeliveryOutcome.Unreachable>();
    }
}
