using System.Net;
using Microsoft.EntityFrameworkCore;
using Prickle.ClickHouse;
using Prickle.Flags.Storage;
using Prickle.Persons;
using Prickle.Storage;
using Prickle.Tests.Accounts;
using Prickle.Tests.Engine;
using Prickle.Tests.Previews;

namespace Prickle.Tests.Automations;

/// <summary>Somebody is deleted while an automation waits for them: everything that modules keep about them goes, and nothing is sent.</summary>
public sealed class PersonDeletionTests(AutomationHost host) : IClassFixture<AutomationHost>
{
    static CancellationToken Stop => TestContext.Current.CancellationToken;

    string Persons => $"/api/projects/{host.Project.Id}/persons";

    [Fact]
    public async Task Somebody_who_is_deleted_while_a_run_waits_leaves_nothing_and_gets_nothing()
    {
        var automation = await host.PublishAsync("Welcome", $$$"""
            {"trigger":{{{AutomationHost.On("signed up")}}},"steps":[
              {"type":"destination","id":"hold","kind":"recorder","fields":{"text":"held {{ person.properties.email }}"},"undo":true,"next":"show"},
              {"type":"destination","id":"show","kind":"in_app_message","fields":{"title":"Welcome"},"next":"wait"},
              {"type":"pause","id":"wait","for":"1d","next":"tell"},
              {"type":"destination","id":"tell","kind":"letter","fields":{"text":"still there?"} }]}
            """);
        var preview = await host.CreateAsync("New nav");
        var (_, flag) = await host.SendAsync(
            HttpMethod.Post, $"/api/projects/{host.Project.Id}/feature_flags", """{"key":"steady","ensure_experience_continuity":true,"filters":{"groups":[{"rollout_percentage":50}]} }""");
        flag.GetProperty("id").GetInt32().ShouldBeGreaterThan(0);
        string[] both = ["dora", "ed"];
        foreach (var who in both)
        {
            await host.CaptureAsync("signed up", who, $$"""{"$session_id":"session-{{who}}","$set":{"email":"{{who}}@example.com"} }""");
            await Eventually.IsTrueAsync(async () => (await FindAsync(who)) is not null);
            await AskFlagsAsync(who);
            await host.ChooseAsync("new-nav", who, true);
        }
        var waiting = await host.WaitingAsync(automation, "wait", 2);
        foreach (var who in both)
        {
            // What is on its way would make them anew.
            await Eventually.IsTrueAsync(async () => await EventsAsync(who, "$automation_run_started") == 1 && await EventsAsync(who, "$feature_enrollment_update") == 1
                && await EventsAsync(who, "$automation_step") >= 2);
        }
        var cohort = await host.CohortAsync("Chosen", both);
        var dora = (await FindAsync("dora"))!.Value;
        (await MessagesAsync("dora"), await KeysAsync("dora"), await CohortAsync(cohort), (await host.StatesAsync(preview)).Count).ShouldBe((1, 1, 2, 2));

        using (var reader = await host.Host.ProgramAsync(AccountsHost.OwnerEmail, "person:read"))
        {
            (await PreviewHost.SendAsync(reader, HttpMethod.Delete, $"{Persons}/{dora}")).Status.ShouldBe(HttpStatusCode.Forbidden);
        }
        (await host.SendAsync(HttpMethod.Delete, $"{Persons}/{dora}")).Status.ShouldBe(HttpStatusCode.NoContent);

        (await host.SendAsync(HttpMethod.Get, $"{Persons}/{dora}")).Status.ShouldBe(HttpStatusCode.NotFound);
        (await host.SendAsync(HttpMethod.Delete, $"{Persons}/{dora}")).Status.ShouldBe(HttpStatusCode.NotFound);
        var run = (await host.RunsAsync(automation, "&search=dora")).ShouldHaveSingleItem();
        (run.GetProperty("state").GetString(), run.GetProperty("reason").GetString()).ShouldBe(("cancelled", "The person was deleted."));
        (await host.RunAsync(automation, run)).ToString().ShouldNotContain("dora@example.com");
        (await MessagesAsync("dora"), await KeysAsync("dora"), await CohortAsync(cohort)).ShouldBe((0, 0, 1));
        (await host.StatesAsync(preview)).Keys.ShouldBe(["ed"]);
        (await EventsAsync("dora", "signed up")).ShouldBe(1);
        var entry = (await host.SendAsync(HttpMethod.Get, $"/api/projects/{host.Project.Id}/activity_log?limit=1")).Body;
        entry.ToString().ShouldContain($"{dora}");
        entry.ToString().ShouldNotContain("example.com");

        // The other goes on as if nothing had been.
        await host.PassAsync(TimeSpan.FromDays(1));
        await Eventually.IsTrueAsync(async () => (await host.RunsAsync(automation, "&search=ed"))[0].GetProperty("state").GetString() == "completed");
        await host.PassAsync(TimeSpan.FromDays(1));
        host.Letter.To("ed").ShouldBe(["still there?"]);
        host.Letter.To("dora").ShouldBeEmpty();
        host.Safe.Undone.ShouldBeEmpty();
        await Eventually.IsTrueAsync(async () => await EventsAsync("ed", "$automation_run_ended") == 1);
        (await EventsAsync("dora", "$automation_run_ended")).ShouldBe(0);
        (await FindAsync("dora")).ShouldBeNull();
        waiting.Count.ShouldBe(2);

        // With what they did.
        (await host.SendAsync(HttpMethod.Delete, $"{Persons}/{(await FindAsync("ed"))!.Value}?delete_events=true")).Status.ShouldBe(HttpStatusCode.NoContent);
        (await EventsAsync("ed"), await SessionsAsync("session-ed"), await SessionsAsync("session-dora")).ShouldBe((0, 0, 1));

        // Somebody comes by the same id: a new person, and a new run.
        await host.CaptureAsync("signed up", "dora", """{"$set":{"city":"Oslo"} }""");
        await Eventually.IsTrueAsync(async () => (await FindAsync("dora")) is not null);
        (await host.PropertiesAsync("dora")).ToString().ShouldNotContain("email");
        (await host.WaitingAsync(automation, "wait")).ShouldHaveSingleItem().GetProperty("distinct_id").GetString().ShouldBe("dora");
        (await CohortAsync(cohort)).ShouldBe(0);
    }

