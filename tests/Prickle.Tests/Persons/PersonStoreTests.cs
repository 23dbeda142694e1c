using System.Text.Json;
using Prickle.Accounts;
using Prickle.Filters;
using Prickle.Groups;
using Prickle.Persons;
using Prickle.Tests.Engine;

namespace Prickle.Tests.Persons;

public class PersonStoreTests(EngineFixture engine)
{
    static CancellationToken Stop => TestContext.Current.CancellationToken;

    protected virtual Task<PersonStore> StartAsync() => PersonStore.StartAsync(engine);

    [Fact]
    public async Task A_person_is_stored_mirrored_and_found_by_each_of_its_ids()
    {
        await using var store = await StartAsync();
        await store.ApplyAsync(Signal("visitor", usesProfile: false), Signal("maya", otherId: "visitor", set: """{"email":"maya@fern.test","a.b":1}"""));

        var person = (await store.Get<PersonQueries>().FindByDistinctIdAsync(1, "visitor", Stop)).ShouldNotBeNull();
        person.Name.ShouldBe("maya@fern.test");
        person.DistinctIds.ShouldBe(["maya", "visitor"], ignoreOrder: true);
        (await store.AskAsync("SELECT concat(toString(id), ' ', toString(properties.email)) FROM persons FINAL"))
            .ShouldBe([$"{person.Id} maya@fern.test"]);
        (await store.AskAsync("SELECT concat(distinct_id, ' ', toString(person_id)) FROM person_override_rows FINAL"))
            .ShouldBe([$"visitor {person.Id}"]);
    }

    [Fact]
    public async Task An_analytical_store_that_is_new_gets_copies_of_all_persons_merges_and_groups()
    {
        await using var store = await StartAsync();
        await store.ApplyAsync(Signal("visitor"), Signal("maya", otherId: "visitor", set: """{"email":"maya@fern.test"}"""));
        var groups = store.Get<GroupResolver>();
        await groups.TypesAsync(1, new HashSet<string> { "company" }, Stop);
        await groups.ResolveAsync([new GroupSignal(1, "company", "fern", JsonElement.Parse("""{"plan":"pro"}"""), store.Time.GetUtcNow())], Stop);
        var before = await CopiesAsync(store);
        before.Count.ShouldBe(3);

        await store.EmptyAnalyticalStoreAsync();
        (await CopiesAsync(store)).ShouldBe(before);
        // And what changes afterwards comes as ever.
        await store.ApplyAsync(Signal("maya", set: """{"email":"maya@oak.test"}"""));
        (await store.AskAsync("SELECT toString(properties.email) FROM persons FINAL")).ShouldBe(["maya@oak.test"]);
    }

    static Task<List<string>> CopiesAsync(PersonStore store) => store.AskAsync("""
        SELECT text FROM (
            SELECT concat(toString(id), toJSONString(properties)) AS text FROM persons FINAL WHERE NOT is_deleted
            UNION ALL SELECT concat(distinct_id, toString(person_id)) FROM person_override_rows FINAL
            UNION ALL SELECT concat(key, toJSONString(properties)) FROM groups FINAL)
        ORDER BY text
        """);

    [Fact]
    public async Task In_a_busy_time_persons_are_copied_once_a_second_and_at_its_end()
    {
        await using var store = await StartAsync();
        var persons = store.Get<PersonResolver>();
        Task<List<string>> PlansAsync() => store.AskAsync("SELECT toString(properties.plan) FROM persons FINAL");

        await persons.ResolveAsync([Signal("maya", set: """{"plan":"one"}""")], Stop);
        (await PlansAsync()).ShouldBe(["one"]);
        await persons.ResolveAsync([Signal("maya", set: """{"plan":"two"}""")], Stop, mayWait: true);
        (await PlansAsync()).ShouldBe(["one"]);

        // A second later what waited goes first, and what is new waits again.
        store.Time.Advance(TimeSpan.FromSeconds(1));
        await persons.ResolveAsync([Signal("maya", set: """{"plan":"three"}""")], Stop, mayWait: true);
        (await PlansAsync()).ShouldBe(["two"]);

        await persons.ResolveAsync([Signal("maya", set: """{"plan":"four"}""")], Stop, mayWait: true);
        await persons.CatchUpAsync(Stop);
        (await PlansAsync()).ShouldBe(["four"]);
        // A batch that nothing follows waits for nothing.
        await persons.ResolveAsync([Signal("maya", set: """{"plan":"five"}""")], Stop);
        (await PlansAsync()).ShouldBe(["five"]);
    }

