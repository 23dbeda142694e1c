using Prickle.Tests.Accounts;

[assembly: AssemblyFixture(typeof(SharedAccounts))]

namespace Prickle.Tests.Accounts;

/// <summary>
/// One set-up host for the tests that only ask, or are refused: starting one takes longer than most of them. Whoever changes
/// the project, the people or the clock starts a host of their own.
/// </summary>
public sealed class SharedAccounts : IAsyncLifetime
{
    readonly SemaphoreSlim _starting = new(1, 1);
    AccountsHost? _host;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    /// <summary>The host, started by the first test that asks.</summary>
    public async Task<AccountsHost> StartedAsync()
    {
        await _starting.WaitAsync();
        try
        {
            return _host ??= await AccountsHost.StartSetUpAsync();
        }
        finally
        {
            _starting.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_host is not null)
        {
            await _host.DisposeAsync();
        }
        _starting.Dispose();
    }
}
