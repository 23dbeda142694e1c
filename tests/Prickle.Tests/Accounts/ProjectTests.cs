using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Prickle.Accounts;

namespace Prickle.Tests.Accounts;

public sealed class ProjectTests(SharedAccounts shared)
{
    [Fact]
    public async Task A_new_project_has_an_id_and_a_token_that_the_directory_knows()
    {
        await using var host = await AccountsHost.StartSetUpAsync();
        using var program = await host.OwnerProgramAsync();
        var project = await program.PostAsync("/api/projects/", new { name = "Second", time_zone = "Asia/Tokyo" })
            .JsonAsync(HttpStatusCode.Created);
        project.Text("api_token").ShouldStartWith("phc_");
        project.Text("api_token").Length.ShouldBe(4 + 43);

        var found = await host.Get<ProjectDirectory>().FindByTokenAsync(project.Text("api_token"), TestContext.Current.CancellationToken);
        found!.Id.ShouldBe(project.GetProperty("id").GetInt32());
        found.TimeZone.ShouldBe("Asia/Tokyo");
        var list = await program.FetchAsync("/api/projects").JsonAsync();
        list.GetProperty("count").GetInt64().ShouldBe(2);
        list.GetProperty("next").ValueKind.ShouldBe(System.Text.Json.JsonValueKind.Null);
    }

    [Fact]
    public async Task Lists_come_in_pages_with_addresses_of_the_neighbours()
    {
        await using var host = await AccountsHost.StartSetUpAsync();
        using var program = await host.OwnerProgramAsync();
        await program.PostAsync("/api/projects", new { name = "Second" }).JsonAsync(HttpStatusCode.Created);
        await program.PostAsync("/api/projects", new { name = "Third" }).JsonAsync(HttpStatusCode.Created);
        var page = await program.FetchAsync("/api/projects?limit=1&offset=1").JsonAsync();
        page.GetProperty("count").GetInt64().ShouldBe(3);
        page.GetProperty("results")[0].Text("name").ShouldBe("Second");
        page.Text("next").ShouldBe($"{host.Address}api/projects?limit=1&offset=2");
        page.Text("previous").ShouldBe($"{host.Address}api/projects?limit=1&offset=0");
    }

    [Fact]
    public async Task Settings_merge_and_null_is_a_value()
    {
        await using var host = await AccountsHost.StartSetUpAsync();
        using var program = await host.OwnerProgramAsync();
        var changed = await program.PatchAsync("/api/projects/@current", new
        {
            retention_days = 30,
            anonymize_ips = true,
            app_urls = new[] { "https://burrow.example", "https://*.burrow.example" },
            messages_site_app = true,
        }).JsonAsync();
        changed.GetProperty("retention_days").GetInt32().ShouldBe(30);
        changed.Text("name").ShouldBe("Production");

        var cleared = await program.PatchAsync("/api/projects/@current", new { retention_days = (int?)null }).JsonAsync();
        cleared.GetProperty("retention_days").ValueKind.ShouldBe(System.Text.Json.JsonValueKind.Null);
        cleared.GetProperty("anonymize_ips").GetBoolean().ShouldBeTrue();
        cleared.GetProperty("app_urls").GetArrayLength().ShouldBe(2);
        (cleared.GetProperty("messages_site_app").GetBoolean(), cleared.GetProperty("previews_site_app").GetBoolean()).ShouldBe((true, false));
    }

