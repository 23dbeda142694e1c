using System.Net;
using Microsoft.EntityFrameworkCore;
using Prickle.House.Alerts;
using Prickle.House.Sampling;
using Prickle.Servers;
using Prickle.Storage;
using Prickle.Tests.Accounts;
using Prickle.Tests.Destinations;

namespace Prickle.Tests.House;

/// <summary>When an alarm rings, when it is over, and what silence means.</summary>
public sealed class AlertLogicTests
{
    // Above 100 for two readings; over at 80.
    static readonly AlertTerms Terms = new("running", true, 100, 80);

    DateTimeOffset _now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    AlertStanding _standing;

    public AlertLogicTests() => _standing = AlertLogic.Begin(_now);

    [Fact]
    public void A_value_that_stays_above_rings_once_and_once_more_when_it_is_over() =>
        Read(150, 150, 150, 150, 70, 70, 70).ShouldBe([(1, AlertHappening.Raised), (5, AlertHappening.Recovered)]);

    [Fact]
    public void One_reading_above_is_not_enough() => Read(150, 50, 150, 50, 150, 50).ShouldBeEmpty();

    [Fact]
    public void A_value_that_trembles_at_the_line_does_not_ring_again() =>
        // 90 is below the line, and not yet at the one that must be crossed back.
        Read(150, 150, 90, 90, 150, 150, 90, 90, 150, 150).ShouldBe([(1, AlertHappening.Raised)]);

    [Fact]
    public void The_line_itself_is_not_above_it() => Read(100, 100, 100).ShouldBeEmpty();

    [Fact]
    public void Below_works_the_other_way_round()
    {
        var standing = AlertLogic.Begin(_now);
        var terms = new AlertTerms("reachable", false, 1, 1, 1);
        (standing, var raised) = AlertLogic.Next(terms, standing, 0, _now);
        raised.ShouldBe([AlertHappening.Raised]);
        AlertLogic.Next(terms, standing, 1, _now).Happenings.ShouldBe([AlertHappening.Recovered]);
    }

    [Fact]
    public void Silence_is_an_alarm_of_its_own_and_begins_anew_when_it_ends()
    {
        // Five minutes are twenty readings of fifteen seconds; the twentieth without one rings, once.
        var happenings = Read([50, .. Enumerable.Repeat<double?>(null, 30), 150, 150]);

        happenings.ShouldBe([(20, AlertHappening.WentSilent), (31, AlertHappening.Speaks), (32, AlertHappening.Raised)]);
    }

    [Fact]
    public void An_alarm_that_falls_silent_is_raised_again_when_it_still_holds() =>
        Read([150, 150, .. Enumerable.Repeat<double?>(null, 20), 150, 150]).ShouldBe(
            [(1, AlertHappening.Raised), (21, AlertHappening.WentSilent), (22, AlertHappening.Speaks), (23, AlertHappening.Raised)]);

    List<(int, AlertHappening)> Read(params double?[] values)
    {
        var all = new List<(int, AlertHappening)>();
        foreach (var (index, value) in values.Index())
        {
            (_standing, var happenings) = AlertLogic.Next(Terms, _standing, value, _now);
            all.AddRange(happenings.Select(happening => (index, happening)));
            _now += TimeSpan.FromSeconds(15);
        }
        return all;
    }
}

/// <summary>Alerts of a server: who may make them, and that somebody is told once.</summary>
public sealed class AlertTests(HouseHost house) : IClassFixture<HouseHost>
{
    string Alerts => $"{house.Servers}/{WatchedServer.OwnId}/alerts";

    [Fact]
    public async Task What_crosses_its_line_is_told_once_over_a_webhook_and_stands_in_the_history()
    {
        var cancellation = TestContext.Current.CancellationToken;
        await using var receiver = await FakeServer.AnsweringAsync(200, "ok");
        var (project, destination) = await WebhookAsync();
        var made = await house.Client.PostAsync(Alerts, new
        {
            metric = "memory",
            is_above = true,
            line = 1000,
            recovery = 500,
            samples = 2,
            way = new { project_id = project, kind = "webhook", destination_id = destination, fields = new { url = receiver.Address, body = """{"text": {{ alert.text | json }}}""" } },
        }).JsonAsync(HttpStatusCode.Created);
        made.Text("words").ShouldBe("Memory above 1000 B for 2 readings in a row");

        await RoundsAsync("memory", 5000, 5000, 5000, 100, 100);

        receiver.Requests.Select(request => request.Body).ShouldBe(
        [
            """{"text": "Memory on n1 (Prickle's engine) is 4.9 KB, above 1000 B."}""",
            """{"text": "Memory on n1 (Prickle's engine) is 100 B again."}""",
        ]);
        var history = (await house.GetAsync($"{Alerts}/history")).GetProperty("results").EnumerateArray().Where(entry => entry.Text("alert_id") == made.Text("id")).ToList();
        history.Select(entry => (entry.Text("happening"), entry.Text("told"))).ShouldBe([("recovered", "Told."), ("raised", "Told.")]);
        // A destination that an alert tells by is not deleted under it.
        (await house.Client.DeleteAsync(new Uri($"/api/projects/{project}/destinations/{destination}", UriKind.Relative), cancellation)).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        await house.Client.DeleteAsync(new Uri($"{Alerts}/{made.Text("id")}", UriKind.Relative), cancellation);
    }