    [Fact]
    public async Task Another_node_that_changed_a_person_meanwhile_is_not_overwritten()
    {
        await using var store = await StartAsync();
        await store.ApplyAsync(Signal("maya", set: """{"plan":"free"}"""));
        // A second resolver over the same store stands for another node: its memory knows nothing of what follows.
        using var other = new PersonResolver(
            store.Get<Prickle.Persons.Storage.PersonTables>(), store.Get<Prickle.Persons.Storage.PersonMirror>(), store.Time);
        other.UseNode(Guid.Parse("aaaaaaaa-0000-4000-8000-000000000002"));
        await other.ResolveAsync([Signal("maya", set: """{"city":"Oslo"}""")], Stop);
        await store.ApplyAsync(Signal("maya", set: """{"plan":"pro"}"""));

        var person = await store.Get<PersonQueries>().FindByDistinctIdAsync(1, "maya", Stop);
        person!.Properties.GetProperty("plan").GetString().ShouldBe("pro");
        person.Properties.GetProperty("city").GetString().ShouldBe("Oslo");
    }

    [Fact]
    public async Task What_was_applied_before_a_crash_only_says_who_it_is_when_it_comes_again()
    {
        await using var store = await StartAsync();
        PersonSignal[] round =
        [
            Signal("maya", set: """{"plan":"pro"}""", entry: 1),
            Signal("visitor", set: """{"plan":"free"}""", entry: 1),
            Signal("known", identifies: true, entry: 1),
            // The visitor becomes part of maya, whose plan stays; the other one is identified already and stays apart.
            Signal("maya", otherId: "visitor", entry: 2),
            Signal("maya", otherId: "known", entry: 2),
        ];
        await store.ApplyAsync(round);
        // Another resolver of the same node stands for the process after the crash. Applied once more, the visitor's
        // "free" would now be set on maya.
        using var restarted = new PersonResolver(
            store.Get<Prickle.Persons.Storage.PersonTables>(), store.Get<Prickle.Persons.Storage.PersonMirror>(), store.Time);
        restarted.UseNode(PersonStore.Node);
        PersonSignal[] again =
        [
            Signal("visitor", set: """{"plan":"free"}""", entry: 1), Signal("maya", otherId: "known", entry: 2),
            Signal("maya", set: """{"city":"Oslo"}""", entry: 3),
        ];
        await restarted.ResolveAsync(again, Stop);

        var person = (await store.Get<PersonQueries>().FindByDistinctIdAsync(1, "maya", Stop)).ShouldNotBeNull();
        person.Properties.GetProperty("plan").GetString().ShouldBe("pro");
        person.Properties.GetProperty("city").GetString().ShouldBe("Oslo");
        again[0].PersonId.ShouldBe(person.Id);
        again[1].Refusal.ShouldBe(MergeRefusal.AlreadyIdentified);
    }