    async Task<Guid?> FindAsync(string distinctId) => (await host.Get<PersonQueries>().FindByDistinctIdAsync(host.Project.Id, distinctId, Stop))?.Id;

    Task AskFlagsAsync(string who) => PreviewHost.SendAsync(
        host.Page, HttpMethod.Post, "/flags/?v=2", $$"""{"token":"{{host.Project.Token}}","distinct_id":"{{who}}","$anon_distinct_id":"before-{{who}}"}""");

    async Task<int> MessagesAsync(string who) => (await PreviewHost.SendAsync(
        host.Page, HttpMethod.Post, "/api/messages", $$"""{"token":"{{host.Project.Token}}","distinct_id":"{{who}}"}""")).Body.GetProperty("messages").GetArrayLength();

    async Task<int> KeysAsync(string who)
    {
        await using var database = await host.Get<IDbContextFactory<PrickleDatabase>>().CreateDbContextAsync(Stop);
        return await database.Set<FlagHashKeyRow>().CountAsync(row => row.DistinctId == who, Stop);
    }

    async Task<int?> CohortAsync(int id) =>
        (await host.SendAsync(HttpMethod.Get, $"/api/projects/{host.Project.Id}/cohorts/{id}/persons")).Body.GetProperty("count").GetInt32();

    Task<int> EventsAsync(string who, string? name = null) => CountAsync("events", $"distinct_id = '{who}'{(name is null ? "" : $" AND event = '{name}'")}");

    Task<int> SessionsAsync(string id) => CountAsync("sessions", $"session_id = '{id}'");

    async Task<int> CountAsync(string table, string where) => (await host.Store.Store.ListAsync(
        $"SELECT toInt32(count()) FROM {table} WHERE project_id = {host.Project.Id} AND {where}", row => row.GetInt32(0), cancellationToken: Stop))[0];
}
