using System.Net;
using Prickle.Accounts;
using Prickle.Tests.Accounts;

namespace Prickle.Tests.Storage;

/// <summary>What differs between the stores: locks, lists in columns, moments, text search. On a real server.</summary>
public sealed class PostgresTests(SharedPostgres shared)
{
    [Fact]
    public async Task Two_nodes_start_at_once_and_one_of_many_first_owners_is_the_first()
    {
        var settings = await SettingsAsync();
        var nodes = await Task.WhenAll(AccountsHost.StartAsync(settings: settings), AccountsHost.StartAsync(settings: settings));
        await using var one = nodes[0];
        await using var two = nodes[1];
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 6).Select(index => nodes[index % 2].Get<Registration>().SetUpAsync(
            new FirstOwner($"first{index}@burrow.example", AccountsHost.Password, "Burrow", "Production"), TestContext.Current.CancellationToken)));
        var owner = outcomes.OfType<Outcome<User>.Done>().ShouldHaveSingleItem().Value.Email!;
        outcomes.OfType<Outcome<User>.Refused>().ShouldAllBe(refused => refused.Refusal.Reason == RefusalReason.AlreadySetUp);

        var project = (await one.ProjectAsync(owner)).Project;
        (await two.Get<ProjectDirectory>().FindByTokenAsync(project.Token, TestContext.Current.CancellationToken))!.Id.ShouldBe(project.Id);
    }

    [Fact]
    public async Task Of_two_owners_who_leave_at_once_one_stays()
    {
        await using var host = await AccountsHost.StartSetUpAsync(settings: await SettingsAsync());
        await host.JoinAsync(Role.Owner, "second@burrow.example");
        var grants = new[] { await host.OrganizationAsync(), await host.OrganizationAsync("second@burrow.example") };
        var outcomes = await Task.WhenAll(grants.Select(grant =>
            host.Get<Members>().RemoveAsync(grant, grant.Actor.UserId, TestContext.Current.CancellationToken)));
        outcomes.OfType<Outcome<Member>.Done>().Count().ShouldBe(1);
        outcomes.OfType<Outcome<Member>.Refused>().Single().Refusal.Reason.ShouldBe(RefusalReason.LastOwner);
    }

    [Fact]
    public async Task Projects_keys_members_and_the_log_work_as_on_sqlite()
    {
        await using var host = await AccountsHost.StartSetUpAsync(settings: await SettingsAsync());
        using var owner = await host.OwnerProgramAsync();
        var second = await owner.PostAsync("/api/projects", new { name = "Second 100%", app_urls = new[] { "https://burrow.example" } })
            .JsonAsync(HttpStatusCode.Created);
        var id = second.GetProperty("id").GetInt32();
        var patched = await owner.PatchAsync($"/api/projects/{id}", new { retention_days = 30, app_urls = Array.Empty<string>() }).JsonAsync();
        patched.GetProperty("app_urls").GetArrayLength().ShouldBe(0);
        patched.GetProperty("created_at").GetDateTimeOffset().ShouldBe(second.GetProperty("created_at").GetDateTimeOffset(), TimeSpan.FromMilliseconds(1));

        await host.JoinAsync(Role.Member, "one@burrow.example", id);
        using var limited = host.Program(await host.KeyAsync("one@burrow.example", new PersonalKeySettings
        {
            Name = "Limited",
            Scopes = ["project:read"],
            ProjectIds = [id],
            ExpiresAt = host.Time.GetUtcNow().ToOffset(TimeSpan.FromHours(9)).AddDays(1),
        }));
        (await limited.FetchAsync("/api/projects").JsonAsync()).GetProperty("count").GetInt64().ShouldBe(1);
        (await limited.PatchAsync($"/api/projects/{id}", new { name = "Mine" }).JsonAsync(HttpStatusCode.Forbidden)).Text("detail")
            .ShouldContain("'project:write'");

        var log = await owner.FetchAsync("/api/organizations/@current/activity_log?search=SECOND%20100%25").JsonAsync();
        log.GetProperty("results").EnumerateArray().Select(entry => entry.Text("activity")).ShouldBe(["updated", "created"]);
    }

    [Fact]
    public async Task Sign_in_and_lock_out_work_as_on_sqlite()
    {
        await using var host = await AccountsHost.StartSetUpAsync(settings: await SettingsAsync());
        using var browser = await host.SignedInBrowserAsync();
        (await browser.IsSignedInAsync()).ShouldBeTrue();
        using var stranger = host.NewBrowser();
        for (var attempt = 0; attempt < 8; attempt++)
        {
            await stranger.SignInAsync(AccountsHost.OwnerEmail, $"wrong password {attempt}");
        }
        (await stranger.SignInAsync(AccountsHost.OwnerEmail, AccountsHost.Password)).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task Known_tokens_go_on_working_while_the_server_is_away()
    {
        await using var fleeting = new PostgresServer();
        await fleeting.InitializeAsync();
        await using var host = await AccountsHost.StartSetUpAsync(
            settings: new Dictionary<string, string?> { ["Database:Url"] = await fleeting.NewDatabaseAsync() });
        var directory = host.Get<ProjectDirectory>();
        var project = (await host.ProjectAsync()).Project;
        await fleeting.StopAsync();

        host.Time.Advance(TimeSpan.FromMinutes(5));
        (await directory.FindByTokenAsync(project.Token, TestContext.Current.CancellationToken))!.Id.ShouldBe(project.Id);
        (await directory.FindByTokenAsync("phc_unknown", TestContext.Current.CancellationToken)).ShouldBeNull();
        using var balancer = host.NewBrowser();
        (await balancer.Http.FetchAsync("/_health/ready").JsonAsync(System.Net.HttpStatusCode.ServiceUnavailable))
            .GetProperty("away").EnumerateArray().Select(part => part.GetString()).ShouldContain("database");
        await balancer.Http.FetchAsync("/_health/capture").JsonAsync();
    }

    async Task<Dictionary<string, string?>> SettingsAsync() => new() { ["Database:Url"] = await (await shared.StartedAsync()).NewDatabaseAsync() };
}
