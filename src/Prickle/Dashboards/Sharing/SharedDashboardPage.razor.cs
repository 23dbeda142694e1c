using System.Security.Cryptography;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Server.ProtectedBrowserStorage;
using Prickle.Accounts;
using Prickle.Dashboards.Tiles;
using Prickle.Shell;

namespace Prickle.Dashboards.Sharing;

/// <summary>
/// A dashboard for whoever has its link. Nothing on it can be clicked but the links somebody put there; answers are those of
/// links: computed at most twice an hour. A password is asked once for each tab.
/// </summary>
public sealed partial class SharedDashboardPage(SharedDashboards dashboards, ProtectedSessionStorage session, TimeProvider time, NavigationManager navigation) : IDisposable
{
    readonly CancellationTokenSource _closing = new();
    readonly TileTurns _turns = new(4);
    readonly Dictionary<int, TileView> _views = [];
    SharedDashboard? _shared;
    Refusal? _refusal;
    ITimer? _auto;
    string _password = "";
    bool _wasTried;
    bool _isNarrow;

    [Parameter] public string Token { get; set; } = "";

    [CascadingParameter] public HttpContext? HttpContext { get; set; }

    bool IsEmbedded => SharedLayout.IsEmbedded(navigation);

    // What a tab remembers of a link says nothing about the link.
    string MemoryKey => $"shared-{LinkSecret.Hash(Token)[..16]}";

    protected override async Task OnInitializedAsync()
    {
        await OpenAsync(null);
        if (_refusal is { Reason: RefusalReason.NotFound } && HttpContext is { Response.HasStarted: false } context)
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
        }
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (!firstRender)
        {
            return;
        }
        if (_refusal is { Reason: RefusalReason.WrongPassword } && await RememberedAsync() is { } password)
        {
            await OpenAsync(password);
            StateHasChanged();
        }
    }

    public void Dispose()
    {
        _auto?.Dispose();
        _closing.Cancel();
        _closing.Dispose();
    }

    async Task OpenAsync(string? password)
    {
        (_shared, _refusal) = (await dashboards.OpenAsync(Token, password, _closing.Token))
            .Match<(SharedDashboard?, Refusal?)>(found => (found, null), refusal => (null, refusal));
        if (RendererInfo.IsInteractive && _shared is { Dashboard.RefreshIntervalSeconds: { } seconds })
        {
            // Answers of links live longer than that; what is asked again is only what has grown old.
            _auto ??= time.CreateTimer(_ => _ = InvokeAsync(RenewAsync), null, TimeSpan.FromSeconds(seconds), TimeSpan.FromSeconds(seconds));
        }
    }

    async Task TryPasswordAsync()
    {
        _wasTried = true;
        await OpenAsync(_password);
        if (_shared is not null)
        {
            await session.SetAsync(MemoryKey, _password);
        }
    }

    /// <summary>The link may have been stopped since: then the page says so.</summary>
    async Task RenewAsync()
    {
        if (_closing.IsCancellationRequested)
        {
            return;
        }
        await OpenAsync(_password.Length > 0 ? _password : await RememberedAsync());
        StateHasChanged();
        await Task.WhenAll(_views.Values.Where(view => view?.Asks == true).Select(view => view.RefreshAsync()));
    }

    async Task<string?> RememberedAsync()
    {
        try
        {
            return await session.GetAsync<string>(MemoryKey) is { Success: true, Value: { Length: > 0 } password } ? password : null;
        }
        catch (CryptographicException)
        {
            // Written with keys that are no longer there.
            return null;
        }
    }
}
