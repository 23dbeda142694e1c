using System.Net.Http.Json;
using Microsoft.Playwright;
using Prickle.EndToEnd.Browsers;
using Prickle.EndToEnd.Product;

namespace Prickle.EndToEnd.Automations;

/// <summary>Automations in a real browser: from the gallery to a run, and what the editor says meanwhile.</summary>
public sealed class AutomationPagesTests(SharedProduct shared, Chromium chromium)
{
    [Fact]
    public async Task A_template_is_filled_published_and_runs_when_its_event_is_captured()
    {
        await using var visitor = await chromium.NewVisitorAsync();
        var running = await shared.StartedAsync();
        var project = await running.Api.NewProjectAsync("Automation pages");
        await running.Api.PostAsync($"/api/projects/{project.Id}/cohorts", new { name = "Subscribers", is_static = true });
        var page = visitor.Page;
        var address = await People.SignInAsync(page, running, project);

        await page.OpenAsync($"{address}/automations");
        await page.GetByText("No automations yet").WaitForAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Make the first automation" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "In a cohort while subscribed" }).ClickAsync();
        await page.GetByRole(AriaRole.Heading, new() { Name = "In a cohort while subscribed", Level = 1 }).WaitForAsync();
        await page.GetByText("When subscribed happens").WaitForAsync();

        // The one choice that is missing stands against publishing, and leads to its field.
        await page.GetByText("1 thing is missing before it can be published").WaitForAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Button, new() { Name = "Publish" })).ToBeDisabledAsync();
        await page.Locator(".problems").GetByRole(AriaRole.Button).ClickAsync();
        var panel = page.GetByRole(AriaRole.Dialog);
        await panel.GetByLabel("Cohort", new() { Exact = true }).SelectOptionAsync(new SelectOptionValue { Label = "Subscribers" });
        await page.GetByText("1 thing is missing").WaitForAsync(new() { State = WaitForSelectorState.Detached });
        await panel.GetByRole(AriaRole.Button, new() { Name = "Close" }).ClickAsync();

        // A second step, from the library.
        await page.GetByRole(AriaRole.Button, new() { Name = "Add a step after Add to cohort: Subscribers" }).ClickAsync();
        await panel.GetByLabel("Search steps").FillAsync("person property");
        await panel.GetByRole(AriaRole.Button, new() { Name = "Person property" }).ClickAsync();
        await page.GetByText("1 thing is missing before it can be published").WaitForAsync();
        await panel.GetByLabel("Property", new() { Exact = true }).FillAsync("welcomed");
        await panel.GetByLabel("Value (optional)").FillAsync("{{ event.properties.plan }}");
        await panel.GetByLabel("Value (optional)").BlurAsync();
        await page.GetByText("1 thing is missing").WaitForAsync(new() { State = WaitForSelectorState.Detached });
        await panel.GetByRole(AriaRole.Button, new() { Name = "Close" }).ClickAsync();

        await page.GetByRole(AriaRole.Button, new() { Name = "Publish" }).ClickAsync();
        await page.GetByText("is on, with version 1.").WaitForAsync();
        using (var captured = await running.Http.PostAsJsonAsync("/batch/", new
        {
            api_key = project.Token,
            batch = new[] { new Dictionary<string, object> { ["event"] = "subscribed", ["distinct_id"] = "anna", ["properties"] = new Dictionary<string, object> { ["plan"] = "yearly", ["$set"] = new { subscription = "active" } } } },
        }))
        {
            captured.EnsureSuccessStatusCode();
        }
        var id = (await running.Api.GetAsync($"/api/projects/{project.Id}/automations")).GetProperty("results")[0].GetProperty("id").GetInt32();
        await Eventually.HoldsAsync("the run has completed", async () =>
        {
            var runs = (await running.Api.GetAsync($"/api/projects/{project.Id}/automations/{id}/runs")).GetProperty("results");
            return runs.GetArrayLength() == 1 && runs[0].GetProperty("state").GetString() == "completed";
        });

        await page.OpenAgainAsync();
        await page.GetByLabel("The flow").GetByText("1 begun").WaitForAsync();
        await page.Locator("article.step").First.GetByText("1 done").WaitForAsync();
        await page.GetByRole(AriaRole.Tab, new() { Name = "Runs" }).ClickAsync();
        var row = page.GetByRole(AriaRole.Row, new() { Name = "anna" });
        await row.GetByText("completed").WaitForAsync();
        await row.ClickAsync();
        await page.GetByRole(AriaRole.Heading, new() { Name = "Run", Level = 1 }).WaitForAsync();
        await page.GetByText("Person property: welcomed").WaitForAsync();
        await page.Locator(".walk li").Nth(1).GetByText("What was sent").ClickAsync();
        await page.Locator(".walk li").Nth(1).GetByText("yearly").First.WaitForAsync();

        await page.OpenAsync($"{address}/automations");
        var line = page.GetByRole(AriaRole.Row, new() { Name = "In a cohort while subscribed" });
        await line.GetByText("on", new() { Exact = true }).WaitForAsync();
        await line.GetByRole(AriaRole.Cell, new() { Name = "1", Exact = true }).First.WaitForAsync();
        visitor.Complaints.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_branch_is_undone_and_done_again_the_slower_one_is_told_and_a_viewer_changes_nothing()
    {
        await using var visitor = await chromium.NewVisitorAsync();
        var running = await shared.StartedAsync();
        var project = await running.Api.NewProjectAsync("Automation edits");
        var id = (await running.Api.PostAsync($"/api/projects/{project.Id}/automations", new
        {
            name = "Thanks",
            definition = new
            {
                trigger = new { type = "event", events = new[] { "signed up" } },
                steps = new[] { new { id = "thank", type = "destination", kind = "capture", fields = new Dictionary<string, string> { ["event"] = "thanked" } } },
            },
        })).GetProperty("id").GetInt32();
        var page = visitor.Page;
        var address = await People.SignInAsync(page, running, project);
        await page.OpenAsync($"{address}/automations/{id}");
        await page.GetByRole(AriaRole.Button, new() { Name = "Add a step after Capture an event: thanked" }).ClickAsync();
        var panel = page.GetByRole(AriaRole.Dialog);
        await panel.GetByRole(AriaRole.Button, new() { Name = "If … otherwise" }).ClickAsync();
        await panel.GetByText("The first that fits is taken").WaitForAsync();
        await panel.GetByRole(AriaRole.Button, new() { Name = "Close" }).ClickAsync();
        var flow = page.GetByLabel("The flow");
        await flow.GetByText("if so", new() { Exact = true }).WaitForAsync();
        await flow.GetByText("The way \"if so\" needs a condition.").WaitForAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Undo" }).ClickAsync();
        await flow.GetByText("if so", new() { Exact = true }).WaitForAsync(new() { State = WaitForSelectorState.Detached });
        await page.GetByRole(AriaRole.Button, new() { Name = "Redo" }).ClickAsync();
        await flow.GetByText("otherwise", new() { Exact = true }).WaitForAsync();

        // What is not saved is not left behind unasked.
        await page.GetByRole(AriaRole.Link, new() { Name = "Automations" }).First.ClickAsync();
        await page.GetByRole(AriaRole.Dialog).GetByText("What you changed here is not saved").WaitForAsync();
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Cancel" }).ClickAsync();

        // Somebody is quicker.
        await running.Api.PatchAsync($"/api/projects/{project.Id}/automations/{id}", new { description = "Says thanks" });
        await page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await page.GetByText("Somebody changed the automation in the meantime").WaitForAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Read it again, without what I changed" }).ClickAsync();
        await flow.GetByText("otherwise", new() { Exact = true }).WaitForAsync(new() { State = WaitForSelectorState.Detached });

        await using var looking = await chromium.NewVisitorAsync();
        var viewed = await People.JoinAsViewerAsync(looking.Page, running, project);
        await looking.Page.OpenAsync($"{viewed}/automations/{id}");
        await looking.Page.GetByText("When signed up happens").WaitForAsync();
        foreach (var name in (string[])["Save", "Publish", "Undo", "More for this automation"])
        {
            (await looking.Page.GetByRole(AriaRole.Button, new() { Name = name, Exact = true }).CountAsync()).ShouldBe(0, name);
        }
        (await looking.Page.Locator(".plus").CountAsync()).ShouldBe(0);
        visitor.Complaints.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_failed_run_is_tried_again_and_a_test_is_done_for_real_once()
    {
        await using var visitor = await chromium.NewVisitorAsync();
        await using var depot = await Depot.StartAsync();
        var running = await shared.StartedAsync();
        var project = await running.Api.NewProjectAsync("Automation retries");
        var id = await PublishAsync(running, project,
            new { id = "tell", next = "mark", type = "destination", kind = "webhook", fields = new Dictionary<string, string> { ["url"] = $"{depot.Address}jobs", ["body"] = """{"who":"{{ person.distinct_id }}"}""" } },
            new { id = "mark", type = "destination", kind = "person_property", fields = new Dictionary<string, string> { ["property"] = "told", ["value"] = "yes" } });
        var page = visitor.Page;
        var address = await People.SignInAsync(page, running, project);
        await StartAsync(running, project, id, "anna");
        await RunAsync(running, project, id, "failed", 1);

        await page.OpenAsync($"{address}/automations/{id}?tab=runs");
        await page.GetByRole(AriaRole.Row, new() { Name = "anna" }).ClickAsync();
        await page.GetByText("The server refused it (422).").First.WaitForAsync();
        depot.Refuses = false;
        await page.GetByRole(AriaRole.Button, new() { Name = "Retry from the step that failed" }).ClickAsync();
        await page.GetByText("It came to its end.").WaitForAsync();
        await Assertions.Expect(page.Locator(".walk li")).ToHaveCountAsync(3);
        depot.Bodies.ShouldBe(["""{"who":"anna"}""", """{"who":"anna"}"""]);

        // A test sends nothing unless it is told to, and then once.
        await page.OpenAsync($"{address}/automations/{id}");
        await page.GetByRole(AriaRole.Button, new() { Name = "Test", Exact = true }).ClickAsync();
        var panel = page.GetByRole(AriaRole.Dialog);
        await panel.GetByLabel("Try it with a person, by a distinct id").FillAsync("bert");
        await panel.GetByRole(AriaRole.Button, new() { Name = "Try it" }).ClickAsync();
        await panel.GetByText("""{"who":"bert"}""").WaitForAsync();
        depot.Bodies.Count.ShouldBe(2);
        await panel.GetByRole(AriaRole.Switch, new() { Name = "Really do it" }).CheckAsync();
        await panel.GetByText("Messages are sent").WaitForAsync();
        await panel.GetByRole(AriaRole.Button, new() { Name = "Do it for real" }).ClickAsync();
        await panel.GetByText("What went over the wire, status 200").WaitForAsync();
        depot.Bodies.ShouldBe(["""{"who":"anna"}""", """{"who":"anna"}""", """{"who":"bert"}"""]);
        await Assertions.Expect(panel.GetByRole(AriaRole.Switch, new() { Name = "Really do it" })).Not.ToBeCheckedAsync();
    }

    [Fact]
    public async Task Runs_move_to_a_new_version_and_none_ends_unasked()
    {
        await using var visitor = await chromium.NewVisitorAsync();
        var running = await shared.StartedAsync();
        var project = await running.Api.NewProjectAsync("Automation versions");
        var mark = new { id = "mark", type = "destination", kind = "person_property", fields = new Dictionary<string, string> { ["property"] = "told", ["value"] = "yes" } };
        var id = await PublishAsync(running, project, new { id = "days", next = "mark", type = "pause", @for = "2d" }, mark);
        await StartAsync(running, project, id, "anna");
        await RunAsync(running, project, id, "running", 1);
        await running.Api.PatchAsync($"/api/projects/{project.Id}/automations/{id}", new { definition = Definition(new { id = "hours", next = "mark", type = "pause", @for = "6h" }, mark) });
        await running.Api.SendAsync($"/api/projects/{project.Id}/automations/{id}/publish");
        var page = visitor.Page;
        var address = await People.SignInAsync(page, running, project);

        // The step where it waits is gone: where it goes on is to be chosen, or it ends.
        await page.OpenAsync($"{address}/automations/{id}?tab=versions");
        await page.GetByText("0 go on, 1 ends.").WaitForAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Move them" }).ClickAsync();
        await page.GetByRole(AriaRole.Dialog).GetByText("One run ends").WaitForAsync();
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Cancel" }).ClickAsync();
        await RunAsync(running, project, id, "running", 1);

        await page.GetByLabel("Where runs at Wait for 2 days go on").SelectOptionAsync(new SelectOptionValue { Label = "Wait for 6 hours" });
        await page.GetByText("1 goes on, 0 end.").WaitForAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Move them" }).ClickAsync();
        await page.GetByText("1 goes on, 0 end. Done.").WaitForAsync();
        await page.GetByText("Runs on older versions").WaitForAsync(new() { State = WaitForSelectorState.Detached });
        await RunAsync(running, project, id, "running", 2);
        visitor.Complaints.ShouldBeEmpty();
    }

    static object Definition(params object[] steps) => new { trigger = new { type = "manual" }, steps };

    static async Task<int> PublishAsync(Running running, TestProject project, params object[] steps)
    {
        var automations = $"/api/projects/{project.Id}/automations";
        var id = (await running.Api.PostAsync(automations, new { name = "By hand", definition = Definition(steps) })).GetProperty("id").GetInt32();
        await running.Api.SendAsync($"{automations}/{id}/publish");
        return id;
    }

    static Task StartAsync(Running running, TestProject project, int id, string distinctId) =>
        running.Api.SendAsync($"/api/projects/{project.Id}/automations/{id}/start", new { distinct_id = distinctId });

    /// <summary>Waits until the one run is in that state, on that version.</summary>
    static Task RunAsync(Running running, TestProject project, int id, string state, int version) => Eventually.HoldsAsync(
        $"the run is {state} on version {version}",
        async () => (await running.Api.GetAsync($"/api/projects/{project.Id}/automations/{id}/runs")).GetProperty("results").EnumerateArray().ToList() is [var run]
            && run.GetProperty("state").GetString() == state && run.GetProperty("version").GetInt32() == version);
}
