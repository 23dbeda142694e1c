using System.Net;
using Prickle.Accounts;
using Prickle.Activity;
using Prickle.Tests.Accounts;

namespace Prickle.Tests.Activity;

public sealed class ActivityLogTests
{
    [Fact]
    public async Task A_change_is_logged_with_who_what_before_and_after()
    {
        await using var host = await AccountsHost.StartSetUpAsync();
        using var program = await host.OwnerProgramAsync();
        await program.PatchAsync("/api/projects/@current", new { name = "Renamed", retention_days = 90 }).JsonAsync();
        var log = await program.FetchAsync("/api/projects/@current/activity_log/").JsonAsync();
        log.GetProperty("count").GetInt64().ShouldBe(1);
        var entry = log.GetProperty("results")[0];
        entry.Text("user_email").ShouldBe(AccountsHost.OwnerEmail);
        entry.Text("key_name").ShouldBe("Test");
        entry.Text("activity").ShouldBe("updated");
        entry.Text("scope").ShouldBe("project");
        entry.Text("item_name").ShouldBe("Renamed");
        entry.GetProperty("before").ToString().ShouldBe("""{"name":"Production","retention_days":null}""");
        entry.GetProperty("after").ToString().ShouldBe("""{"name":"Renamed","retention_days":90}""");
    }

    [Fact]
    public async Task A_viewer_may_neither_change_nor_read_the_log()
    {
        await using var host = await AccountsHost.StartSetUpAsync();
        await host.JoinAsync(Role.Viewer, "viewer@burrow.example");
        using var viewer = await host.ProgramAsync("viewer@burrow.example", "*");
        await viewer.PatchAsync("/api/projects/@current", new { name = "Mine" }).JsonAsync(HttpStatusCode.Forbidden);
        var refusal = await viewer.FetchAsync("/api/projects/@current/activity_log").JsonAsync(HttpStatusCode.Forbidden);
        refusal.Text("detail").ShouldBe("The role 'viewer' does not allow 'activity_log:read'");
    }

    [Fact]
    public async Task Secrets_are_masked_at_any_depth_by_their_names()
    {
        await using var host = await AccountsHost.StartSetUpAsync();
        var grant = await host.ProjectAsync();
        var log = host.Get<ActivityLog>();
        await log.RecordAsync(ActivityEntry.In(grant, ActivityVerb.Updated, Resource.Automation, "7", "Notify") with
        {
            Before = new { Url = "https://one.example", Destination = new { BotToken = "old-secret", Channel = "general" } },
            After = new { Url = "https://two.example", Destination = new { BotToken = "new-secret", Channel = "general" } },
        }, TestContext.Current.CancellationToken);
        var list = await log.ListAsync(
            new ActivityFilter(grant.Project.OrganizationId, [grant.ProjectId], false), 10, 0, TestContext.Current.CancellationToken);
        var entry = list.Items.ShouldHaveSingleItem();
        entry.Before!.ToJsonString().ShouldBe("""{"url":"https://one.example","destination":{"bot_token":"********","channel":"general"}}""");
        entry.After!.ToJsonString().ShouldBe("""{"url":"https://two.example","destination":{"bot_token":"********","channel":"general"}}""");
    }

    [Fact]
    public async Task The_list_filters_searches_and_pages_newest_first()
    {
        await using var host = await AccountsHost.StartSetUpAsync();
        using var program = await host.OwnerProgramAsync();
        var grant = await host.ProjectAsync();
        var log = host.Get<ActivityLog>();
        foreach (var (resource, id, name) in new[] { (Resource.Insight, "1", "Sign-ups"), (Resource.Cohort, "2", "100% active"), (Resource.Insight, "3", "Churn") })
        {
            await log.RecordAsync(ActivityEntry.In(grant, ActivityVerb.Created, resource, id, name), TestContext.Current.CancellationToken);
        }
        (await NamesAsync("")).ShouldBe(["Churn", "100% active", "Sign-ups"]);
        (await NamesAsync("?scope=insight")).ShouldBe(["Churn", "Sign-ups"]);
        (await NamesAsync("?scope=insight&item_id=1")).ShouldBe(["Sign-ups"]);
        (await NamesAsync("?search=SIGN")).ShouldBe(["Sign-ups"]);
        (await NamesAsync("?search=0%25")).ShouldBe(["100% active"]);
        (await NamesAsync("?search=_")).ShouldBeEmpty();
        (await NamesAsync("?limit=1&offset=1")).ShouldBe(["100% active"]);
        (await NamesAsync($"?user={Guid.Empty}")).ShouldBeEmpty();
        (await program.FetchAsync("/api/projects/@current/activity_log?scope=burrow").JsonAsync(HttpStatusCode.BadRequest)).Text("attr").ShouldBe("scope");

        async Task<string[]> NamesAsync(string query)
        {
            var page = await program.FetchAsync("/api/projects/@current/activity_log" + query).JsonAsync();
            return [.. page.GetProperty("results").EnumerateArray().Select(entry => entry.Text("item_name"))];
        }
    }
}
