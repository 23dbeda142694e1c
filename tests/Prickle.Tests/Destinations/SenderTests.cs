using System.Net;
using System.Text.Json.Nodes;
using Prickle.Accounts;
using Prickle.Activity;
using Prickle.Destinations;
using Prickle.Destinations.Sending;
using Prickle.Tests.Accounts;

namespace Prickle.Tests.Destinations;

public sealed class SenderTests : IAsyncLifetime
{
    AccountsHost? _host;
    ProjectGrant _grant = null!;

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    AccountsHost Host => _host!;

    DestinationSender Sender => Host.Get<DestinationSender>();

    public async ValueTask InitializeAsync()
    {
        _host = await AccountsHost.StartSetUpAsync(settings: new Dictionary<string, string?> { ["Outbound:AllowsPrivateAddresses"] = "true" });
        _grant = await Host.ProjectAsync();
    }

    public async ValueTask DisposeAsync() => await Host.DisposeAsync();

    async Task<Destination> MakeAsync(string kind, params (string Name, string Value)[] fields) =>
        (await Host.Get<DestinationBook>().CreateAsync(_grant, new DestinationDraft(kind, "Ours", fields.ToDictionary(field => field.Name, field => field.Value)), Cancellation))
            .ShouldBeOfType<Outcome<Destination>.Done>().Value;

    DeliveryRequest Request(Destination destination, params (string Name, string Value)[] fields) => new(
        _grant.ProjectId, destination.Kind, destination.Id, "run-1", fields.ToDictionary(field => field.Name, field => field.Value),
        new JsonObject { ["person"] = new JsonObject { ["properties"] = new JsonObject { ["email"] = "ada@example.com", ["name"] = "<!channel> \"Ada\"\nX-Evil: 1" } } });

    DeliveryRequest Hook(Destination destination, FakeServer server) => Request(destination, ("url", server.Address), ("body", """{"who":"{{ person.properties.email }}"}"""));

    [Fact]
    public async Task Fields_are_rendered_each_for_where_it_goes()
    {
        await using var server = await FakeServer.AnsweringAsync(200, "{}");
        var destination = await MakeAsync("webhook");

        var report = await Sender.SendAsync(Request(
            destination, ("url", $"{server.Address}/p/{{{{ person.properties.name }}}}"), ("headers", "X-Name: {{ person.properties.name }}"),
            ("body", """{"who":{{ person.properties.name }},"missing":{{ person.properties.none }}}""")), Cancellation);

        report.Outcome.ShouldBeOfType<DeliveryOutcome.Delivered>(report.Outcome.Detail);
        var request = server.Requests.ShouldHaveSingleItem();
        request.Headers["X-Name"].ShouldBe("<!channel> \"Ada\" X-Evil: 1");
        request.Headers.ContainsKey("X-Evil").ShouldBeFalse();
        request.Json.GetProperty("who").GetString().ShouldBe("<!channel> \"Ada\"\nX-Evil: 1");
        report.Rendered["method"].ShouldBe("POST");
        WebUtility.UrlDecode(request.Path).ShouldStartWith("/p/<!channel>");
    }

    [Fact]
    public async Task What_is_wrong_is_told_before_anything_is_sent()
    {
        var slack = await MakeAsync("slack", ("token", "xoxb-1"));
        async Task<string> ProblemsAsync(string kind, Guid? id, params (string Name, string Value)[] fields) => string.Join(", ",
            (await Sender.CheckAsync(_grant.ProjectId, kind, id, fields.ToDictionary(field => field.Name, field => field.Value), Cancellation)).Select(problem => problem.Field));

        (await ProblemsAsync("nothing", null)).ShouldBe("kind");
        (await ProblemsAsync("slack", null, ("channel", "C1"), ("text", "Hi"))).ShouldBe("destination_id");
        (await ProblemsAsync("slack", Guid.CreateVersion7(), ("channel", "C1"), ("text", "Hi"))).ShouldBe("destination_id");
        (await ProblemsAsync("github", slack.Id, ("repository", "a/b"), ("title", "Hi"))).ShouldBe("destination_id");
        (await ProblemsAsync("slack", slack.Id, ("text", "Hi {{ person"))).ShouldBe("channel, text");
        (await ProblemsAsync("slack", slack.Id, ("channel", "C1"), ("text", "Hi"), ("color", "red"))).ShouldBe("color");
        (await ProblemsAsync("slack", slack.Id, ("channel", "C1"), ("text", "Hi"), ("blocks", "[{]"))).ShouldBe("blocks");
        (await ProblemsAsync("slack", slack.Id, ("channel", "C1"), ("text", "Hi"), ("blocks", "[{{ event }}]"))).ShouldBe("");
        (await ProblemsAsync("webhook", null, ("url", "https://{{ a }}/"), ("method", "SHOUT"))).ShouldBe("method, url");
        (await ProblemsAsync("github", null, ("repository", "just-a-name"), ("title", "Hi"))).ShouldBe("destination_id, repository");
    }

    [Fact]
    public async Task A_message_that_renders_to_nothing_or_too_much_is_rejected_by_the_field()
    {
        var slack = await MakeAsync("slack", ("token", "xoxb-1"));
        (await Sender.SendAsync(Request(slack, ("channel", "C1"), ("text", "{{ person.properties.none }}")), Cancellation))
            .Outcome.ShouldBe(new DeliveryOutcome.Rejected("Text is empty."));
        (await Sender.SendAsync(Request(slack, ("channel", "C1"), ("text", "{% for i in (1..9000) %}{{ person.properties.email }}{% endfor %}")), Cancellation))
            .Outcome.ShouldBe(new DeliveryOutcome.Rejected("Text: It became longer than 12000 characters."));
        Sender.Render(Request(slack, ("channel", "C1"), ("text", "Hi {{ person.properties.email }}")))["text"].ShouldBe("Hi ada@example.com");
    }