    [Fact]
    public async Task Undoing_a_merge_gives_both_persons_back_and_keeps_what_was_set_since()
    {
        await using var store = await StartAsync();
        await store.ApplyAsync(Signal("jon", set: """{"plan":"free","city":"Oslo"}"""));
        await store.ApplyAsync(Signal("maya", set: """{"plan":"pro"}"""));
        var queries = store.Get<PersonQueries>();
        var (jon, maya) = ((await queries.FindByDistinctIdAsync(1, "jon", Stop))!, (await queries.FindByDistinctIdAsync(1, "maya", Stop))!);

        var merged = await store.Get<PersonMerging>().MergeAsync(store.Grant(), maya.Id, jon.Id, Stop);
        var merge = merged.ShouldBeOfType<Outcome<Guid>.Done>().Value;
        (await queries.FindAsync(1, jon.Id, Stop)).ShouldBeNull();
        var both = (await queries.FindAsync(1, maya.Id, Stop))!;
        both.Properties.GetProperty("city").GetString().ShouldBe("Oslo");
        both.DistinctIds.ShouldBe(["jon", "maya"], ignoreOrder: true);
        await store.ApplyAsync(Signal("maya", set: """{"seats":5}"""));

        (await store.Get<PersonMerging>().UndoAsync(store.Grant(), merge, Stop)).ShouldBeOfType<Outcome<Guid>.Done>();
        var jonAgain = (await queries.FindByDistinctIdAsync(1, "jon", Stop))!;
        jonAgain.Id.ShouldBe(jon.Id);
        JsonElement.DeepEquals(jonAgain.Properties, jon.Properties).ShouldBeTrue();
        var mayaAgain = (await queries.FindAsync(1, maya.Id, Stop))!;
        JsonElement.DeepEquals(mayaAgain.Properties, JsonElement.Parse("""{"plan":"pro","seats":5}""")).ShouldBeTrue();
        mayaAgain.DistinctIds.ShouldBe(["maya"]);
        // Events of jon's id, whatever person they carry, are jon's again.
        (await store.AskAsync("SELECT toString(argMax(person_id, version)) FROM person_override_rows WHERE distinct_id = 'jon'"))
            .ShouldBe([jon.Id.ToString()]);
        (await queries.MergesAsync(1, maya.Id, Stop)).Single().UndoneAt.ShouldNotBeNull();
        (await store.Get<PersonMerging>().UndoAsync(store.Grant(), merge, Stop)).ShouldBeOfType<Outcome<Guid>.Refused>();
    }

    [Fact]
    public async Task Persons_of_another_project_cannot_be_merged()
    {
        await using var store = await StartAsync();
        await store.ApplyAsync(Signal("jon"), Signal("maya"));
        var ours = await store.Get<PersonQueries>().ListAsync(new PersonFilter(1), 10, cancellationToken: Stop);
        (await store.Get<PersonMerging>().MergeAsync(store.Grant(projectId: 2), ours[0].Id, ours[1].Id, Stop))
            .ShouldBeOfType<Outcome<Guid>.Refused>().Refusal.Reason.ShouldBe(RefusalReason.NotFound);
    }

    [Fact]
    public async Task Merged_persons_can_be_merged_on_and_the_chain_leads_to_the_last()
    {
        await using var store = await StartAsync();
        await store.ApplyAsync(Signal("a"), Signal("b"), Signal("c"));
        await store.ApplyAsync(Signal("b", otherId: "a"));
        var last = await store.ApplyAsync(Signal("c", otherId: "b", isDangerous: true));
        (await store.Get<PersonQueries>().FindByDistinctIdAsync(1, "a", Stop))!.Id.ShouldBe(last.PersonId);
        (await store.Get<PersonQueries>().CountAsync(new PersonFilter(1), Stop)).ShouldBe(1);
    }

