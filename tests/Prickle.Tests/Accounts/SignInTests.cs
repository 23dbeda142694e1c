using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Prickle.Accounts;

namespace Prickle.Tests.Accounts;

public sealed class SignInTests
{
    [Fact]
    public async Task First_run_leads_to_set_up_and_set_up_leads_in()
    {
        await using var host = await AccountsHost.StartAsync();
        using var browser = host.NewBrowser();
        (await browser.Http.FetchAsync("/project/1")).Headers.Location!.OriginalString.ShouldBe("/setup");
        (await browser.Http.FetchAsync("/sign-in")).Headers.Location!.OriginalString.ShouldEndWith("/setup");

        var response = await SetUpAsync(browser, AccountsHost.Password);
        response.StatusCode.ShouldBe(HttpStatusCode.Redirect);

        (await browser.IsSignedInAsync()).ShouldBeTrue();
        var me = await browser.Http.FetchAsync("/api/users/@me").JsonAsync();
        me.Text("email").ShouldBe(AccountsHost.OwnerEmail);
        me.GetProperty("project").Text("name").ShouldBe("Production");
        me.GetProperty("organizations")[0].Text("name").ShouldBe("Burrow");
        me.GetProperty("organizations")[0].Text("role").ShouldBe("owner");
    }

    [Fact]
    public async Task Set_up_works_once_only()
    {
        await using var host = await AccountsHost.StartSetUpAsync();
        using var browser = host.NewBrowser();
        (await browser.Http.FetchAsync("/setup")).Headers.Location!.OriginalString.ShouldEndWith("/sign-in");
    }

