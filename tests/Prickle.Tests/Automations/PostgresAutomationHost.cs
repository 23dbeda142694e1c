using Prickle.Tests.Engine;
using Prickle.Tests.Storage;

namespace Prickle.Tests.Automations;

/// <summary>The same with a real PostgreSQL.</summary>
public sealed class PostgresAutomationHost(EngineFixture engine, SharedPostgres server) : AutomationHost(engine)
{
    protected override async Task<IReadOnlyDictionary<string, string?>?> SettingsAsync() =>
        new Dictionary<string, string?>((await base.SettingsAsync())!) { ["Database:Url"] = await (await server.StartedAsync()).NewDatabaseAsync() };
}