    [Fact]
    public async Task Rules_for_paths_are_kept_in_their_order_and_told_in_the_log()
    {
        var host = await shared.StartedAsync();
        using var program = await host.OwnerProgramAsync();
        using var content = new StringContent(
            """{"path_cleaning_filters":[{"alias":"/order/:id","regex":"/order/\\d+"},{"alias":"","regex":"[?].*"}]}""",
            new System.Net.Http.Headers.MediaTypeHeaderValue("application/json"));
        var changed = await program.PatchAsync(new Uri("/api/projects/@current", UriKind.Relative), content, TestContext.Current.CancellationToken).JsonAsync();
        changed.GetProperty("path_cleaning_filters").EnumerateArray().Select(rule => $"{rule.Text("regex")} {rule.Text("alias")}").ShouldBe([@"/order/\d+ /order/:id", "[?].* "]);
        (await program.FetchAsync("/api/projects/@current").JsonAsync()).GetProperty("path_cleaning_filters").GetArrayLength().ShouldBe(2);

        var log = await program.FetchAsync("/api/projects/@current/activity_log").JsonAsync();
        log.GetProperty("results")[0].GetProperty("after").GetProperty("path_cleaning_filters")[0].Text("alias").ShouldBe("/order/:id");
    }

    [Theory]
    [InlineData("""{"name":""}""", "name")]
    [InlineData("""{"name":null}""", "name")]
    [InlineData("""{"name":7}""", "name")]
    [InlineData("""{"time_zone":"Mars/Base"}""", "time_zone")]
    [InlineData("""{"retention_days":0}""", "retention_days")]
    [InlineData("""{"retention_days":"long"}""", "retention_days")]
    [InlineData("""{"app_urls":["javascript:alert(1)"]}""", "app_urls")]
    [InlineData("""{"path_cleaning_filters":[{"alias":"x","regex":""}]}""", "path_cleaning_filters")]
    [InlineData("""{"path_cleaning_filters":[{"alias":"x","regex":"("}]}""", "path_cleaning_filters")]
    [InlineData("""{"path_cleaning_filters":[{"alias":"x","regex":"(?=a)b"}]}""", "path_cleaning_filters")]
    [InlineData("""{"path_cleaning_filters":[{"regex":"a"}]}""", "path_cleaning_filters")]
    [InlineData("""{"test_account_filters":[{"key":"email","operator":"sounds_like","value":"x"}]}""", "test_account_filters")]
    public async Task Wrong_settings_are_refused_by_name(string body, string attribute)
    {
        var host = await shared.StartedAsync();
        using var program = await host.OwnerProgramAsync();
        using var content = new StringContent(body, new System.Net.Http.Headers.MediaTypeHeaderValue("application/json"));
        var refusal = await program.PatchAsync(new Uri("/api/projects/@current", UriKind.Relative), content, TestContext.Current.CancellationToken)
            .JsonAsync(HttpStatusCode.BadRequest);
        refusal.Text("attr").ShouldBe(attribute);
    }

    [Fact]
    public async Task A_rotated_token_works_at_once_and_the_old_one_stops()
    {
        await using var host = await AccountsHost.StartSetUpAsync();
        using var program = await host.OwnerProgramAsync();
        var directory = host.Get<ProjectDirectory>();
        var old = (await host.ProjectAsync()).Project.Token;
        (await directory.FindByTokenAsync(old, TestContext.Current.CancellationToken)).ShouldNotBeNull();

        var rotated = await program.PostAsync("/api/projects/@current/reset_token/", new { }).JsonAsync();
        rotated.Text("api_token").ShouldNotBe(old);
        (await directory.FindByTokenAsync(old, TestContext.Current.CancellationToken)).ShouldBeNull();
        (await directory.FindByTokenAsync(rotated.Text("api_token"), TestContext.Current.CancellationToken)).ShouldNotBeNull();

        var log = await program.FetchAsync("/api/projects/@current/activity_log").JsonAsync();
        var entry = log.GetProperty("results")[0];
        entry.GetProperty("before").Text("api_token").ShouldBe("********");
        entry.GetProperty("after").Text("api_token").ShouldBe("********");
    }

