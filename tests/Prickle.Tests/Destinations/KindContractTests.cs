using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Prickle.Accounts;
using Prickle.Destinations;
using Prickle.Tests.Accounts;
using Prickle.Tests.Engine;

namespace Prickle.Tests.Destinations;

/// <summary>What holds for every way out, also for those that are registered later.</summary>
public sealed partial class KindContractTests
{
    static readonly string[] Outside = ["slack", "slack_webhook", "github", "webhook", "email"];

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    static Task<AccountsHost> StartAsync(bool allowsPrivate = true, ILoggerProvider? log = null) => AccountsHost.StartSetUpAsync(
        services =>
        {
            if (log is not null)
            {
                services.AddLogging(logging => logging.AddProvider(log).SetMinimumLevel(LogLevel.Trace));
            }
        }, new Dictionary<string, string?> { ["Outbound:AllowsPrivateAddresses"] = allowsPrivate ? "true" : "false" });

    static async Task<DeliveryRequest> RequestAsync(AccountsHost host, OutsideWorld world, DestinationKind kind, string key = "run-1")
    {
        var grant = await host.ProjectAsync();
        Guid? id = null;
        if (world.ConnectionOf(kind) is { } connection)
        {
            id = (await host.Get<DestinationBook>().CreateAsync(grant, new DestinationDraft(kind.Key, kind.Title, connection), Cancellation)).ShouldBeOfType<Outcome<Destination>.Done>().Value.Id;
        }
        return new DeliveryRequest(grant.ProjectId, kind.Key, id, key, world.MessageOf(kind), new JsonObject { ["person"] = new JsonObject { ["name"] = "Ada" } })
        {
            Person = new DeliveryPerson(Guid.CreateVersion7(), "ada"),
        };
    }

    [Fact]
    public async Task Every_kind_is_named_once_and_its_fields_are_well_formed()
    {
        await using var host = await StartAsync();
        var kinds = host.Get<DestinationKinds>().All;

        kinds.Count.ShouldBeGreaterThanOrEqualTo(11);
        kinds.Select(kind => kind.Key).ShouldBeUnique();
        kinds.Select(kind => kind.Title).ShouldBeUnique();
        foreach (var kind in kinds)
        {
            SnakeCase().IsMatch(kind.Key).ShouldBeTrue(kind.Key);
            kind.Sentence.ShouldNotEndWith(".");
            kind.Icon.ShouldStartWith("<");
            kind.Message.ShouldAllBe(field => field.Type != FieldType.Secret, kind.Key);
            var fields = kind.Connection.Concat(kind.Message).ToList();
            fields.Select(field => field.Name).ShouldBeUnique(kind.Key);
            kind.Message.Select(field => field.Label).ShouldBeUnique(kind.Key);
            foreach (var field in fields)
            {
                SnakeCase().IsMatch(field.Name).ShouldBeTrue(field.Name);
                field.Label.ShouldNotBeEmpty();
                (field.Choices.Count > 0).ShouldBe(field.Type == FieldType.Choice, field.Name);
                (field.Choices.Count == 0 || field.Choices.Contains(field.Default)).ShouldBeTrue(field.Name);
            }
            kind.Connection.ShouldAllBe(field => !field.IsTemplate, kind.Key);
        }
        Outside.ShouldBeSubsetOf(kinds.Select(kind => kind.Key));
    }

