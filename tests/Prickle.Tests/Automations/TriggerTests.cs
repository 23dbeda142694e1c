using System.Net;
using System.Text.Json;
using Prickle.Automations;
using Prickle.Automations.Triggers;
using Prickle.Tests.Engine;
using Prickle.Tests.Previews;

namespace Prickle.Tests.Automations;

/// <summary>What begins runs besides events: times, numbers, cohorts, flags, other systems, people.</summary>
public sealed class TriggerTests(AutomationHost host) : IClassFixture<AutomationHost>
{
    [Fact]
    public void Mondays_at_nine_in_London_stay_nine_over_the_change_to_summer_time()
    {
        // The clocks of London went forward on Sunday 29 March 2026: nine is 09:00 UTC before and 08:00 UTC after.
        var schedule = new ScheduleTrigger("0 9 * * 1") { TimeZone = "Europe/London" };
        var first = ScheduleTimes.Next(schedule, TimeZoneInfo.Utc, new DateTimeOffset(2026, 3, 20, 0, 0, 0, TimeSpan.Zero));
        var second = ScheduleTimes.Next(schedule, TimeZoneInfo.Utc, first!.Value);
        first.ShouldBe(new DateTimeOffset(2026, 3, 23, 9, 0, 0, TimeSpan.Zero));
        second.ShouldBe(new DateTimeOffset(2026, 3, 30, 8, 0, 0, TimeSpan.Zero));
    }

    [Fact]
    public async Task A_schedule_begins_one_run_each_time_and_makes_up_once_for_what_was_missed()
    {
        var id = await host.PublishAsync("Hourly", AutomationHost.Tell("""{"type":"schedule","cron":"0 * * * *"}""", "hourly"));
        await host.PassAsync(TimeSpan.FromHours(1));
        (await host.RunsAsync(id)).Count.ShouldBe(1);
        await host.DueAsync();
        (await host.RunsAsync(id)).Count.ShouldBe(1);
        await host.PassAsync(TimeSpan.FromHours(5));
        (await host.RunsAsync(id)).Count.ShouldBe(2, "four of five were missed, and are made up for by one");
    }

    [Fact]
    public async Task A_schedule_for_a_cohort_begins_a_run_for_each_member()
    {
        await host.CaptureAsync("$identify", "member-1", """{"$set":{"a":1}}""");
        await host.CaptureAsync("$identify", "member-2", """{"$set":{"a":1}}""");
        await Eventually.IsTrueAsync(async () => (await host.PropertiesAsync("member-2")).ValueKind == JsonValueKind.Object);
        var cohort = await host.CohortAsync("Readers", "member-1", "member-2");
        await Eventually.IsTrueAsync(async () => (await host.SendAsync(HttpMethod.Get, $"/api/projects/{host.Project.Id}/cohorts/{cohort}")).Body.GetProperty("count") is { ValueKind: JsonValueKind.Number } count && count.GetInt32() == 2);
        var id = await host.PublishAsync("Newsletter", AutomationHost.Tell($$"""{"type":"schedule","cron":"30 * * * *","cohort":{{cohort}} }""", "news"));
        await host.PassAsync(TimeSpan.FromHours(1));
        await host.RunsAsync(id, 2, "completed");
        host.Safe.To("member-1").ShouldBe(["news"]);
        host.Safe.To("member-2").ShouldBe(["news"]);
    }

