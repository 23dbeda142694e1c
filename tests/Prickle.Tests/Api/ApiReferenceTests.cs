using System.Net;
using System.Text.RegularExpressions;
using Prickle.Tests.Accounts;

namespace Prickle.Tests.Api;

public sealed partial class ApiReferenceTests(SharedAccounts shared)
{
    [Fact]
    public async Task The_document_describes_the_endpoints_with_scheme_tags_and_scopes()
    {
        var host = await shared.StartedAsync();
        using var browser = host.NewBrowser();
        var document = await browser.Http.FetchAsync("/openapi/v1.json").JsonAsync();
        document.GetProperty("components").GetProperty("securitySchemes").GetProperty("PersonalApiKey").Text("scheme").ShouldBe("bearer");
        document.GetProperty("security")[0].TryGetProperty("PersonalApiKey", out _).ShouldBeTrue();
        var paths = document.GetProperty("paths");
        var patch = paths.GetProperty("/api/projects/{project}").GetProperty("patch");
        patch.GetProperty("tags")[0].GetString().ShouldBe("projects");
        patch.Text("description").ShouldContain("`project:write`");
        paths.TryGetProperty("/sign-out", out _).ShouldBeFalse();
        var reply = document.GetProperty("components").GetProperty("schemas").GetProperty("ProjectReply").GetProperty("properties");
        reply.TryGetProperty("api_token", out _).ShouldBeTrue();
    }

    [Fact]
    public async Task The_reference_page_and_its_script_come_from_this_host_alone()
    {
        var host = await shared.StartedAsync();
        using var browser = host.NewBrowser();
        using var response = await browser.Http.FetchAsync("/api/docs/");
        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        var page = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        ExternalAddress.Matches(page).Select(match => match.Value).ShouldBeEmpty();

        var script = Script.Match(page).Groups[1].Value;
        using var bundle = await browser.Http.GetAsync(new Uri(new Uri(host.Address, "/api/docs/"), script), TestContext.Current.CancellationToken);
        bundle.StatusCode.ShouldBe(HttpStatusCode.OK);
        bundle.Content.Headers.ContentType!.MediaType!.ShouldContain("javascript");
        response.Headers.GetValues("Content-Security-Policy").Single().ShouldContain("script-src 'self' 'nonce-");
    }

    [GeneratedRegex("""(src|href)="(https?:)?//[^"]*""")]
    static partial Regex ExternalAddress { get; }

    [GeneratedRegex("""<script[^>]+src="([^"]+)""")]
    static partial Regex Script { get; }
}
