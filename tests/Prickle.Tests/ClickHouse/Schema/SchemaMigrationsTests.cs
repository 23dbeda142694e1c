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
