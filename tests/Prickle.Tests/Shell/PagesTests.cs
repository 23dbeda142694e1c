using System.Net;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Components.Endpoints;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Prickle.Accounts;
using Prickle.Hosting;
using Prickle.Tests.Accounts;

namespace Prickle.Tests.Shell;

/// <summary>Every page there is, found by walking the route table of the whole product.</summary>
public sealed partial class PagesTests(PagesTests.Host host) : IClassFixture<PagesTests.Host>
{
    [Fact]
    public async Task Every_page_is_made_without_a_failure_and_asks_no_other_host_for_anything()
    {
        using var browser = await host.SignedInAsync();
        foreach (var path in host.Pages().Select(page => host.Fill(page.RoutePattern)))
        {
            using var response = await browser.Http.GetAsync(path, TestContext.Current.CancellationToken);
            var html = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
            ((int)response.StatusCode).ShouldBeLessThan(500, path);
            html.ShouldNotContain("could not be shown", Case.Sensitive, path);
            Elsewhere.Matches(html).Select(match => match.Value).ShouldBeEmpty(path);
        }
    }

    [Fact]
    public async Task A_stranger_is_let_into_no_page_that_does_not_say_so()
    {
        using var stranger = new Browser(host.Address);
        string[] open = ["/error", "/invite/{Token}", "/not-found", "/previews/page/{Signed}", "/setup", "/shared/dashboard/{Token}", "/shared/insight/{Token}", "/sign-in", "/unsubscribe/{Token}"];
        foreach (var page in host.Pages())
        {
            var mayEnter = page.Metadata.GetMetadata<IAllowAnonymous>() is not null;
            mayEnter.ShouldBe(open.Contains(page.RoutePattern.RawText), page.RoutePattern.RawText);
            if (!mayEnter)
            {
                using var response = await stranger.Http.GetAsync(host.Fill(page.RoutePattern), TestContext.Current.CancellationToken);
                response.StatusCode.ShouldBe(HttpStatusCode.Redirect, page.RoutePattern.RawText);
                response.Headers.Location!.OriginalString.ShouldContain("/sign-in");
            }
        }
    }

    [Theory]
    [InlineData("other=1", "system")]
    [InlineData("prickle-theme=dark", "dark")]
    [InlineData("prickle-theme=light", "light")]
    [InlineData("prickle-theme=x\"onload", "system")]
    public async Task The_chosen_theme_stands_in_the_first_reply(string cookie, string theme)
    {
        using var http = new HttpClient(new SocketsHttpHandler { UseCookies = false }) { BaseAddress = host.Address };
        using var request = new HttpRequestMessage(HttpMethod.Get, "/sign-in");
        request.Headers.Add("Cookie", cookie);
        using var response = await http.SendAsync(request, TestContext.Current.CancellationToken);
        (await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).ShouldContain($"data-theme=\"{theme}\"");
    }

    [Fact]
    public async Task What_a_page_names_as_its_files_is_there()
    {
        using var browser = new Browser(host.Address);
        var html = await browser.ReadAsync("/sign-in");
        var files = File.Matches(html).Select(match => match.Groups[1].Value).Distinct().ToList();
        files.ShouldContain(file => file.EndsWith(".woff2", StringComparison.Ordinal));
        files.ShouldContain(file => file.Contains("theme", StringComparison.Ordinal));
        foreach (var file in files)
        {
            await browser.ReadAsync("/" + WebUtility.HtmlDecode(file));
        }
    }

    [Fact]
    public async Task A_project_that_somebody_cannot_see_shows_nothing_of_itself()
    {
        using var browser = await host.SignedInAsync();
        var html = await browser.ReadAsync("/project/4711/events", HttpStatusCode.NotFound);
        html.ShouldContain("There is nothing at this address");
        html.ShouldNotContain("Newest first");
    }

    [Fact]
    public async Task A_member_of_one_project_finds_no_page_of_another_of_the_same_organization()
    {
        var other = await host.AddProjectAsync("Sealed burrow");
        using var member = await host.JoinAsync(Role.Member, "digger@burrow.test", host.ProjectId);
        var pages = host.Pages().Where(page => page.RoutePattern.RawText!.Contains("{ProjectId", StringComparison.Ordinal)).ToList();
        pages.Count.ShouldBeGreaterThan(10);
        foreach (var page in pages)
        {
            var html = await member.ReadAsync(host.Fill(page.RoutePattern, other), HttpStatusCode.NotFound);
            html.ShouldContain("There is nothing at this address", Case.Sensitive, page.RoutePattern.RawText);
            html.ShouldNotContain("Sealed burrow", Case.Sensitive, page.RoutePattern.RawText);
            // The same address of the member's own project is a page.
            await member.ReadAsync(host.Fill(page.RoutePattern));
        }
        // Nor do the pages about all projects name it.
        foreach (var path in (string[])["/organization/projects", "/organization/members", "/organization/activity", "/account/keys"])
        {
            (await member.ReadAsync(path)).ShouldNotContain("Sealed burrow", Case.Sensitive, path);
        }
    }

    // Links may lead anywhere; what the browser fetches by itself may not.
    [GeneratedRegex("""<(?:script|link|img|iframe|source|video|audio)\b[^>]*\b(?:src|href)="(?:https?:)?//[^"]*"|url\(["']?https?://""")]
    static partial Regex Elsewhere { get; }

    [GeneratedRegex("""<(?:script|link)\b[^>]*\b(?:src|href)="([^"]+)""")]
    static partial Regex File { get; }

