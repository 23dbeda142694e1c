using System.Net;
using Prickle.Accounts;

namespace Prickle.Tests.Accounts;

/// <summary>A project's secret key reads flags for servers, and opens nothing else.</summary>
public sealed class ProjectSecretKeyTests
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_secret_key_reads_definitions_and_remote_configuration_of_its_project_only()
    {
        await using var host = await AccountsHost.StartSetUpAsync();
        using var owner = await host.OwnerProgramAsync();
        var project = (await host.ProjectAsync()).Project;
        await owner.PostAsync($"/api/projects/{project.Id}/feature_flags", new { key = "new-nav", filters = new { groups = new[] { new { rollout_percentage = 50 } } } })
            .JsonAsync(HttpStatusCode.Created);
        await owner.PostAsync($"/api/projects/{project.Id}/feature_flags", new
        {
            key = "limits",
            is_remote_configuration = true,
            filters = new { groups = Array.Empty<object>(), payloads = new Dictionary<string, string> { ["true"] = """{"rows":5}""" } },
        }).JsonAsync(HttpStatusCode.Created);
        var other = await owner.PostAsync("/api/projects", new { name = "Other" }).JsonAsync(HttpStatusCode.Created);
        var value = (await owner.PostAsync($"/api/projects/{project.Id}/secret_keys", new { }).JsonAsync(HttpStatusCode.Created)).Text("value");
        value.ShouldStartWith("phs_");
        using var server = host.Program(value);

        foreach (var path in (string[])["/flags/definitions", "/api/feature_flag/local_evaluation"])
        {
            (await server.FetchAsync($"{path}?token={project.Token}&send_cohorts").JsonAsync()).GetProperty("flags").GetArrayLength().ShouldBe(2);
            // Without a token it is the key's own project.
            (await server.FetchAsync(path).JsonAsync()).GetProperty("flags").GetArrayLength().ShouldBe(2);
            await server.FetchAsync($"{path}?token={other.Text("api_token")}").JsonAsync(HttpStatusCode.Unauthorized);
        }
        foreach (var named in (string[])["@current", $"{project.Id}"])
        {
            (await server.FetchAsync($"/api/projects/{named}/feature_flags/limits/remote_config?token={project.Token}").JsonAsync()).GetString().ShouldBe("""{"rows":5}""");
        }
        await server.FetchAsync($"/api/projects/{other.GetProperty("id")}/feature_flags/limits/remote_config").JsonAsync(HttpStatusCode.Unauthorized);
        await server.FetchAsync($"/api/projects/@current/feature_flags/limits/remote_config?token={other.Text("api_token")}").JsonAsync(HttpStatusCode.Unauthorized);

        foreach (var path in (string[])["/feature_flags", "/persons", "/events", "/secret_keys", ""])
        {
            await server.FetchAsync($"/api/projects/{project.Id}{path}").JsonAsync(HttpStatusCode.Unauthorized);
        }
        foreach (var path in (string[])["/api/projects", "/api/personal_api_keys", "/api/users/@me"])
        {
            (await server.FetchAsync(path)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized, path);
        }
        await server.PostAsync($"/api/projects/{project.Id}/feature_flags", new { key = "mine" }).JsonAsync(HttpStatusCode.Unauthorized);
        using var unknown = host.Program("phs_of_nobody");
        await unknown.FetchAsync($"/flags/definitions?token={project.Token}").JsonAsync(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task A_key_is_replaced_without_a_moment_in_which_none_works()
    {
        await using var host = await AccountsHost.StartSetUpAsync();
        using var owner = await host.OwnerProgramAsync();
        var keys = $"/api/projects/{(await host.ProjectAsync()).ProjectId}/secret_keys";
        var first = await owner.PostAsync(keys, new { }).JsonAsync(HttpStatusCode.Created);
        // The older one is listed first.
        host.Time.Advance(TimeSpan.FromSeconds(1));
        var second = await owner.PostAsync(keys, new { }).JsonAsync(HttpStatusCode.Created);
        (await owner.PostAsync(keys, new { }).JsonAsync(HttpStatusCode.BadRequest)).Text("detail").ShouldContain("2 secret keys");
        using var old = host.Program(first.Text("value"));
        using var anew = host.Program(second.Text("value"));
        await old.FetchAsync("/flags/definitions").JsonAsync();
        await anew.FetchAsync("/flags/definitions").JsonAsync();

        var listed = (await owner.FetchAsync(keys).JsonAsync()).GetProperty("results");
        listed.GetRawText().ShouldNotContain(first.Text("value"));
        listed[0].Text("prefix").ShouldBe(first.Text("value")[..8]);
        listed[0].GetProperty("last_used_at").GetDateTimeOffset().ShouldBe(host.Time.GetUtcNow(), TimeSpan.FromSeconds(1));

        (await owner.EraseAsync($"{keys}/{first.Text("id")}")).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        await old.FetchAsync("/flags/definitions").JsonAsync(HttpStatusCode.Unauthorized);
        await anew.FetchAsync("/flags/definitions").JsonAsync();
        (await owner.EraseAsync($"{keys}/{first.Text("id")}")).StatusCode.ShouldBe(HttpStatusCode.NotFound);

        var log = (await owner.FetchAsync($"{keys[..keys.LastIndexOf('/')]}/activity_log").JsonAsync()).GetRawText();
        log.ShouldContain("keys_for_servers");
        log.ShouldContain(second.Text("value")[..8]);
        log.ShouldNotContain(second.Text("value"));
    }

    [Fact]
    public async Task Members_neither_see_nor_make_secret_keys()
    {
        await using var host = await AccountsHost.StartSetUpAsync();
        await host.JoinAsync(Role.Member, "member@burrow.example");
        var grant = await host.ProjectAsync("member@burrow.example");
        (await host.Get<ProjectSecretKeys>().CreateAsync(grant, Cancellation)).ShouldBeOfType<Outcome<IssuedProjectSecretKey>.Refused>();
        using var member = await host.ProgramAsync("member@burrow.example", "*");
        await member.FetchAsync($"/api/projects/{grant.ProjectId}/secret_keys").JsonAsync(HttpStatusCode.Forbidden);
        await member.PostAsync($"/api/projects/{grant.ProjectId}/secret_keys", new { }).JsonAsync(HttpStatusCode.Forbidden);
    }
}
