using System.Text;
using Microsoft.Playwright;
using Prickle.EndToEnd.Browsers;
using Prickle.EndToEnd.Product;

namespace Prickle.EndToEnd.Dashboards;

/// <summary>The gallery's other ways to begin, and templates that go from one Prickle to another.</summary>
public sealed class TemplateGalleryTests(SharedProduct shared, Chromium chromium)
{
    const string Template = """
        {"schema":1,"key":"from-afar","name":"From afar","description":"Made elsewhere",
         "tiles":[{"id":"words","name":"Words","kind":"text","body":"Brought **here**","layouts":{"sm":{"x":0,"y":0,"w":6,"h":4},"xs":{"x":0,"y":0,"w":1,"h":4}}}]}
        """;

    readonly DashboardWorld _world = new(shared);

    [Fact]
    public async Task A_template_is_imported_from_a_file_used_and_deleted_and_a_wrong_one_says_where()
    {
        await using var visitor = await chromium.NewVisitorAsync();
        var (page, _, address) = await _world.BeginAsync(visitor, "Import");
        await page.OpenAsync($"{address}/dashboards?new=import");
        var file = page.Locator("#template-file");
        // A file that is chosen before the field hears it is heard by nobody; people are not that fast.
        await Eventually.HoldsAsync("the field hears", () => page.EvaluateAsync<bool>("document.querySelector('#template-file')?._blazorInputFileNextFileId !== undefined"));
        await file.SetInputFilesAsync(new FilePayload { Name = "wrong.json", MimeType = "application/json", Buffer = Encoding.UTF8.GetBytes(Template.Replace("\"schema\":1", "\"schema\":7", StringComparison.Ordinal)) });
        await page.GetByRole(AriaRole.Alert).GetByText("$.schema").WaitForAsync();

        await file.SetInputFilesAsync(new FilePayload { Name = "right.json", MimeType = "application/json", Buffer = Encoding.UTF8.GetBytes(Template) });
        await page.GetByText("“From afar” is kept and stands in the gallery from now on.").WaitForAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Create dashboard" }).ClickAsync();
        await page.GetByRole(AriaRole.Heading, new() { Name = "From afar", Level = 1 }).WaitForAsync();
        await page.Locator(".markdown strong", new() { HasText = "here" }).WaitForAsync();

        await page.OpenAsync($"{address}/dashboards?new=from-afar");
        await page.GetByRole(AriaRole.Button, new() { Name = "Export" }).WaitForAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Delete", Exact = true }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Delete it for good" }).ClickAsync();
        await page.GetByLabel("Search what to begin with").FillAsync("afar");
        await page.GetByText("Nothing is called that.").WaitForAsync();
        visitor.Complaints.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_ready_dashboard_is_made_untouched_and_no_tile_of_it_fails()
    {
        await using var visitor = await chromium.NewVisitorAsync();
        var (page, _, address) = await _world.BeginAsync(visitor, "Untouched");
        await page.OpenAsync($"{address}/dashboards?new=aarrr");
        await page.GetByRole(AriaRole.Button, new() { Name = "Create dashboard" }).ClickAsync();
        await page.GetByRole(AriaRole.Heading, new() { Name = "AARRR pirate metrics", Level = 1 }).WaitForAsync();
        // Every tile that asks something has said when it was computed.
        var asking = page.Locator(".dashboard-tile.insight");
        await Assertions.Expect(asking.Filter(new() { HasText = "computed" })).ToHaveCountAsync(await asking.CountAsync(), new() { Timeout = 60_000 });
        await Assertions.Expect(page.Locator(".dashboard-tile [role=alert]")).ToHaveCountAsync(0);
        visitor.Complaints.ShouldBeEmpty();
    }

    [Fact]
    public async Task One_click_on_an_event_makes_a_dashboard_about_it()
    {
        await using var visitor = await chromium.NewVisitorAsync();
        var (page, project, address) = await _world.BeginAsync(visitor, "X-ray");
        await Eventually.HoldsAsync("the event has a definition", async () =>
            (await _world.SendAsync("GET", $"/api/projects/{project.Id}/event_definitions")).GetProperty("count").GetInt32() > 0);
        await page.OpenAsync($"{address}/data/events");
        await page.GetByRole(AriaRole.Cell, new() { Name = "looked" }).First.ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "X-ray", Exact = true }).ClickAsync();
        await page.GetByRole(AriaRole.Heading, new() { Name = "X-ray of looked", Level = 1 }).WaitForAsync();
        await page.GetByRole(AriaRole.Region, new() { Name = "looked: people a day" }).WaitForAsync();
        visitor.Complaints.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_dashboard_is_sent_by_mail_from_its_menu()
    {
        await using var visitor = await chromium.NewVisitorAsync();
        var (page, project, address) = await _world.BeginAsync(visitor, "Mailed");
        var id = await _world.NewDashboardAsync(project, DashboardWorld.Insight("Lookers", DashboardWorld.Lookers));
        await DashboardWorld.OpenAsync(page, $"{address}/dashboards/{id}");
        await page.GetByRole(AriaRole.Button, new() { Name = "More", Exact = true }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Send by e-mail" }).ClickAsync();
        var panel = page.GetByRole(AriaRole.Dialog);
        // This product has no mail server; what is set up waits for one.
        await panel.GetByText("No mail server is set up").WaitForAsync();
        await panel.GetByRole(AriaRole.Button, new() { Name = "Set one up" }).ClickAsync();
        await panel.GetByLabel("To, with commas between").FillAsync("ada@example.com, grace");
        await panel.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await panel.GetByText("“grace” is not an e-mail address.").WaitForAsync();
        await panel.GetByLabel("To, with commas between").FillAsync("ada@example.com, grace@example.com");
        await panel.GetByLabel("Fri").CheckAsync();
        await panel.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();

        var subscription = panel.GetByRole(AriaRole.Article, new() { Name = "Weekly on Monday, Friday at 09:00" });
        await subscription.GetByText("to ada@example.com, grace@example.com").WaitForAsync();
        await subscription.GetByRole(AriaRole.Button, new() { Name = "Switch off" }).ClickAsync();
        await subscription.GetByText("Switched off").WaitForAsync();
        await subscription.GetByRole(AriaRole.Button, new() { Name = "Delete" }).ClickAsync();
        await Assertions.Expect(subscription).ToHaveCountAsync(0);
        visitor.Complaints.ShouldBeEmpty();
    }
}
