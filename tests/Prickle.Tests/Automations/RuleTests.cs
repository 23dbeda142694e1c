using System.Net;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Prickle.Automations;
using Prickle.Automations.Engine;
using Prickle.Automations.Storage;
using Prickle.Destinations;
using Prickle.Storage;
using Prickle.Tests.Engine;

namespace Prickle.Tests.Automations;

/// <summary>What holds over all automations on SQLite: budgets, crashes, versions, circles, what is taken back, what is told.</summary>
public sealed class RuleTests(AutomationHost host) : RuleScenarios(host), IClassFixture<AutomationHost>;

/// <summary>The same on PostgreSQL.</summary>
public sealed class PostgresRuleTests(PostgresAutomationHost host) : RuleScenarios(host), IClassFixture<PostgresAutomationHost>;

public abstract class RuleScenarios(AutomationHost host)
{
    static string Letter(string trigger, string text, string more = "") =>
        $$"""{"trigger":{{AutomationHost.On(trigger)}},"steps":[{"type":"destination","id":"letter","kind":"letter","fields":{"text":"{{text}}"}{{more}} }]}""";

    Task RulesAsync(string rules) => host.SendAsync(HttpMethod.Put, $"/api/projects/{host.Project.Id}/message_rules", rules);

    [Fact]
    public async Task The_third_message_of_a_day_is_not_sent_when_two_are_the_most()
    {
        await RulesAsync("""{"messages_per_day":2}""");
        int[] ids = [await host.PublishAsync("L1", Letter("wrote", "one")), await host.PublishAsync("L2", Letter("wrote", "two")), await host.PublishAsync("L3", Letter("wrote", "three"))];
        await host.CaptureAsync("wrote", "reader", "{}");
        List<string> states = [];
        foreach (var id in ids)
        {
            var run = (await host.RunsAsync(id, 1, "completed"))[0];
            states.AddRange(await host.HistoryAsync(id, run));
        }
        states.Order().ShouldBe(["letter capped", "letter done", "letter done"]);
        host.Letter.To("reader").Count.ShouldBe(2);
        var receipt = await host.PublishAsync("Receipt", Letter("paid up", "receipt", ",\"is_transactional\":true"));
        await host.CaptureAsync("paid up", "reader", "{}");
        await host.RunsAsync(receipt, 1, "completed");
        host.Letter.To("reader").ShouldContain("receipt");
        await RulesAsync("{}");
    }

    [Fact]
    public async Task Whoever_wants_no_messages_gets_none()
    {
        var id = await host.PublishAsync("To all", Letter("offered", "offer"));
        await host.CaptureAsync("offered", "silent", """{"$set":{"$opted_out_of_messages":true}}""");
        (await host.HistoryAsync(id, (await host.RunsAsync(id, 1, "completed"))[0])).ShouldBe(["letter opted_out"]);
        host.Letter.To("silent").ShouldBeEmpty();
    }

    [Fact]
    public async Task A_message_waits_for_the_end_of_quiet_hours()
    {
        // Quiet for the coming hour, on the person's clock.
        var now = TimeOnly.FromDateTime(TimeZoneInfo.ConvertTime(host.Time.GetUtcNow(), TimeZoneInfo.FindSystemTimeZoneById("Asia/Tokyo")).DateTime);
        await RulesAsync($$"""{"quiet_from":"{{now.AddMinutes(-5):HH:mm}}","quiet_to":"{{now.AddMinutes(60):HH:mm}}"}""");
        var id = await host.PublishAsync("At night", Letter("woke", "sleep well"));
        await host.CaptureAsync("woke", "tokyo", """{"$set":{"$timezone":"Asia/Tokyo"}}""");
        await host.WaitingAsync(id, "letter");
        host.Letter.To("tokyo").ShouldBeEmpty();
        await host.PassAsync(TimeSpan.FromMinutes(61));
        await host.RunsAsync(id, 1, "completed");
        host.Letter.To("tokyo").ShouldBe(["sleep well"]);
        await RulesAsync("{}");
    }

