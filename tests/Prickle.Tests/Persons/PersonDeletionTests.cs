using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Prickle.Accounts;
using Prickle.Persons;
using Prickle.Persons.Identity;
using Prickle.Persons.Removing;
using Prickle.Persons.Storage;
using Prickle.Storage;
using Prickle.Tests.Engine;
using Prickle.Tests.Storage;
using static Prickle.Tests.Persons.PersonStoreTests;

namespace Prickle.Tests.Persons;

/// <summary>Who somebody is after they were deleted: nobody, until one of their ids is seen again.</summary>
public class PersonDeletionTests(EngineFixture engine)
{
    static CancellationToken Stop => TestContext.Current.CancellationToken;

    protected virtual Task<PersonStore> StartAsync() => PersonStore.StartAsync(engine);

    [Fact]
    public async Task A_deleted_person_is_gone_and_whoever_comes_by_one_of_their_ids_is_new()
    {
        await using var store = await StartAsync();
        await store.ApplyAsync(Signal("jon", set: """{"city":"Oslo"}"""), Signal("maya", otherId: "visitor", set: """{"email":"maya@fern.test"}"""), Signal("ana"));
        var queries = store.Get<PersonQueries>();
        var (jon, maya) = ((await queries.FindByDistinctIdAsync(1, "jon", Stop))!, (await queries.FindByDistinctIdAsync(1, "maya", Stop))!);
        await store.Get<PersonMerging>().MergeAsync(store.Grant(), maya.Id, jon.Id, Stop);

        (await DeleteAsync(store, maya.Id)).ShouldBeOfType<Outcome<Guid>.Done>();

        (await queries.FindAsync(1, maya.Id, Stop)).ShouldBeNull();
        (await queries.MergesAsync(1, maya.Id, Stop)).ShouldBeEmpty();
        (await queries.CountAsync(new PersonFilter(1), Stop)).ShouldBe(1, "ana");
        var lookup = store.Get<PersonLookup>();
        foreach (var id in (string[])["maya", "visitor", "jon"])
        {
            (await queries.FindByDistinctIdAsync(1, id, Stop)).ShouldBeNull();
            var known = await lookup.FindAsync(1, id, Stop);
            (known.PersonId, known.Properties.ValueKind).ShouldBe((PersonId.For(1, id), JsonValueKind.Undefined));
        }
        (await lookup.ByDistinctIdsAsync(1, ["maya", "visitor", "jon", "ana"], Stop)).Keys.ShouldBe(["ana"]);
        (await lookup.ByIdsAsync(1, [maya.Id, jon.Id], Stop)).ShouldBeEmpty();
        // Nothing of them in the copy, and their events are those of visitors nobody knows.
        (await store.AskAsync("SELECT toString(id) FROM persons FINAL")).ShouldBe([$"{PersonId.For(1, "ana")}"]);
        (await store.AskAsync($"SELECT DISTINCT toJSONString(properties) FROM persons WHERE is_deleted AND (id, version) IN (SELECT id, max(version) FROM persons GROUP BY id)")).ShouldBe(["{}"]);
        (await store.AskAsync("SELECT concat(distinct_id, ' ', toString(person_id)) FROM person_override_rows FINAL ORDER BY distinct_id"))
            .ShouldBe([.. new[] { "jon", "maya", "visitor" }.Select(id => $"{id} {PersonId.For(1, id)}")]);
        (await DeleteAsync(store, maya.Id)).ShouldBeOfType<Outcome<Guid>.Refused>().Refusal.Reason.ShouldBe(RefusalReason.NotFound);

        (await store.ApplyAsync(Signal("visitor", usesProfile: false))).HasProfile.ShouldBeFalse();
        await store.ApplyAsync(Signal("maya", set: """{"city":"Rome"}"""));
        var anew = (await queries.FindByDistinctIdAsync(1, "maya", Stop))!;
        anew.Properties.GetRawText().ShouldBe("""{"city":"Rome"}""");
        anew.DistinctIds.ShouldBe(["maya"]);
        (anew.IsIdentified, anew.CreatedAt).ShouldBe((false, new DateTimeOffset(2026, 5, 1, 11, 0, 0, TimeSpan.Zero)));
        // And goes on as anybody does.
        await store.ApplyAsync(Signal("maya", otherId: "visitor"), Signal("jon", otherId: "maya", isDangerous: true));
        var all = (await queries.FindByDistinctIdAsync(1, "visitor", Stop))!;
        all.DistinctIds.ShouldBe(["jon", "maya", "visitor"], ignoreOrder: true);
    }

    [Fact]
    public async Task Another_node_that_still_knows_a_deleted_person_begins_a_new_one()
    {
        await using var store = await StartAsync();
        using var other = new PersonResolver(
            store.Get<Prickle.Persons.Storage.PersonTables>(), store.Get<Prickle.Persons.Storage.PersonMirror>(), store.Time);
        other.UseNode(Guid.Parse("aaaaaaaa-0000-4000-8000-000000000002"));
        await other.ResolveAsync([Signal("maya", otherId: "visitor", set: """{"email":"maya@fern.test"}""")], Stop);
        var maya = (await store.Get<PersonQueries>().FindByDistinctIdAsync(1, "maya", Stop))!;
        (await DeleteAsync(store, maya.Id)).ShouldBeOfType<Outcome<Guid>.Done>();

        await other.ResolveAsync([Signal("visitor", set: """{"city":"Oslo"}""")], Stop);

        var anew = (await store.Get<PersonQueries>().FindByDistinctIdAsync(1, "visitor", Stop))!;
        (anew.Id, anew.Properties.GetRawText()).ShouldBe((PersonId.For(1, "visitor"), """{"city":"Oslo"}"""));
        (await store.Get<PersonQueries>().FindByDistinctIdAsync(1, "maya", Stop)).ShouldBeNull();
    }

    [Fact]
    public async Task What_a_process_that_died_left_of_a_deletion_is_taken_up()
    {
        await using var store = await StartAsync();
        await store.ApplyAsync(Signal("maya", set: """{"email":"maya@fern.test"}"""));
        var maya = (await store.Get<PersonQueries>().FindByDistinctIdAsync(1, "maya", Stop))!;
        await using (var database = await store.Get<IDbContextFactory<PrickleDatabase>>().CreateDbContextAsync(Stop))
        {
            // The order alone was written.
            database.Add(new PersonDeletionRow { Id = Guid.CreateVersion7(), ProjectId = 1, PersonId = maya.Id });
            await database.SaveChangesAsync(Stop);
            await store.Get<PersonRemover>().RemoveAllAsync(Stop);
            (await database.Set<PersonDeletionRow>().CountAsync(Stop)).ShouldBe(0);
        }
        (await store.Get<PersonQueries>().FindAsync(1, maya.Id, Stop)).ShouldBeNull();
    }

    static Task<Outcome<Guid>> DeleteAsync(PersonStore store, Guid id) => store.Get<PersonDeletion>().DeleteAsync(store.Grant(), id, withEvents: false, Stop);
}

/// <summary>The same on PostgreSQL.</summary>
public sealed class PostgresPersonDeletionTests(EngineFixture engine, SharedPostgres server) : PersonDeletionTests(engine)
{
    readonly EngineFixture _engine = engine;

    protected override async Task<PersonStore> StartAsync() => await PersonStore.StartAsync(_engine, await (await server.StartedAsync()).NewDatabaseAsync());
}