    /// <summary>The whole product on a loopback port, in a folder of its own.</summary>
    public sealed class Host : IAsyncLifetime
    {
        readonly string _folder = Directory.CreateTempSubdirectory("prickle-pages-").FullName;
        SeededAccount _account = null!;
        WebApplication _app = null!;

        public Uri Address { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            var builder = WebApplication.CreateBuilder(new WebApplicationOptions { ApplicationName = "Prickle", ContentRootPath = AppContext.BaseDirectory });
            builder.Logging.ClearProviders();
            builder.WebHost.UseUrls("http://127.0.0.1:0");
            builder.WebHost.UseStaticWebAssets();
            var line = CommandLine.Parse(["--data", _folder]).Line!;
            builder.Services.AddSingleton(line);
            builder.AddProduct(line);
            _app = builder.Build();
            _app.UseProduct();
            await _app.StartAsync();
            Address = new Uri(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
            _account = await _app.Services.GetRequiredService<AccountSeed>()
                .SeedAsync("owner@burrow.test", "Burrow", "Production", "UTC", CancellationToken.None);
            await _app.Services.GetRequiredService<StoreReadiness>().WaitAsync(CancellationToken.None).WaitAsync(TimeSpan.FromMinutes(1));
        }

        public async Task<Browser> SignedInAsync()
        {
            var browser = new Browser(Address);
            (await browser.SignInAsync(_account.Email, _account.Password)).StatusCode.ShouldBe(HttpStatusCode.Redirect);
            return browser;
        }

        public int ProjectId => _account.Project.Id;

        public async Task<int> AddProjectAsync(string name)
        {
            var owner = await OwnerAsync();
            var made = await _app.Services.GetRequiredService<ProjectAdministration>()
                .CreateAsync(owner, new ProjectSettings { Name = name }, CancellationToken.None);
            return made.ShouldBeOfType<Outcome<Project>.Done>().Value.Id;
        }

        /// <summary>Somebody who was invited to these projects alone, signed in.</summary>
        public async Task<Browser> JoinAsync(Role role, string email, params int[] projects)
        {
            const string password = "plum kettle orbit sand";
            var invitation = (await _app.Services.GetRequiredService<Invitations>()
                .CreateAsync(await OwnerAsync(), role, email, projects, null, CancellationToken.None))
                .ShouldBeOfType<Outcome<IssuedInvitation>.Done>().Value;
            (await _app.Services.GetRequiredService<Registration>()
                .JoinAsync(invitation.Token, email, "Somebody", password, CancellationToken.None)).ShouldBeOfType<Outcome<User>.Done>();
            var browser = new Browser(Address);
            (await browser.SignInAsync(email, password)).StatusCode.ShouldBe(HttpStatusCode.Redirect);
            return browser;
        }

        async Task<OrganizationGrant> OwnerAsync()
        {
            await using var scope = _app.Services.CreateAsyncScope();
            var owner = await scope.ServiceProvider.GetRequiredService<UserManager<User>>().FindByEmailAsync(_account.Email);
            return (await _app.Services.GetRequiredService<ProjectAccess>()
                .FindOrganizationAsync(new Actor(owner!.Id, owner.Email!), ProjectAccess.Current, CancellationToken.None))!;
        }

        public IReadOnlyList<RouteEndpoint> Pages() =>
        [
            .. _app.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
                .Where(endpoint => endpoint.Metadata.GetMetadata<ComponentTypeMetadata>() is not null),
        ];

        /// <summary>The address of a page with something in the place of each parameter.</summary>
        public string Fill(Microsoft.AspNetCore.Routing.Patterns.RoutePattern pattern, int? project = null)
        {
            var path = pattern.RawText!.Replace("{ProjectId:int}", $"{project ?? _account.Project.Id}", StringComparison.Ordinal)
                .Replace("{Server:guid}", $"{Prickle.Servers.WatchedServer.OwnId}", StringComparison.Ordinal)
                .Replace("{PersonId:guid}", $"{Guid.CreateVersion7()}", StringComparison.Ordinal)
                .Replace("{Id:int}", "1", StringComparison.Ordinal)
                .Replace("{RunId:guid}", $"{Guid.CreateVersion7()}", StringComparison.Ordinal)
                .Replace("{Id:guid}", $"{Guid.CreateVersion7()}", StringComparison.Ordinal)
                .Replace("{ActionId:int}", "1", StringComparison.Ordinal)
                .Replace("{CohortId:int}", "1", StringComparison.Ordinal)
                .Replace("{FlagId:int}", "1", StringComparison.Ordinal)
                .Replace("{Server:guid}", $"{Guid.CreateVersion7()}", StringComparison.Ordinal)
                .Replace("{Operation:guid}", $"{Guid.CreateVersion7()}", StringComparison.Ordinal)
                .Replace("{QueryId:guid}", $"{Guid.CreateVersion7()}", StringComparison.Ordinal)
                .Replace("{TypeIndex:int}", "0", StringComparison.Ordinal)
                .Replace("{Number:int}", "1", StringComparison.Ordinal);
            return "/" + Parameter.Replace(path, "some").TrimStart('/');
        }

        public async ValueTask DisposeAsync()
        {
            await _app.DisposeAsync();
            Directory.Delete(_folder, recursive: true);
        }
    }

    [GeneratedRegex(@"\{\w+\}")]
    static partial Regex Parameter { get; }
}
