using Prickle.EndToEnd.Product;

[assembly: AssemblyFixture(typeof(SharedProduct))]

namespace Prickle.EndToEnd.Product;

/// <summary>One product for all tests that leave it running. Each test makes a project of its own in it.</summary>
public sealed class SharedProduct : IAsyncLifetime
{
    readonly SemaphoreSlim starting = new(1, 1);
    Running? running;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    /// <summary>The product, started by the first test that asks.</summary>
    internal async Task<Running> StartedAsync()
    {
        await starting.WaitAsync();
        try
        {
            return running ??= await Running.StartAsync();
        }
        finally
        {
            starting.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (running is not null)
        {
            await running.DisposeAsync();
        }
        starting.Dispose();
    }
}

/// <summary>A product that was set up, with its API and its store.</summary>
sealed record Running(ProductProcess Process, ProductApi Api, Store Store) : IAsyncDisposable
{
    public static async Task<Running> StartAsync(string? dataFolder = null)
    {
        var process = new ProductProcess(dataFolder);
        try
        {
            await process.StartAndWaitAsync();
            return new Running(process, await FirstAccount.SetUpAsync(process.Address), new Store(process));
        }
        catch
        {
            await process.DisposeAsync();
            throw;
        }
    }

    public HttpClient Http => Process.Http;

    public async ValueTask DisposeAsync()
    {
        Store.Dispose();
        Api.Dispose();
        await Process.DisposeAsync();
    }
}