    [Fact]
    public async Task Secrets_stand_in_nothing_that_is_shown()
    {
        await using var server = await FakeServer.StartAsync((request, context) => FakeServer.WriteAsync(
            context, 400, $$"""{"you sent":"{{request.Headers["Authorization"]}}","signed with":"top secret/phrase"}"""));
        var destination = await MakeAsync("webhook", ("secret", "top secret/phrase"), ("secret_headers", "Authorization: Bearer abc-123-def"));

        var report = await Sender.SendAsync(Request(destination, ("url", $"{server.Address}/top%20secret%2Fphrase"), ("body", """{"leak":"abc-123-def"}""")), Cancellation);

        server.Requests.Single().Headers["Authorization"].ShouldBe("Bearer abc-123-def");
        var shown = System.Text.Json.JsonSerializer.Serialize(report);
        shown.ShouldNotContain("abc-123-def");
        shown.ShouldNotContain("top secret");
        shown.ShouldNotContain("top%20secret");
        report.Exchange!.Response.ShouldContain("********");
    }

    [Fact]
    public async Task A_connection_that_is_set_up_wrong_is_switched_off_after_five_and_on_again_by_hand()
    {
        await using var server = await FakeServer.AnsweringAsync(200, """{"ok":false,"error":"invalid_auth"}""");
        var slack = await MakeAsync("slack", ("token", "xoxb-1"), ("api_url", server.Address));
        var message = Request(slack, ("channel", "C1"), ("text", "Hi"));

        for (var attempt = 0; attempt < 7; attempt++)
        {
            (await Sender.SendAsync(message, Cancellation)).Outcome.ShouldBeOfType<DeliveryOutcome.Misconfigured>();
        }

        server.Requests.Count.ShouldBe(5);
        var off = (await Host.Get<DestinationQueries>().FindAsync(_grant.ProjectId, slack.Id, Cancellation))!;
        off.Enabled.ShouldBeFalse();
        off.SwitchedOffAt.ShouldNotBeNull();
        off.SwitchedOffBecause!.ShouldContain("Slack does not accept the token");
        off.LastOutcome.ShouldBe("misconfigured");
        (await Sender.SendAsync(message, Cancellation)).Outcome.Detail.ShouldContain("switched off");
        var log = await Host.Get<ActivityLog>().ListAsync(
            new ActivityFilter(_grant.Project.OrganizationId, [_grant.ProjectId], false) { Resource = Resource.Destination }, 10, 0, Cancellation);
        log.Items[0].UserEmail.ShouldBeNull();
        log.Items[0].After!.ToJsonString().ShouldContain("invalid_auth");

        (await Host.Get<DestinationBook>().EnableAsync(_grant, slack.Id, true, Cancellation)).ShouldBeOfType<Outcome<Destination>.Done>().Value.SwitchedOffBecause.ShouldBeNull();
        await Sender.SendAsync(message, Cancellation);
        server.Requests.Count.ShouldBe(6);
    }

    [Fact]
    public async Task A_server_that_is_away_is_given_up_after_twenty_tries_and_ten_minutes()
    {
        var isUp = false;
        await using var server = await FakeServer.StartAsync((_, context) => FakeServer.WriteAsync(context, isUp ? 200 : 503, ""));
        var destination = await MakeAsync("webhook");
        async Task TryAsync(int times)
        {
            for (var attempt = 0; attempt < times; attempt++)
            {
                await Sender.SendAsync(Hook(destination, server), Cancellation);
            }
        }
        async Task<bool> IsOnAsync() => (await Host.Get<DestinationQueries>().FindAsync(_grant.ProjectId, destination.Id, Cancellation))!.Enabled;

        await TryAsync(30);
        (await IsOnAsync()).ShouldBeTrue();
        Host.Time.Advance(TimeSpan.FromMinutes(11));
        isUp = true;
        await TryAsync(1);
        isUp = false;
        await TryAsync(25);
        (await IsOnAsync()).ShouldBeTrue();

        Host.Time.Advance(TimeSpan.FromMinutes(11));
        await TryAsync(1);
        (await IsOnAsync()).ShouldBeFalse();
    }

    [Fact]
    public async Task Healthy_deliveries_are_noted_together_and_not_one_by_one()
    {
        await using var server = await FakeServer.AnsweringAsync(200, "{}");
        var destination = await MakeAsync("webhook");
        for (var number = 0; number < 20; number++)
        {
            await Sender.SendAsync(Hook(destination, server), Cancellation);
        }
        (await Host.Get<DestinationQueries>().FindAsync(_grant.ProjectId, destination.Id, Cancellation))!.LastUsedAt.ShouldBeNull();
        await Host.Get<ConnectionHealth>().FlushAsync(Cancellation);
        var noted = (await Host.Get<DestinationQueries>().FindAsync(_grant.ProjectId, destination.Id, Cancellation))!;
        (noted.LastOutcome, noted.Failures).ShouldBe(("delivered", 0));
        noted.LastUsedAt!.Value.ShouldBe(Host.Time.GetUtcNow(), TimeSpan.FromMilliseconds(1));
    }

    [Fact]
    public async Task Another_project_cannot_send_by_it()
    {
        await using var server = await FakeServer.AnsweringAsync(200, "{}");
        var destination = await MakeAsync("webhook");
        (await Sender.SendAsync(Hook(destination, server) with { ProjectId = _grant.ProjectId + 1 }, Cancellation)).Outcome.ShouldBeOfType<DeliveryOutcome.Misconfigured>();
        server.Requests.ShouldBeEmpty();
    }
}
