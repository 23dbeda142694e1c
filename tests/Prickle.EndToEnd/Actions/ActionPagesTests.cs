using Microsoft.Playwright;
using Prickle.EndToEnd.Browsers;
using Prickle.EndToEnd.Product;

namespace Prickle.EndToEnd.Actions;

/// <summary>Actions in a real browser: from an empty list to one that something stands on.</summary>
public sealed class ActionPagesTests(SharedProduct shared, Chromium chromium)
{
    [Fact]
    public async Task An_action_is_made_from_nothing_edited_and_deleted()
    {
        await using var visitor = await chromium.NewVisitorAsync();
        var (running, project) = await BeginAsync("Actions");
        var page = visitor.Page;
        var address = await People.SignInAsync(page, running, project);
        await page.OpenAsync($"{address}/actions");
        await page.GetByText("No actions yet").WaitForAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Make the first action" }).ClickAsync();
        await People.ChooseAsync(page, "Event", "planted");
        // Two of the three events are of that name.
        await page.GetByText("This would match 2 events").WaitForAsync();
        await page.GetByLabel("Name", new() { Exact = true }).FillAsync("Planting");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await page.GetByRole(AriaRole.Heading, new() { Name = "Planting", Level = 1 }).WaitForAsync();

        await page.GetByRole(AriaRole.Link, new() { Name = "Edit" }).ClickAsync();
        await page.GetByText("This would match 2 events").WaitForAsync();
        await page.GetByLabel("Name", new() { Exact = true }).FillAsync("Gardening");
        await page.GetByRole(AriaRole.Button, new() { Name = "Or another way" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Event: All events" }).ClickAsync();
        await page.GetByLabel("Search events and actions").FillAsync("harvested");
        await page.Locator(".entities .offer", new() { HasText = "harvested" }).ClickAsync();
        await page.GetByText("This would match 3 events").WaitForAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await page.GetByRole(AriaRole.Heading, new() { Name = "Gardening", Level = 1 }).WaitForAsync();

        await page.GetByRole(AriaRole.Button, new() { Name = "Delete" }).ClickAsync();
        var dialog = page.GetByRole(AriaRole.Dialog);
        await dialog.GetByText("Nothing uses it. The events stay.").WaitForAsync();
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Delete" }).ClickAsync();
        await page.GetByText("No actions yet").WaitForAsync();
        visitor.Complaints.ShouldBeEmpty();
    }

    [Fact]
    public async Task Deleting_an_action_that_is_used_names_its_use_and_asks_for_the_name()
    {
        await using var visitor = await chromium.NewVisitorAsync();
        var (running, project) = await BeginAsync("Used action");
        var id = await MakeAsync(running, project);
        await running.Api.PostAsync($"/api/projects/{project.Id}/cohorts", new
        {
            name = "Gardeners",
            filters = new { properties = new { type = "AND", values = (object[])[new { type = "behavioral", event_type = "actions", key = id, value = "performed_event", time_value = 30, time_interval = "day" }] } },
        });
        var page = visitor.Page;
        var address = await People.SignInAsync(page, running, project);
        await page.OpenAsync($"{address}/actions/{id}");
        await page.GetByRole(AriaRole.Link, new() { Name = "Gardeners" }).WaitForAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Delete" }).ClickAsync();
        var dialog = page.GetByRole(AriaRole.Dialog);
        await dialog.GetByText("Used by the cohort “Gardeners”, which will stop working.").WaitForAsync();
        var delete = dialog.GetByRole(AriaRole.Button, new() { Name = "Delete" });
        await Assertions.Expect(delete).ToBeDisabledAsync();
        await dialog.GetByRole(AriaRole.Textbox).FillAsync("Planting");
        await delete.ClickAsync();
        await page.GetByText("No actions yet").WaitForAsync();
        visitor.Complaints.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_viewer_sees_an_action_and_is_offered_no_change()
    {
        await using var visitor = await chromium.NewVisitorAsync();
        var (running, project) = await BeginAsync("Viewed action");
        var id = await MakeAsync(running, project);
        var page = visitor.Page;
        var address = await People.JoinAsViewerAsync(page, running, project);
        await page.OpenAsync($"{address}/actions");
        await People.ListedAsync(page);
        await Assertions.Expect(page.GetByRole(AriaRole.Link, new() { Name = "New action" })).ToHaveCountAsync(0);
        await page.OpenAsync($"{address}/actions/{id}");
        await page.GetByText("Matches by day").First.WaitForAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Link, new() { Name = "Edit" })).ToHaveCountAsync(0);
        await Assertions.Expect(page.GetByRole(AriaRole.Button, new() { Name = "Delete" })).ToHaveCountAsync(0);
        // The editor can be reached by its address, and offers no saving.
        await page.OpenAsync($"{address}/actions/{id}/edit");
        await page.GetByText("This would match 2 events").WaitForAsync();
        await page.GetByText("You may look at actions here and not change them").WaitForAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Button, new() { Name = "Save" })).ToHaveCountAsync(0);
        visitor.Complaints.ShouldBeEmpty();
    }

    async Task<(Running, TestProject)> BeginAsync(string name)
    {
        var running = await shared.StartedAsync();
        var project = await running.Api.NewProjectAsync(name);
        await running.Api.CaptureAsync(project, ("ada", "planted"), ("grace", "planted"), ("ada", "harvested"));
        await running.Store.WaitForEventsAsync(project.Id, 3);
        return (running, project);
    }

    static async Task<int> MakeAsync(Running running, TestProject project) =>
        (await running.Api.PostAsync($"/api/projects/{project.Id}/actions", new { name = "Planting", steps = (object[])[new { @event = "planted" }] })).GetProperty("id").GetInt32();
}
