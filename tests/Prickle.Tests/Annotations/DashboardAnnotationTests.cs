using System.Net;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Prickle.Accounts;
using Prickle.Annotations;
using Prickle.Dashboards;
using Prickle.Dashboards.Picturing;
using Prickle.Dashboards.Storage;
using Prickle.Insights;
using Prickle.Pictures;
using Prickle.Storage;
using Prickle.Tests.Engine;
using Prickle.Tests.Insights.Api;
using Prickle.Ui.Charts;

namespace Prickle.Tests.Annotations;

/// <summary>Annotations that are kept to one dashboard.</summary>
public sealed class DashboardAnnotationTests(EngineFixture engine) : IAsyncLifetime
{
    const string Views = """{"kind":"TrendsQuery","series":[{"kind":"EventsNode","event":"$pageview"}],"dateRange":{"date_from":"2026-02-25","date_to":"2026-03-01"}}""";

    readonly InsightApiHost _host = new(engine);

    static CancellationToken Stop => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => _host.InitializeAsync();

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    Task<(HttpStatusCode Status, JsonElement Json)> SendAsync(string method, string path, string? body = null) =>
        _host.SendAsync(new HttpMethod(method), path, body);

    async Task<int> DashboardAsync(string name) => (await SendAsync(
        "POST", "dashboards", $$$"""{"name":"{{{name}}}","tiles":[{"kind":"insight","new_insight":{"name":"Views","query":{{{Views}}} } }]}""")).Json.GetProperty("id").GetInt32();

    async Task<JsonElement> AnnotateAsync(string content, int? dashboard)
    {
        var scope = dashboard is null ? "" : $""", "scope":"dashboard","dashboard_id":{dashboard}""";
        var (status, made) = await SendAsync("POST", "annotations", $$"""{"content":"{{content}}","date_marker":"2026-02-27T12:00:00Z"{{scope}}}""");
        status.ShouldBe(HttpStatusCode.Created, made.ToString());
        return made;
    }

    async Task<string> ListedAsync(string filter) => string.Join(", ", (await SendAsync("GET", $"annotations?{filter}")).Json
        .GetProperty("results").EnumerateArray().Select(one => one.GetProperty("content").GetString()).Order());

    [Fact]
    public async Task It_names_its_dashboard_is_listed_by_it_and_let_go_of()
    {
        var sales = await DashboardAsync("Sales");
        await AnnotateAsync("Of the project", null);
        var made = await AnnotateAsync("Of sales", sales);

        (made.GetProperty("scope").GetString(), made.GetProperty("dashboard_id").GetInt32(), made.GetProperty("dashboard_name").GetString()).ShouldBe(("dashboard", sales, "Sales"));
        (await ListedAsync("")).ShouldBe("Of sales, Of the project");
        (await ListedAsync($"dashboard_id={sales}")).ShouldBe("Of sales");
        (await ListedAsync("date_from=2026-02-27T00:00:00Z&date_to=2026-02-28T00:00:00Z")).ShouldBe("Of sales, Of the project");

        // Widening it alone is enough.
        var path = $"annotations/{made.GetProperty("id")}";
        var (status, widened) = await SendAsync("PATCH", path, """{"scope":"project"}""");
        status.ShouldBe(HttpStatusCode.OK, widened.ToString());
        widened.GetProperty("dashboard_id").ValueKind.ShouldBe(JsonValueKind.Null);
        (await ListedAsync($"dashboard_id={sales}")).ShouldBe("");
        (await SendAsync("PATCH", path, $$"""{"scope":"dashboard","dashboard_id":{{sales}}}""")).Status.ShouldBe(HttpStatusCode.OK);
        (await ListedAsync($"dashboard_id={sales}")).ShouldBe("Of sales");
        (await SendAsync("GET", "activity_log?scope=annotation")).Json.ToString().ShouldContain("dashboard_id");
    }

    [Theory]
    [InlineData("""{"content":"x","scope":"dashboard"}""", "Say to which dashboard it is kept.")]
    [InlineData("""{"content":"x","dashboard_id":1}""", "Only an annotation with the scope dashboard is kept to one.")]
    [InlineData("""{"content":"x","scope":"organization","dashboard_id":1}""", "Only an annotation with the scope dashboard is kept to one.")]
    public async Task A_scope_and_a_dashboard_that_do_not_fit_are_refused(string body, string why)
    {
        var (status, problem) = await SendAsync("POST", "annotations", body);

        status.ShouldBe(HttpStatusCode.BadRequest, problem.ToString());
        (problem.GetProperty("attr").GetString(), problem.GetProperty("detail").GetString()).ShouldBe(("dashboard_id", why));
    }

