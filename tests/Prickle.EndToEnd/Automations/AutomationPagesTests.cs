using System.Net.Http.Headers;
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
        using (var request = new HttpRequestMessage(HttpMethod.Patch, $"/api/projects/{project.Id}/automations/{id}") { Content = JsonContent.Create(new { description = "Says thanks" }) })
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", running.Api.PersonalApiKey);
            using var changed = await running.Http.SendAsync(request);
            changed.EnsureSuccessStatusCode();
        }
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
}
