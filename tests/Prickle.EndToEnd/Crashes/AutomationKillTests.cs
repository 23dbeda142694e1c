using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using Prickle.EndToEnd.Product;

namespace Prickle.EndToEnd.Crashes;

/// <summary>kill -9 while runs are in steps of every kind: each step has its effect once, and no run is lost.</summary>
[Collection(CrashCollection.Name)]
public sealed class AutomationKillTests
{
    const int Kills = 6;
    const int EventsBetween = 20;

    [Fact]
    public async Task Kills_in_every_kind_of_step_lose_no_run_and_do_nothing_twice()
    {
        await using var outside = await OutsideServices.StartAsync();
        await using var running = await Running.StartAsync();
        var things = await Things.MakeAsync(running, outside);
        var project = things.Project;
        var automation = await PublishAsync(running, things, outside);

        var sent = 0;
        for (var round = 0; round <= Kills; round++)
        {
            for (var count = 0; count < EventsBetween; count++)
            {
                await running.Api.CaptureAsync(project, ($"person-{sent++}", "began"));
            }
            if (round < Kills)
            {
                // Each time somewhere else: runs are in all of their steps by then.
                await Eventually.HoldsAsync(
                    "some are on their way", () => Task.FromResult(outside.Hooks.Count > round * EventsBetween), TimeSpan.FromMinutes(1), () => Task.FromResult(running.Process.Log));
                running.Process.KillApplication();
                await running.Process.WaitForExitAsync();
                await running.Process.StartAndWaitAsync();
            }
        }

        await Eventually.HoldsAsync(
            "every run is over", async () => await CountAsync(running, project, automation, "completed") == sent, TimeSpan.FromMinutes(3),
            async () => $"{await CountAsync(running, project, automation, "completed")} of {sent} are.\n{await RestAsync(running, project, automation)}\n{running.Process.Log}");
        // Two messages for each: the same key is the same message to the receiver, as it is told.
        outside.Hooks.Count.ShouldBe(2 * sent);
        outside.Hooks.Values.ShouldBeUnique();
        // Who can be asked is asked before anything is said again.
        outside.Posts.Count.ShouldBe(sent);
        outside.Posts.ShouldBeUnique();
        outside.Issues.Count.ShouldBe(sent);
        outside.Issues.ShouldBeUnique();
        await CheckMailsAsync(running, project, automation, outside, sent);
        foreach (var name in (string[])["arrived", "$automation_run_ended"])
        {
            await Eventually.HoldsAsync(
                $"each has one {name}", async () => await EventsAsync(running, project, name) == (sent, sent), TimeSpan.FromMinutes(1),
                async () => $"There are {await EventsAsync(running, project, name)} of {sent}.\n{running.Process.Log}");
        }
        await Eventually.HoldsAsync(
            "all are in the one cohort and out of the other",
            async () => (await MembersAsync(running, project, things.Reached), await MembersAsync(running, project, things.Left)) == (sent, 0), TimeSpan.FromMinutes(1),
            () => Task.FromResult(running.Process.Log));
        await Eventually.HoldsAsync(
            "all have one flag and not the other", async () => await FlagsAsync(running, project) == (sent, 0), TimeSpan.FromMinutes(1),
            async () => $"{await FlagsAsync(running, project)} of {sent} have them.\n{running.Process.Log}");
        foreach (var flag in things.Flags)
        {
            // The set that it was made with, and one for all whom automations put in.
            (await running.Api.GetAsync($"/api/projects/{project.Id}/feature_flags/{flag}")).GetProperty("filters").GetProperty("groups").GetArrayLength().ShouldBe(2);
        }
        for (var person = 0; person < sent; person++)
        {
            (await MessagesOfAsync(running, project, $"person-{person}")).ShouldBe(1);
        }
    }

    /// <summary>A mail server cannot be asked: nobody gets a mail twice, and whoever got none is one of those of whom it is said that nobody knows.</summary>
    static async Task CheckMailsAsync(Running running, TestProject project, int automation, OutsideServices outside, int sent)
    {
        var steps = (await running.Api.GetAsync($"/api/projects/{project.Id}/automations/{automation}/metrics")).GetProperty("steps").EnumerateArray()
            .Where(step => step.GetProperty("step").GetString() == "mail").ToDictionary(step => step.GetProperty("state").GetString()!, step => step.GetProperty("count").GetInt32());
        outside.MailedTo.ShouldBeUnique();
        steps.GetValueOrDefault("retrying").ShouldBe(0);
        (steps.GetValueOrDefault("done") + steps.GetValueOrDefault("uncertain")).ShouldBe(sent);
        outside.MailedTo.Count.ShouldBeInRange(steps.GetValueOrDefault("done"), sent);
    }

    static async Task<int?> MembersAsync(Running running, TestProject project, int cohort) =>
        (await running.Api.GetAsync($"/api/projects/{project.Id}/cohorts/{cohort}")).GetProperty("count") is { ValueKind: JsonValueKind.Number } count ? count.GetInt32() : null;

    static async Task<(int Early, int Passing)> FlagsAsync(Running running, TestProject project) => (await running.Store.QueryAsync(
        $"""
        SELECT toInt32(countIf(JSONHas(text, '$in_flag/early'))) AS early, toInt32(countIf(JSONHas(text, '$in_flag/passing'))) AS passing
        FROM (SELECT toJSONString(properties) AS text FROM prickle.persons FINAL WHERE project_id = {project.Id})
        """,
        row => (row.GetProperty("early").GetInt32(), row.GetProperty("passing").GetInt32())))[0];

