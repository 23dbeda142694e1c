using System.Net;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Prickle.Accounts;
using Prickle.Activity;
using Prickle.Destinations;
using Prickle.Destinations.Storage;
using Prickle.Storage;
using Prickle.Tests.Accounts;
using Prickle.Tests.Storage;

namespace Prickle.Tests.Destinations;

/// <summary>What is kept of destinations, over the API, on both relational stores.</summary>
public sealed class DestinationApiTests(SharedPostgres shared)
{
    const string Token = "xoxb-999-do-not-show";

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    sealed class Use : IDestinationUse
    {
        public Guid? Used { get; set; }

        public Task<IReadOnlyList<DestinationUse>> OfAsync(int projectId, Guid destinationId, CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<DestinationUse>>(
            destinationId == Used ? [new DestinationUse("automation", "Welcome", "automations/1")] : []);
    }

    async Task<IReadOnlyDictionary<string, string?>> SettingsAsync(bool isPostgres)
    {
        var settings = new Dictionary<string, string?> { ["Outbound:AllowsPrivateAddresses"] = "true" };
        if (isPostgres)
        {
            settings["Database:Url"] = await (await shared.StartedAsync()).NewDatabaseAsync();
        }
        return settings;
    }

    static async Task<string> TextAsync(HttpClient client, string path) => await client.GetStringAsync(new Uri(path, UriKind.Relative), Cancellation);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_destination_is_made_changed_tried_and_deleted(bool isPostgres)
    {
        await using var slack = await FakeServer.AnsweringAsync(200, """{"ok":true,"channel":"C1","ts":"1.0"}""");
        var use = new Use();
        await using var host = await AccountsHost.StartSetUpAsync(services => services.AddSingleton<IDestinationUse>(use), await SettingsAsync(isPostgres));
        using var client = await host.OwnerProgramAsync();
        var path = $"/api/projects/{(await host.ProjectAsync()).ProjectId}/destinations";

        var made = await client.PostAsync(path, new { kind = "slack", name = " Team ", fields = new { token = Token, api_url = slack.Address } }).JsonAsync(HttpStatusCode.Created);
        var own = $"{path}/{made.Text("id")}";
        made.Text("name").ShouldBe("Team");
        made.GetProperty("secrets")[0].GetString().ShouldBe("token");

        // An empty secret keeps the one that is there; what is not named stays.
        var renamed = await client.PatchAsync(own, new { name = "Crew", fields = new { token = "" }, version = 1 }).JsonAsync();
        (renamed.Text("name"), renamed.GetProperty("version").GetInt32()).ShouldBe(("Crew", 2));
        (await client.PatchAsync(own, new { name = "Late", version = 1 }).JsonAsync(HttpStatusCode.Conflict)).Text("attr").ShouldBe("version");

        var tried = await client.PostAsync($"{own}/test", new { fields = new { channel = "C1" } }).JsonAsync();
        tried.Text("outcome").ShouldBe("delivered");
        var posted = slack.Requests.ShouldHaveSingleItem();
        posted.Headers["Authorization"].ShouldBe($"Bearer {Token}");
        posted.Json.GetProperty("text").GetString()!.ShouldContain("test message");
        (await client.PostAsync($"{own}/test", new { }).JsonAsync(HttpStatusCode.BadRequest)).Text("attr").ShouldBe("fields.channel");

        use.Used = made.GetProperty("id").GetGuid();
        (await client.FetchAsync(own).JsonAsync()).GetProperty("used_by")[0].Text("name").ShouldBe("Welcome");
        using (var refused = await client.EraseAsync(own))
        {
            refused.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
            (await refused.Content.ReadAsStringAsync(Cancellation)).ShouldContain("Welcome");
        }

        foreach (var shown in new[] { await TextAsync(client, path), await TextAsync(client, own), tried.ToString() })
        {
            shown.ShouldNotContain(Token);
        }
        await KeepsNoSecretAsync(host);

        use.Used = null;
        using var erased = await client.EraseAsync(own);
        erased.StatusCode.ShouldBe(HttpStatusCode.NoContent);
        using var gone = await client.FetchAsync(own);
        gone.StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    static async Task KeepsNoSecretAsync(AccountsHost host)
    {
        await using var database = await host.Get<IDbContextFactory<PrickleDatabase>>().CreateDbContextAsync(Cancellation);
        var row = await database.Set<DestinationRow>().SingleAsync(Cancellation);
        JsonSerializer.Serialize(row).ShouldNotContain(Token);
        row.Sealed.ShouldNotBeEmpty();
        var grant = await host.ProjectAsync();
        var log = await host.Get<ActivityLog>().ListAsync(new ActivityFilter(grant.Project.OrganizationId, [grant.ProjectId], false) { Resource = Resource.Destination }, 50, 0, Cancellation);
        log.Count.ShouldBe(2);
        JsonSerializer.Serialize(log.Items.Select(item => $"{item.Before}{item.After}")).ShouldNotContain(Token);
    }

    [Fact]
    public async Task What_cannot_be_kept_is_refused_by_its_field()
    {
        await using var host = await AccountsHost.StartSetUpAsync();
        using var client = await host.OwnerProgramAsync();
        var path = $"/api/projects/{(await host.ProjectAsync()).ProjectId}/destinations";
        async Task<string> RefusedAsync(object body) => (await client.PostAsync(path, body).JsonAsync(HttpStatusCode.BadRequest)).Text("attr");

        (await RefusedAsync(new { kind = "slack", name = "", fields = new { token = "xoxb-1" } })).ShouldBe("name");
        (await RefusedAsync(new { kind = "pigeon", name = "A" })).ShouldBe("kind");
        (await RefusedAsync(new { kind = "cohort_add", name = "A" })).ShouldBe("kind");
        (await RefusedAsync(new { kind = "slack", name = "A" })).ShouldBe("token");
        (await RefusedAsync(new { kind = "slack", name = "A", fields = new { token = "secret" } })).ShouldBe("token");
        (await RefusedAsync(new { kind = "slack", name = "A", fields = new { token = "xoxb-1", color = "red" } })).ShouldBe("color");
        (await RefusedAsync(new { kind = "slack", name = "A", fields = new { token = "xoxb-1", api_url = "slack.com" } })).ShouldBe("api_url");
        (await RefusedAsync(new { kind = "slack", name = "A", fields = "none" })).ShouldBe("fields");
        (await RefusedAsync(new { kind = "email", name = "A", fields = new { host = "smtp.example.com", from = "nobody" } })).ShouldBe("from");
        (await RefusedAsync(new { kind = "email", name = "A", fields = new { host = "smtp.example.com", from = "a@example.com", port = "0" } })).ShouldBe("port");
        (await RefusedAsync(new { kind = "email", name = "A", fields = new { host = "smtp.example.com", from = "a@example.com", encryption = "rot13" } })).ShouldBe("encryption");
        (await RefusedAsync(new { kind = "webhook", name = "A", fields = new { secret_headers = "no header" } })).ShouldBe("secret_headers");
    }

    [Fact]
    public async Task A_list_is_searched_sorted_and_paged_and_the_kinds_say_their_fields()
    {
        await using var host = await AccountsHost.StartSetUpAsync();
        using var client = await host.OwnerProgramAsync();
        var path = $"/api/projects/{(await host.ProjectAsync()).ProjectId}/destinations";
        foreach (var name in new[] { "Bravo", "alpha", "Charlie" })
        {
            host.Time.Advance(TimeSpan.FromMinutes(1));
            await client.PostAsync(path, new { kind = name == "Bravo" ? "slack_webhook" : "webhook", name, fields = name == "Bravo" ? new { url = "https://hooks.slack.com/x" } : (object)new { secret = "s3cret" } }).JsonAsync(HttpStatusCode.Created);
        }
        async Task<string> NamesAsync(string query) => string.Join(",", (await client.FetchAsync(path + query).JsonAsync()).GetProperty("results").EnumerateArray().Select(one => one.Text("name")));

        (await NamesAsync("")).ShouldBe("alpha,Bravo,Charlie");
        (await NamesAsync("?order=-created_at")).ShouldBe("Charlie,alpha,Bravo");
        (await NamesAsync("?search=AR")).ShouldBe("Charlie");
        (await NamesAsync("?kind=slack_webhook")).ShouldBe("Bravo");
        (await NamesAsync("?limit=1&offset=1")).ShouldBe("Bravo");
        (await NamesAsync("?enabled=false")).ShouldBe("");
        var kinds = (await client.FetchAsync($"{path}/kinds").JsonAsync()).GetProperty("results").EnumerateArray().ToDictionary(kind => kind.Text("key"));
        kinds["github"].GetProperty("message").EnumerateArray().Select(field => field.Text("name")).ShouldBe(["repository", "title", "body", "labels", "assignees"]);
        kinds["email"].GetProperty("needs_connection").GetBoolean().ShouldBeFalse();
    }

    [Fact]
    public async Task A_viewer_looks_and_changes_nothing()
    {
        await using var host = await AccountsHost.StartSetUpAsync();
        using var owner = await host.OwnerProgramAsync();
        var path = $"/api/projects/{(await host.ProjectAsync()).ProjectId}/destinations";
        var made = await owner.PostAsync(path, new { kind = "slack", name = "A", fields = new { token = "xoxb-1" } }).JsonAsync(HttpStatusCode.Created);
        await host.JoinAsync(Role.Viewer, "viewer@burrow.example");
        using var viewer = await host.ProgramAsync("viewer@burrow.example", "*");

        (await viewer.FetchAsync(path).JsonAsync()).GetProperty("count").GetInt32().ShouldBe(1);
        await viewer.PostAsync(path, new { kind = "slack", name = "B", fields = new { token = "xoxb-1" } }).JsonAsync(HttpStatusCode.Forbidden);
        await viewer.PostAsync($"{path}/{made.Text("id")}/test", new { }).JsonAsync(HttpStatusCode.Forbidden);
        await viewer.PostAsync($"{path}/{made.Text("id")}/enable", new { }).JsonAsync(HttpStatusCode.Forbidden);
        var grant = await host.ProjectAsync("viewer@burrow.example");
        (await host.Get<DestinationBook>().DeleteAsync(grant, made.GetProperty("id").GetGuid(), Cancellation)).ShouldBeOfType<Outcome<Destination>.Refused>();
        using var narrow = await host.ProgramAsync(AccountsHost.OwnerEmail, "destination:read");
        await narrow.PostAsync($"{path}/{made.Text("id")}/enable", new { }).JsonAsync(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task A_project_has_at_most_two_hundred_and_takes_them_along_when_it_goes()
    {
        await using var host = await AccountsHost.StartSetUpAsync();
        var grant = await host.ProjectAsync();
        var draft = new DestinationDraft("webhook", "W", new Dictionary<string, string>());
        for (var number = 0; number < Destination.Most; number++)
        {
            (await host.Get<DestinationBook>().CreateAsync(grant, draft, Cancellation)).ShouldBeOfType<Outcome<Destination>.Done>();
        }
        (await host.Get<DestinationBook>().CreateAsync(grant, draft, Cancellation)).ShouldBeOfType<Outcome<Destination>.Refused>().Refusal.Detail.ShouldContain("200");
        await new DestinationRemoval(host.Get<IDbContextFactory<PrickleDatabase>>()).DeleteAsync(grant.ProjectId, Cancellation);
        (await host.Get<DestinationQueries>().ListAsync(grant.ProjectId, new DestinationFilter(), Cancellation)).ShouldBeEmpty();
    }
}
