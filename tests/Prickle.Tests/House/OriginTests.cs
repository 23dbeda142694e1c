using System.Net;
using System.Text.Json;
using Prickle.Accounts;
using Prickle.House.Queries;
using Prickle.Servers;
using Prickle.Tests.Accounts;
using Prickle.Tests.Engine;

namespace Prickle.Tests.House;

/// <summary>From a line of the log back to what of Prickle asked it, on the engine that the product brings.</summary>
public sealed class OriginTests(HouseHost house) : IClassFixture<HouseHost>
{
    [Fact]
    public async Task A_tiles_statement_names_its_insight_its_dashboard_its_project_and_who_asked()
    {
        var (project, name) = (await ProjectAsync("Burrow shop"), Letters());
        var insight = await InsightAsync(project, "Diggers", name);
        var board = await house.Client.PostAsync($"/api/projects/{project}/dashboards", new { name = "Growth", tiles = new[] { new { kind = "insight", insight_id = insight } } }).JsonAsync(HttpStatusCode.Created);
        var (dashboard, tile) = (board.GetProperty("id").GetInt32(), board.GetProperty("tiles")[0].GetProperty("id").GetInt32());

        await house.Client.PostAsync($"/api/projects/{project}/dashboards/{dashboard}/tiles/{tile}/answer", new { refresh = "force_blocking" }).JsonAsync();
        // The same question, kept by nobody.
        await house.Client.PostAsync($"/api/projects/{project}/query", new { query = Question(name), refresh = "force_blocking" }).JsonAsync();

        var detail = await DetailAsync(name);
        var asked = detail.GetProperty("slowest").EnumerateArray().Select(one => one.GetProperty("asked_by").Text("words")).ToList();
        asked.ShouldBe(
            ["Insight Diggers, on the dashboard Growth, in Burrow shop, by a key of owner", "A trends question that is not kept, in Burrow shop, by a key of owner"],
            ignoreOrder: true);
        detail.GetProperty("slowest").EnumerateArray().SelectMany(one => one.GetProperty("asked_by").GetProperty("parts").EnumerateArray())
            .Select(part => part.GetProperty("address").GetString()).Where(address => address is not null).Distinct()
            .ShouldBe([$"/project/{project}/insights/{insight}", $"/project/{project}/dashboards/{dashboard}", $"/project/{project}"], ignoreOrder: true);
        detail.GetProperty("origins").EnumerateArray().Select(one => one.GetProperty("calls").GetInt64()).ShouldBe([1, 1]);
    }

    [Fact]
    public async Task Sql_of_an_insight_names_it_and_one_that_is_gone_is_said_to_be()
    {
        var (project, name) = (await ProjectAsync("Burrow SQL"), Letters());
        var made = await house.Client.PostAsync($"/api/projects/{project}/insights", new { name = "Counted", query = new { kind = "SqlQuery", query = $"SELECT count() AS {name} FROM events" } }).JsonAsync(HttpStatusCode.Created);
        await house.Client.FetchAsync($"/api/projects/{project}/insights/{made.Text("short_id")}/export?format=json").JsonAsync();

        (await WordsAsync(name)).ShouldBe("Insight Counted, in Burrow SQL, by a key of owner");

        await house.Client.PatchAsync($"/api/projects/{project}/insights/{made.Text("short_id")}", new { deleted = true }).JsonAsync();
        (await WordsAsync(name)).ShouldBe("An insight that was deleted, in Burrow SQL, by a key of owner");
    }

    [Fact]
    public async Task Who_may_not_see_a_project_is_told_no_name_of_it()
    {
        var (seen, hidden) = (await ProjectAsync("Seen"), await ProjectAsync("Hidden"));
        var insight = await InsightAsync(hidden, "Secret plan", "plan");
        var guest = await house.Host.JoinAsync(Role.Member, $"{Guid.CreateVersion7():n}@burrow.example", seen);
        var grant = await house.Host.OrganizationAsync(guest.Email);

        var origin = await house.Get<QueryOrigins>().FindAsync(
            grant, "insight-1", $"prickle insight={insight} kind=TrendsQuery part=insight project={hidden}", TestContext.Current.CancellationToken);

        origin.ShouldNotBeNull().ToString().ShouldBe("A trends question that is not kept, in a project that you do not see, for nobody who is signed in");
        (await house.Get<QueryOrigins>().FindAsync(grant, "somebody", "prickly pear=1", TestContext.Current.CancellationToken)).ShouldBeNull();
    }

    async Task<int> ProjectAsync(string name) => (await house.Client.PostAsync("/api/projects", new { name }).JsonAsync(HttpStatusCode.Created)).GetProperty("id").GetInt32();

    // A name that stands in no other statement. Names with digits count as values where statements are told apart.
    static string Letters() => string.Concat($"{Guid.CreateVersion7():n}".Select(digit => (char)('a' + Convert.ToInt32($"{digit}", 16))));

    static object Question(string name) => new
    {
        kind = "TrendsQuery",
        series = new[] { new { kind = "EventsNode", @event = "dug" } },
        properties = new[] { new { key = $"arrayExists({name} -> length({name}) > 0, [event])", type = "hogql" } },
    };

    async Task<string> InsightAsync(int project, string title, string name) =>
        (await house.Client.PostAsync($"/api/projects/{project}/insights", new { name = title, query = Question(name) }).JsonAsync(HttpStatusCode.Created)).Text("short_id");

    async Task<string> WordsAsync(string text) => (await DetailAsync(text)).GetProperty("slowest")[0].GetProperty("asked_by").Text("words");

    /// <summary>The one fingerprint whose statement holds a text.</summary>
    async Task<JsonElement> DetailAsync(string text)
    {
        using var engine = await house.EngineAsync();
        await engine.PostAsync("/", new StringContent("SYSTEM FLUSH LOGS"), TestContext.Current.CancellationToken);
        var queries = $"{house.Servers}/{WatchedServer.OwnId}/queries";
        JsonElement found = default;
        // A stretch ends with the last whole second.
        await Eventually.IsTrueAsync(async () => (found = (await house.GetAsync($"{queries}?range=1h&kind=select&search={text}")).GetProperty("results")).GetArrayLength() == 1);
        return await house.GetAsync($"{queries}/{found[0].Text("fingerprint")}?range=1h");
    }
}