    static async Task<int> MessagesOfAsync(Running running, TestProject project, string person)
    {
        using var response = await running.Http.PostAsJsonAsync("/api/messages", new { token = project.Token, distinct_id = person });
        return (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("messages").GetArrayLength();
    }

    /// <summary>Where the others are, and why.</summary>
    static async Task<string> RestAsync(Running running, TestProject project, int automation)
    {
        var runs = (await running.Api.GetAsync($"/api/projects/{project.Id}/automations/{automation}/runs?limit=1000")).GetProperty("results").EnumerateArray().ToList();
        return $"{runs.Count} runs; " + string.Join("; ", runs.Where(run => run.GetProperty("state").GetString() != "completed")
            .GroupBy(run => $"{run.GetProperty("state")} at {run.GetProperty("step")}: {run.GetProperty("reason")}").Select(group => $"{group.Count()} {group.Key}"));
    }

    static async Task<(int Events, int Persons)> EventsAsync(Running running, TestProject project, string name) => (await running.Store.QueryAsync(
        $"SELECT toInt32(count()) AS events, toInt32(uniqExact(distinct_id)) AS persons FROM prickle.events WHERE project_id = {project.Id} AND event = '{name}'",
        row => (row.GetProperty("events").GetInt32(), row.GetProperty("persons").GetInt32())))[0];

    /// <summary>A pause, waits, ways and effects, one after another.</summary>
    static async Task<int> PublishAsync(Running running, Things things, OutsideServices outside)
    {
        var always = new { type = "AND", values = new[] { new { key = "name", @operator = "is_set", value = Array.Empty<string>(), type = "person" } } };
        object Tell(string id, string next) => Act(
            id, "webhook", next, new { url = outside.Address.ToString(), body = $$$"""{"who":"{{ person.distinct_id }}","step":"{{{id}}}"}""" });
        object[] steps =
        [
            new { type = "pause", id = "pause", @for = "1s", next = "first" },
            Tell("first", "branch"),
            new { type = "branch", id = "branch", branches = new[] { new { name = "known", when = always, next = "split" } } },
            new { type = "split", id = "split", parts = new[] { new { name = "a", share = 50, next = "filter" }, new { name = "b", share = 50, next = "filter" } } },
            new { type = "filter", id = "filter", when = always, next = "until" },
            new { type = "pause_until", id = "until", @event = "never", at_most = "1s", on_timeout = "window" },
            new { type = "pause_window", id = "window", from = "00:00", to = "23:59:59", next = "property" },
            Act("property", "person_property", "event", new { property = "reached", value = "true" }),
            Act("event", "capture", "come", new { @event = "arrived" }),
            Act("come", "cohort_add", "reach", new { cohort = Text(things.Left) }),
            Act("reach", "cohort_add", "leave", new { cohort = Text(things.Reached) }),
            Act("leave", "cohort_remove", "early", new { cohort = Text(things.Left) }),
            Act("early", "flag_add", "on", new { flag = "early" }),
            Act("on", "flag_add", "off", new { flag = "passing" }),
            Act("off", "flag_remove", "issue", new { flag = "passing" }),
            Act("issue", "github", "post", new { repository = "shop/shop", title = "{{ person.distinct_id }} came" }, things.GitHub),
            Act("post", "slack", "mail", new { channel = "C1", text = "{{ person.distinct_id }} came" }, things.Slack),
            Act("mail", "email", "show", new { to = "{{ person.distinct_id }}@example.com", subject = "Welcome", body = "<p>Hello</p>" }, things.Mail),
            Act("show", "in_app_message", "second", new { title = "Welcome" }),
            Tell("second", null!),
        ];
        var made = await running.Api.PostAsync(
            $"/api/projects/{things.Project.Id}/automations", new { name = "Through all", definition = new { trigger = new { type = "event", events = (string[])["began"] }, steps } });
        var id = made.GetProperty("id").GetInt32();
        await running.Api.SendAsync($"/api/projects/{things.Project.Id}/automations/{id}/publish");
        return id;
    }

    static object Act(string id, string kind, string next, object fields, Guid? destination = null) => new { type = "destination", id, kind, next, fields, destination };

    static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>What the steps act on.</summary>
    sealed record Things(TestProject Project, int Reached, int Left, IReadOnlyList<int> Flags, Guid GitHub, Guid Slack, Guid Mail)
    {
        public static async Task<Things> MakeAsync(Running running, OutsideServices outside)
        {
            var project = await running.Api.NewProjectAsync("automation kills");
            async Task<JsonElement> MakeAsync(string what, object thing) => (await running.Api.PostAsync($"/api/projects/{project.Id}/{what}", thing)).GetProperty("id");
            async Task<int> CohortAsync(string name) => (await MakeAsync("cohorts", new { name, is_static = true })).GetInt32();
            async Task<int> FlagAsync(string key) => (await MakeAsync("feature_flags", new { key, filters = new { groups = new[] { new { rollout_percentage = 0 } } } })).GetInt32();
            async Task<Guid> DestinationAsync(string kind, object fields) => (await MakeAsync("destinations", new { kind, name = kind, fields })).GetGuid();
            return new Things(
                project, await CohortAsync("Reached"), await CohortAsync("Left"), [await FlagAsync("early"), await FlagAsync("passing")],
                await DestinationAsync("github", new { token = "ghp_1", api_url = $"{outside.Address}github/" }),
                await DestinationAsync("slack", new { token = "xoxb-1", api_url = $"{outside.Address}slack" }),
                await DestinationAsync("email", new { host = "127.0.0.1", port = $"{outside.Mail.Port}", encryption = "off", from = "Shop <shop@shop.example>" }));
        }
    }

    static async Task<int> CountAsync(Running running, TestProject project, int automation, string state) =>
        (await running.Api.GetAsync($"/api/projects/{project.Id}/automations/{automation}/runs?limit=1&state={state}")).GetProperty("count").GetInt32();
}
