using System.Net;
using System.Text.Json;
using Prickle.Tests.Engine;

namespace Prickle.Tests.Automations;

/// <summary>What people see before they switch something on: tests on a sample, simulations, refusals that name the step.</summary>
public sealed class TryingTests(AutomationHost host) : IClassFixture<AutomationHost>
{
    [Fact]
    public async Task A_simulation_tells_who_would_have_begun_and_which_ways_they_would_have_taken()
    {
        // Ten people asked within the last days, two of them twice; six paid, of these one after the wait was over.
        var now = host.Time.GetUtcNow();
        for (var index = 0; index < 10; index++)
        {
            await host.CaptureAsync("asked for trial", $"sim-{index}", $$"""{"plan":"{{(index < 7 ? "pro" : "free")}}"}""", now.AddDays(-5));
        }
        await host.CaptureAsync("asked for trial", "sim-0", """{"plan":"pro"}""", now.AddDays(-4));
        await host.CaptureAsync("asked for trial", "sim-1", """{"plan":"pro"}""", now.AddDays(-4));
        await host.CaptureAsync("asked for trial", "sim-old", """{"plan":"pro"}""", now.AddDays(-20));
        for (var index = 0; index < 5; index++)
        {
            await host.CaptureAsync("paid trial", $"sim-{index}", "{}", now.AddDays(-4.5));
        }
        await host.CaptureAsync("paid trial", "sim-5", "{}", now.AddDays(-1));
        await Eventually.IsTrueAsync(async () => (await host.Store.Store.ListAsync(
            "SELECT toInt32(count()) FROM events WHERE event IN ('asked for trial', 'paid trial')", row => row.GetInt32(0), cancellationToken: TestContext.Current.CancellationToken))[0] == 19);
        var id = await host.DraftAsync("Simulated", """
            {"trigger":{"type":"event","events":["asked for trial"],"filters":{"type":"AND","values":[{"key":"plan","operator":"exact","value":["pro"],"type":"event"}]}},
             "entry":{"once_per_person":true},"goal":{"event":"paid trial","within":"30d"},"steps":[
              {"type":"pause_until","id":"wait","event":"paid trial","at_most":"2d","next":"thanks","on_timeout":"remind"},
              {"type":"destination","id":"thanks","kind":"letter","fields":{"text":"thanks"}},
              {"type":"destination","id":"remind","kind":"letter","fields":{"text":"remind"}}]}
            """);
        var (status, result) = await host.SendAsync(HttpMethod.Post, $"{host.Automations}/{id}/simulate?days=7");
        status.ShouldBe(HttpStatusCode.OK, result.ToString());
        // Seven people on the pro plan, nine events of theirs. Five paid in time, one later, one never.
        result.GetProperty("matches").GetInt32().ShouldBe(9);
        result.GetProperty("runs").GetInt32().ShouldBe(7);
        result.GetProperty("persons").GetInt32().ShouldBe(7);
        var steps = result.GetProperty("steps").EnumerateArray().ToDictionary(step => step.GetProperty("step_id").GetString()!, step => step.GetProperty("reached").GetInt32());
        steps.ShouldBe(new Dictionary<string, int> { ["wait"] = 7, ["thanks"] = 5, ["remind"] = 2 }, ignoreOrder: true);
        result.GetProperty("messages").GetInt32().ShouldBe(7);
        result.GetProperty("converted").GetInt32().ShouldBe(6);
        result.GetProperty("completed").GetInt32().ShouldBe(7);
        host.Letter.Delivered.ShouldNotContain(one => one["text"] == "thanks" || one["text"] == "remind");
    }

    [Fact]
    public async Task A_test_on_a_sample_shows_the_steps_and_does_nothing_unless_asked()
    {
        await host.CaptureAsync("sampled", "sample", """{"plan":"pro"}""");
        Guid uuid = default;
        await Eventually.IsTrueAsync(async () => (uuid = (await host.Store.Store.ListAsync(
            "SELECT uuid FROM events WHERE event = 'sampled'", row => row.GetGuid(0), cancellationToken: TestContext.Current.CancellationToken)).FirstOrDefault()) != default);
        var id = await host.DraftAsync("Sampled", """
            {"trigger":{"type":"event","events":["sampled"]},"steps":[
              {"type":"pause","id":"wait","for":"2h","next":"pro"},
              {"type":"branch","id":"pro","branches":[{"name":"pro","when":{"type":"AND","values":[{"key":"plan","operator":"exact","value":["pro"],"type":"event"}]},"next":"tell"}]},
              {"type":"destination","id":"tell","kind":"recorder","fields":{"text":"{{ event.properties.plan }} for {{ person.distinct_id }}"}}]}
            """);
        var (_, dry) = await host.SendAsync(HttpMethod.Post, $"{host.Automations}/{id}/test", $$"""{"event":"{{uuid}}"}""");
        dry.GetProperty("fits").GetBoolean().ShouldBeTrue();
        dry.GetProperty("steps").EnumerateArray().Select(step => step.GetProperty("step").GetString()).ShouldBe(["wait", "pro", "tell"]);
        dry.GetProperty("steps")[0].GetProperty("detail").GetString().ShouldBe("Would wait for 2 hours.");
        dry.GetProperty("steps")[2].GetProperty("fields").GetProperty("text").GetString().ShouldBe("pro for sample");
        host.Safe.To("sample").ShouldBeEmpty();
        var (_, real) = await host.SendAsync(HttpMethod.Post, $"{host.Automations}/{id}/test", $$"""{"event":"{{uuid}}","has_effect":true}""");
        real.GetProperty("steps")[2].GetProperty("outcome").GetString().ShouldBe("delivered");
        host.Safe.To("sample").ShouldBe(["pro for sample"]);
        (await host.RunsAsync(id)).ShouldBeEmpty("tests are counted nowhere");
    }

