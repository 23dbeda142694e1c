using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Prickle.Accounts;
using Prickle.Activity;
using Prickle.Api;
using Prickle.Hosting;
using Prickle.Shell;
using Prickle.Storage;
using Prickle.Tests.Storage;

namespace Prickle.Tests.Accounts;

/// <summary>The accounts part of the product on a loopback port, with its own store and its own clock.</summary>
public sealed class AccountsHost : IAsyncDisposable
{
    public const string OwnerEmail = "owner@burrow.example";
    public const string Password = "plum kettle orbit sand";

    readonly WebApplication _app;
    readonly string _folder;

    AccountsHost(WebApplication app, FakeTimeProvider time, string folder)
    {
        (_app, Time, _folder) = (app, time, folder);
        Address = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
    }

    public Uri Address { get; }
    public FakeTimeProvider Time { get; }
    public IServiceProvider Services => _app.Services;

    public static async Task<AccountsHost> StartAsync(
        Action<IServiceCollection>? configure = null, IReadOnlyDictionary<string, string?>? settings = null, string? folder = null)
    {
        folder ??= MigratedFolder.New("prickle-accounts-");
        // The product's own name: under it lie the files of its pages.
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions
        {
            ApplicationName = "Prickle",
            ContentRootPath = AppContext.BaseDirectory,
        });
        builder.Configuration.AddInMemoryCollection(settings ?? new Dictionary<string, string?>());
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        builder.Services.AddSingleton<TimeProvider>(time);
        // Nothing here asks the analytical store: an address where nobody is, instead of an engine for every host.
        builder.Configuration["ClickHouse:Url"] ??= "http://127.0.0.1:9/";
        builder.AddProduct(new CommandLine(null, folder, false, []));
        // Slow hashes are for attackers; here they would only make the tests slow.
        builder.Services.Configure<PasswordHasherOptions>(options => options.IterationCount = 1);
        configure?.Invoke(builder.Services);

        var app = builder.Build();
        app.UseProduct();
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new AccountsHost(app, time, folder);
    }

    /// <summary>A host whose first owner is there.</summary>
    public static async Task<AccountsHost> StartSetUpAsync(
        Action<IServiceCollection>? configure = null, IReadOnlyDictionary<string, string?>? settings = null)
    {
        var host = await StartAsync(configure, settings);
        var outcome = await host.Get<Registration>().SetUpAsync(
            new FirstOwner(OwnerEmail, Password, "Burrow", "Production"), TestContext.Current.CancellationToken);
        outcome.ShouldBeOfType<Outcome<User>.Done>();
        return host;
    }

    public T Get<T>() where T : notnull => _app.Services.GetRequiredService<T>();

    /// <summary>A browser: keeps cookies, follows no redirect by itself.</summary>
    public Browser NewBrowser() => new(Address);

    public async Task<Browser> SignedInBrowserAsync(string email = OwnerEmail)
    {
        var browser = NewBrowser();
        (await browser.SignInAsync(email, Password)).StatusCode.ShouldBe(HttpStatusCode.Redirect);
        return browser;
    }

    /// <summary>A program with a key of the user.</summary>
    public async Task<HttpClient> ProgramAsync(string email, params string[] scopes) =>
        Program(await KeyAsync(email, new PersonalKeySettings { Name = "Test", Scopes = scopes }));

    public Task<HttpClient> OwnerProgramAsync() => ProgramAsync(OwnerEmail, "*");

    public HttpClient Program(string key) => new(new SocketsHttpHandler { AllowAutoRedirect = false })
    {
        BaseAddress = Address,
        DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", key) },
    };

    public async Task<string> KeyAsync(string email, PersonalKeySettings settings)
    {
        var outcome = await Get<PersonalKeys>().CreateAsync(await ActorAsync(email), settings, TestContext.Current.CancellationToken);
        return outcome.ShouldBeOfType<Outcome<IssuedKey>.Done>().Value.Value;
    }

    public async Task<Actor> ActorAsync(string email)
    {
        await using var scope = Services.CreateAsyncScope();
        var users = scope.ServiceProvider.GetRequiredService<Microsoft.AspNetCore.Identity.UserManager<User>>();
        return new Actor((await users.FindByEmailAsync(email))!.Id, email);
    }

    public async Task<OrganizationGrant> OrganizationAsync(string email = OwnerEmail) =>
        (await Get<ProjectAccess>().FindOrganizationAsync(
            await ActorAsync(email), ProjectAccess.Current, TestContext.Current.CancellationToken))!;

    public async Task<ProjectGrant> ProjectAsync(string email = OwnerEmail) =>
        (await Get<ProjectAccess>().FindAsync(
            await ActorAsync(email), ProjectAccess.Current, TestContext.Current.CancellationToken))!;

    public async Task<IssuedInvitation> InviteAsync(Role role, string? email = null, params int[] projectIds)
    {
        var outcome = await Get<Invitations>().CreateAsync(
            await OrganizationAsync(), role, email, projectIds.Length == 0 ? null : projectIds, null,
            TestContext.Current.CancellationToken);
        return outcome.ShouldBeOfType<Outcome<IssuedInvitation>.Done>().Value;
    }

    /// <summary>Somebody else in the first owner's organization.</summary>
    public async Task<Actor> JoinAsync(Role role, string email, params int[] projectIds)
    {
        var invitation = await InviteAsync(role, email, projectIds);
        var outcome = await Get<Registration>().JoinAsync(
            invitation.Token, email, "Somebody", Password, TestContext.Current.CancellationToken);
        return new Actor(outcome.ShouldBeOfType<Outcome<User>.Done>().Value.Id, email);
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync(CancellationToken.None);
        await _app.DisposeAsync();
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        Directory.Delete(_folder, recursive: true);
    }
}

/// <summary>Shorthands for JSON over HTTP.</summary>
static class JsonRequests
{
    public static async Task<JsonElement> JsonAsync(this Task<HttpResponseMessage> sending, HttpStatusCode expected = HttpStatusCode.OK)
    {
        using var response = await sending;
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        response.StatusCode.ShouldBe(expected, text);
        return text.Length == 0 ? default : JsonDocument.Parse(text).RootElement;
    }

    public static Task<HttpResponseMessage> FetchAsync(this HttpClient client, string path) =>
        client.GetAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);

    public static Task<HttpResponseMessage> PostAsync(this HttpClient client, string path, object body) =>
        client.PostAsJsonAsync(path, body, TestContext.Current.CancellationToken);

    public static Task<HttpResponseMessage> PutAsync(this HttpClient client, string path, object body) =>
        client.PutAsJsonAsync(path, body, TestContext.Current.CancellationToken);

    public static Task<HttpResponseMessage> PatchAsync(this HttpClient client, string path, object body) =>
        client.PatchAsJsonAsync(path, body, TestContext.Current.CancellationToken);

    public static Task<HttpResponseMessage> EraseAsync(this HttpClient client, string path) =>
        client.DeleteAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);

    public static string Text(this JsonElement element, string name) => element.GetProperty(name).GetString()!;
}
