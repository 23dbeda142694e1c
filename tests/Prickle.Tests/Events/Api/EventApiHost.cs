using System.Net.Http.Headers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Prickle.Accounts;
using Prickle.Activity;
using Prickle.Api;
using Prickle.Definitions;
using Prickle.Events;
using Prickle.Filters;
using Prickle.Hosting;
using Prickle.Insights.Running;
using Prickle.Sessions;
using Prickle.Shell;
using Prickle.Sql;
using Prickle.Storage;
using Prickle.Tests.Engine;
using Prickle.Tests.Insights;
using Prickle.Tests.Storage;

namespace Prickle.Tests.Events.Api;

/// <summary>The API over events on a loopback port, with a real store of accounts and a real store of events.</summary>
public sealed class EventApiHost(EngineFixture engine) : IAsyncLifetime
{
    readonly string _folder = MigratedFolder.New("prickle-events-");
    readonly EventStore _store = new(engine);
    WebApplication? _app;

    public EventStore Store => _store;

    public HttpClient Client { get; private set; } = null!;

    public int ProjectId { get; private set; }

    public IServiceProvider Services => _app!.Services;

    public SeededAccount Account { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        await _store.InitializeAsync();
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { ApplicationName = "Prickle", ContentRootPath = AppContext.BaseDirectory });
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton<TimeProvider>(_store.Time);
        builder.Services.AddSingleton(_store.Store);
        builder.Services.AddStorage(builder.Configuration, _folder);
        builder.Services.AddPrickleAuthentication();
        builder.Services.AddAccounts();
        builder.Services.AddActivity();
        builder.Services.AddApi(builder.Configuration);
        builder.Services.AddDefinitions();
        builder.Services.AddFilters();
        builder.Services.AddSingleton<StoreReadiness>();
        builder.Services.AddSql(builder.Configuration);
        builder.Services.AddSingleton<ISqlFilterReader>(provider => new SqlFilterReading(
            new NamedThings(new FakeActions(), new FakeCohorts()), provider.GetRequiredService<TimeProvider>()));
        builder.Services.AddEvents();
        builder.Services.AddSessions();
        builder.Services.AddShell();
        _app = builder.Build();
        _app.UseApiErrors();
        _app.UseAuthentication();
        _app.UseAuthorization();
        _app.UseApiGate();
        _app.UseAntiforgery();
        var project = _app.MapProjectApi();
        project.MapDefinitions();
        project.MapEvents();
        project.MapSessions();
        _app.MapShell();
        await _app.StartAsync();
        Account = await _app.Services.GetRequiredService<AccountSeed>()
            .SeedAsync("owner@burrow.test", "Burrow", "Production", "UTC", CancellationToken.None);
        ProjectId = Account.Project.Id;
        Client = ClientWith(Account.PersonalApiKey);
    }

    public HttpClient ClientWith(string? key)
    {
        var address = _app!.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        var client = new HttpClient(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false }) { BaseAddress = new Uri(address) };
        if (key is not null)
        {
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        }
        return client;
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app!.DisposeAsync();
        await _store.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
