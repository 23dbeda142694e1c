using System.Net;
using System.Security.Claims;
using Prickle.Accounts;
using Prickle.Accounts.Access;

namespace Prickle.Tests.Accounts;

public sealed class PersonalKeyTests(SharedAccounts shared)
{
    [Fact]
    public async Task A_key_is_shown_once_and_kept_as_a_hash()
    {
        await using var host = await AccountsHost.StartSetUpAsync();
        using var browser = await host.SignedInBrowserAsync();
        await browser.UseCsrfTokenAsync();
        var issued = await browser.Http.PostAsync("/api/personal_api_keys/", new { name = "Reports", scopes = new[] { "event:read" } })
            .JsonAsync(HttpStatusCode.Created);
        var value = issued.Text("value");
        value.ShouldStartWith("phx_");
        value.Length.ShouldBe(4 + 43);
        issued.Text("prefix").ShouldBe(value[..8]);

        var list = await (await browser.Http.FetchAsync("/api/personal_api_keys")).Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        list.ShouldContain("Reports");
        list.ShouldNotContain(value);
        list.ShouldNotContain("hash");
        var log = await browser.Http.FetchAsync("/api/organizations/@current/activity_log?scope=key").JsonAsync();
        log.GetProperty("count").GetInt64().ShouldBe(1);
        log.ToString().ShouldNotContain(value);
    }

    [Fact]
    public async Task A_missing_scope_is_named_in_the_refusal()
    {
        await using var host = await AccountsHost.StartSetUpAsync();
        using var program = await host.ProgramAsync(AccountsHost.OwnerEmail, "event:write", "insight:read");
        var refusal = await program.FetchAsync("/api/projects/@current/").JsonAsync(HttpStatusCode.Forbidden);
        refusal.Text("type").ShouldBe("authentication_error");
        refusal.Text("code").ShouldBe("permission_denied");
        refusal.Text("detail").ShouldBe("API key missing required scope 'project:read'");

        using var reader = await host.ProgramAsync(AccountsHost.OwnerEmail, "*:read");
        await reader.FetchAsync("/api/projects/@current/").JsonAsync();
        var write = await reader.PatchAsync("/api/projects/@current/", new { name = "Other" }).JsonAsync(HttpStatusCode.Forbidden);
        write.Text("detail").ShouldBe("API key missing required scope 'project:write'");
    }

    [Fact]
    public async Task A_key_does_no_more_than_the_role_of_its_owner()
    {
        await using var host = await AccountsHost.StartSetUpAsync();
        await host.JoinAsync(Role.Viewer, "viewer@burrow.example");
        using var program = await host.ProgramAsync("viewer@burrow.example", "*");
        await program.FetchAsync("/api/projects/@current").JsonAsync();
        var refusal = await program.PatchAsync("/api/projects/@current", new { name = "Mine" }).JsonAsync(HttpStatusCode.Forbidden);
        refusal.Text("detail").ShouldBe("The role 'viewer' does not allow 'project:write'");
    }