    [Fact]
    public async Task A_run_that_was_leased_by_a_process_that_died_comes_back_and_its_message_is_not_sent_twice()
    {
        var id = await host.PublishAsync("Died", """
            {"trigger":{"type":"event","events":["crashed"]},"steps":[
              {"type":"pause","id":"wait","for":"1h","next":"letter"},
              {"type":"destination","id":"letter","kind":"letter","fields":{"text":"perhaps"},"next":"tell"},
              {"type":"destination","id":"tell","kind":"recorder","fields":{"text":"after the crash"}}]}
            """);
        await host.CaptureAsync("crashed", "chris", "{}");
        var run = (await host.WaitingAsync(id, "wait"))[0].GetProperty("id").GetGuid();
        // As a process leaves it that died between sending and noting.
        await using (var database = await host.Get<IDbContextFactory<PrickleDatabase>>().CreateDbContextAsync(TestContext.Current.CancellationToken))
        {
            var late = RunTable.Micros(host.Time.GetUtcNow().AddSeconds(90));
            await database.Set<RunRow>().Where(row => row.Id == run).ExecuteUpdateAsync(
                set => set.SetProperty(row => row.StepId, "letter").SetProperty(row => row.HasBegun, true).SetProperty(row => row.LeaseOwner, Guid.NewGuid())
                    .SetProperty(row => row.WakeAt, late).SetProperty(row => row.WaitingSince, (long?)null).SetProperty(row => row.Deadline, (long?)null),
                TestContext.Current.CancellationToken);
        }
        await host.PassAsync(TimeSpan.FromSeconds(91));
        var done = (await host.RunsAsync(id, 1, "completed"))[0];
        (await host.HistoryAsync(id, done)).ShouldBe(["wait waiting", "letter uncertain", "tell done"]);
        host.Letter.To("chris").ShouldBeEmpty("nobody knows whether it arrived");
        host.Safe.To("chris").ShouldBe(["after the crash"]);
    }

    [Fact]
    public async Task What_two_nodes_lease_at_once_is_worked_on_by_one()
    {
        var id = await host.PublishAsync("Shared", AutomationHost.Tell(AutomationHost.On("shared"), "shared"));
        for (var index = 0; index < 30; index++)
        {
            await host.CaptureAsync("shared", $"shared-{index}", "{}");
        }
        var (table, stepper) = (host.Get<RunTable>(), host.Get<RunStepper>());
        await Task.WhenAll(Enumerable.Range(0, 4).Select(async _ =>
        {
            for (var round = 0; round < 20; round++)
            {
                var (lease, runs) = await table.LeaseAsync(10, CancellationToken.None);
                await table.SaveAsync([.. await Task.WhenAll(runs.Select(run => stepper.AdvanceAsync(run, lease, CancellationToken.None)))], CancellationToken.None);
            }
        }));
        await host.RunsAsync(id, 30, "completed");
        host.Safe.Delivered.Count(one => one["text"] == "shared").ShouldBe(30);
    }

    const string TwoSteps = """
        {"trigger":{"type":"event","events":["versioned"]},"steps":[
          {"type":"pause","id":"wait","for":"1h","next":"tell"},
          {"type":"destination","id":"tell","kind":"recorder","fields":{"text":"version one"}}]}
        """;

    [Fact]
    public async Task Runs_stay_on_their_version_until_they_are_moved()
    {
        var id = await host.PublishAsync("Versions", TwoSteps);
        await host.CaptureAsync("versioned", "first", "{}");
        await host.WaitingAsync(id, "wait");
        await host.RepublishAsync(id, TwoSteps.Replace("version one", "version two", StringComparison.Ordinal));
        await host.CaptureAsync("versioned", "second", "{}");
        await host.WaitingAsync(id, "wait", 2);
        await host.PassAsync(TimeSpan.FromHours(1.1));
        await host.RunsAsync(id, 2, "completed");
        host.Safe.To("first").ShouldBe(["version one"]);
        host.Safe.To("second").ShouldBe(["version two"]);
    }

    [Fact]
    public async Task Runs_that_are_moved_go_on_where_the_mapping_says_and_end_where_their_step_is_gone()
    {
        var definition = TwoSteps.Replace("versioned", "moved", StringComparison.Ordinal);
        var id = await host.PublishAsync("Moved", definition);
        await host.CaptureAsync("moved", "mover", "{}");
        await host.WaitingAsync(id, "wait");
        await host.RepublishAsync(id, """{"trigger":{"type":"event","events":["moved"]},"steps":[{"type":"destination","id":"other","kind":"recorder","fields":{"text":"moved here"}}]}""");
        var (_, plan) = await host.SendAsync(HttpMethod.Post, $"{host.Automations}/{id}/migration", """{"dry_run":true}""");
        plan.GetProperty("moves")[0].GetProperty("to_step").ValueKind.ShouldBe(JsonValueKind.Null);
        var (status, _) = await host.SendAsync(HttpMethod.Post, $"{host.Automations}/{id}/migration", """{"mapping":{"wait":"other"}}""");
        status.ShouldBe(HttpStatusCode.OK);
        await host.RunsAsync(id, 1, "completed");
        host.Safe.To("mover").ShouldBe(["moved here"]);

        var gone = await host.PublishAsync("Gone", definition.Replace("moved", "gone", StringComparison.Ordinal));
        await host.CaptureAsync("gone", "goner", "{}");
        await host.WaitingAsync(gone, "wait");
        await host.RepublishAsync(gone, """{"trigger":{"type":"event","events":["gone"]},"steps":[{"type":"destination","id":"other","kind":"recorder","fields":{"text":"never"}}]}""");
        await host.SendAsync(HttpMethod.Post, $"{host.Automations}/{gone}/migration", "{}");
        (await host.RunsAsync(gone, 1, "exited"))[0].GetProperty("reason").GetString().ShouldBe("Step wait is not in version 2.");
    }