    [Fact]
    public async Task A_delivery_arrives_once_and_shows_no_secret()
    {
        await using var world = await OutsideWorld.StartAsync();
        using var log = new CollectedLog();
        await using var host = await StartAsync(log: log);
        foreach (var kind in host.Get<DestinationKinds>().All.Where(kind => Outside.Contains(kind.Key)))
        {
            var request = await RequestAsync(host, world, kind);
            var report = await host.Get<DestinationSender>().SendAsync(request, Cancellation);
            report.Outcome.ShouldBeOfType<DeliveryOutcome.Delivered>($"{kind.Key}: {report.Outcome.Detail}");
            report.Exchange.ShouldNotBeNull(kind.Key);
            JsonSerializer.Serialize(report).ShouldNotContain(OutsideWorld.Secret, Case.Insensitive, kind.Key);
            if (kind.Repeat != DestinationRepeat.IsUnknown)
            {
                (await host.Get<DestinationSender>().SendAsync(request with { MayHaveArrived = true }, Cancellation)).Outcome.ShouldBeOfType<DeliveryOutcome.Delivered>(kind.Key);
                world.EffectsOf(kind).ShouldBe(1, kind.Key);
            }
        }
        log.Text.ShouldNotContain(OutsideWorld.Secret);
        using var client = await host.OwnerProgramAsync();
        (await client.GetStringAsync(new Uri($"/api/projects/{(await host.ProjectAsync()).ProjectId}/destinations", UriKind.Relative), Cancellation)).ShouldNotContain(OutsideWorld.Secret);
    }

    [Fact]
    public async Task No_kind_reaches_into_a_private_network()
    {
        await using var world = await OutsideWorld.StartAsync();
        await using var host = await StartAsync(allowsPrivate: false);
        foreach (var kind in host.Get<DestinationKinds>().All.Where(kind => Outside.Contains(kind.Key)))
        {
            var report = await host.Get<DestinationSender>().SendAsync(await RequestAsync(host, world, kind), Cancellation);
            report.Outcome.ShouldNotBeOfType<DeliveryOutcome.Delivered>(kind.Key);
            report.Outcome.Detail.ShouldContain("private network", Case.Insensitive, kind.Key);
        }
        world.Server.Requests.ShouldBeEmpty();
        world.Mail.Mails.ShouldBeEmpty();
    }

    [Fact]
    public async Task An_answer_of_ten_megabytes_and_one_that_never_comes_end()
    {
        await using var world = await OutsideWorld.StartAsync();
        await using var host = await StartAsync();
        foreach (var kind in host.Get<DestinationKinds>().All.Where(kind => Outside.Contains(kind.Key) && kind.Key != "email"))
        {
            var request = await RequestAsync(host, world, kind);
            world.Instead = FakeServer.WriteLargeAsync;
            (await host.Get<DestinationSender>().SendAsync(request, Cancellation)).Exchange!.Response.Length.ShouldBeLessThan(5_000, kind.Key);

            var asked = world.Server.Requests.Count;
            world.Instead = context => Task.Delay(Timeout.Infinite, context.RequestAborted);
            var sending = host.Get<DestinationSender>().SendAsync(request, Cancellation);
            await Eventually.IsTrueAsync(() => world.Server.Requests.Count > asked);
            host.Time.Advance(DestinationSender.LongestTry + TimeSpan.FromSeconds(1));
            var report = await sending.WaitAsync(TimeSpan.FromSeconds(10), Cancellation);
            report.Outcome.ShouldBeOfType<DeliveryOutcome.Unreachable>(kind.Key).MayHaveArrived.ShouldBeTrue(kind.Key);
            world.Instead = null;
        }
    }

    [Fact]
    public async Task No_kind_throws_whatever_it_is_given()
    {
        await using var world = await OutsideWorld.StartAsync();
        // The analytical store is away here, and none of the fields makes sense.
        await using var host = await StartAsync();
        foreach (var kind in host.Get<DestinationKinds>().All)
        {
            foreach (var value in new[] { "", "0", "{{ person.name", "{{ person }}", new string('x', 300_000), "\u0000\ud800" })
            {
                var request = await RequestAsync(host, world, kind, value);
                var report = await host.Get<DestinationSender>().SendAsync(request with { Fields = kind.Message.ToDictionary(field => field.Name, _ => value) }, Cancellation);
                report.Outcome.ShouldNotBeNull();
                report.Outcome.Detail.ShouldNotContain("Exception");
                if (kind.CanUndo)
                {
                    (await host.Get<DestinationSender>().UndoAsync(request, Cancellation)).Outcome.Detail.ShouldNotContain("Exception");
                }
            }
        }
    }

    [GeneratedRegex("^[a-z][a-z0-9_]*$")]
    private static partial Regex SnakeCase();
}