    [Fact]
    public async Task Of_many_first_owners_at_once_one_is_the_first()
    {
        await using var host = await AccountsHost.StartAsync();
        var registration = host.Get<Registration>();
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 8).Select(index => registration.SetUpAsync(
            new FirstOwner($"first{index}@burrow.example", AccountsHost.Password, "Burrow", "Production"),
            TestContext.Current.CancellationToken)));
        outcomes.OfType<Outcome<User>.Done>().Count().ShouldBe(1);
        outcomes.OfType<Outcome<User>.Refused>().ShouldAllBe(refused => refused.Refusal.Reason == RefusalReason.AlreadySetUp);
        (await host.Get<ProjectDirectory>().ListAsync(TestContext.Current.CancellationToken)).Count.ShouldBe(1);
    }

    [Theory]
    [InlineData("short", "at least 12")]
    [InlineData("password1234", "first ones that would be guessed")]
    [InlineData("1234567890123", "first ones that would be guessed")]
    [InlineData("ownerowner-plum", "must not contain your e-mail")]
    public async Task Weak_passwords_are_refused_with_the_reason(string password, string reason)
    {
        await using var host = await AccountsHost.StartAsync();
        using var browser = host.NewBrowser();
        var response = await SetUpAsync(browser, password);
        response.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).ShouldContain(reason);
        (await host.Get<FirstRun>().IsPendingAsync(TestContext.Current.CancellationToken)).ShouldBeTrue();
    }

    [Fact]
    public async Task Strangers_are_sent_to_sign_in_and_back_to_where_they_wanted()
    {
        await using var host = await AccountsHost.StartSetUpAsync();
        using var browser = host.NewBrowser();
        var redirect = (await browser.Http.FetchAsync("/project/1?tab=2")).Headers.Location!;
        redirect.PathAndQuery.ShouldBe("/sign-in?returnUrl=%2Fproject%2F1%3Ftab%3D2");

        var response = await browser.SignInAsync(AccountsHost.OwnerEmail, AccountsHost.Password, redirect.PathAndQuery);
        response.Headers.Location!.OriginalString.ShouldEndWith("/project/1?tab=2");
    }

    [Theory]
    [InlineData("https://elsewhere.example/")]
    [InlineData("//elsewhere.example/")]
    [InlineData("/\\elsewhere.example/")]
    [InlineData("javascript:alert(1)")]
    [InlineData("/\t/elsewhere.example")]
    public void A_return_address_elsewhere_becomes_home(string address) =>
        SignInPaths.LocalOrHome(address).ShouldBe("/");

    [Fact]
    public async Task A_wrong_password_and_an_unknown_address_read_the_same()
    {
        await using var host = await AccountsHost.StartSetUpAsync();
        using var browser = host.NewBrowser();
        var wrong = await browser.SignInAsync(AccountsHost.OwnerEmail, "not the password at all");
        var unknown = await browser.SignInAsync("nobody@burrow.example", "not the password at all");
        wrong.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        unknown.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        foreach (var response in new[] { wrong, unknown })
        {
            (await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))
                .ShouldContain("The e-mail address or the password is not right.");
        }
    }

    [Fact]
    public async Task Eight_wrong_passwords_lock_the_account_even_for_the_right_one()
    {
        await using var host = await AccountsHost.StartSetUpAsync();
        using var browser = host.NewBrowser();
        for (var attempt = 0; attempt < 8; attempt++)
        {
            await browser.SignInAsync(AccountsHost.OwnerEmail, $"wrong password {attempt}");
        }
        var locked = await browser.SignInAsync(AccountsHost.OwnerEmail, AccountsHost.Password);
        locked.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await locked.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).ShouldContain("locked for 15 minutes");
        (await browser.IsSignedInAsync()).ShouldBeFalse();
    }

    [Fact]
    public async Task Too_many_attempts_are_put_off_until_the_window_is_over()
    {
        await using var host = await AccountsHost.StartSetUpAsync(
            settings: new Dictionary<string, string?> { ["RateLimits:SignInsPerFiveMinutes"] = "2" });
        using var browser = host.NewBrowser();
        await browser.SignInAsync("nobody@burrow.example", "wrong");
        await browser.SignInAsync("nobody@burrow.example", "wrong");
        var refused = await browser.SignInAsync("nobody@burrow.example", "wrong");
        refused.StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        refused.Headers.RetryAfter!.Delta!.Value.ShouldBeInRange(TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(5));

        host.Time.Advance(TimeSpan.FromMinutes(5));
        (await browser.SignInAsync("nobody@burrow.example", "wrong")).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task A_form_without_its_antiforgery_token_is_refused()
    {
        await using var host = await AccountsHost.StartSetUpAsync();
        using var browser = host.NewBrowser();
        var response = await browser.PostAsync("/sign-in",
            ("_handler", "sign-in"), ("Input.Email", AccountsHost.OwnerEmail), ("Input.Password", AccountsHost.Password));
        response.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await browser.IsSignedInAsync()).ShouldBeFalse();
    }

    [Fact]
    public async Task Signing_out_takes_a_form_with_its_token()
    {
        await using var host = await AccountsHost.StartSetUpAsync();
        using var browser = await host.SignedInBrowserAsync();
        (await browser.PostAsync("/sign-out")).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await browser.IsSignedInAsync()).ShouldBeTrue();

        var token = Browser.TokenIn(await browser.ReadAsync("/sign-in"));
        (await browser.PostAsync("/sign-out", ("__RequestVerificationToken", token))).StatusCode.ShouldBe(HttpStatusCode.Redirect);
        (await browser.IsSignedInAsync()).ShouldBeFalse();
    }

    [Fact]
    public async Task Signing_out_everywhere_ends_other_sessions_within_a_minute_and_keeps_this_one()
    {
        await using var host = await AccountsHost.StartSetUpAsync();
        using var here = await host.SignedInBrowserAsync();
        using var there = await host.SignedInBrowserAsync();
        await here.UseCsrfTokenAsync();
        await here.Http.PostAsync("/api/users/@me/sign_out_everywhere", new { }).JsonAsync(HttpStatusCode.NoContent);

        host.Time.Advance(TimeSpan.FromSeconds(61));
        (await there.IsSignedInAsync()).ShouldBeFalse();
        (await here.IsSignedInAsync()).ShouldBeTrue();
    }

    [Fact]
    public async Task A_changed_password_ends_other_sessions_and_the_old_one_no_longer_works()
    {
        const string newPassword = "violet tractor mild lantern";
        await using var host = await AccountsHost.StartSetUpAsync();
        using var here = await host.SignedInBrowserAsync();
        using var there = await host.SignedInBrowserAsync();
        await here.UseCsrfTokenAsync();
        var refusal = await here.Http.PostAsync("/api/users/@me/change_password",
            new { current_password = "something else", new_password = newPassword }).JsonAsync(HttpStatusCode.BadRequest);
        refusal.Text("attr").ShouldBe("current_password");
        await here.Http.PostAsync("/api/users/@me/change_password",
            new { current_password = AccountsHost.Password, new_password = newPassword }).JsonAsync(HttpStatusCode.NoContent);

        host.Time.Advance(TimeSpan.FromSeconds(61));
        (await there.IsSignedInAsync()).ShouldBeFalse();
        (await here.IsSignedInAsync()).ShouldBeTrue();
        (await there.SignInAsync(AccountsHost.OwnerEmail, AccountsHost.Password)).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await there.SignInAsync(AccountsHost.OwnerEmail, newPassword)).StatusCode.ShouldBe(HttpStatusCode.Redirect);
    }

    [Fact]
    public async Task The_account_pages_forms_need_their_token_and_come_back_with_the_outcome()
    {
        const string newPassword = "violet tractor mild lantern";
        await using var host = await AccountsHost.StartSetUpAsync();
        using var browser = await host.SignedInBrowserAsync();
        (await browser.PostAsync("/account/password", ("current", AccountsHost.Password), ("wanted", newPassword)))
            .StatusCode.ShouldBe(HttpStatusCode.BadRequest);

        var token = ("__RequestVerificationToken", Browser.TokenIn(await browser.ReadAsync("/account")));
        (await browser.PostAsync("/account/password", token, ("current", "something else"), ("wanted", newPassword)))
            .Headers.Location!.OriginalString.ShouldBe("/account?problem=WrongPassword");
        (await browser.PostAsync("/account/password", token, ("current", AccountsHost.Password), ("wanted", newPassword)))
            .Headers.Location!.OriginalString.ShouldBe("/account?done=password");
        (await browser.PostAsync("/account/sign-out-everywhere", token)).Headers.Location!.OriginalString.ShouldBe("/account?done=sessions");
        (await browser.IsSignedInAsync()).ShouldBeTrue();
    }

    [Fact]
    public async Task The_demo_opens_with_one_click_on_this_machine_and_not_through_a_proxy()
    {
        await using var host = await AccountsHost.StartAsync(services => services.AddSingleton(new DemoMode("demo@prickle.example")));
        var seeded = await host.Get<AccountSeed>().SeedAsync(
            "demo@prickle.example", "Acorn", "Acorn app", "Europe/Berlin", TestContext.Current.CancellationToken);
        using var browser = host.NewBrowser();
        var page = await browser.ReadAsync("/sign-in");
        page.ShouldContain("Open the demo");

        using var proxied = new HttpRequestMessage(HttpMethod.Post, "/sign-in/demo")
        {
            Content = new FormUrlEncodedContent([KeyValuePair.Create("__RequestVerificationToken", Browser.TokenIn(page))]),
            Headers = { { "X-Forwarded-For", "203.0.113.7" } },
        };
        (await browser.Http.SendAsync(proxied, TestContext.Current.CancellationToken)).StatusCode.ShouldBe(HttpStatusCode.NotFound);

        var response = await browser.PostAsync("/sign-in/demo", ("__RequestVerificationToken", Browser.TokenIn(page)));
        response.StatusCode.ShouldBe(HttpStatusCode.Redirect);
        (await browser.IsSignedInAsync()).ShouldBeTrue();

        using var program = host.Program(seeded.PersonalApiKey);
        var project = await program.FetchAsync("/api/projects/@current").JsonAsync();
        project.Text("api_token").ShouldBe(seeded.Project.Token);
        project.Text("time_zone").ShouldBe("Europe/Berlin");
    }

    [Fact]
    public async Task Seeding_again_finds_the_account_and_renews_its_secrets()
    {
        await using var host = await AccountsHost.StartAsync();
        var seed = host.Get<AccountSeed>();
        var first = await seed.SeedAsync("demo@prickle.example", "Acorn", "Acorn app", "UTC", TestContext.Current.CancellationToken);
        var second = await seed.SeedAsync("demo@prickle.example", "Acorn", "Acorn app", "UTC", TestContext.Current.CancellationToken);
        second.Project.Id.ShouldBe(first.Project.Id);
        using var browser = host.NewBrowser();
        (await browser.SignInAsync(first.Email, first.Password)).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await browser.SignInAsync(second.Email, second.Password)).StatusCode.ShouldBe(HttpStatusCode.Redirect);
        using var old = host.Program(first.PersonalApiKey);
        await old.FetchAsync("/api/projects").JsonAsync(HttpStatusCode.Unauthorized);
        using var current = host.Program(second.PersonalApiKey);
        await current.FetchAsync("/api/projects").JsonAsync();
    }

    [Fact]
    public async Task Without_demo_mode_there_is_no_demo_sign_in()
    {
        await using var host = await AccountsHost.StartSetUpAsync();
        using var browser = host.NewBrowser();
        var page = await browser.ReadAsync("/sign-in");
        page.ShouldNotContain("Open the demo");
        var response = await browser.PostAsync("/sign-in/demo", ("__RequestVerificationToken", Browser.TokenIn(page)));
        response.IsSuccessStatusCode.ShouldBeFalse();
        (await browser.IsSignedInAsync()).ShouldBeFalse();
    }

    static Task<HttpResponseMessage> SetUpAsync(Browser browser, string password) => browser.SubmitAsync(
        "/setup", "setup", ("Input.Email", AccountsHost.OwnerEmail), ("Input.Password", password),
        ("Input.Organization", "Burrow"), ("Input.Project", "Production"), ("Input.TimeZone", "Europe/Berlin"));
}
