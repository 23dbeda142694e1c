using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Prickle.ClickHouse;
using Prickle.ClickHouse.Schema;
using Prickle.Events;
using Prickle.Tests.Engine;

namespace Prickle.Tests.ClickHouse.Schema;

public sealed class SchemaMigrationsTests(EngineFixture engine)
{
    readonly string _database = $"test_{Guid.CreateVersion7():n}";

    [Fact]
    public async Task What_holds_credentials_is_made_again_when_they_change_and_only_then()
    {
        // The embedded engine's dictionary reads without credentials, a server's with those of the address.
        await ApplyAsync(isEmbedded: true);
        await ApplyAsync(isEmbedded: true);
        (await AskAsync("SELECT count() FROM schema_repeated")).ShouldBe("1");
        (await DictionaryAsync()).ShouldNotContain("USER");

        await ApplyAsync(isEmbedded: false);
        (await AskAsync("SELECT uniqExact(text_hash) FROM schema_repeated")).ShouldBe("2");
        (await DictionaryAsync()).ShouldContain("USER 'default'");
    }

    [Fact]
    public async Task What_is_applied_once_is_not_applied_again()
    {
        await ApplyAsync(isEmbedded: true);
        await ApplyAsync(isEmbedded: false);
        (await AskAsync("SELECT count() = uniqExact(number) FROM schema_migrations")).ShouldBe("1");
    }

    [Fact]
    public async Task A_store_that_knows_of_no_schema_is_told_from_one_that_does()
    {
        using var store = await StoreAsync(isEmbedded: true);
        var migrations = new SchemaMigrations(store, NullLogger<SchemaMigrations>.Instance);
        var schema = SchemaMigrations.Embedded(typeof(EventQueries).Assembly);
        var stop = TestContext.Current.CancellationToken;
        var empties = 0;
        Task Count(CancellationToken _) => Task.FromResult(++empties);

        (await migrations.IsMissingAsync(stop)).ShouldBeTrue();
        (await migrations.ApplyAsync(schema, stop, Count)).ShouldBeTrue();
        (await migrations.IsMissingAsync(stop)).ShouldBeFalse();
        (await migrations.ApplyAsync(schema, stop, Count)).ShouldBeFalse();
        empties.ShouldBe(1);

        // The ledger alone is made before anything else: a start that was broken off there begins anew.
        await store.ExecuteAsync("TRUNCATE TABLE schema_migrations", null, stop);
        await store.ExecuteAsync("TRUNCATE TABLE schema_repeated", null, stop);
        (await migrations.IsMissingAsync(stop)).ShouldBeTrue();
        (await migrations.ApplyAsync(schema, stop, Count)).ShouldBeTrue();
        empties.ShouldBe(2);
    }

    [Fact]
    public async Task A_store_that_does_not_answer_is_not_taken_for_an_empty_one()
    {
        using var store = new ClickHouseStore(() => new ClickHouseEndpoint(new Uri("http://127.0.0.1:1/"), "default", "", _database));
        await Should.ThrowAsync<Exception>(() => new SchemaMigrations(store, NullLogger<SchemaMigrations>.Instance)
            .IsMissingAsync(TestContext.Current.CancellationToken));
    }

    async Task ApplyAsync(bool isEmbedded)
    {
        using var store = await StoreAsync(isEmbedded);
        await new SchemaMigrations(store, NullLogger<SchemaMigrations>.Instance)
            .ApplyAsync(SchemaMigrations.Embedded(typeof(EventQueries).Assembly), TestContext.Current.CancellationToken);
    }

    Task<string> DictionaryAsync() => AskAsync($"SHOW CREATE DICTIONARY {_database}.person_overrides");

    async Task<string> AskAsync(string sql)
    {
        using var store = await StoreAsync(isEmbedded: true);
        var answer = await store.ScalarAsync(sql, cancellationToken: TestContext.Current.CancellationToken);
        return Convert.ToString(answer, CultureInfo.InvariantCulture)!;
    }

    async Task<ClickHouseStore> StoreAsync(bool isEmbedded)
    {
        var supervisor = await engine.StartedAsync();
        var endpoint = new ClickHouseEndpoint(supervisor.Endpoint, supervisor.User, supervisor.Password, _database, IsEmbedded: isEmbedded);
        return new ClickHouseStore(() => endpoint);
    }
}
