using Microsoft.Playwright;
using Prickle.EndToEnd.Browsers;
using Prickle.EndToEnd.Product;

namespace Prickle.EndToEnd.Cohorts;

/// <summary>Cohorts in a real browser: from an empty list to members, and to one that another stands on.</summary>
public sealed class CohortPagesTests(SharedProduct shared, Chromium chromium)
{
    [Fact]
    public async Task A_cohort_is_made_from_nothing_calculated_edited_and_deleted()
    {
        await using var visitor = await chromium.NewVisitorAsync();
        var (running, project) = await BeginAsync("Cohorts");
        var page = visitor.Page;
        var address = await People.SignInAsync(page, running, project);
        await page.OpenAsync($"{address}/cohorts");
        await page.GetByText("No cohorts yet").WaitForAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Make the first cohort" }).ClickAsync();
        await page.GetByText("Say which event or action is meant.").WaitForAsync();
        await People.ChooseAsync(page, "Event or action", "planted");
        // Ada and Grace planted.
        await page.GetByText("2 people: did “planted” in the last 30 days").WaitForAsync();
        await page.GetByLabel("Name", new() { Exact = true }).FillAsync("Planters");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await page.GetByRole(AriaRole.Heading, new() { Name = "Planters", Level = 1 }).WaitForAsync();
        await page.GetByText("2 people · calculated").WaitForAsync();
        await page.GetByRole(AriaRole.Cell, new() { Name = "grace" }).First.WaitForAsync();

        await page.GetByRole(AriaRole.Link, new() { Name = "Edit" }).ClickAsync();
        await page.GetByText("2 people: did").WaitForAsync();
        await People.ChooseAsync(page, "Event or action", "harvested");
        // Ada alone harvested.
        await page.GetByText("1 person: did “harvested” in the last 30 days").WaitForAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await page.GetByText("1 person · calculated").WaitForAsync();

        await page.GetByRole(AriaRole.Button, new() { Name = "Delete" }).ClickAsync();
        var dialog = page.GetByRole(AriaRole.Dialog);
        await dialog.GetByText("Nothing uses it. The people and their events stay.").WaitForAsync();
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Delete" }).ClickAsync();
        await page.GetByText("No cohorts yet").WaitForAsync();
        visitor.Complaints.ShouldBeEmpty();
    }

    [Fact]
    public async Task Deleting_a_cohort_that_is_used_names_its_use_and_asks_for_the_name()
    {
        await using var visitor = await chromium.NewVisitorAsync();
        var (running, project) = await BeginAsync("Used cohort");
        var id = await MakeAsync(running, project, "Planters", new { type = "behavioral", event_type = "events", key = "planted", value = "performed_event", time_value = 30, time_interval = "day" });
        await MakeAsync(running, project, "All but planters", new { type = "cohort", value = id, negation = true }, new { type = "person", key = "name", @operator = "is_set" });
        var page = visitor.Page;
        var address = await People.SignInAsync(page, running, project);
        await page.OpenAsync($"{address}/cohorts/{id}");
        await page.GetByRole(AriaRole.Link, new() { Name = "All but planters" }).WaitForAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Delete" }).ClickAsync();
        var dialog = page.GetByRole(AriaRole.Dialog);
        await dialog.GetByText("Used by the cohort “All but planters”, which will find nobody in it.").WaitForAsync();
        var delete = dialog.GetByRole(AriaRole.Button, new() { Name = "Delete" });
        await Assertions.Expect(delete).ToBeDisabledAsync();
        await dialog.GetByRole(AriaRole.Textbox).FillAsync("Planters");
        await delete.ClickAsync();
        await page.ArrivedAsync(url => url.EndsWith("/cohorts", StringComparison.Ordinal));
        await People.ListedAsync(page);
        await Assertions.Expect(page.Locator("tbody tr")).ToHaveCountAsync(1);
        visitor.Complaints.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_viewer_sees_a_cohort_and_is_offered_no_change()
    {
        await using var visitor = await chromium.NewVisitorAsync();
        var (running, project) = await BeginAsync("Viewed cohort");
        var id = await MakeAsync(running, project, "Planters", new { type = "behavioral", event_type = "events", key = "planted", value = "performed_event", time_value = 30, time_interval = "day" });
        var page = visitor.Page;
        var address = await People.JoinAsViewerAsync(page, running, project);
        await page.OpenAsync($"{address}/cohorts");
        await page.GetByRole(AriaRole.Cell, new() { Name = "Planters" }).WaitForAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Link, new() { Name = "New cohort" })).ToHaveCountAsync(0);
        await page.OpenAsync($"{address}/cohorts/{id}");
        await page.GetByRole(AriaRole.Cell, new() { Name = "ada" }).First.WaitForAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Button, new() { Name = "Delete" })).ToHaveCountAsync(0);
        await Assertions.Expect(page.GetByRole(AriaRole.Button, new() { Name = "Recalculate now" })).ToHaveCountAsync(0);
        await page.OpenAsync($"{address}/cohorts/{id}/edit");
        await page.GetByText("2 people: did").WaitForAsync();
        await page.GetByText("You may look at cohorts here and not change them").WaitForAsync();
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

    static async Task<int> MakeAsync(Running running, TestProject project, string name, params object[] criteria) =>
        (await running.Api.PostAsync($"/api/projects/{project.Id}/cohorts", new { name, filters = new { properties = new { type = "AND", values = criteria } } })).GetProperty("id").GetInt32();
}
