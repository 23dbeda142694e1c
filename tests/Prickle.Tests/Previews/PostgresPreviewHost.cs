using Prickle.Tests.Engine;
using Prickle.Tests.Storage;

namespace Prickle.Tests.Previews;

/// <summary>The same with a real PostgreSQL.</summary>
public sealed class PostgresPreviewHost(EngineFixture engine, SharedPostgres server) : PreviewHost(engine)
{
    protected override async Task<IReadOnlyDictionary<string, string?>?> SettingsAsync() =>
        new Dictionary<string, string?> { ["Database:Url"] = await (await server.StartedAsync()).NewDatabaseAsync() };
}
