using ClickHouse.Driver.ADO;
using Microsoft.Extensions.Logging.Abstractions;
using Prickle.ClickHouse.Supervision;
using Prickle.Tests.Engine;

[assembly: AssemblyFixture(typeof(EngineFixture))]

namespace Prickle.Tests.Engine;

/// <summary>One real engine for all tests, on a folder of its own; started when the first test asks for it.</summary>
public sealed class EngineFixture : IAsyncLifetime
{
    readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("prickle-engine-");
    readonly SemaphoreSlim starting = new(1, 1);
    EngineSupervisor? supervisor;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async Task<EngineSupervisor> StartedAsync()
    {
        await starting.WaitAsync();
        try
        {
            if (supervisor is null)
            {
                supervisor = Supervise(folder.FullName);
                await supervisor.StartAsync(CancellationToken.None);
            }
            supervisor.Status.State.ShouldBe(EngineState.Running, supervisor.Status.LastError);
            return supervisor;
        }
        finally
        {
            starting.Release();
        }
    }

    public static EngineSupervisor Supervise(string dataDirectory) =>
        new(new EngineOptions { DataDirectory = dataDirectory }, TimeProvider.System, NullLogger<EngineSupervisor>.Instance);

    /// <summary>A connection of the official driver, with nothing of ours in between.</summary>
    public async Task<ClickHouseConnection> ConnectAsync(bool compression = true)
    {
        var engine = await StartedAsync();
        return Connect(engine, compression);
    }

    public static ClickHouseConnection Connect(EngineSupervisor engine, bool compression = true) => new(
        $"Host={engine.Endpoint.Host};Port={engine.Endpoint.Port};Username={engine.User};Password={engine.Password};Compression={compression}");

    /// <summary>A plain HTTP client that presents the secret as a header.</summary>
    public async Task<HttpClient> HttpAsync()
    {
        var engine = await StartedAsync();
        var client = new HttpClient(new SocketsHttpHandler { UseProxy = false, PooledConnectionLifetime = TimeSpan.FromMinutes(5) })
        {
            BaseAddress = engine.Endpoint,
            Timeout = TimeSpan.FromSeconds(60),
        };
        client.DefaultRequestHeaders.Add("X-ClickHouse-Key", engine.Password);
        return client;
    }

    /// <summary>The answer to a statement, which must be a good one.</summary>
    public async Task<string> PostAsync(string address, string body)
    {
        using var client = await HttpAsync();
        using var response = await client.PostAsync(address, new StringContent(body), TestContext.Current.CancellationToken);
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        response.StatusCode.ShouldBe(System.Net.HttpStatusCode.OK, text);
        return text;
    }

    /// <summary>The status and the exception code that a statement is answered with.</summary>
    public async Task<(int Status, string? Code)> StatusAsync(string address, string body)
    {
        using var client = await HttpAsync();
        using var response = await client.PostAsync(address, new StringContent(body), TestContext.Current.CancellationToken);
        return ((int)response.StatusCode, response.Headers.TryGetValues("X-ClickHouse-Exception-Code", out var codes) ? codes.Single() : null);
    }

    public async ValueTask DisposeAsync()
    {
        if (supervisor is not null)
        {
            await supervisor.DisposeAsync();
        }
        folder.Delete(recursive: true);
        starting.Dispose();
    }
}
