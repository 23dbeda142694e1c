using System.Net;
using System.Text.Json;
using Prickle.Automations.Engine;
using Prickle.Destinations;
using Prickle.Tests.Engine;

namespace Prickle.Tests.Automations;

/// <summary>What begins runs by events, how they wait, decide and end.</summary>
public sealed class RunTests(AutomationHost host) : IClassFixture<AutomationHost>
{
    const string Nothing = "{}";

    [Fact]
    public async Task An_event_begins_a_run_of_the_steps()
    {
        var id = await host.PublishAsync("Welcome", AutomationHost.Tell(AutomationHost.On("signed up"), "welcome"));
        await host.CaptureAsync("signed up", "anna", """{"plan":"pro"}""");
        await host.CaptureAsync("signed out", "anna", Nothing);
        var run = (await host.RunsAsync(id, 1, "completed"))[0];
        host.Safe.To("anna").ShouldBe(["welcome"]);
        (await host.HistoryAsync(id, run)).ShouldBe(["tell done"]);
        var detail = await host.RunAsync(id, run);
        detail.GetProperty("context").GetProperty("event").GetProperty("properties").GetProperty("plan").GetString().ShouldBe("pro");
        detail.GetProperty("steps")[0].GetProperty("data").GetProperty("output").GetProperty("number").GetInt32().ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task Filters_on_the_event_the_person_and_cohorts_decide_what_begins()
    {
        await host.CaptureAsync("$identify", "rich", """{"$set":{"plan":"pro"}}""");
        await host.CaptureAsync("$identify", "poor", """{"$set":{"plan":"free"}}""");
        await Eventually.IsTrueAsync(async () => (await host.PropertiesAsync("rich")).ValueKind == JsonValueKind.Object && (await host.PropertiesAsync("poor")).ValueKind == JsonValueKind.Object);
        var byEvent = await host.PublishAsync("By event", AutomationHost.Tell(
            """{"type":"event","events":["bought"],"filters":{"type":"AND","values":[{"key":"amount","operator":"gt","value":"100","type":"event"}]} }""", "large"));
        var byPerson = await host.PublishAsync("By person", AutomationHost.Tell(
            """{"type":"event","events":["bought"],"filters":{"type":"AND","values":[{"key":"plan","operator":"exact","value":["pro"],"type":"person"}]} }""", "pro bought"));
        await host.CaptureAsync("bought", "rich", """{"amount":50}""");
        await host.CaptureAsync("bought", "poor", """{"amount":150}""");
        await host.RunsAsync(byEvent, 1, "completed");
        await host.RunsAsync(byPerson, 1, "completed");
        host.Safe.To("rich").ShouldBe(["pro bought"]);
        host.Safe.To("poor").ShouldBe(["large"]);
    }

    [Fact]
    public async Task An_action_begins_a_run_and_what_misses_it_does_not()
    {
        var (status, action) = await host.SendAsync(HttpMethod.Post, $"/api/projects/{host.Project.Id}/actions", """
            {"name":"Clicked buy","steps":[{"event":"$autocapture","selector":"button.buy"}]}
            """);
        status.ShouldBe(HttpStatusCode.Created, action.ToString());
        var id = await host.PublishAsync("On buy", AutomationHost.Tell($$"""{"type":"action","action":{{action.GetProperty("id")}} }""", "clicked buy"));
        await host.CaptureAsync("$autocapture", "clicker", """{"$elements_chain":"button.other:nth-child=\"1\"nth-of-type=\"1\""}""");
        await host.CaptureAsync("$autocapture", "buyer", """{"$elements_chain":"button.buy:nth-child=\"1\"nth-of-type=\"1\""}""");
        await host.RunsAsync(id, 1, "completed");
        host.Safe.To("buyer").ShouldBe(["clicked buy"]);
        host.Safe.To("clicker").ShouldBeEmpty();
    }

    [Fact]
    public async Task A_pause_ends_when_it_was_to_and_not_before()
    {
        var id = await host.PublishAsync("Later", """
            {"trigger":{"type":"event","events":["asked later"]},"steps":[
              {"type":"pause","id":"wait","for":"2h","next":"tell"},
              {"type":"destination","id":"tell","kind":"recorder","fields":{"text":"later"}}]}
            """);
        await host.CaptureAsync("asked later", "lena", Nothing);
        await host.WaitingAsync(id, "wait");
        await host.PassAsync(TimeSpan.FromMinutes(119));
        host.Safe.To("lena").ShouldBeEmpty();
        await host.PassAsync(TimeSpan.FromMinutes(2));
        host.Safe.To("lena").ShouldBe(["later"]);
        (await host.HistoryAsync(id, (await host.RunsAsync(id))[0])).ShouldBe(["wait waiting", "wait done", "tell done"]);
    }

    const string UntilPaid = """
        {"trigger":{"type":"event","events":["trial began"]},"steps":[
          {"type":"pause_until","id":"wait","event":"paid","event_filters":{"type":"AND","values":[{"key":"amount","operator":"gt","value":"10","type":"event"}]},
           "at_most":"3d","next":"thanks","on_timeout":"remind"},
          {"type":"destination","id":"thanks","kind":"recorder","fields":{"text":"thanks"}},
          {"type":"destination","id":"remind","kind":"recorder","fields":{"text":"remind"}}]}
        """;

    [Fact]
    public async Task A_wait_for_an_event_takes_the_one_way_when_it_comes_and_the_other_when_it_does_not()
    {
        var id = await host.PublishAsync("Trial", UntilPaid);
        await host.CaptureAsync("trial began", "pays", Nothing);
        await host.CaptureAsync("trial began", "waits", Nothing);
        await host.WaitingAsync(id, "wait", 2);
        await host.PassAsync(TimeSpan.FromDays(2));
        await host.CaptureAsync("paid", "pays", """{"amount":5}""");
        await host.CaptureAsync("paid", "pays", """{"amount":50}""");
        await Eventually.IsTrueAsync(() => Task.FromResult(host.Safe.To("pays").Count == 1));
        host.Safe.To("pays").ShouldBe(["thanks"]);
        host.Safe.To("waits").ShouldBeEmpty();
        await host.PassAsync(TimeSpan.FromDays(1.1));
        host.Safe.To("waits").ShouldBe(["remind"]);
        host.Safe.To("pays").ShouldBe(["thanks"]);
    }

    [Fact]
    public async Task A_wait_for_a_condition_ends_when_capture_changes_the_person()
    {
        var id = await host.PublishAsync("Upgrade", """
            {"trigger":{"type":"event","events":["looked at prices"]},"steps":[
              {"type":"pause_until","id":"wait","when":{"type":"AND","values":[{"key":"tier","operator":"exact","value":["gold"],"type":"person"}]},"at_most":"7d","next":"tell"},
              {"type":"destination","id":"tell","kind":"recorder","fields":{"text":"gold now"}}]}
            """);
        await host.CaptureAsync("looked at prices", "gina", """{"$set":{"tier":"tin"}}""");
        await host.WaitingAsync(id, "wait");
        await host.CaptureAsync("upgraded", "gina", """{"$set":{"tier":"gold"}}""");
        await host.RunsAsync(id, 1, "completed");
        host.Safe.To("gina").ShouldBe(["gold now"]);
    }

    [Fact]
    public async Task Somebody_who_signs_in_while_a_run_waits_is_still_heard()
    {
        var id = await host.PublishAsync("Until ordered", """
            {"trigger":{"type":"event","events":["filled cart"]},"steps":[
              {"type":"pause_until","id":"wait","event":"ordered","at_most":"1d","next":"tell"},
              {"type":"destination","id":"tell","kind":"recorder","fields":{"text":"ordered"}}]}
            """);
        await host.CaptureAsync("filled cart", "visitor-1", Nothing);
        await host.WaitingAsync(id, "wait");
        await host.CaptureAsync("$identify", "olga", """{"$anon_distinct_id":"visitor-1"}""");
        await host.CaptureAsync("ordered", "olga", Nothing);
        await host.RunsAsync(id, 1, "completed");
        host.Safe.To("visitor-1").ShouldBe(["ordered"]);
    }

    [Fact]
    public async Task A_branch_takes_the_first_way_that_fits_else_the_plain_one()
    {
        var id = await host.PublishAsync("Sizes", """
            {"trigger":{"type":"event","events":["sized"]},"steps":[
              {"type":"branch","id":"size","branches":[
                {"name":"small","when":{"type":"AND","values":[{"key":"size","operator":"lt","value":"10","type":"event"}]},"next":"small"},
                {"name":"middle","when":{"type":"AND","values":[{"key":"size","operator":"lt","value":"100","type":"event"}]},"next":"middle"},
                {"name":"large","when":{"type":"AND","values":[{"key":"size","operator":"lt","value":"1000","type":"event"}]},"next":"large"}],"next":"huge"},
              {"type":"destination","id":"small","kind":"recorder","fields":{"text":"small"}},
              {"type":"destination","id":"middle","kind":"recorder","fields":{"text":"middle"}},
              {"type":"destination","id":"large","kind":"recorder","fields":{"text":"large one"}},
              {"type":"destination","id":"huge","kind":"recorder","fields":{"text":"huge"}}]}
            """);
        await host.CaptureAsync("sized", "fifty", """{"size":50}""");
        await host.CaptureAsync("sized", "million", """{"size":1000000}""");
        await host.RunsAsync(id, 2, "completed");
        host.Safe.To("fifty").ShouldBe(["middle"]);
        host.Safe.To("million").ShouldBe(["huge"]);
    }

    [Fact]
    public async Task A_filter_ends_the_run_of_those_who_do_not_fit()
    {
        var id = await host.PublishAsync("Only vips", """
            {"trigger":{"type":"event","events":["called"]},"steps":[
              {"type":"filter","id":"vip","when":{"type":"AND","values":[{"key":"vip","operator":"exact","value":["true"],"type":"event"}]},"next":"tell"},
              {"type":"destination","id":"tell","kind":"recorder","fields":{"text":"vip"}}]}
            """);
        await host.CaptureAsync("called", "victor", """{"vip":true}""");
        await host.CaptureAsync("called", "norma", """{"vip":false}""");
        await Eventually.IsTrueAsync(async () => (await host.RunsAsync(id)).Count(run => run.GetProperty("state").GetString() is "completed" or "exited") == 2);
        host.Safe.To("victor").ShouldBe(["vip"]);
        host.Safe.To("norma").ShouldBeEmpty();
    }

    [Fact]
    public async Task Once_per_person_is_once_and_many_is_many()
    {
        var once = await host.PublishAsync("Once", $$"""
            {"trigger":{{AutomationHost.On("came")}},"entry":{"once_per_person":true},"steps":[{"type":"destination","id":"tell","kind":"recorder","fields":{"text":"once"} }]}
            """);
        var many = await host.PublishAsync("Many", AutomationHost.Tell(AutomationHost.On("came"), "each time"));
        await host.CaptureAsync("came", "otto", Nothing);
        await host.CaptureAsync("came", "otto", Nothing);
        await host.RunsAsync(many, 2, "completed");
        await host.RunsAsync(once, 1, "completed");
        host.Safe.To("otto").Order().ShouldBe(["each time", "each time", "once"]);
    }

    [Fact]
    public async Task Every_tenth_of_25_events_begins_two_runs()
    {
        var id = await host.PublishAsync("Every tenth", $$"""
            {"trigger":{{AutomationHost.On("ticked")}},"entry":{"mask":{"every":10,"within":"1h"} },"steps":[{"type":"destination","id":"tell","kind":"recorder","fields":{"text":"tenth"} }]}
            """);
        for (var count = 0; count < 25; count++)
        {
            await host.CaptureAsync("ticked", "ticker", Nothing);
        }
        await host.RunsAsync(id, 2, "completed");
        host.Safe.To("ticker").ShouldBe(["tenth", "tenth"]);
    }

    [Fact]
    public async Task Reaching_the_goal_ends_a_waiting_run_and_what_was_to_come_is_not_sent()
    {
        var id = await host.PublishAsync("Until bought", """
            {"trigger":{"type":"event","events":["left cart"]},"goal":{"event":"bought it","within":"7d"},"exit":{"on_conversion":true},"steps":[
              {"type":"pause","id":"wait","for":"1d","next":"tell"},
              {"type":"destination","id":"tell","kind":"recorder","fields":{"text":"you forgot"}}]}
            """);
        await host.CaptureAsync("left cart", "karl", Nothing);
        await host.WaitingAsync(id, "wait");
        await host.CaptureAsync("bought it", "karl", Nothing);
        var run = (await host.RunsAsync(id, 1, "converted"))[0];
        run.GetProperty("converted_at").ValueKind.ShouldBe(JsonValueKind.String);
        await host.PassAsync(TimeSpan.FromDays(2));
        host.Safe.To("karl").ShouldBeEmpty();
    }

    [Fact]
    public async Task A_failed_step_ends_the_run_or_not_as_its_rule_says()
    {
        host.Safe.Answer("breaks", new DeliveryOutcome.Rejected("No such channel."), new DeliveryOutcome.Rejected("No such channel."));
        string Steps(string rule) => $$"""
            {"trigger":{{AutomationHost.On($"broke {rule}")}},"steps":[
              {"type":"destination","id":"first","kind":"recorder","fields":{"text":"breaks"},"on_error":"{{rule}}","next":"second"},
              {"type":"destination","id":"second","kind":"recorder","fields":{"text":"after"} }]}
            """;
        var aborts = await host.PublishAsync("Aborts", Steps("abort"));
        var goesOn = await host.PublishAsync("Goes on", Steps("continue"));
        await host.CaptureAsync("broke abort", "abby", Nothing);
        await host.CaptureAsync("broke continue", "connie", Nothing);
        var failed = (await host.RunsAsync(aborts, 1, "failed"))[0];
        failed.GetProperty("reason").GetString().ShouldBe("No such channel.");
        var completed = (await host.RunsAsync(goesOn, 1, "completed"))[0];
        completed.GetProperty("has_errors").GetBoolean().ShouldBeTrue();
        host.Safe.To("abby").ShouldBe(["breaks"]);
        host.Safe.To("connie").ShouldBe(["breaks", "after"]);
    }

    [Fact]
    public async Task A_failed_run_goes_on_from_the_step_that_failed()
    {
        host.Safe.Answer("second try", new DeliveryOutcome.Rejected("Not today."));
        var id = await host.PublishAsync("Retried", """
            {"trigger":{"type":"event","events":["retried"]},"steps":[
              {"type":"destination","id":"one","kind":"recorder","fields":{"text":"first"},"next":"two"},
              {"type":"destination","id":"two","kind":"recorder","fields":{"text":"second try"}}]}
            """);
        await host.CaptureAsync("retried", "rita", Nothing);
        var run = (await host.RunsAsync(id, 1, "failed"))[0];
        (await host.SendAsync(HttpMethod.Post, $"{host.Automations}/{id}/runs/{run.GetProperty("id").GetString()}/retry")).Status.ShouldBe(HttpStatusCode.OK);
        await host.RunsAsync(id, 1, "completed");
        host.Safe.To("rita").ShouldBe(["first", "second try", "second try"]);
        host.Safe.Delivered.Where(one => one["text"] == "second try").Select(one => one.Key).Distinct().Count().ShouldBe(1, "it is the same message");
    }

    [Fact]
    public async Task What_finds_nobody_is_tried_again_with_longer_and_longer_pauses()
    {
        host.Safe.Answer("away", new DeliveryOutcome.Unreachable("503"), new DeliveryOutcome.Unreachable("503"));
        var id = await host.PublishAsync("Away", AutomationHost.Tell(AutomationHost.On("called away"), "away"));
        await host.CaptureAsync("called away", "abel", Nothing);
        await host.WaitingAsync(id, "tell");
        host.Safe.To("abel").Count.ShouldBe(1);
        await host.PassAsync(DestinationDelivery.Pauses[0]);
        host.Safe.To("abel").Count.ShouldBe(2);
        await host.PassAsync(TimeSpan.FromSeconds(8));
        host.Safe.To("abel").Count.ShouldBe(2, "the second pause has fifteen seconds");
        await host.PassAsync(TimeSpan.FromSeconds(8));
        await host.RunsAsync(id, 1, "completed");
        host.Safe.To("abel").Count.ShouldBe(3);
        (await host.HistoryAsync(id, (await host.RunsAsync(id))[0])).ShouldBe(["tell retrying", "tell retrying", "tell done"]);
    }

    [Fact]
    public async Task Drafts_paused_and_archived_automations_begin_nothing()
    {
        var draft = await host.DraftAsync("Draft", AutomationHost.Tell(AutomationHost.On("states"), "draft"));
        var paused = await host.PublishAsync("Paused", AutomationHost.Tell(AutomationHost.On("states"), "paused"));
        var archived = await host.PublishAsync("Archived", UntilPaid.Replace("trial began", "states", StringComparison.Ordinal));
        await host.CaptureAsync("states", "stan", Nothing);
        await host.WaitingAsync(archived, "wait");
        await host.SendAsync(HttpMethod.Post, $"{host.Automations}/{paused}/pause");
        await host.SendAsync(HttpMethod.Post, $"{host.Automations}/{archived}/archive?waiting=end");
        var ended = (await host.RunsAsync(archived, 1, "cancelled"))[0];
        ended.GetProperty("reason").GetString().ShouldBe("The automation was archived.");
        var control = await host.PublishAsync("Control", AutomationHost.Tell(AutomationHost.On("states"), "control"));
        await host.CaptureAsync("states", "stan", Nothing);
        await host.RunsAsync(control, 1, "completed");
        (await host.RunsAsync(draft)).ShouldBeEmpty();
        (await host.RunsAsync(paused)).Count.ShouldBe(1);
        (await host.RunsAsync(archived)).Count.ShouldBe(1);
    }
}