    [Fact]
    public async Task Unknown_expired_and_deleted_keys_are_not_let_in()
    {
        await using var host = await AccountsHost.StartSetUpAsync();
        using var unknown = host.Program("phx_" + new string('a', 43));
        var refusal = await unknown.FetchAsync("/api/projects").JsonAsync(HttpStatusCode.Unauthorized);
        refusal.Text("code").ShouldBe("authentication_failed");

        using var shortLived = host.Program(await host.KeyAsync(AccountsHost.OwnerEmail, new PersonalKeySettings
        {
            Name = "Short",
            Scopes = ["*"],
            ExpiresAt = host.Time.GetUtcNow().AddHours(1),
        }));
        await shortLived.FetchAsync("/api/projects").JsonAsync();
        host.Time.Advance(TimeSpan.FromHours(1));
        (await shortLived.FetchAsync("/api/projects").JsonAsync(HttpStatusCode.Unauthorized)).Text("detail").ShouldContain("expired");

        using var deleted = await host.OwnerProgramAsync();
        var id = (await deleted.FetchAsync("/api/personal_api_keys/@current").JsonAsync()).Text("id");
        await deleted.EraseAsync($"/api/personal_api_keys/{id}").JsonAsync(HttpStatusCode.NoContent);
        await deleted.FetchAsync("/api/projects").JsonAsync(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task A_limited_key_sees_its_projects_and_nothing_else()
    {
        await using var host = await AccountsHost.StartSetUpAsync();
        using var all = await host.OwnerProgramAsync();
        var first = (await host.ProjectAsync()).ProjectId;
        var second = (await all.PostAsync("/api/projects", new { name = "Second" }).JsonAsync(HttpStatusCode.Created))
            .GetProperty("id").GetInt32();
        using var limited = host.Program(await host.KeyAsync(
            AccountsHost.OwnerEmail, new PersonalKeySettings { Name = "Limited", Scopes = ["*"], ProjectIds = [second] }));

        var list = await limited.FetchAsync("/api/projects").JsonAsync();
        list.GetProperty("results").EnumerateArray().Select(project => project.GetProperty("id").GetInt32()).ShouldBe([second]);
        (await limited.FetchAsync("/api/projects/@current").JsonAsync()).GetProperty("id").GetInt32().ShouldBe(second);
        await limited.FetchAsync($"/api/projects/{first}").JsonAsync(HttpStatusCode.NotFound);
        await limited.FetchAsync("/api/organizations/@current").JsonAsync(HttpStatusCode.NotFound);
        await limited.PostAsync("/api/projects", new { name = "Third" }).JsonAsync(HttpStatusCode.NotFound);
    }

    [Fact]
    public void Who_lost_the_key_on_the_way_is_nobody_and_not_its_user_without_limits()
    {
        Scopes.TryParse(["event:read"], out var scopes, out _).ShouldBeTrue();
        var actor = new Actor(Guid.NewGuid(), "owner@burrow.example", new ActorKey(Guid.NewGuid(), "Test", scopes!, null, [3], null));
        var principal = new KeyPrincipal(actor);
        Actor.From(principal).ShouldBeSameAs(actor);
        Actor.From(new ClaimsPrincipal(principal.Identities)).ShouldBeNull();
        Actor.From(principal.Clone()).ShouldBeNull();
    }

    [Theory]
    [InlineData("more scopes")]
    [InlineData("more projects")]
    [InlineData("a longer life")]
    public async Task A_key_cannot_make_a_key_that_may_do_more_than_itself(string wanted)
    {
        var host = await shared.StartedAsync();
        var project = (await host.ProjectAsync()).ProjectId;
        var end = host.Time.GetUtcNow().AddDays(1);
        using var program = host.Program(await host.KeyAsync(AccountsHost.OwnerEmail, new PersonalKeySettings
        {
            Name = "Maker",
            Scopes = ["key:write", "event:read"],
            ProjectIds = [project],
            ExpiresAt = end,
        }));
        end = (await program.FetchAsync("/api/personal_api_keys/@current").JsonAsync()).GetProperty("expires_at").GetDateTimeOffset();
        string[] scopes = wanted == "more scopes" ? ["event:write"] : ["event:read"];
        int[]? projects = wanted == "more projects" ? null : [project];
        var refusal = await program.PostAsync("/api/personal_api_keys", new
        {
            name = "Made",
            scopes,
            project_ids = projects,
            expires_at = wanted == "a longer life" ? end.AddSeconds(1) : end,
        }).JsonAsync(HttpStatusCode.Forbidden);
        refusal.Text("code").ShouldBe("permission_denied");

        var allowed = new { name = "Made", scopes = new[] { "event:read" }, project_ids = new[] { project }, expires_at = end };
        await program.PostAsync("/api/personal_api_keys", allowed).JsonAsync(HttpStatusCode.Created);
    }

    [Fact]
    public async Task The_time_of_last_use_is_written_at_most_once_a_minute()
    {
        await using var host = await AccountsHost.StartSetUpAsync();
        using var program = await host.OwnerProgramAsync();
        var first = await LastUsedAsync();
        host.Time.Advance(TimeSpan.FromSeconds(59));
        (await LastUsedAsync()).ShouldBe(first);
        host.Time.Advance(TimeSpan.FromSeconds(1));
        (await LastUsedAsync()).ShouldBe(first + TimeSpan.FromSeconds(60));

        async Task<DateTimeOffset> LastUsedAsync() =>
            (await program.FetchAsync("/api/personal_api_keys/@current").JsonAsync()).GetProperty("last_used_at").GetDateTimeOffset();
    }

    [Fact]
    public async Task Wrong_settings_are_refused_by_name_and_changes_merge()
    {
        await using var host = await AccountsHost.StartSetUpAsync();
        using var program = await host.OwnerProgramAsync();
        await RefusedAsync(new { name = " ", scopes = new[] { "*" } }, "name");
        await RefusedAsync(new { name = "Key", scopes = Array.Empty<string>() }, "scopes");
        await RefusedAsync(new { name = "Key", scopes = new[] { "burrow:read" } }, "scopes");
        await RefusedAsync(new { name = "Key", scopes = new[] { "event:destroy" } }, "scopes");
        await RefusedAsync(new { name = "Key", scopes = new[] { "*" }, project_ids = new[] { 999 } }, "project_ids");
        await RefusedAsync(new { name = "Key", scopes = new[] { "*" }, organization_ids = new[] { 999 } }, "organization_ids");
        await RefusedAsync(new { name = "Key", scopes = new[] { "*" }, expires_at = host.Time.GetUtcNow() }, "expires_at");

        var key = await program.PostAsync("/api/personal_api_keys", new { name = "Key", scopes = new[] { "event:read" } })
            .JsonAsync(HttpStatusCode.Created);
        var renamed = await program.PatchAsync($"/api/personal_api_keys/{key.Text("id")}", new { name = "Renamed" }).JsonAsync();
        renamed.Text("name").ShouldBe("Renamed");
        renamed.GetProperty("scopes")[0].GetString().ShouldBe("event:read");

        async Task RefusedAsync(object body, string attribute)
        {
            var refusal = await program.PostAsync("/api/personal_api_keys", body).JsonAsync(HttpStatusCode.BadRequest);
            refusal.Text("type").ShouldBe("validation_error");
            refusal.Text("attr").ShouldBe(attribute);
        }
    }

    [Fact]
    public async Task A_key_opens_the_api_but_no_page_and_no_password_change()
    {
        await using var host = await AccountsHost.StartSetUpAsync();
        using var program = await host.OwnerProgramAsync();
        (await program.FetchAsync("/project/1")).StatusCode.ShouldBe(HttpStatusCode.Redirect);
        await program.PostAsync("/api/users/@me/change_password",
            new { current_password = AccountsHost.Password, new_password = "violet tractor mild lantern" }).JsonAsync(HttpStatusCode.Forbidden);
        await program.PostAsync("/api/users/@me/sign_out_everywhere", new { }).JsonAsync(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task Keys_belong_to_their_owner_alone()
    {
        await using var host = await AccountsHost.StartSetUpAsync();
        using var owner = await host.OwnerProgramAsync();
        var id = (await owner.FetchAsync("/api/personal_api_keys/@current").JsonAsync()).Text("id");
        await host.JoinAsync(Role.Admin, "admin@burrow.example");
        using var other = await host.ProgramAsync("admin@burrow.example", "*");
        await other.FetchAsync($"/api/personal_api_keys/{id}").JsonAsync(HttpStatusCode.NotFound);
        await other.PatchAsync($"/api/personal_api_keys/{id}", new { name = "Taken" }).JsonAsync(HttpStatusCode.NotFound);
        await other.EraseAsync($"/api/personal_api_keys/{id}").JsonAsync(HttpStatusCode.NotFound);
        (await other.FetchAsync("/api/personal_api_keys").JsonAsync()).GetProperty("count").GetInt64().ShouldBe(1);
    }
}
