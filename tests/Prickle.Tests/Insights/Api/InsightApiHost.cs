using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Prickle.Accounts;
using Prickle.Accounts.Storage;
using Prickle.Actions;
using Prickle.Activity;
using Prickle.Annotations;
using Prickle.Api;
using Prickle.Cohorts;
using Prickle.Dashboards;
using Prickle.Definitions;
using Prickle.Destinations;
using Prickle.Hosting;
using Prickle.Insights;
using Prickle.Insights.Saved;
using Prickle.Mail;
using Prickle.Rendering;
using Prickle.Sql;
using Prickle.Storage;
using Prickle.Subscriptions;
using Prickle.Templates;
using Prickle.Tests.Engine;
using Prickle.Tests.Storage;

namespace Prickle.Tests.Insights.Api;

/// <summary>The API over insights and dashboards on a loopback port, with a real store of accounts and a small world of events.</summary>
public sealed class InsightApiHost(EngineFixture engine) : IAsyncLifetime
{
    readonly string _folder = MigratedFolder.New("prickle-insights-");
    readonly InsightStore _store = new(engine);
    WebApplication? _app;

    public InsightStore Store => _store;

    /// <summary>Configuration, before the start.</summary>
    public Dictionary<string, string?> Settings { get; } = [];

    public IServiceProvider Services => _app!.Services;

    public HttpClient Client { get; private set; } = null!;

    public SeededAccount Account { get; private set; } = null!;

    public string Address => $"/api/projects/{Account.Project.Id}";

    public async ValueTask InitializeAsync()
    {
        await _store.InitializeAsync();
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { ApplicationName = "Prickle", ContentRootPath = AppContext.BaseDirectory });
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Configuration.AddInMemoryCollection(Settings);
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton<TimeProvider>(_store.Time);
        builder.Services.AddSingleton(_store.Store);
        builder.Services.AddSingleton<IActionDirectory>(_store.Actions);
        builder.Services.AddSingleton<ICohortDirectory>(_store.Cohorts);
        builder.Services.AddStorage(builder.Configuration, _folder);
        builder.Services.AddPrickleAuthentication();
        builder.Services.AddAccounts();
        builder.Services.AddActivity();
        builder.Services.AddApi(builder.Configuration);
        builder.Services.AddSingleton<StoreReadiness>();
        builder.Services.AddSql(builder.Configuration);
        builder.Services.AddAnnotations();
        builder.Services.AddInsights(builder.Configuration);
        builder.Services.AddDashboards();
        builder.Services.AddDefinitions();
        builder.Services.AddOutboundHttp(builder.Configuration);
        builder.Services.AddTemplates();
        builder.Services.AddMail(builder.Configuration);
        builder.Services.AddRendering();
        builder.Services.AddDestinations();
        // Of the ways out those to Slack: what acts within the product needs all of it.
        foreach (var kind in builder.Services.Where(service => service.ServiceType == typeof(DestinationKind)
            && service.ImplementationType?.Namespace?.Contains("Slack", StringComparison.Ordinal) == false).ToList())
        {
            builder.Services.Remove(kind);
        }
        builder.Services.AddSubscriptions();
        _app = builder.Build();
        _app.UseApiErrors();
        _app.UseAuthentication();
        _app.UseAuthorization();
        _app.UseApiGate();
        _app.UseAntiforgery();
        _app.MapActivity();
        var project = _app.MapProjectApi();
        project.MapInsights();
        project.MapDashboards();
        project.MapAnnotations();
        project.MapTemplates();
        project.MapSubscriptions();
        project.MapDestinations();
        _app.MapSharedInsights();
        _app.MapSharedDashboards();
        _app.MapLeaving();
        await _app.StartAsync();
        Account = await _app.Services.GetRequiredService<AccountSeed>()
            .SeedAsync("owner@burrow.test", "Burrow", "Production", "UTC", CancellationToken.None);
        _store.Project = _store.Project with { Id = Account.Project.Id };
        Client = ClientWith(Account.PersonalApiKey);
        await using var scope = _app.Services.CreateAsyncScope();
        var owner = (await scope.ServiceProvider.GetRequiredService<UserManager<User>>().FindByEmailAsync("owner@burrow.test"))!;
        Grant = (await Get<ProjectAccess>().FindAsync(new Actor(owner.Id, owner.Email!), Account.Project.Id, CancellationToken.None))!;
    }

    /// <summary>A project of an organization that the owner does not belong to, with an insight in it.</summary>
    public async Task<(int ProjectId, string InsightId)> ForeignAsync()
    {
        await using var database = await _app!.Services.GetRequiredService<IDbContextFactory<PrickleDatabase>>().CreateDbContextAsync();
        var organization = new OrganizationRow { Name = "Warren", CreatedAt = _store.Time.GetUtcNow() };
        database.Add(organization);
        await database.SaveChangesAsync();
        var project = new ProjectRow { Name = "Theirs", Token = "phc_theirs", OrganizationId = organization.Id, CreatedAt = _store.Time.GetUtcNow() };
        database.Add(project);
        await database.SaveChangesAsync();
        database.Add(new InsightRow { ProjectId = project.Id, ShortId = "theirs01", Name = "Secret", CreatedAt = _store.Time.GetUtcNow() });
        await database.SaveChangesAsync();
        // Other nodes' projects are seen after a moment.
        _store.Time.Advance(TimeSpan.FromSeconds(10));
        return (project.Id, "theirs01");
    }

    public T Get<T>() where T : notnull => _app!.Services.GetRequiredService<T>();

    /// <summary>The owner's grant on the project.</summary>
    public ProjectGrant Grant { get; private set; } = null!;

    /// <summary>A key of the owner with these scopes.</summary>
    public async Task<string> KeyAsync(params string[] scopes)
    {
        await using var services = Services.CreateAsyncScope();
        var users = services.ServiceProvider.GetRequiredService<UserManager<User>>();
        var owner = new Actor((await users.FindByEmailAsync(Account.Email))!.Id, Account.Email);
        var key = await services.ServiceProvider.GetRequiredService<PersonalKeys>()
            .CreateAsync(owner, new PersonalKeySettings { Name = string.Join(' ', scopes), Scopes = scopes }, TestContext.Current.CancellationToken);
        return key.ShouldBeOfType<Outcome<IssuedKey>.Done>().Value.Value;
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

    /// <summary>Sends JSON below the project's address; gives the status and the JSON that came back.</summary>
    public async Task<(HttpStatusCode Status, JsonElement Json)> SendAsync(HttpMethod method, string path, string? body = null, HttpClient? client = null)
    {
        using var request = new HttpRequestMessage(method, path.StartsWith("/api", StringComparison.Ordinal) ? path : $"{Address}/{path}");
        if (body is not null)
        {
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        }
        using var response = await (client ?? Client).SendAsync(request, TestContext.Current.CancellationToken);
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        return (response.StatusCode, text.Length > 0 && text[0] is '{' or '[' ? JsonElement.Parse(text) : JsonElement.Parse(JsonSerializer.Serialize(text)));
    }

    public Task<(HttpStatusCode Status, JsonElement Json)> QueryAsync(string query, string more = "") =>
        SendAsync(HttpMethod.Post, "query", $"{{\"query\":{query}{more}}}");

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app!.DisposeAsync();
        await _store.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
