using System.Reflection;
using Microsoft.Extensions.Logging.Abstractions;
using Prickle.ClickHouse;
using Prickle.ClickHouse.Schema;
using Prickle.ClickHouse.Supervision;

namespace Prickle.Benchmarks.Processes;

/// <summary>An engine of the benchmark's own, on an empty folder: the product and the ceiling use the same one.</summary>
sealed class MeasuredEngine : IAsyncDisposable
{
    readonly EngineSupervisor _supervisor;

    MeasuredEngine(EngineSupervisor supervisor) => _supervisor = supervisor;

    public int ProcessId => _supervisor.Status.ProcessId ?? throw new InvalidOperationException($"The engine does not run: {_supervisor.Status.LastError}");

    /// <summary>The address with user and password in it, as the product takes it.</summary>
    public Uri Url(string database) =>
        new UriBuilder(_supervisor.Endpoint) { UserName = _supervisor.User, Password = _supervisor.Password, Path = database }.Uri;

    public static async Task<MeasuredEngine> StartAsync(string dataFolder, CancellationToken cancellationToken)
    {
        var options = new EngineOptions { DataDirectory = dataFolder, ProgramPath = Build.Engine };
        var supervisor = new EngineSupervisor(options, TimeProvider.System, NullLogger<EngineSupervisor>.Instance);
        await supervisor.StartAsync(cancellationToken);
        await supervisor.WaitUntilRunningAsync(cancellationToken);
        return new MeasuredEngine(supervisor);
    }

    public ClickHouseStore Store(string database)
    {
        var endpoint = Endpoint(database);
        return new ClickHouseStore(() => endpoint);
    }

    /// <summary>
    /// Makes the product's tables. A product that is given the address takes the engine for a server with users of its own,
    /// which the dictionary of merged persons then asks for; made here, after the product is ready, it asks for none.
    /// </summary>
    public async Task PrepareAsync(string database, CancellationToken cancellationToken)
    {
        using var store = Store(database);
        await new SchemaMigrations(store, NullLogger<SchemaMigrations>.Instance)
            .ApplyAsync(SchemaMigrations.Embedded(Assembly.LoadFrom(Build.Product)), cancellationToken);
    }

    public ClickHouseEndpoint Endpoint(string database) =>
        new(_supervisor.Endpoint, _supervisor.User, _supervisor.Password, database, IsEmbedded: true);

    public ValueTask DisposeAsync() => _supervisor.DisposeAsync();
}
