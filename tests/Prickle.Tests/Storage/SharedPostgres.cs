using Prickle.Tests.Storage;

[assembly: AssemblyFixture(typeof(SharedPostgres))]

namespace Prickle.Tests.Storage;

/// <summary>One PostgreSQL for all tests, started when the first test asks; each takes a database of its own.</summary>
public sealed class SharedPostgres : IAsyncLifetime
{
    readonly SemaphoreSlim _starting = new(1, 1);
    PostgresServer? _server;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async Task<PostgresServer> StartedAsync()
    {
        await _starting.WaitAsync();
        try
        {
            if (_server is null)
            {
                _server = new PostgresServer();
                await _server.InitializeAsync();
            }
            return _server;
        }
        finally
        {
            _starting.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }
        _starting.Dispose();
    }
}