    [Fact]
    public async Task A_deleted_project_is_gone_at_once_and_every_module_removes_its_part()
    {
        var removal = new RecordedRemoval();
        await using var host = await AccountsHost.StartSetUpAsync(services => services.AddSingleton<IProjectDeletionListener>(removal));
        using var program = await host.OwnerProgramAsync();
        var project = (await host.ProjectAsync()).Project;
        await program.EraseAsync($"/api/projects/{project.Id}").JsonAsync(HttpStatusCode.NoContent);

        await program.FetchAsync($"/api/projects/{project.Id}").JsonAsync(HttpStatusCode.NotFound);
        (await host.Get<ProjectDirectory>().FindByTokenAsync(project.Token, TestContext.Current.CancellationToken)).ShouldBeNull();
        (await removal.Called.Task.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken)).ShouldBe(project.Id);
    }

    [Fact]
    public async Task A_removal_that_failed_is_taken_up_after_a_restart()
    {
        var folder = Directory.CreateTempSubdirectory("prickle-accounts-").FullName;
        var copy = Directory.CreateTempSubdirectory("prickle-accounts-").FullName;
        var failing = new RecordedRemoval { Fails = true };
        int projectId;
        await using (var host = await AccountsHost.StartAsync(services => services.AddSingleton<IProjectDeletionListener>(failing), folder: folder))
        {
            await host.Get<Registration>().SetUpAsync(
                new FirstOwner(AccountsHost.OwnerEmail, AccountsHost.Password, "Burrow", "Production"), TestContext.Current.CancellationToken);
            var grant = await host.ProjectAsync();
            projectId = grant.ProjectId;
            await host.Get<ProjectAdministration>().DeleteAsync(grant, TestContext.Current.CancellationToken);
            await failing.Called.Task.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
            CopyStore(folder, copy);
        }

        var removal = new RecordedRemoval();
        await using var restarted = await AccountsHost.StartAsync(services => services.AddSingleton<IProjectDeletionListener>(removal), folder: copy);
        (await removal.Called.Task.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken)).ShouldBe(projectId);
    }

    [Fact]
    public async Task Known_tokens_are_found_without_allocating()
    {
        await using var host = await AccountsHost.StartSetUpAsync();
        var directory = host.Get<ProjectDirectory>();
        var token = (await host.ProjectAsync()).Project.Token;
        (await directory.FindByTokenAsync(token, CancellationToken.None)).ShouldNotBeNull();

        var found = 0;
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 10_000; i++)
        {
            found += await directory.FindByTokenAsync(token, CancellationToken.None) is null ? 0 : 1;
        }
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        found.ShouldBe(10_000);
        allocated.ShouldBeLessThan(10_000);
    }

    [Fact]
    public async Task Another_nodes_changes_are_seen_after_the_refresh_and_its_new_projects_after_a_second()
    {
        await using var host = await AccountsHost.StartSetUpAsync();
        var here = host.Get<ProjectDirectory>();
        using var elsewhere = ActivatorUtilities.CreateInstance<ProjectDirectory>(host.Services);
        var grant = await host.ProjectAsync();
        (await elsewhere.FindByTokenAsync(grant.Project.Token, CancellationToken.None)).ShouldNotBeNull();

        var administration = host.Get<ProjectAdministration>();
        var rotated = await administration.RotateTokenAsync(grant, CancellationToken.None);
        var token = rotated.ShouldBeOfType<Outcome<Project>.Done>().Value.Token;
        (await here.FindByTokenAsync(grant.Project.Token, CancellationToken.None)).ShouldBeNull();
        (await elsewhere.FindByTokenAsync(token, CancellationToken.None)).ShouldBeNull();

        host.Time.Advance(TimeSpan.FromSeconds(1));
        (await elsewhere.FindByTokenAsync(token, CancellationToken.None)).ShouldNotBeNull();
        (await elsewhere.FindByTokenAsync(grant.Project.Token, CancellationToken.None)).ShouldBeNull();
    }

    static void CopyStore(string from, string to)
    {
        foreach (var file in Directory.GetFiles(from, "prickle.db*"))
        {
            File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
        }
    }

    sealed class RecordedRemoval : IProjectDeletionListener
    {
        public bool Fails { get; init; }
        public TaskCompletionSource<int> Called { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task DeleteAsync(int projectId, CancellationToken cancellationToken)
        {
            Called.TrySetResult(projectId);
            return Fails ? throw new IOException("The store is away.") : Task.CompletedTask;
        }
    }
}
