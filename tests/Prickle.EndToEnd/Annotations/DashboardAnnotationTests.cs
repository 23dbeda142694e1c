using System.Globalization;
using Microsoft.Playwright;
using Prickle.EndToEnd.Browsers;
using Prickle.EndToEnd.Dashboards;
using Prickle.EndToEnd.Product;

namespace Prickle.EndToEnd.Annotations;

/// <summary>What is noted on a dashboard shows on its tiles, for those who have its link too, and nowhere else.</summary>
public sealed class DashboardAnnotationTests(SharedProduct shared, Chromium chromium)
{
    const string Looks = """{"kind":"TrendsQuery","series":[{"kind":"EventsNode","event":"looked"}],"dateRange":{"date_from":"-7d"}}""";

    readonly DashboardWorld _world = new(shared);

    [Fact]
    public async Task It_is_written_on_the_dashboard_and_its_tiles_show_it_at_once()
    {
        await using var visitor = await chromium.NewVisitorAsync();
        var (page, project, address) = await _world.BeginAsync(visitor, "Noted board");
        var made = await _world.SendAsync("POST", $"/api/projects/{project.Id}/dashboards", $$"""{"name":"Board","tiles":[{{DashboardWorld.Insight("Looks", Looks)}}]}""");
        var (id, insight) = (made.GetProperty("id").GetInt32(), made.GetProperty("tiles")[0].GetProperty("insight").GetProperty("short_id").GetString());
        var yesterday = DateTime.UtcNow.Date.AddDays(-1).AddHours(12).ToString("yyyy-MM-ddTHH:mm", CultureInfo.InvariantCulture);
        await _world.SendAsync("POST", $"/api/projects/{project.Id}/annotations", $$"""{"content":"Of the project","date_marker":"{{yesterday}}:00Z"}""");
        await DashboardWorld.OpenAsync(page, $"{address}/dashboards/{id}");
        await Mark(page, "Of the project").WaitForAsync();

        await page.GetByRole(AriaRole.Button, new() { Name = "More", Exact = true }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Annotations" }).ClickAsync();
        var panel = page.GetByRole(AriaRole.Dialog);
        await panel.GetByText("There are none yet.").WaitForAsync();
        await panel.GetByRole(AriaRole.Button, new() { Name = "New annotation" }).ClickAsync();
        await panel.GetByLabel("Text").FillAsync("Of the board");
        await panel.GetByLabel("Moment").FillAsync(yesterday);
        await Assertions.Expect(panel.GetByLabel("Shows on charts of")).ToHaveValueAsync("Dashboard");
        await Assertions.Expect(panel.GetByLabel("Dashboard", new() { Exact = true })).ToHaveValueAsync(id.ToString(CultureInfo.InvariantCulture));
        await panel.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await panel.GetByRole(AriaRole.Button, new() { Name = "Change “Of the board”" }).WaitForAsync();
        await Mark(page, "Of the project; Of the board").WaitForAsync();

        // The insight by itself has the project's alone.
        await page.OpenAsync($"{address}/insights/{insight}");
        await Mark(page, "Of the project").WaitForAsync();

        // A stranger who has the link sees what belongs to the dashboard.
        var link = await _world.SendAsync("POST", $"/api/projects/{project.Id}/dashboards/{id}/share", "{}");
        await using var stranger = await chromium.NewVisitorAsync();
        await stranger.Page.OpenAsync(new Uri(new Uri(page.Url), link.GetProperty("path").GetString()).ToString());
        await Mark(stranger.Page, "Of the board").ClickAsync();
        await stranger.Page.GetByRole(AriaRole.Dialog, new() { Name = "Notes" }).GetByText("Of the board").WaitForAsync();
        await Assertions.Expect(stranger.Page.Locator("a[href*='/project/']")).ToHaveCountAsync(0);

        // In the list it says where it shows, and it can be let go of.
        await page.OpenAsync($"{address}/annotations");
        await page.GetByRole(AriaRole.Link, new() { Name = "Board", Exact = true }).WaitForAsync();
        await page.GetByRole(AriaRole.Cell, new() { Name = "Of the board" }).ClickAsync();
        await panel.GetByLabel("Shows on charts of").SelectOptionAsync("Project");
        await panel.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Cell, new() { Name = "this project" })).ToHaveCountAsync(2);
        visitor.Complaints.ShouldBeEmpty();
        stranger.Complaints.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_viewer_reads_what_is_noted_on_a_dashboard_and_is_offered_no_change()
    {
        await using var visitor = await chromium.NewVisitorAsync();
        var (page, project, address) = await _world.InviteViewerAsync(visitor);
        var id = await _world.NewDashboardAsync(project, DashboardWorld.Insight("Looks", Looks));
        await _world.SendAsync("POST", $"/api/projects/{project.Id}/annotations", $$"""{"content":"Of the board","scope":"dashboard","dashboard_id":{{id}}}""");
        await DashboardWorld.OpenAsync(page, $"{address}/dashboards/{id}");
        await page.GetByRole(AriaRole.Button, new() { Name = "More", Exact = true }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Annotations" }).ClickAsync();
        var panel = page.GetByRole(AriaRole.Dialog);
        await panel.GetByText("Of the board").WaitForAsync();
        await Assertions.Expect(panel.GetByRole(AriaRole.Button, new() { Name = "New annotation" })).ToHaveCountAsync(0);
        await Assertions.Expect(panel.GetByRole(AriaRole.Button, new() { Name = "Change" })).ToHaveCountAsync(0);
        visitor.Complaints.ShouldBeEmpty();
    }

    static ILocator Mark(IPage page, string texts) => page.GetByRole(AriaRole.Button, new() { Name = texts, Exact = true });
}
