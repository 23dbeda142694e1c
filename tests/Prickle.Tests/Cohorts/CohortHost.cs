using System.Net.Http.Headers;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Prickle.Accounts;
using Prickle.Actions;
using Prickle.Activity;
using Prickle.Annotations;
using Prickle.Api;
using Prickle.ClickHouse;
using Prickle.Cohorts;
using Prickle.Dashboards;
using Prickle.Events;
using Prickle.Hosting;
using Prickle.Insights;
using Prickle.Persons;
using Prickle.Persons.Storage;
using Prickle.Sessions;
using Prickle.Shell;
using Prickle.Sql;
using Prickle.Storage;
using Prickle.Tests.Engine;
using Prickle.Tests.Events;
using Prickle.Tests.Storage;

namespace Prickle.Tests.Cohorts;

/// <summary>Actions, cohorts and annotations over HTTP, with real stores of both kinds.</summary>
public sealed class CohortHost(EngineFixture engine) : IAsyncLifetime
{
    readonly string _folder = MigratedFolder.New("prickle-cohorts-");
    WebApplication? _app;

    public EventStore Store { get; } = new(engine);

    public HttpClient Client { get; private set; } = null!;

    public ProjectGrant Grant { get; private set; } = null!;

    public SeededAccount Account { get; private set; } = null!;

    public string Path => $"/api/projects/{Grant.ProjectId}";

    public T Get<T>() where T : notnull => _app!.Services.GetRequiredService<T>();

    public async ValueTask InitializeAsync()
    {
        await Store.InitializeAsync();
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { ApplicationName = "Prickle", ContentRootPath = AppContext.BaseDirectory });
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton<TimeProvider>(Store.Time);
        builder.Services.AddSingleton(Store.Store);
        builder.Services.AddStorage(builder.Configuration, _folder);
        builder.Services.AddPrickleAuthentication();
        builder.Services.AddAccounts();
        builder.Services.AddActivity();
        builder.Services.AddApi(builder.Configuration);
        builder.Services.AddPersons();
        builder.Services.AddEvents();
        builder.Services.AddSessions();
        builder.Services.AddActions();
        builder.Services.AddCohorts();
        builder.Services.AddAnnotations();
        builder.Services.AddSingleton<StoreReadiness>();
        builder.Services.AddSql(builder.Configuration);
        builder.Services.AddInsights(builder.Configuration);
        builder.Services.AddDashboards();
        builder.Services.AddShell();
        _app = builder.Build();
        _app.UseApiErrors();
        _app.UseAuthentication();
        _app.UseAuthorization();
        _app.UseApiGate();
        _app.UseAntiforgery();
        var project = _app.MapProjectApi();
        project.MapActions();
        project.MapCohorts();
        project.MapAnnotations();
        project.MapInsights();
        project.MapDashboards();
        project.MapSql();
        _app.MapAccounts();
        _app.MapActivity();
        _app.MapShell();
        await _app.StartAsync();
        Account = await Get<AccountSeed>().SeedAsync("owner@burrow.test", "Burrow", "Production", "UTC", CancellationToken.None);
        Client = ClientWith(Account.PersonalApiKey);
        OtherClient = ClientWith(await OtherKeyAsync());
        Grant = (await Get<ProjectAccess>().FindAsync(await OwnerAsync(), Account.Project.Id, CancellationToken.None))!;
    }

    /// <summary>Somebody whose key is for another organization.</summary>
    public HttpClient OtherClient { get; private set; } = null!;

    /// <summary>A person in both stores; gives their id.</summary>
    public async Task<Guid> AddPersonAsync(string distinctId, string properties = "{}")
    {
        var id = EventStore.PersonOf(distinctId);
        await using (var database = await Get<IDbContextFactory<PrickleDatabase>>().CreateDbContextAsync())
        {
            database.Add(new PersonRow { Id = id, ProjectId = Grant.ProjectId, Properties = properties, CreatedAt = 1, Version = 1, IsIdentified = true });
            database.Add(new PersonDistinctIdRow { ProjectId = Grant.ProjectId, DistinctId = distinctId, PersonId = id, Version = 1 });
            await database.SaveChangesAsync();
        }
        var line = JsonSerializer.SerializeToUtf8Bytes(new
        {
            project_id = Grant.ProjectId,
            id,
            properties = JsonElement.Parse(properties),
            is_identified = true,
            created_at = "2026-01-01 00:00:00",
            version = 1,
        });
        (await Store.Store.InsertJsonRowsAsync("persons (project_id, id, properties, is_identified, created_at, version)", line, JsonColumn.InsertSettings))
            .ShouldBe(InsertOutcome.Stored.Value);
        return id;
    }

    public Task DoAsync(string distinctId, string name, TimeSpan before, string properties = "{}") =>
        Store.AddAsync(name, properties, distinctId, before: before, project: Grant.ProjectId);

    async Task<string> OtherKeyAsync()
    {
        var owner = await OwnerAsync();
        var den = (await Get<OrganizationAdministration>().CreateAsync(owner, "Den", CancellationToken.None)).ShouldBeOfType<Outcome<OrganizationGrant>.Done>().Value;
        var key = await Get<PersonalKeys>().CreateAsync(
            owner, new PersonalKeySettings { Name = "Den", Scopes = ["*"], OrganizationIds = [den.OrganizationId] }, CancellationToken.None);
        return key.ShouldBeOfType<Outcome<IssuedKey>.Done>().Value.Value;
    }

    async Task<Actor> OwnerAsync()
    {
        await using var scope = _app!.Services.CreateAsyncScope();
        var users = scope.ServiceProvider.GetRequiredService<Microsoft.AspNetCore.Identity.UserManager<User>>();
        return new Actor((await users.FindByEmailAsync("owner@burrow.test"))!.Id, "owner@burrow.test");
    }

    HttpClient ClientWith(string key)
    {
        var address = _app!.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        return new HttpClient(new SocketsHttpHandler { UseProxy = false })
        {
            BaseAddress = new Uri(address),
            DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", key) },
        };
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        OtherClient.Dispose();
        await _app!.DisposeAsync();
        await Store.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
