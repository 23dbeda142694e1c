using Prickle.Tests.Engine;
using Prickle.Tests.Storage;

namespace Prickle.Tests.Persons;

/// <summary>The same on PostgreSQL: the plain SQL of persons must mean the same there.</summary>
public sealed class PersonStorePostgresTests(EngineFixture engine, SharedPostgres server) : PersonStoreTests(engine)
{
    readonly EngineFixture _engine = engine;

    protected override async Task<PersonStore> StartAsync() => await PersonStore.StartAsync(_engine, await (await server.StartedAsync()).NewDatabaseAsync());
}
