using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Prickle.EndToEnd.Product;

namespace Prickle.EndToEnd.Crashes;

/// <summary>kill -9 while runs are in steps of every kind: each step has its effect once, and no run is lost.</summary>
[Collection(CrashCollection.Name)]
public sealed class AutomationKillTests
{
    const int Kills = 6;
    const int EventsBetween = 40;

    [Fact]
    public async Task Kills_in_every_kind_of_step_lose_no_run_and_do_nothing_twice()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var running = await Running.StartAsync();
        var project = await running.Api.NewProjectAsync("automation kills");
        var cohort = (await running.Api.PostAsync($"/api/projects/{project.Id}/cohorts", new { name = "Reached", is_static = true })).GetProperty("id").GetInt32();
        var automation = await PublishAsync(running, project, receiver.Address, cohort);

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
                await Eventually.HoldsAsync("some are on their way", () => Task.FromResult(receiver.Count > round * EventsBetween), TimeSpan.FromMinutes(1), () => Task.FromResult(running.Process.Log));
                running.Process.KillApplication();
                await running.Process.WaitForExitAsync();
                await running.Process.StartAndWaitAsync();
            }
        }

        await Eventually.HoldsAsync(
            "every run is over", async () => await CountAsync(running, project, automation, "completed") == sent, TimeSpan.FromMinutes(3),
            async () => $"{await CountAsync(running, project, automation, "completed")} of {sent} are.\n{await RestAsync(running, project, automation)}\n{running.Process.Log}");
        // Two messages for each: the same key is the same message to the receiver, as it is told.
        receiver.Keys.Count.ShouldBe(2 * sent);
        receiver.Keys.Select(one => one.Value).GroupBy(body => body).ShouldAllBe(same => same.Count() == 1);
        foreach (var name in (string[])["arrived", "$automation_run_ended"])
        {
            await Eventually.HoldsAsync(
                $"each has one {name}", async () => await EventsAsync(running, project, name) == (sent, sent), TimeSpan.FromMinutes(1),
                async () => $"There are {await EventsAsync(running, project, name)} of {sent}.\n{running.Process.Log}");
        }
        await Eventually.HoldsAsync(
            "all are in the cohort",
            async () => (await running.Api.GetAsync($"/api/projects/{project.Id}/cohorts/{cohort}")).GetProperty("count") is { ValueKind: JsonValueKind.Number } count && count.GetInt32() == sent,
            TimeSpan.FromMinutes(1), () => Task.FromResult(running.Process.Log));
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
    static async Task<int> PublishAsync(Running running, TestProject project, Uri receiver, int cohort)
    {
        var always = new { type = "AND", values = new[] { new { key = "name", @operator = "is_set", value = Array.Empty<string>(), type = "person" } } };
        object Tell(string id, string next) => new
        {
            type = "destination",
            id,
            kind = "webhook",
            next,
            fields = new { url = receiver.ToString(), body = $$$"""{"who":"{{ person.distinct_id }}","step":"{{{id}}}"}""" },
        };
        object[] steps =
        [
            new { type = "pause", id = "pause", @for = "1s", next = "first" },
            Tell("first", "branch"),
            new { type = "branch", id = "branch", branches = new[] { new { name = "known", when = always, next = "split" } } },
            new { type = "split", id = "split", parts = new[] { new { name = "a", share = 50, next = "filter" }, new { name = "b", share = 50, next = "filter" } } },
            new { type = "filter", id = "filter", when = always, next = "until" },
            new { type = "pause_until", id = "until", @event = "never", at_most = "1s", on_timeout = "window" },
            new { type = "pause_window", id = "window", from = "00:00", to = "23:59:59", next = "property" },
            new { type = "destination", id = "property", kind = "person_property", next = "event", fields = new { property = "reached", value = "true" } },
            new { type = "destination", id = "event", kind = "capture", next = "cohort", fields = new { @event = "arrived" } },
            new { type = "destination", id = "cohort", kind = "cohort_add", next = "second", fields = new { cohort = cohort.ToString(System.Globalization.CultureInfo.InvariantCulture) } },
            Tell("second", null!),
        ];
        var made = await running.Api.PostAsync(
            $"/api/projects/{project.Id}/automations", new { name = "Through all", definition = new { trigger = new { type = "event", events = (string[])["began"] }, steps } });
        var id = made.GetProperty("id").GetInt32();
        await running.Api.SendAsync($"/api/projects/{project.Id}/automations/{id}/publish");
        return id;
    }

    static async Task<int> CountAsync(Running running, TestProject project, int automation, string state) =>
        (await running.Api.GetAsync($"/api/projects/{project.Id}/automations/{automation}/runs?limit=1&state={state}")).GetProperty("count").GetInt32();

    /// <summary>A server that knows a message by its key, as the header asks it to.</summary>
    sealed class Receiver : IAsyncDisposable
    {
        readonly WebApplication _app;

        Receiver(WebApplication app) => _app = app;

        public ConcurrentDictionary<string, string> Keys { get; } = new();

        public int Count => Keys.Count;

        public Uri Address { get; private set; } = null!;

        public static async Task<Receiver> StartAsync()
        {
            var builder = WebApplication.CreateSlimBuilder();
            builder.Logging.ClearProviders();
            builder.WebHost.UseUrls("http://127.0.0.1:0");
            var app = builder.Build();
            var receiver = new Receiver(app);
            app.MapPost("/", async (HttpContext context) =>
            {
                using var reader = new StreamReader(context.Request.Body);
                receiver.Keys.TryAdd(context.Request.Headers["Idempotency-Key"].ToString(), await reader.ReadToEndAsync());
            });
            await app.StartAsync();
            receiver.Address = new Uri(app.Urls.First());
            return receiver;
        }

        public ValueTask DisposeAsync() => _app.DisposeAsync();
    }
}