    [Fact]
    public async Task What_holds_only_while_a_condition_does_is_taken_back()
    {
        var id = await host.PublishAsync("While active", """
            {"trigger":{"type":"event","events":["activated"]},"steps":[
              {"type":"destination","id":"hold","kind":"recorder","fields":{"text":"in the club"},"undo":true,
               "while":{"type":"AND","values":[{"key":"active","operator":"exact","value":["true"],"type":"person"}]}}]}
            """);
        await host.CaptureAsync("activated", "holder", """{"$set":{"active":true}}""");
        await host.RunsAsync(id, 1, "completed");
        await host.PassAsync(TimeSpan.FromMinutes(10));
        host.Safe.Undone.ShouldNotContain(one => one["text"] == "in the club");
        await host.CaptureAsync("deactivated", "holder", """{"$set":{"active":false}}""");
        await Eventually.IsTrueAsync(async () =>
        {
            await host.DueAsync();
            return host.Safe.Undone.Count(one => one["text"] == "in the club") == 1;
        });
        (await host.HistoryAsync(id, (await host.RunsAsync(id))[0])).ShouldBe(["hold done", "hold undone"]);
    }

    [Fact]
    public async Task Automations_that_begin_one_another_stop()
    {
        var id = await host.PublishAsync("Circle", AutomationHost.Tell(AutomationHost.On("circled"), "circle"));
        string[] chain = ["automation:1", "automation:2", "automation:3", "automation:4", "automation:5"];
        await host.CaptureAsync("circled", "deep", $$"""{"$origin":{{JsonSerializer.Serialize(chain)}} }""");
        await host.CaptureAsync("circled", "shallow", $$"""{"$origin":{{JsonSerializer.Serialize(chain[..2])}} }""");
        await Eventually.IsTrueAsync(async () => (await host.RunsAsync(id)).Count(run => run.GetProperty("state").GetString() is "completed" or "failed") == 2);
        host.Safe.To("shallow").ShouldBe(["circle"]);
        host.Safe.To("deep").ShouldBeEmpty();
        host.Safe.Delivered.Single(one => one["text"] == "circle").Origin.ShouldBe([.. chain[..2], $"automation:{id}"]);
    }

    [Fact]
    public async Task Every_run_and_step_is_an_event()
    {
        var id = await host.PublishAsync("Told", AutomationHost.Tell(AutomationHost.On("told"), "told"));
        await host.CaptureAsync("told", "teller", "{}");
        await host.RunsAsync(id, 1, "completed");
        await host.DueAsync();
        List<string> names = [];
        await Eventually.IsTrueAsync(async () => (names = await host.Store.Store.ListAsync(
            $"SELECT event FROM events WHERE distinct_id = 'teller' AND startsWith(event, '$automation') ORDER BY event", row => row.GetString(0),
            cancellationToken: TestContext.Current.CancellationToken)).Count == 3);
        names.ShouldBe(["$automation_run_ended", "$automation_run_started", "$automation_step"]);
    }

    [Fact]
    public async Task History_that_somebody_brings_in_begins_nothing()
    {
        var id = await host.PublishAsync("New only", AutomationHost.Tell(AutomationHost.On("imported"), "imported"));
        await host.CaptureAsync("imported", "old", "{}", host.Time.GetUtcNow().AddDays(-30));
        await host.CaptureAsync("imported", "new", "{}");
        await host.RunsAsync(id, 1, "completed");
        host.Safe.To("old").ShouldBeEmpty();
    }

    static string UntilReplied(string trigger, string before = "") => $$"""
        {"trigger":{{AutomationHost.On(trigger)}},"steps":[{{before}}
          {"type":"pause_until","id":"wait","event":"replied","at_most":"1d","next":"yes","on_timeout":"no"},
          {"type":"destination","id":"yes","kind":"recorder","fields":{"text":"replied"} },
          {"type":"destination","id":"no","kind":"recorder","fields":{"text":"no reply"} }]}
        """;

