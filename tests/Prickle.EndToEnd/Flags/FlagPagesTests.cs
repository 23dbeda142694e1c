using System.Text.Json;
using Microsoft.Playwright;
using Prickle.EndToEnd.Browsers;
using Prickle.EndToEnd.Product;

namespace Prickle.EndToEnd.Flags;

/// <summary>Feature flags in a real browser: from an empty list to a flag that is rolled out, switched off, and taken back.</summary>
public sealed class FlagPagesTests(SharedProduct shared, Chromium chromium)
{
    [Fact]
    public async Task A_flag_is_made_counted_explained_switched_off_and_reverted()
    {
        await using var visitor = await chromium.NewVisitorAsync();
        var running = await shared.StartedAsync();
        var project = await running.Api.NewProjectAsync("Flag pages");
        // P2 is in half of new-nav (0.13), P1 is not (0.84).
        using var people = new StringContent(
            $$"""{"api_key":"{{project.Token}}","batch":[{"event":"$identify","distinct_id":"P1","properties":{"$set":{"plan":"pro"} } },{"event":"$identify","distinct_id":"P2","properties":{"$set":{"plan":"pro"} } },{"event":"$feature_flag_called","distinct_id":"P2","properties":{"$feature_flag":"new-nav","$feature_flag_response":true} }]}""");
        using var sent = await running.Http.PostAsync("/batch/", people);
        await running.Store.WaitForEventsAsync(project.Id, 3);
        var page = visitor.Page;
        var address = await People.SignInAsync(page, running, project);

        await page.OpenAsync($"{address}/feature_flags");
        await page.GetByText("No feature flags yet").WaitForAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Make the first flag" }).ClickAsync();
        await page.GetByText("2 of 2 people · 100 %").WaitForAsync();
        await page.GetByLabel("Key, as programs ask for it").FillAsync("new-nav");
        await page.GetByLabel("Roll-out in percent, exactly").FillAsync("50");
        await page.GetByLabel("Description").FillAsync("The new navigation");
        await page.GetByText("1 of 2 people · 50 %").WaitForAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await page.GetByRole(AriaRole.Heading, new() { Name = "new-nav", Level = 1 }).WaitForAsync();
        await page.GetByText("1 of 2 people · 50 %").WaitForAsync();

        await page.GetByLabel("Distinct id").FillAsync("P1");
        await page.GetByRole(AriaRole.Button, new() { Name = "Explain" }).ClickAsync();
        await page.GetByText("Does not get it").WaitForAsync();
        await page.GetByText("the hash of P1 is 84.03 %, and the roll-out is 50 %").WaitForAsync();
        await page.ArrivedAsync(url => url.EndsWith("?person=P1", StringComparison.Ordinal));

        await page.GetByRole(AriaRole.Button, new() { Name = "Switch off" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Switch on" }).WaitForAsync();
        await page.GetByText("switched it off").WaitForAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Revert" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Switch off" }).WaitForAsync();

        await page.GetByRole(AriaRole.Link, new() { Name = "Feature flags" }).First.ClickAsync();
        var row = page.GetByRole(AriaRole.Row, new() { Name = "new-nav" });
        await row.GetByText("50 % of everyone").WaitForAsync();
        await row.GetByText("The new navigation").WaitForAsync();
        visitor.Complaints.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_ramp_is_planned_held_and_cancelled_and_a_secret_key_is_shown_once()
    {
        await using var visitor = await chromium.NewVisitorAsync();
        var running = await shared.StartedAsync();
        var project = await running.Api.NewProjectAsync("Flag schedule");
        var flag = (await running.Api.PostAsync(
            $"/api/projects/{project.Id}/feature_flags", JsonElement.Parse("""{"key":"new-nav","filters":{"groups":[{"rollout_percentage":0}]}}"""))).GetProperty("id").GetInt32();
        var page = visitor.Page;
        var address = await People.SignInAsync(page, running, project);
        await page.OpenAsync($"{address}/feature_flags/{flag}");
        await page.GetByText("Nothing is planned.").WaitForAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Plan a change" }).ClickAsync();
        await page.GetByLabel("Percentages, in order").FillAsync("5, much");
        await page.GetByRole(AriaRole.Button, new() { Name = "Plan it" }).ClickAsync();
        await page.GetByRole(AriaRole.Alert).GetByText("Write the percentages with commas between").WaitForAsync();
        await page.GetByLabel("Percentages, in order").FillAsync("5, 25, 100");
        await page.GetByRole(AriaRole.Button, new() { Name = "Plan it" }).ClickAsync();
        var steps = page.GetByLabel("What comes").GetByRole(AriaRole.Listitem);
        await Assertions.Expect(steps).ToHaveCountAsync(3);
        await Assertions.Expect(steps.First).ToContainTextAsync("Set 1 to 5 % tomorrow at 09:00");

        await steps.First.GetByRole(AriaRole.Button, new() { Name = "Hold" }).ClickAsync();
        await Assertions.Expect(page.GetByText("held")).ToHaveCountAsync(3);
        await steps.First.GetByRole(AriaRole.Button, new() { Name = "Go on" }).ClickAsync();
        await Assertions.Expect(page.GetByText("held")).ToHaveCountAsync(0);
        await steps.First.GetByRole(AriaRole.Button, new() { Name = "Cancel" }).ClickAsync();
        await Assertions.Expect(steps).ToHaveCountAsync(2);

        await page.OpenAsync($"{address}/settings");
        await page.GetByRole(AriaRole.Button, new() { Name = "Make a secret key" }).ClickAsync();
        await page.GetByText("Copy the key now").WaitForAsync();
        var value = await page.GetByText("phs_").First.InnerTextAsync();
        using var asking = new HttpRequestMessage(HttpMethod.Get, $"/flags/definitions?token={project.Token}") { Headers = { Authorization = new("Bearer", value.Trim()) } };
        using var answer = await running.Http.SendAsync(asking);
        answer.StatusCode.ShouldBe(System.Net.HttpStatusCode.OK);
        await page.OpenAsync($"{address}/settings");
        await page.GetByRole(AriaRole.Button, new() { Name = "Make its replacement" }).WaitForAsync();
        (await page.GetByText("Copy the key now").CountAsync()).ShouldBe(0);
        visitor.Complaints.ShouldBeEmpty();
    }

    [Fact]
    public async Task What_cannot_be_saved_is_said_and_a_viewer_changes_nothing()
    {
        await using var visitor = await chromium.NewVisitorAsync();
        var running = await shared.StartedAsync();
        var project = await running.Api.NewProjectAsync("Flag refusals");
        var page = visitor.Page;
        var address = await People.SignInAsync(page, running, project);
        await page.OpenAsync($"{address}/feature_flags/new");
        await page.GetByLabel("Several variants").CheckAsync();
        await page.GetByLabel("Key, as programs ask for it").FillAsync("split");
        await page.GetByLabel("Share in percent").First.FillAsync("70");
        await page.GetByLabel("Description").FillAsync("Too much");
        await page.GetByText("120 % together: 20 too much").WaitForAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await page.GetByRole(AriaRole.Alert).GetByText("The shares of the variants are 120 % together").WaitForAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Share evenly" }).ClickAsync();
        await page.GetByText("100 % together").WaitForAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await page.GetByRole(AriaRole.Heading, new() { Name = "split", Level = 1 }).WaitForAsync();

        await using var looking = await chromium.NewVisitorAsync();
        var viewed = await People.JoinAsViewerAsync(looking.Page, running, project);
        await looking.Page.OpenAsync($"{viewed}/feature_flags");
        await looking.Page.GetByRole(AriaRole.Row, new() { Name = "split" }).WaitForAsync();
        (await looking.Page.GetByRole(AriaRole.Link, new() { Name = "New flag" }).CountAsync()).ShouldBe(0);
    }
}
