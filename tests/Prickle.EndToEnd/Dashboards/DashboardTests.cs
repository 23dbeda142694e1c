using Microsoft.Playwright;
using Prickle.EndToEnd.Browsers;
using Prickle.EndToEnd.Product;

namespace Prickle.EndToEnd.Dashboards;

/// <summary>Dashboards in a real browser: made from nothing, arranged, filtered, read on a phone and by those who may only look.</summary>
public sealed class DashboardTests(SharedProduct shared, Chromium chromium)
{
    readonly DashboardWorld _world = new(shared);

    [Fact]
    public async Task A_dashboard_is_made_from_nothing_with_two_insights_a_text_and_a_section()
    {
        await using var visitor = await chromium.NewVisitorAsync();
        var (page, project, address) = await _world.BeginAsync(visitor, "Made from nothing");
        await _world.SendAsync("POST", $"/api/projects/{project.Id}/insights", $$"""{"name":"Lookers","query":{{DashboardWorld.Lookers}}}""");
        await page.OpenAsync($"{address}/dashboards");
        await page.GetByRole(AriaRole.Heading, new() { Name = "No dashboards yet" }).WaitForAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "New dashboard" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Blank dashboard" }).ClickAsync();
        await page.GetByLabel("Name", new() { Exact = true }).FillAsync("Mondays");
        await page.GetByRole(AriaRole.Button, new() { Name = "Create", Exact = true }).ClickAsync();
        await page.GetByRole(AriaRole.Heading, new() { Name = "Mondays", Level = 1 }).WaitForAsync();

        await AddAsync(page, "Section", panel => panel.GetByLabel("Heading").FillAsync("Visitors"));
        await page.GetByRole(AriaRole.Heading, new() { Name = "Visitors" }).WaitForAsync();
        await AddAsync(page, "Text", panel => panel.GetByLabel("Text, in Markdown").FillAsync("**Unique** people <img src=x onerror=alert(1)>"));
        await page.Locator(".markdown strong", new() { HasText = "Unique" }).WaitForAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Add", Exact = true }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Add Lookers" }).ClickAsync();
        await DashboardWorld.NumberAsync(page, "Lookers", "3");

        // A new insight is asked in the editor, and comes back with the one who saved it.
        await page.GetByRole(AriaRole.Button, new() { Name = "Add", Exact = true }).ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "New insight" }).ClickAsync();
        await page.GetByText("Saving adds it to the dashboard that you came from.").WaitForAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Save", Exact = true }).ClickAsync();
        await page.GetByLabel("Name", new() { Exact = true }).FillAsync("Everything");
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await page.GetByRole(AriaRole.Heading, new() { Name = "Mondays", Level = 1 }).WaitForAsync();
        await page.GetByRole(AriaRole.Region, new() { Name = "Everything" }).WaitForAsync();
        await Assertions.Expect(page.Locator(".grid-stack-item")).ToHaveCountAsync(4);
        visitor.Complaints.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_template_is_tried_on_the_projects_data_made_with_its_own_event_and_mapped_anew()
    {
        await using var visitor = await chromium.NewVisitorAsync();
        var (page, _, address) = await _world.BeginAsync(visitor, "From a template");
        await page.OpenAsync($"{address}/dashboards?new=aarrr");
        await page.GetByRole(AriaRole.Heading, new() { Name = "AARRR pirate metrics" }).First.WaitForAsync();
        await page.Locator("#variable-SIGN_UP").FillAsync("looked");
        await page.Locator("#variable-SIGN_UP").PressAsync("Tab");
        await page.GetByRole(AriaRole.Button, new() { Name = "Try it on your data" }).ClickAsync();
        // Four people looked within 30 days; nobody bought anything.
        await page.Locator(".preview", new() { HasText = "Sign-ups" }).First.GetByText("4", new() { Exact = true }).WaitForAsync();
        await page.Locator(".preview", new() { HasText = "People who buy" }).GetByText("subscription_started was never seen.").WaitForAsync();
        await page.GetByText("tiles would be empty").WaitForAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Create dashboard" }).ClickAsync();
        await page.GetByRole(AriaRole.Heading, new() { Name = "AARRR pirate metrics", Level = 1 }).WaitForAsync();
        await DashboardWorld.NumberAsync(page, "Sign-ups", "4");

        await page.GetByRole(AriaRole.Button, new() { Name = "Events", Exact = true }).ClickAsync();
        await page.Locator("#variable-SIGN_UP").FillAsync("joined the burrow");
        await page.Locator("#variable-SIGN_UP").PressAsync("Tab");
        await page.GetByText("tiles change.").WaitForAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Map events anew" }).ClickAsync();
        await page.GetByRole(AriaRole.Region, new() { Name = "Sign-ups", Exact = true }).GetByText("Nothing in this period").WaitForAsync();
        visitor.Complaints.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_tile_that_was_dragged_stands_there_after_a_reload_and_undo_takes_it_back()
    {
        await using var visitor = await chromium.NewVisitorAsync();
        var (page, project, address) = await _world.BeginAsync(visitor, "Dragged");
        var id = await _world.NewDashboardAsync(project, """{"kind":"link","title":"Left","url":"/","layouts":{"sm":{"x":0,"y":0,"w":3,"h":4},"xs":{"x":0,"y":0,"w":1,"h":4}}}""");
        await DashboardWorld.OpenAsync(page, $"{address}/dashboards/{id}");
        var tile = page.Locator(".grid-stack-item");
        var before = (await tile.BoundingBoxAsync())!;
        var handle = (await page.Locator(".tile-handle").BoundingBoxAsync())!;
        await page.Mouse.MoveAsync(handle.X + 6, handle.Y + 8);
        await page.Mouse.DownAsync();
        // Twice its own width to the right and a little more, for a drag begins after a few pixels: from the first column to the seventh.
        await page.Mouse.MoveAsync(handle.X + 6 + before.Width * 2 + 30, handle.Y + 8, new() { Steps = 12 });
        await page.Mouse.UpAsync();
        await page.GetByText("The tiles were arranged.").WaitForAsync();
        (await PlaceAsync(project, id, "sm")).ShouldBe("6,0,3,4");

        await DashboardWorld.OpenAsync(page, $"{address}/dashboards/{id}");
        await Eventually(async () => Math.Abs((await tile.BoundingBoxAsync())!.X - before.X - before.Width * 2) < 2);

        await page.GetByRole(AriaRole.Button, new() { Name = "More about Left" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Wider" }).ClickAsync();
        await page.GetByText("The tiles were arranged.").WaitForAsync();
        (await PlaceAsync(project, id, "sm")).ShouldBe("6,0,4,4");
        await page.GetByRole(AriaRole.Button, new() { Name = "Undo" }).DispatchEventAsync("click");
        await Eventually(async () => await PlaceAsync(project, id, "sm") == "6,0,3,4");
        visitor.Complaints.ShouldBeEmpty();
    }

    [Fact]
    public async Task On_a_phone_tiles_stand_in_one_column_in_the_order_of_phones()
    {
        await using var visitor = await chromium.NewVisitorAsync();
        var (page, project, address) = await _world.BeginAsync(visitor, "Phone");
        // Wide screens read Alpha, Beta; phones Gamma, Alpha, Beta.
        var id = await _world.NewDashboardAsync(project,
            """{"kind":"link","title":"Alpha","url":"/","layouts":{"sm":{"x":0,"y":0,"w":6,"h":3},"xs":{"x":0,"y":3,"w":1,"h":3}}}""",
            """{"kind":"link","title":"Beta","url":"/","layouts":{"sm":{"x":6,"y":0,"w":6,"h":3},"xs":{"x":0,"y":6,"w":1,"h":3}}}""",
            """{"kind":"link","title":"Gamma","url":"/","layouts":{"sm":{"x":0,"y":3,"w":12,"h":3},"xs":{"x":0,"y":0,"w":1,"h":3}}}""");
        await page.SetViewportSizeAsync(390, 844);
        await DashboardWorld.OpenAsync(page, $"{address}/dashboards/{id}");
        var boxes = new List<(string Title, float X, float Y, float Width)>();
        foreach (var title in (string[])["Alpha", "Beta", "Gamma"])
        {
            var box = (await page.Locator(".grid-stack-item", new() { HasText = title }).BoundingBoxAsync())!;
            boxes.Add((title, box.X, box.Y, box.Width));
        }
        boxes.OrderBy(box => box.Y).Select(box => box.Title).ShouldBe(["Gamma", "Alpha", "Beta"]);
        boxes.Select(box => box.X).Distinct().ShouldHaveSingleItem();
        boxes.ShouldAllBe(box => box.Width > 330);
        visitor.Complaints.ShouldBeEmpty();
    }

    [Fact]
    public async Task The_period_of_a_dashboard_is_laid_over_its_tiles_and_taken_off_again()
    {
        await using var visitor = await chromium.NewVisitorAsync();
        var (page, project, address) = await _world.BeginAsync(visitor, "Period");
        var id = await _world.NewDashboardAsync(project, DashboardWorld.Insight("Lookers", DashboardWorld.Lookers));
        await DashboardWorld.OpenAsync(page, $"{address}/dashboards/{id}");
        await DashboardWorld.NumberAsync(page, "Lookers", "3");

        await page.GetByRole(AriaRole.Button, new() { Name = "Each tile's own period" }).ClickAsync();
        await page.GetByRole(AriaRole.Group, new() { Name = "Period" }).GetByRole(AriaRole.Button, new() { Name = "Last 30 days" }).ClickAsync();
        await DashboardWorld.NumberAsync(page, "Lookers", "4");
        await page.ArrivedAsync(url => url.Contains("filters=", StringComparison.Ordinal));
        await page.GetByRole(AriaRole.Button, new() { Name = "Save", Exact = true }).ClickAsync();
        await page.ArrivedAsync(url => !url.Contains("filters=", StringComparison.Ordinal));

        // Kept for everybody; and what the insight itself asks is what shows when it is taken off.
        await DashboardWorld.OpenAsync(page, $"{address}/dashboards/{id}");
        await DashboardWorld.NumberAsync(page, "Lookers", "4");
        await page.GetByRole(AriaRole.Toolbar).GetByRole(AriaRole.Button, new() { Name = "Last 30 days" }).ClickAsync();
        await page.GetByRole(AriaRole.Group, new() { Name = "Period" }).GetByRole(AriaRole.Button, new() { Name = "Each tile's own period" }).ClickAsync();
        await DashboardWorld.NumberAsync(page, "Lookers", "3");
        visitor.Complaints.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_tile_that_fails_says_so_and_leaves_the_others_alone()
    {
        await using var visitor = await chromium.NewVisitorAsync();
        var (page, project, address) = await _world.BeginAsync(visitor, "Failing");
        var id = await _world.NewDashboardAsync(project,
            DashboardWorld.Insight("Broken", """{"kind":"SqlQuery","query":"select nothing from nowhere"}"""), DashboardWorld.Insight("Lookers", DashboardWorld.Lookers),
            DashboardWorld.Insight("Rows", """{"kind":"SqlQuery","query":"select count() as looks from events"}"""));
        await DashboardWorld.OpenAsync(page, $"{address}/dashboards/{id}");
        var broken = page.GetByRole(AriaRole.Region, new() { Name = "Broken" });
        await broken.GetByRole(AriaRole.Alert).GetByText("The statement cannot be run").WaitForAsync();
        await broken.GetByRole(AriaRole.Button, new() { Name = "Try again" }).WaitForAsync();
        await DashboardWorld.NumberAsync(page, "Lookers", "3");
        // Five events in all.
        await page.GetByRole(AriaRole.Region, new() { Name = "Rows" }).GetByRole(AriaRole.Cell, new() { Name = "5", Exact = true }).WaitForAsync();
        visitor.Complaints.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_dashboard_is_deleted_from_the_list_and_comes_back()
    {
        await using var visitor = await chromium.NewVisitorAsync();
        var (page, project, address) = await _world.BeginAsync(visitor, "Listed");
        await _world.NewDashboardAsync(project);
        await page.OpenAsync($"{address}/dashboards");
        await page.GetByRole(AriaRole.Button, new() { Name = "More about Board" }).ClickAsync();
        await page.GetByText("Delete", new() { Exact = true }).ClickAsync();
        await page.GetByRole(AriaRole.Heading, new() { Name = "No dashboards yet" }).WaitForAsync();
        await page.GetByLabel("Which").SelectOptionAsync("deleted");
        await page.GetByRole(AriaRole.Button, new() { Name = "Restore Board" }).ClickAsync();
        await page.GetByText("“Board” is back.").WaitForAsync();
        await page.GetByLabel("Which").SelectOptionAsync("");
        await page.GetByRole(AriaRole.Link, new() { Name = "Board", Exact = true }).WaitForAsync();
        visitor.Complaints.ShouldBeEmpty();
    }

    [Fact]
    public async Task Who_may_only_look_changes_nothing()
    {
        await using var visitor = await chromium.NewVisitorAsync();
        var (page, project, address) = await _world.InviteViewerAsync(visitor);
        var id = await _world.NewDashboardAsync(project, DashboardWorld.Insight("Lookers", DashboardWorld.Lookers));
        await DashboardWorld.OpenAsync(page, $"{address}/dashboards/{id}");
        await DashboardWorld.NumberAsync(page, "Lookers", "3");
        await Assertions.Expect(page.Locator(".tile-handle")).ToHaveCountAsync(0);
        await Assertions.Expect(page.Locator(".grid-stack-static")).ToHaveCountAsync(1);
        await Assertions.Expect(page.GetByRole(AriaRole.Button, new() { Name = "Add", Exact = true })).ToHaveCountAsync(0);
        await Assertions.Expect(page.GetByRole(AriaRole.Button, new() { Name = "Rename the dashboard" })).ToHaveCountAsync(0);
        await page.GetByRole(AriaRole.Button, new() { Name = "More about Lookers" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Why this number" }).WaitForAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Button, new() { Name = "Remove from the dashboard" })).ToHaveCountAsync(0);
        visitor.Complaints.ShouldBeEmpty();
    }

    static async Task AddAsync(IPage page, string kind, Func<ILocator, Task> fill)
    {
        await page.GetByRole(AriaRole.Button, new() { Name = "Add", Exact = true }).ClickAsync();
        var panel = page.GetByRole(AriaRole.Dialog);
        await panel.GetByRole(AriaRole.Button, new() { Name = kind, Exact = true }).ClickAsync();
        await fill(panel);
        await panel.GetByRole(AriaRole.Button, new() { Name = "Add", Exact = true }).ClickAsync();
        await panel.WaitForAsync(new() { State = WaitForSelectorState.Hidden });
    }

    async Task<string> PlaceAsync(TestProject project, int id, string layout)
    {
        var place = (await _world.SendAsync("GET", $"/api/projects/{project.Id}/dashboards/{id}")).GetProperty("tiles")[0].GetProperty("layouts").GetProperty(layout);
        return $"{place.GetProperty("x")},{place.GetProperty("y")},{place.GetProperty("w")},{place.GetProperty("h")}";
    }

    static async Task Eventually(Func<Task<bool>> isSo)
    {
        var deadline = DateTimeOffset.UtcNow.AddSeconds(30);
        while (!await isSo())
        {
            DateTimeOffset.UtcNow.ShouldBeLessThan(deadline);
            await Task.Delay(50);
        }
    }
}