    [Fact]
    public async Task A_dashboard_that_is_not_there_cannot_be_annotated()
    {
        var (theirs, _) = await _host.ForeignAsync();
        var foreign = new DashboardRow { ProjectId = theirs, Name = "Secret" };
        await using (var database = await _host.Get<IDbContextFactory<PrickleDatabase>>().CreateDbContextAsync(Stop))
        {
            database.Add(foreign);
            await database.SaveChangesAsync(Stop);
        }
        var own = (await AnnotateAsync("Mine", null)).GetProperty("id");

        foreach (var id in new[] { foreign.Id, 999_999 })
        {
            var (status, problem) = await SendAsync("POST", "annotations", $$"""{"content":"x","scope":"dashboard","dashboard_id":{{id}}}""");
            (status, problem.GetProperty("detail").GetString()).ShouldBe((HttpStatusCode.NotFound, "Dashboard not found."));
            (await SendAsync("PATCH", $"annotations/{own}", $$"""{"scope":"dashboard","dashboard_id":{{id}}}""")).Status.ShouldBe(HttpStatusCode.NotFound);
        }
        (await ListedAsync("")).ShouldBe("Mine");
    }

    [Fact]
    public async Task It_goes_with_its_dashboard_and_comes_back_with_it()
    {
        var sales = await DashboardAsync("Sales");
        var path = $"annotations/{(await AnnotateAsync("Of sales", sales)).GetProperty("id")}";

        (await SendAsync("DELETE", $"dashboards/{sales}")).Status.ShouldBe(HttpStatusCode.NoContent);
        (await ListedAsync("")).ShouldBe("");
        (await SendAsync("GET", path)).Status.ShouldBe(HttpStatusCode.NotFound);
        await SendAsync("PATCH", $"dashboards/{sales}", """{"deleted":false}""");
        (await ListedAsync("")).ShouldBe("Of sales");
    }

    [Fact]
    public async Task A_key_that_may_not_see_dashboards_sees_none_of_their_annotations()
    {
        var sales = await DashboardAsync("Sales");
        var path = $"annotations/{(await AnnotateAsync("Of sales", sales)).GetProperty("id")}";
        await AnnotateAsync("Of the project", null);
        using var client = _host.ClientWith(await _host.KeyAsync("annotation:write"));

        var (_, listed) = await _host.SendAsync(HttpMethod.Get, "annotations", client: client);
        listed.GetProperty("results").EnumerateArray().Select(one => one.GetProperty("content").GetString()).ShouldBe(["Of the project"]);
        (await _host.SendAsync(HttpMethod.Get, path, client: client)).Status.ShouldBe(HttpStatusCode.NotFound);
        (await _host.SendAsync(HttpMethod.Delete, path, client: client)).Status.ShouldBe(HttpStatusCode.NotFound);
        (await _host.SendAsync(HttpMethod.Post, "annotations", $$"""{"content":"x","scope":"dashboard","dashboard_id":{{sales}}}""", client)).Status.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Only_tiles_of_its_dashboard_show_it()
    {
        await _host.Store.HappenAsync("ann 2026-02-27T10:00 $pageview");
        var (sales, support) = (await DashboardAsync("Sales"), await DashboardAsync("Support"));
        await AnnotateAsync("Of the project", null);
        await AnnotateAsync("Of sales", sales);

        (await DrawnAsync(sales)).ShouldBe(["2 Of the project", "2 Of sales"], ignoreOrder: true);
        (await DrawnAsync(support)).ShouldBe(["2 Of the project"]);

        // The same insight by itself.
        var project = _host.Account.Project;
        var query = InsightJson.Read(JsonElement.Parse(Views), out _)!;
        var answer = (await _host.Get<IInsightQueries>().AskAsync(project, query, Refresh.BlockingIfStale, Stop)).ShouldBeOfType<Outcome<InsightAnswer>.Done>().Value;
        NotesOf((await _host.Get<InsightPictures>().OfAnswerAsync(project, query, answer, "Views", Stop)).Content).ShouldBe(["2 Of the project"]);

        // Whoever has the link sees what was said on the dashboard, and nothing else of the project.
        var book = _host.Get<AnnotationBook>();
        (await book.BetweenAsync(project, answer.From, answer.To, Stop, sales, isShared: true)).Select(one => one.Content).ShouldBe(["Of sales"]);
        (await book.BetweenAsync(project, answer.From, answer.To, Stop, support, isShared: true)).ShouldBeEmpty();
        (await book.BetweenAsync(project, answer.From, answer.To, Stop, null, isShared: true)).ShouldBeEmpty();
    }

    // As the picture of the dashboard has them: 27 February is the third day of the chart.
    async Task<IEnumerable<string>> DrawnAsync(int id)
    {
        var dashboard = (await _host.Get<DashboardBook>().FindAsync(_host.Account.Project.Id, id, null, Stop))!;
        var cards = await _host.Get<TileCards>().OfAsync(_host.Account.Project, dashboard, new DashboardFilters(), maySql: true, Stop);
        return NotesOf(cards.ShouldHaveSingleItem().Card.Content);
    }

    static IEnumerable<string> NotesOf(PictureContent content) =>
        content.ShouldBeOfType<ChartContent>().Data.ShouldBeOfType<SeriesChart>().Annotations.Select(note => $"{note.Category} {note.Text}");
}
