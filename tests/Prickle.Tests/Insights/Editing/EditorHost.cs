using Prickle.Accounts;
using Prickle.Tests.Accounts;

namespace Prickle.Tests.Insights.Editing;

/// <summary>The product behind the pages, without a store of events: what is kept is kept for real.</summary>
public sealed class EditorHost : IAsyncLifetime
{
    public AccountsHost Host { get; private set; } = null!;

    public ProjectGrant Grant { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Host = await AccountsHost.StartSetUpAsync();
        Grant = await Host.ProjectAsync();
    }

    public ValueTask DisposeAsync() => Host.DisposeAsync();
}