    [Fact]
    public async Task Persons_are_searched_by_property_and_by_id()
    {
        await using var store = await StartAsync();
        await store.ApplyAsync(Signal("maya", set: """{"email":"Maya@Fern.test"}"""), Signal("jon-77", set: """{"email":"jon@oak.test"}"""));
        var queries = store.Get<PersonQueries>();
        (await queries.ListAsync(new PersonFilter(1) { Search = "fern" }, 10, cancellationToken: Stop)).Single().Name.ShouldBe("Maya@Fern.test");
        (await queries.ListAsync(new PersonFilter(1) { Search = "JON-7" }, 10, cancellationToken: Stop)).Single().Name.ShouldBe("jon@oak.test");
        (await queries.ListAsync(new PersonFilter(2), 10, cancellationToken: Stop)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_project_has_five_kinds_of_groups_and_keeps_what_is_known_of_each_group()
    {
        await using var store = await StartAsync();
        var groups = store.Get<GroupResolver>();
        var types = await groups.TypesAsync(1, new HashSet<string> { "company", "team", "c", "d", "e", "f" }, Stop);
        types.Count.ShouldBe(5);
        types["company"].ShouldBe(0);
        await groups.ResolveAsync([Group("acme", """{"name":"Acme","plan":"free"}"""), Group("acme", """{"plan":"pro"}"""), Group("oak", null)], Stop);

        var acme = (await store.Get<GroupQueries>().FindAsync(1, 0, "acme", Stop))!;
        acme.Name.ShouldBe("Acme");
        acme.Properties.GetProperty("plan").GetString().ShouldBe("pro");
        (await store.AskAsync("SELECT concat(key, ' ', toString(properties.plan)) FROM groups FINAL ORDER BY key")).ShouldBe(["acme pro", "oak "]);
    }

    [Fact]
    public async Task Persons_are_filtered_by_their_properties_together_with_a_search()
    {
        await using var store = await StartAsync();
        await store.ApplyAsync(
            Signal("maya", set: """{"plan":"pro","seats":12}"""), Signal("jon", set: """{"plan":"free"}"""), Signal("ana", set: """{"city":"Oslo"}"""));
        var notPro = new PersonFilter(1) { Properties = FilterGroup.All([new PropertyFilter("plan", "is_not", ["pro"], "person")]) };
        // Ana has no plan: she is not on pro.
        (await NamesAsync(store, notPro)).ShouldBe(["ana", "jon"], ignoreOrder: true);
        (await store.Get<PersonQueries>().CountAsync(notPro, Stop)).ShouldBe(2);
        (await NamesAsync(store, notPro with { Search = "JO" })).ShouldBe(["jon"]);
        (await NamesAsync(store, notPro with { Properties = FilterGroup.All([new PropertyFilter("seats", "between", ["10", "12"], "person")]) })).ShouldBe(["maya"]);
    }

    static async Task<string[]> NamesAsync(PersonStore store, PersonFilter filter) =>
        [.. (await store.Get<PersonQueries>().ListAsync(filter, 10, 0, Stop)).Select(person => person.Name)];

    [Fact]
    public async Task Groups_are_listed_by_key_or_by_when_they_were_seen_or_changed()
    {
        await using var store = await StartAsync();
        var groups = store.Get<GroupResolver>();
        await groups.TypesAsync(1, new HashSet<string> { "company" }, Stop);
        foreach (var (key, set) in ((string, string)[])[("oak", """{"size":1}"""), ("acme", """{"size":2}"""), ("elm", """{"size":3}"""), ("oak", """{"size":4}""")])
        {
            store.Time.Advance(TimeSpan.FromMinutes(1));
            await groups.ResolveAsync([Group(key, set) with { At = store.Time.GetUtcNow() }], Stop);
        }
        (await KeysAsync("key")).ShouldBe(["acme", "elm", "oak"]);
        (await KeysAsync("-key")).ShouldBe(["oak", "elm", "acme"]);
        (await KeysAsync("created_at")).ShouldBe(["oak", "acme", "elm"]);
        (await KeysAsync("-created_at")).ShouldBe(["elm", "acme", "oak"]);
        // Oak was seen first and changed last.
        (await KeysAsync("changed_at")).ShouldBe(["acme", "elm", "oak"]);
        (await KeysAsync("-changed_at")).ShouldBe(["oak", "elm", "acme"]);

        async Task<IEnumerable<string>> KeysAsync(string order) =>
            (await store.Get<GroupQueries>().ListAsync(1, 0, "", 10, 0, null, order, cancellationToken: Stop)).Groups.Select(group => group.Key);
    }

    [Fact]
    public async Task Groups_are_filtered_by_their_properties()
    {
        await using var store = await StartAsync();
        var groups = store.Get<GroupResolver>();
        await groups.TypesAsync(1, new HashSet<string> { "company" }, Stop);
        await groups.ResolveAsync([Group("acme", """{"size":150}"""), Group("oak", """{"size":"9"}"""), Group("elm", null)], Stop);
        var large = FilterGroup.All([new PropertyFilter("size", "gte", ["100"], "group") { GroupTypeIndex = 0 }]);
        var (count, found) = await store.Get<GroupQueries>().ListAsync(1, 0, "", 10, 0, large, cancellationToken: Stop);
        (count, found.Single().Key).ShouldBe((1, "acme"));
        var unknown = FilterGroup.All([new PropertyFilter("size", "is_not_set", [], "group") { GroupTypeIndex = 0 }]);
        (await store.Get<GroupQueries>().ListAsync(1, 0, "", 10, 0, unknown, cancellationToken: Stop)).Groups.Single().Key.ShouldBe("elm");
    }

    [Fact]
    public async Task Groups_are_sorted_by_what_they_are_called()
    {
        await using var store = await StartAsync();
        var groups = store.Get<GroupResolver>();
        await groups.TypesAsync(1, new HashSet<string> { "company" }, Stop);
        await groups.ResolveAsync([Group("c-1", """{"name":"willow"}"""), Group("c-2", """{"name":"Ash"}"""), Group("birch", """{"name":7}""")], Stop);
        // A group without a name in words goes by its key; capitals make no difference.
        (await NamesAsync("name")).ShouldBe(["Ash", "birch", "willow"]);
        (await NamesAsync("-name")).ShouldBe(["willow", "birch", "Ash"]);

        await groups.ResolveAsync([Group("c-2", """{"name":"Yew"}""")], Stop);
        (await NamesAsync("name")).ShouldBe(["birch", "willow", "Yew"]);

        async Task<IEnumerable<string>> NamesAsync(string order) =>
            (await store.Get<GroupQueries>().ListAsync(1, 0, "", 10, 0, null, order, cancellationToken: Stop)).Groups.Select(group => group.Name);
    }

    [Fact]
    public async Task Days_in_filters_of_groups_begin_in_the_zone_of_the_project()
    {
        await using var store = await StartAsync();
        var groups = store.Get<GroupResolver>();
        await groups.TypesAsync(1, new HashSet<string> { "company" }, Stop);
        // Half past midnight of 4 May in Berlin, where it is summer; in UTC it is still 3 May.
        await groups.ResolveAsync([Group("acme", """{"renewed":"2026-05-03T22:30:00Z"}""")], Stop);
        var day = FilterGroup.All([new PropertyFilter("renewed", "is_date_exact", ["2026-05-04"], "group") { GroupTypeIndex = 0 }]);

        (await CountAsync(TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin"))).ShouldBe(1);
        (await CountAsync(TimeZoneInfo.Utc)).ShouldBe(0);

        async Task<long> CountAsync(TimeZoneInfo zone) =>
            (await store.Get<GroupQueries>().ListAsync(1, 0, "", 10, 0, day, zone: zone, cancellationToken: Stop)).Count;
    }

    static GroupSignal Group(string key, string? set) =>
        new(1, "company", key, set is null ? default : JsonElement.Parse(set), new DateTimeOffset(2026, 5, 1, 11, 0, 0, TimeSpan.Zero));

    internal static PersonSignal Signal(string distinctId, string? otherId = null, string? set = null, bool usesProfile = true, bool isDangerous = false,
        bool identifies = false, long entry = 0) => new()
        {
            ProjectId = 1,
            DistinctId = distinctId,
            At = new DateTimeOffset(2026, 5, 1, 11, 0, 0, TimeSpan.Zero),
            OtherId = otherId,
            Identifies = identifies || otherId is not null,
            Entry = entry,
            IsDangerous = isDangerous,
            UsesProfile = usesProfile,
            Set = set is null ? default : JsonElement.Parse(set),
        };
}
