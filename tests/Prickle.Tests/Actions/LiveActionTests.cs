using System.Text;
using System.Text.Json;
using Prickle.Accounts;
using Prickle.Actions;
using Prickle.Actions.Live;
using Prickle.Capture;
using Prickle.ClickHouse;
using Prickle.Cohorts;
using Prickle.Filters;
using Prickle.Tests.Cohorts;
using Prickle.Tests.Events;

namespace Prickle.Tests.Actions;

/// <summary>Actions as they happen: judged after the event is stored, with everything that is known then.</summary>
public sealed class LiveActionTests(CohortHost host) : IClassFixture<CohortHost>
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Stored_events_are_told_to_those_who_listen_and_shown_once()
    {
        var action = await ActionAsync(new ActionStep { Event = "bought" });
        var bought = await StoredAsync("bought", "ann", """{"$current_url":"https://shop.test/thanks"}""");
        await TellAsync(bought, await StoredAsync("opened", "ann"));
        // Told again, as after a crash.
        await TellAsync(bought);
        Seen(action).ShouldBe([bought.Uuid]);
    }

    [Fact]
    public async Task A_step_may_ask_for_the_person_the_group_and_the_cohort_of_an_event()
    {
        var pro = await host.AddPersonAsync("pro", """{"plan":"pro"}""");
        await host.AddPersonAsync("free", """{"plan":"free"}""");
        await GroupAsync("acme", """{"size":150}""");
        var cohort = await host.Get<CohortAdministration>().CreateStaticAsync(host.Grant, "Chosen", [pro], Cancellation);
        var chosen = cohort.ShouldBeOfType<Outcome<CohortProfile>.Done>().Value.Id;
        var ofPerson = await ActionAsync(Paid(new PropertyFilter("plan", "exact", ["pro"], "person")));
        var ofGroup = await ActionAsync(Paid(new PropertyFilter("size", "gt", ["100"], "group") { GroupTypeIndex = 0 }));
        var ofCohort = await ActionAsync(Paid(new PropertyFilter("id", "in", [$"{chosen}"], "cohort")));
        var ofNone = await ActionAsync(Paid(new PropertyFilter("id", "not_in", [$"{chosen}"], "cohort")));
        var both = await ActionAsync(Paid(new PropertyFilter("plan", "exact", ["pro"], "person"), new PropertyFilter("amount", "gt", ["5"])));
        var either = await ActionAsync(Paid(new PropertyFilter("plan", "exact", ["pro"], "person")), new ActionStep { Event = "paid", Properties = FilterGroup.All([new PropertyFilter("amount", "exact", ["1"])]) });
        var first = await StoredAsync("paid", "pro", """{"amount":9}""", "acme");
        var second = await StoredAsync("paid", "free", """{"amount":1}""");
        var third = await StoredAsync("paid", "pro", """{"amount":2}""");
        await TellAsync(first, second, third, await StoredAsync("opened", "pro"));

        // pro is on the plan, in the cohort, and was in the large company at the first event only.
        Seen(ofPerson).ShouldBe([first.Uuid, third.Uuid], ignoreOrder: true);
        Seen(ofGroup).ShouldBe([first.Uuid]);
        Seen(ofCohort).ShouldBe([first.Uuid, third.Uuid], ignoreOrder: true);
        Seen(ofNone).ShouldBe([second.Uuid]);
        Seen(both).ShouldBe([first.Uuid]);
        // The second event fits the other step by what it carries itself.
        Seen(either).ShouldBe([third.Uuid, second.Uuid, first.Uuid]);
    }

    [Fact]
    public async Task What_is_told_is_what_is_counted_afterwards()
    {
        await host.AddPersonAsync("counted", """{"plan":"team"}""");
        var action = await ActionAsync(new ActionStep { Event = "signed", Properties = FilterGroup.All([new PropertyFilter("plan", "is_not", ["pro"], "person")]) });
        await TellAsync(await StoredAsync("signed", "counted"), await StoredAsync("signed", "without a profile"));

        // Whoever has no plan is not on the plan pro.
        Seen(action).Count.ShouldBe(2);
        (await host.Get<ActionQueries>().CountAsync(host.Grant.ProjectId, [action], Cancellation))[action.Id].Count.ShouldBe(2);
    }

    [Fact]
    public async Task Dates_are_judged_in_the_zone_of_the_project()
    {
        // 23:30 UTC on 27 February is 00:30 of the 28th in Berlin.
        var settings = ProjectSettings.Of(host.Grant.Project);
        (await host.Get<ProjectAdministration>().UpdateAsync(host.Grant, settings with { TimeZone = "Europe/Berlin" }, Cancellation)).ShouldBeOfType<Outcome<Project>.Done>();
        try
        {
            var action = await ActionAsync(new ActionStep { Event = "renewed", Properties = FilterGroup.All([new PropertyFilter("until", "is_date_exact", ["2026-02-28"])]) });
            var renewed = await StoredAsync("renewed", "ann", """{"until":"2026-02-27T23:30:00Z"}""");
            await TellAsync(renewed, await StoredAsync("renewed", "ann", """{"until":"2026-02-28T23:30:00Z"}"""));

            Seen(action).ShouldBe([renewed.Uuid]);
        }
        finally
        {
            await host.Get<ProjectAdministration>().UpdateAsync(host.Grant, settings, Cancellation);
        }
    }

    static ActionStep Paid(params PropertyFilter[] filters) => new() { Event = "paid", Properties = FilterGroup.All(filters) };

    async Task<ActionDefinition> ActionAsync(params ActionStep[] steps) =>
        (await host.Get<ActionAdministration>().CreateAsync(host.Grant, new ActionSettings { Name = $"Action {Guid.NewGuid():n}", Steps = steps }, Cancellation))
        .ShouldBeOfType<Outcome<ActionProfile>.Done>().Value.Action;

    async Task<CapturedEvent> StoredAsync(string name, string distinctId, string properties = "{}", string group = "") => new()
    {
        ProjectId = host.Grant.ProjectId,
        Uuid = await host.Store.AddAsync(name, properties, distinctId, project: host.Grant.ProjectId, group: group),
        Name = name,
        DistinctId = distinctId,
        Properties = JsonElement.Parse(properties),
        CapturedAt = EventStore.Now,
        Timestamp = EventStore.Now - TimeSpan.FromMinutes(1),
        Person = new Prickle.Persons.PersonSignal { ProjectId = host.Grant.ProjectId, DistinctId = distinctId, At = EventStore.Now },
    };

    async Task GroupAsync(string key, string properties)
    {
        var line = JsonSerializer.Serialize(new { project_id = host.Grant.ProjectId, type_index = 0, key, properties = JsonElement.Parse(properties), created_at = "2026-01-01 00:00:00", version = 1 });
        (await host.Store.Store.InsertJsonRowsAsync(
            "groups (project_id, type_index, key, properties, created_at, version)", Encoding.UTF8.GetBytes(line), JsonColumn.InsertSettings)).ShouldBe(InsertOutcome.Stored.Value);
    }

    async Task TellAsync(params CapturedEvent[] events)
    {
        if (await host.Get<IStoredEventListener>().ReadAsync(events, Cancellation) is { } then)
        {
            await then(Cancellation);
        }
    }

    List<Guid> Seen(ActionDefinition action) => [.. host.Get<RecentMatches>().Of(host.Grant.ProjectId, action.Id).Select(match => match.Uuid)];
}