    [Fact]
    public async Task A_number_over_its_line_begins_one_run_until_it_has_recovered_and_cooled_down()
    {
        var id = await host.PublishAsync("Errors", AutomationHost.Tell(
            """{"type":"threshold","event":"error","window":"10m","value":5,"recovery":1,"cool_down":"30m"}""", "errors"));
        async Task ErrorsAsync(int count)
        {
            var before = await CountAsync("error");
            for (var index = 0; index < count; index++)
            {
                await host.CaptureAsync("error", "service", "{}");
            }
            await Eventually.IsTrueAsync(async () => await CountAsync("error") == before + count);
        }
        await ErrorsAsync(5);
        await host.PassAsync(TimeSpan.FromMinutes(1));
        (await host.RunsAsync(id)).ShouldBeEmpty("five are not over five");
        await ErrorsAsync(1);
        await host.PassAsync(TimeSpan.FromMinutes(1));
        var run = (await host.RunsAsync(id)).ShouldHaveSingleItem();
        (await host.RunAsync(id, run)).GetProperty("context").GetProperty("trigger").GetProperty("value").GetDouble().ShouldBe(6);
        await ErrorsAsync(3);
        await host.PassAsync(TimeSpan.FromMinutes(1));
        (await host.RunsAsync(id)).Count.ShouldBe(1, "it is over the line still");
        // Nothing for twenty minutes: recovered, and not yet cooled down.
        await host.PassAsync(TimeSpan.FromMinutes(20));
        await ErrorsAsync(7);
        await host.PassAsync(TimeSpan.FromMinutes(1));
        (await host.RunsAsync(id)).Count.ShouldBe(1, "the cool-down is not over");
        await host.PassAsync(TimeSpan.FromMinutes(20));
        await ErrorsAsync(7);
        await host.PassAsync(TimeSpan.FromMinutes(1));
        (await host.RunsAsync(id)).Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_number_is_watched_for_each_person_by_themselves()
    {
        var id = await host.PublishAsync("Busy", AutomationHost.Tell(
            """{"type":"threshold","event":"exported","window":"1h","value":2,"per":"person"}""", "busy"));
        foreach (var who in (string[])["busy", "calm", "busy", "busy"])
        {
            await host.CaptureAsync("exported", who, "{}");
        }
        await Eventually.IsTrueAsync(async () => await CountAsync("exported") == 4);
        await host.PassAsync(TimeSpan.FromMinutes(2));
        await host.RunsAsync(id, 1, "completed");
        host.Safe.To("busy").ShouldBe(["busy"]);
        host.Safe.To("calm").ShouldBeEmpty();
    }

    async Task<int> CountAsync(string name) => (await host.Store.Store.ListAsync(
        $"SELECT toInt32(count()) FROM events WHERE event = '{name}'", row => row.GetInt32(0), cancellationToken: TestContext.Current.CancellationToken))[0];

    [Fact]
    public async Task Whoever_comes_into_a_cohort_begins_a_run_and_who_was_in_it_does_not()
    {
        foreach (var who in (string[])["early", "late"])
        {
            await host.CaptureAsync("$identify", who, """{"$set":{"a":1}}""");
        }
        await Eventually.IsTrueAsync(async () => (await host.PropertiesAsync("late")).ValueKind == JsonValueKind.Object);
        var cohort = await host.CohortAsync("Beta testers", "early");
        var entered = await host.PublishAsync("Entered", AutomationHost.Tell($$"""{"type":"cohort","cohort":{{cohort}} }""", "entered"));
        var left = await host.PublishAsync("Left", AutomationHost.Tell($$"""{"type":"cohort","cohort":{{cohort}},"change":"left"}""", "left"));
        await MembersAsync(cohort, 1);
        await host.DueAsync();
        await host.AddToCohortAsync(cohort, "late");
        await MembersAsync(cohort, 2);
        await Eventually.IsTrueAsync(async () =>
        {
            await host.DueAsync();
            return (await host.RunsAsync(entered)).Count == 1;
        });
        host.Safe.To("late").ShouldBe(["entered"]);
        host.Safe.To("early").ShouldBeEmpty();
        (await host.RunsAsync(left)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_cohort_by_what_people_are_is_calculated_again_for_those_who_wait_for_it()
    {
        var (status, made) = await host.SendAsync(HttpMethod.Post, $"/api/projects/{host.Project.Id}/cohorts", """
            {"name":"Gold","filters":{"properties":{"type":"AND","values":[{"key":"level","operator":"exact","value":["gold"],"type":"person"}]}}}
            """);
        status.ShouldBe(HttpStatusCode.Created, made.ToString());
        var cohort = made.GetProperty("id").GetInt32();
        var id = await host.PublishAsync("Became gold", AutomationHost.Tell($$"""{"type":"cohort","cohort":{{cohort}} }""", "gold"));
        await MembersAsync(cohort, 0);
        await host.DueAsync();
        await host.CaptureAsync("$identify", "goldie", """{"$set":{"level":"gold"}}""");
        await Eventually.IsTrueAsync(async () => (await host.PropertiesAsync("goldie")).ValueKind == JsonValueKind.Object);
        await host.PassAsync(CohortRounds.Every + TimeSpan.FromMinutes(1));
        await Eventually.IsTrueAsync(async () =>
        {
            await host.DueAsync();
            return (await host.RunsAsync(id)).Count == 1;
        });
        host.Safe.To("goldie").ShouldBe(["gold"]);
    }

    Task MembersAsync(int cohort, int count) => Eventually.IsTrueAsync(async () =>
        (await host.SendAsync(HttpMethod.Get, $"/api/projects/{host.Project.Id}/cohorts/{cohort}")).Body.GetProperty("count") is { ValueKind: JsonValueKind.Number } found && found.GetInt32() == count);

    [Fact]
    public async Task A_change_of_a_flag_begins_a_run_and_other_flags_do_not()
    {
        async Task<int> FlagAsync(string key) =>
            (await host.SendAsync(HttpMethod.Post, $"/api/projects/{host.Project.Id}/feature_flags", $$"""{"key":"{{key}}","filters":{"groups":[{"rollout_percentage":10}]} }""")).Body.GetProperty("id").GetInt32();
        var (watched, other) = (await FlagAsync("watched"), await FlagAsync("other"));
        var id = await host.PublishAsync("Flag moved", AutomationHost.Tell("""{"type":"flag","flag":"watched"}""", "flag changed"));
        await host.DueAsync();
        foreach (var flag in (int[])[watched, other])
        {
            await host.SendAsync(HttpMethod.Patch, $"/api/projects/{host.Project.Id}/feature_flags/{flag}", """{"active":false}""");
        }
        await host.DueAsync();
        var run = (await host.RunsAsync(id)).ShouldHaveSingleItem();
        (await host.RunAsync(id, run)).GetProperty("context").GetProperty("trigger").GetProperty("flag").GetString().ShouldBe("watched");
    }

    [Fact]
    public async Task Choosing_a_preview_begins_a_run()
    {
        await host.CreateAsync("Dark side", "beta");
        var id = await host.PublishAsync("Thanks", AutomationHost.Tell("""{"type":"preview","flag":"dark-side"}""", "thank you"));
        await host.ChooseAsync("dark-side", "chooser", true);
        await host.RunsAsync(id, 1, "completed");
        host.Safe.To("chooser").ShouldBe(["thank you"]);
        await host.ChooseAsync("dark-side", "chooser", false);
        await host.EventsAsync("$feature_enrollment_update", "dark-side", 2);
        (await host.RunsAsync(id)).Count.ShouldBe(1);
    }

    [Fact]
    public async Task Another_system_begins_a_run_once_for_each_key()
    {
        var id = await host.PublishAsync("Hook", AutomationHost.Tell("""{"type":"webhook","distinct_id_from":"customer.id"}""", "hooked"));
        var address = (await host.SendAsync(HttpMethod.Get, $"{host.Automations}/{id}")).Body.GetProperty("webhook_address").GetString()!;
        async Task<HttpStatusCode> CallAsync(string body, string? key = null)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = Flags.FlagHost.Json(body) };
            if (key is not null)
            {
                request.Headers.Add("Idempotency-Key", key);
            }
            using var response = await host.Page.SendAsync(request);
            return response.StatusCode;
        }
        (await CallAsync("""{"customer":{"id":"hooky"},"amount":3}""", "order-1")).ShouldBe(HttpStatusCode.Accepted);
        (await CallAsync("""{"customer":{"id":"hooky"},"amount":3}""", "order-1")).ShouldBe(HttpStatusCode.Accepted);
        (await CallAsync("""{"customer":{}}""")).ShouldBe(HttpStatusCode.BadRequest);
        (await CallAsync("""[1]""")).ShouldBe(HttpStatusCode.BadRequest);
        (await CallAsync("""{"customer":""")).ShouldBe(HttpStatusCode.BadRequest);
        var run = (await host.RunsAsync(id, 1, "completed"))[0];
        (await host.RunAsync(id, run)).GetProperty("context").GetProperty("trigger").GetProperty("body").GetProperty("amount").GetInt32().ShouldBe(3);
        host.Safe.To("hooky").ShouldBe(["hooked"]);
        (await PreviewHost.SendAsync(host.Page, HttpMethod.Post, "/hooks/0123456789", "{}")).Status.ShouldBe(HttpStatusCode.NotFound);
        await host.SendAsync(HttpMethod.Post, $"{host.Automations}/{id}/webhook");
        (await CallAsync("""{"customer":{"id":"hooky"}}""")).ShouldBe(HttpStatusCode.NotFound, "the address was renewed");
    }

    [Fact]
    public async Task Somebody_starts_it_by_hand()
    {
        var id = await host.PublishAsync("By hand", AutomationHost.Tell("""{"type":"manual"}""", "by hand"));
        (await host.SendAsync(HttpMethod.Post, $"{host.Automations}/{id}/start", """{"distinct_id":"handy","data":{"why":"test"}}""")).Status.ShouldBe(HttpStatusCode.Accepted);
        await host.RunsAsync(id, 1, "completed");
        host.Safe.To("handy").ShouldBe(["by hand"]);
    }
}