    [Fact]
    public async Task A_muted_alert_tells_nobody_and_its_history_says_so()
    {
        await using var receiver = await FakeServer.AnsweringAsync(200, "ok");
        var (project, destination) = await WebhookAsync();
        var made = await house.Client.PostAsync(Alerts, new
        {
            metric = "running",
            line = 1,
            samples = 1,
            way = new { project_id = project, kind = "webhook", destination_id = destination, fields = new { url = receiver.Address, body = "{}" } },
        }).JsonAsync(HttpStatusCode.Created);
        (await house.Client.PostAsync($"{Alerts}/{made.Text("id")}/mute", new { minutes = 60 }).JsonAsync()).GetProperty("muted_until").GetDateTimeOffset().ShouldBeGreaterThan(DateTimeOffset.UtcNow);
        (await house.Client.PostAsync($"{Alerts}/{made.Text("id")}/mute", new { minutes = 1_000_000 }).JsonAsync(HttpStatusCode.BadRequest)).Text("attr").ShouldBe("minutes");

        await RoundsAsync("running", 5);

        receiver.Requests.ShouldBeEmpty();
        (await house.GetAsync($"{Alerts}/history")).GetProperty("results").EnumerateArray().Single(entry => entry.Text("alert_id") == made.Text("id")).Text("told").ShouldStartWith("Muted until ");
        await house.Client.DeleteAsync(new Uri($"{Alerts}/{made.Text("id")}", UriKind.Relative), TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task What_was_on_its_way_when_the_product_died_is_not_told_twice_where_nobody_can_tell()
    {
        await using var receiver = await FakeServer.AnsweringAsync(200, "ok");
        var project = (await house.Host.ProjectAsync()).ProjectId;
        var destination = (await house.Client.PostAsync($"/api/projects/{project}/destinations", new
        {
            kind = "slack_webhook",
            name = "Channel",
            fields = new { url = receiver.Address },
        }).JsonAsync(HttpStatusCode.Created)).GetProperty("id").GetGuid();
        var made = await house.Client.PostAsync(Alerts, new
        {
            metric = "merges",
            line = 1,
            samples = 1,
            way = new { project_id = project, kind = "slack_webhook", destination_id = destination, fields = new { text = "{{ alert.text }}" } },
        }).JsonAsync(HttpStatusCode.Created);
        await using (var database = await house.Get<IDbContextFactory<PrickleDatabase>>().CreateDbContextAsync(TestContext.Current.CancellationToken))
        {
            // As a process leaves it that ends between the begin of a try and its outcome.
            database.Add(new AlertEntryRow
            {
                Id = Guid.CreateVersion7(),
                RuleId = Guid.Parse(made.Text("id")),
                OrganizationId = house.Owner.OrganizationId,
                ServerId = WatchedServer.OwnId,
                Metric = "merges",
                Node = "n1",
                Happening = AlertHappening.Raised,
                Value = 5,
                At = DateTimeOffset.UtcNow,
                Tries = 1,
            });
            await database.SaveChangesAsync(TestContext.Current.CancellationToken);
        }

        await house.Get<AlertRounds>().TellAsync([], TestContext.Current.CancellationToken);

        receiver.Requests.ShouldBeEmpty();
        (await house.GetAsync($"{Alerts}/history")).GetProperty("results").EnumerateArray().Single(entry => entry.Text("alert_id") == made.Text("id")).Text("told").ShouldContain("not told twice");
    }

    [Theory]
    [InlineData("""{"metric": "loudness", "line": 1}""", "metric")]
    [InlineData("""{"metric": "memory", "line": 1, "recovery": 2}""", "recovery")]
    [InlineData("""{"metric": "memory", "line": 1, "samples": 0}""", "samples")]
    [InlineData("""{"metric": "memory", "line": 1, "silent_after": -1}""", "silent_after")]
    [InlineData("""{"metric": "memory", "line": 1, "way": {"project_id": 99999, "kind": "webhook", "destination_id": "00000000-0000-0000-0000-000000000001"}}""", "project_id")]
    public async Task What_makes_no_sense_is_refused_at_its_field(string body, string attribute)
    {
        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        (await house.Client.PostAsync(new Uri(Alerts, UriKind.Relative), content, TestContext.Current.CancellationToken).JsonAsync(HttpStatusCode.BadRequest)).Text("attr").ShouldBe(attribute);
    }

    async Task<(int Project, Guid Destination)> WebhookAsync()
    {
        var project = (await house.Host.ProjectAsync()).ProjectId;
        var made = await house.Client.PostAsync($"/api/projects/{project}/destinations", new { kind = "webhook", name = "Duty", fields = new { } }).JsonAsync(HttpStatusCode.Created);
        return (project, made.GetProperty("id").GetGuid());
    }

    async Task RoundsAsync(string metric, params double[] values)
    {
        var cancellation = TestContext.Current.CancellationToken;
        var servers = await house.Get<ServerDirectory>().AllAsync(cancellation);
        var rounds = house.Get<AlertRounds>();
        foreach (var value in values)
        {
            await rounds.JudgeAsync(servers, [new Sample(WatchedServer.OwnId, "n1", metric, DateTimeOffset.UtcNow, value)], cancellation);
            await rounds.TellAsync(servers, cancellation);
        }
    }
}