    [Fact]
    public async Task A_key_that_may_not_read_persons_is_shown_nothing_of_them()
    {
        var id = await host.DraftAsync("Curious", AutomationHost.Tell("""{"type":"manual"}""", "{{ person.properties | json }}"));
        using var program = await host.Host.ProgramAsync(Accounts.AccountsHost.OwnerEmail, "automation:read", "automation:write");
        var (status, _) = await Previews.PreviewHost.SendAsync(program, HttpMethod.Post, $"{host.Automations}/{id}/test", """{"distinct_id":"anna"}""");
        status.ShouldBe(HttpStatusCode.Forbidden);
        (await Previews.PreviewHost.SendAsync(program, HttpMethod.Get, $"{host.Automations}/{id}/runs")).Status.ShouldBe(HttpStatusCode.Forbidden);
    }

    [Theory]
    [InlineData("""{"trigger":{"type":"event","events":["x"]},"steps":[]}""", "steps", "no step")]
    [InlineData("""{"trigger":{"type":"event","events":[]},"steps":[{"type":"pause","id":"a","for":"1h"}]}""", "trigger.events", "which event")]
    [InlineData("""{"trigger":{"type":"schedule","cron":"61 * * * *"},"steps":[{"type":"pause","id":"a","for":"1h"}]}""", "trigger.cron", "not a schedule")]
    [InlineData("""{"trigger":{"type":"cohort","cohort":424242},"steps":[{"type":"pause","id":"a","for":"1h"}]}""", "trigger.cohort", "does not exist")]
    [InlineData("""{"trigger":{"type":"event","events":["x"]},"steps":[{"type":"pause","id":"a","for":"1h","next":"b"}]}""", "steps.a.next", "does not exist")]
    [InlineData("""{"trigger":{"type":"event","events":["x"]},"steps":[{"type":"destination","id":"a","kind":"pigeon","fields":{}}]}""", "steps.a.kind", "pigeon")]
    [InlineData("""{"trigger":{"type":"event","events":["x"]},"steps":[{"type":"destination","id":"a","kind":"recorder","fields":{"text":"{{ person.properties.name "}}]}""", "steps.a.text", "line 1")]
    [InlineData("""{"trigger":{"type":"manual"},"exit":{"on_conversion":true},"steps":[{"type":"pause","id":"a","for":"1h"}]}""", "goal", "no goal")]
    public async Task What_cannot_run_is_refused_with_its_place(string definition, string place, string words)
    {
        var id = await host.DraftAsync("Wrong", definition);
        var (status, refused) = await host.SendAsync(HttpMethod.Post, $"{host.Automations}/{id}/publish");
        status.ShouldBe(HttpStatusCode.BadRequest);
        refused.GetProperty("attr").GetString().ShouldBe(place);
        refused.GetProperty("detail").GetString()!.ShouldContain(words, Case.Insensitive);
    }

    [Theory]
    [InlineData("""{"name":"x","definition":{"steps":[{"type":"sing","id":"a"}]}}""")]
    [InlineData("""{"name":"x","definition":{"steps":[null]}}""")]
    [InlineData("""{"name":"x","definition":{"trigger":null}}""")]
    [InlineData("""{"name":"x","definition":{"steps":[{"type":"branch","id":"a","branches":null}]}}""")]
    [InlineData("""{"name":"x","definition":[]}""")]
    [InlineData("""{"name":5}""")]
    [InlineData("""{"name":""}""")]
    public async Task What_is_no_definition_is_refused(string body) =>
        (await host.SendAsync(HttpMethod.Post, host.Automations, body)).Status.ShouldBe(HttpStatusCode.BadRequest);
}