    [Fact]
    public async Task What_came_together_with_the_begin_of_a_run_ends_its_wait_if_it_happened_after_it()
    {
        var id = await host.PublishAsync("Asked", UntilReplied("asked"));
        var now = host.Time.GetUtcNow();
        // One request each, as SDKs send what they have gathered.
        await host.CaptureTogetherAsync("after", ("asked", now.AddSeconds(-9)), ("replied", now.AddSeconds(-3)));
        await host.CaptureTogetherAsync("before", ("replied", now.AddSeconds(-9)), ("asked", now.AddSeconds(-3)));
        await Eventually.IsTrueAsync(async () => (await host.RunsAsync(id)).Select(run => run.GetProperty("state").GetString()).Order().SequenceEqual(["completed", "running"]));
        host.Safe.To("after").ShouldBe(["replied"]);
        await host.WaitingAsync(id, "wait");
        host.Safe.To("before").ShouldBeEmpty();
        await host.CaptureAsync("replied", "before", "{}");
        await host.RunsAsync(id, 2, "completed");
        host.Safe.To("before").ShouldBe(["replied"]);
    }

    [Fact]
    public async Task The_event_that_begins_a_run_is_not_the_one_that_it_waits_for()
    {
        var id = await host.PublishAsync("Again", UntilReplied("replied"));
        await host.CaptureAsync("replied", "talker", "{}");
        await host.WaitingAsync(id, "wait");
        await host.CaptureAsync("replied", "talker", "{}");
        // The second ends the wait of the first, and begins a run of its own.
        await Eventually.IsTrueAsync(async () => (await host.RunsAsync(id)).Select(run => run.GetProperty("state").GetString()).SequenceEqual(["completed", "running"]));
        await host.WaitingAsync(id, "wait");
        host.Safe.To("talker").ShouldBe(["replied"]);
        await host.SendAsync(HttpMethod.Post, $"{host.Automations}/{id}/pause");
    }

    [Fact]
    public async Task What_happens_while_a_delivery_is_tried_again_is_heard_and_hurries_nothing()
    {
        host.Safe.Answer("please reply", new DeliveryOutcome.Unreachable("503"));
        var id = await host.PublishAsync("Ask slowly", UntilReplied(
            "asked slowly", """{"type":"destination","id":"ask","kind":"recorder","fields":{"text":"please reply"},"next":"wait"},"""));
        await host.CaptureAsync("asked slowly", "quick", "{}");
        await host.WaitingAsync(id, "ask");
        await ReplyAsync("quick");
        await host.DueAsync();
        host.Safe.To("quick").ShouldBe(["please reply"]);
        await host.PassAsync(DestinationDelivery.Pauses[0]);
        await host.RunsAsync(id, 1, "completed");
        host.Safe.To("quick").ShouldBe(["please reply", "please reply", "replied"]);
    }

    [Fact]
    public async Task What_happens_before_a_wait_of_time_is_over_is_not_what_the_next_wait_is_for()
    {
        var id = await host.PublishAsync("Ask later", UntilReplied("asked later", """{"type":"pause","id":"hour","for":"1h","next":"wait"},"""));
        await host.CaptureAsync("asked later", "early", "{}");
        await host.WaitingAsync(id, "hour");
        await ReplyAsync("early");
        await host.PassAsync(TimeSpan.FromMinutes(61));
        await host.WaitingAsync(id, "wait");
        host.Safe.To("early").ShouldBeEmpty();
        await ReplyAsync("early");
        await host.RunsAsync(id, 1, "completed");
        host.Safe.To("early").ShouldBe(["replied"]);
    }

    [Fact]
    public async Task The_event_of_an_action_that_begins_a_run_is_not_its_goal()
    {
        var (status, action) = await host.SendAsync(
            HttpMethod.Post, $"/api/projects/{host.Project.Id}/actions", """{"name":"Ordered something","steps":[{"event":"ordered something"}]}""");
        status.ShouldBe(HttpStatusCode.Created, action.ToString());
        var id = await host.PublishAsync("Reordered", $$"""
            {"trigger":{"type":"action","action":{{action.GetProperty("id")}}},"goal":{"event":"ordered something","within":"7d"},"entry":{"once_per_person":true},"exit":{"on_conversion":true},"steps":[
              {"type":"pause","id":"hour","for":"1h","next":"tell"},
              {"type":"destination","id":"tell","kind":"recorder","fields":{"text":"order again"} }]}
            """);
        await host.CaptureAsync("ordered something", "shopper", "{}");
        await host.WaitingAsync(id, "hour");
        await host.CaptureAsync("ordered something", "shopper", "{}");
        await host.RunsAsync(id, 1, "converted");
        host.Safe.To("shopper").ShouldBeEmpty();
    }

    /// <summary>Captures it, and waits until it was heard: what is captured afterwards begins a run.</summary>
    async Task ReplyAsync(string who)
    {
        await host.CaptureAsync("replied", who, "{}");
        var next = await host.PublishAsync("Next", AutomationHost.Tell(AutomationHost.On($"after {who}"), "next"));
        await host.CaptureAsync($"after {who}", "somebody else", "{}");
        await host.RunsAsync(next, 1, "completed");
        await host.SendAsync(HttpMethod.Delete, $"{host.Automations}/{next}");
    }
}
