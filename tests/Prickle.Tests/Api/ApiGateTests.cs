using System.Net;
using Prickle.Accounts;
using Prickle.Tests.Accounts;

namespace Prickle.Tests.Api;

public sealed class ApiGateTests(SharedAccounts shared)
{
    [Fact]
    public async Task Without_credentials_every_error_is_a_problem_with_the_known_fields()
    {
        var host = await shared.StartedAsync();
        using var browser = host.NewBrowser();
        using var response = await browser.Http.FetchAsync("/api/projects/@current/");
        response.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        response.Headers.WwwAuthenticate.ToString().ShouldBe("Bearer");
        response.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json");
        var problem = await Task.FromResult(response).JsonAsync(HttpStatusCode.Unauthorized);
        problem.Text("type").ShouldBe("authentication_error");
        problem.Text("code").ShouldBe("not_authenticated");
        problem.Text("detail").ShouldBe("Authentication credentials were not provided.");
        problem.GetProperty("attr").ValueKind.ShouldBe(System.Text.Json.JsonValueKind.Null);
        problem.GetProperty("status").GetInt32().ShouldBe(401);
    }

    [Theory]
    [InlineData("GET", "/api/nothing", HttpStatusCode.NotFound, "not_found")]
    [InlineData("DELETE", "/api/users/@me", HttpStatusCode.MethodNotAllowed, "method_not_allowed")]
    [InlineData("GET", "/api/projects/none", HttpStatusCode.NotFound, "not_found")]
    [InlineData("GET", "/api/projects/99999999999", HttpStatusCode.NotFound, "not_found")]
    [InlineData("GET", "/api/projects/-1", HttpStatusCode.NotFound, "not_found")]
    [InlineData("POST", "/api/projects", HttpStatusCode.BadRequest, "invalid_input")]
    public async Task Errors_of_the_framework_have_the_same_form(string method, string path, HttpStatusCode status, string code)
    {
        var host = await shared.StartedAsync();
        using var program = await host.OwnerProgramAsync();
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (method == "POST")
        {
            request.Content = new StringContent("""{"name": """, new System.Net.Http.Headers.MediaTypeHeaderValue("application/json"));
        }
        var problem = await program.SendAsync(request, TestContext.Current.CancellationToken).JsonAsync(status);
        problem.Text("code").ShouldBe(code);
        problem.GetProperty("detail").GetString().ShouldNotBeNullOrEmpty();
        problem.TryGetProperty("attr", out _).ShouldBeTrue();
    }

    [Fact]
    public async Task A_strangers_body_is_not_even_read()
    {
        var host = await shared.StartedAsync();
        using var browser = host.NewBrowser();
        using var broken = new StringContent("{", new System.Net.Http.Headers.MediaTypeHeaderValue("application/json"));
        using var response = await browser.Http.PostAsync(new Uri("/api/projects", UriKind.Relative), broken, TestContext.Current.CancellationToken);
        response.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Paths_work_with_and_without_a_slash_at_the_end()
    {
        await using var host = await AccountsHost.StartSetUpAsync();
        using var program = await host.OwnerProgramAsync();
        foreach (var path in new[] { "/api/projects", "/api/projects/@current", "/api/users/@me", "/api/personal_api_keys", "/api/organizations/@current/members" })
        {
            var plain = await program.FetchAsync(path).JsonAsync();
            var slashed = await program.FetchAsync(path + "/").JsonAsync();
            slashed.ToString().ShouldBe(plain.ToString());
        }
    }

    [Fact]
    public async Task The_cookie_needs_the_antiforgery_header_for_changes_and_a_key_does_not()
    {
        await using var host = await AccountsHost.StartSetUpAsync();
        using var browser = await host.SignedInBrowserAsync();
        await browser.Http.FetchAsync("/api/projects/@current").JsonAsync();
        var refusal = await browser.Http.PatchAsync("/api/projects/@current", new { name = "Forged" }).JsonAsync(HttpStatusCode.Forbidden);
        refusal.Text("code").ShouldBe("csrf_failed");

        await browser.UseCsrfTokenAsync();
        (await browser.Http.PatchAsync("/api/projects/@current", new { name = "Meant" }).JsonAsync()).Text("name").ShouldBe("Meant");
        using var program = await host.OwnerProgramAsync();
        (await program.PatchAsync("/api/projects/@current", new { name = "By key" }).JsonAsync()).Text("name").ShouldBe("By key");
    }

    [Fact]
    public async Task The_current_project_may_be_named_by_its_token()
    {
        await using var host = await AccountsHost.StartSetUpAsync();
        using var program = await host.OwnerProgramAsync();
        var second = await program.PostAsync("/api/projects", new { name = "Second" }).JsonAsync(HttpStatusCode.Created);
        (await program.FetchAsync("/api/projects/@current").JsonAsync()).Text("name").ShouldBe("Production");
        (await program.FetchAsync($"/api/projects/@current?token={second.Text("api_token")}").JsonAsync()).Text("name").ShouldBe("Second");

        await program.PatchAsync("/api/users/@me", new { current_project = second.GetProperty("id").GetInt32() }).JsonAsync();
        (await program.FetchAsync("/api/projects/@current").JsonAsync()).Text("name").ShouldBe("Second");
    }

    [Fact]
    public async Task The_allowance_of_a_minute_and_of_an_hour_hold_per_key()
    {
        await using var host = await AccountsHost.StartSetUpAsync(settings: new Dictionary<string, string?>
        {
            ["RateLimits:ApiPerMinute"] = "3",
            ["RateLimits:ApiPerHour"] = "5",
        });
        using var program = await host.OwnerProgramAsync();
        using var other = await host.OwnerProgramAsync();
        // Windows begin on the clock: from the start of an hour nothing happens between.
        var now = host.Time.GetUtcNow();
        host.Time.Advance(TimeSpan.FromHours(1) - TimeSpan.FromTicks(now.Ticks % TimeSpan.TicksPerHour));
        for (var request = 0; request < 3; request++)
        {
            await program.FetchAsync("/api/projects").JsonAsync();
        }
        using (var refused = await program.FetchAsync("/api/projects"))
        {
            refused.StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
            refused.Headers.RetryAfter!.Delta.ShouldBe(TimeSpan.FromSeconds(60));
            (await Task.FromResult(refused).JsonAsync(HttpStatusCode.TooManyRequests)).Text("type").ShouldBe("throttled_error");
        }
        await other.FetchAsync("/api/projects").JsonAsync();

        host.Time.Advance(TimeSpan.FromMinutes(1));
        await program.FetchAsync("/api/projects").JsonAsync();
        await program.FetchAsync("/api/projects").JsonAsync();
        using var exhausted = await program.FetchAsync("/api/projects");
        exhausted.StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        exhausted.Headers.RetryAfter!.Delta.ShouldBe(TimeSpan.FromMinutes(59));
    }

    [Fact]
    public async Task Pages_carry_a_policy_that_names_no_other_host()
    {
        var host = await shared.StartedAsync();
        using var browser = host.NewBrowser();
        using var page = await browser.Http.FetchAsync("/sign-in");
        var policy = page.Headers.GetValues("Content-Security-Policy").ShouldHaveSingleItem();
        policy.ShouldContain("default-src 'self'");
        policy.ShouldContain("script-src 'self';");
        policy.ShouldContain("frame-ancestors 'self'");
        policy.ShouldNotContain("http");
        page.Headers.GetValues("X-Content-Type-Options").ShouldBe(["nosniff"]);
        page.Headers.GetValues("X-Frame-Options").ShouldBe(["SAMEORIGIN"]);
    }
}
