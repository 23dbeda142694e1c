using Microsoft.Playwright;
using Prickle.EndToEnd.Browsers;
using Prickle.EndToEnd.Product;

namespace Prickle.EndToEnd.House;

/// <summary>House in a real browser, on the engine that the product brings.</summary>
public sealed class HousePagesTests(SharedProduct shared, Chromium chromium)
{
    [Fact]
    public async Task The_engine_is_there_without_set_up_and_tells_what_it_does_holds_and_lacks()
    {
        var running = await shared.StartedAsync();
        await using var visitor = await chromium.NewVisitorAsync();
        var page = visitor.Page;
        await People.SignInAsync(page, running, await running.Api.NewProjectAsync("House"));
        var address = running.Process.Address.GetLeftPart(UriPartial.Authority);

        await page.OpenAsync($"{address}/house");
        await page.GetByText("Prickle's engine").ClickAsync();

        // What it does: charts within a round or two of reading.
        await page.GetByText("answers", new() { Exact = true }).WaitForAsync();
        await page.GetByRole(AriaRole.Heading, new() { Name = "Memory" }).WaitForAsync();

        // What it holds: the events table, its columns.
        await page.GetByRole(AriaRole.Link, new() { Name = "Storage" }).ClickAsync();
        await page.GetByRole(AriaRole.Searchbox).FillAsync("prickle.events");
        var found = page.GetByRole(AriaRole.Row).Filter(new() { HasText = "ReplacingMergeTree" });
        // One is left when the list has heard what is searched for.
        await Assertions.Expect(found).ToHaveCountAsync(1);
        await found.ClickAsync();
        await page.ArrivedAsync(url => url.Contains("table=events", StringComparison.Ordinal));
        await page.GetByText("distinct_id").First.WaitForAsync();
        await page.GetByRole(AriaRole.Tab, new() { Name = "Definition" }).ClickAsync();
        await page.GetByText("ORDER BY").First.WaitForAsync();

        // What it lacks, and why.
        await page.GetByRole(AriaRole.Link, new() { Name = "Health" }).ClickAsync();
        await page.GetByRole(AriaRole.Heading, new() { Name = "Mutations not done" }).WaitForAsync();
        await page.GetByRole(AriaRole.Tab, new() { Name = "Log" }).ClickAsync();
        await page.GetByText("There is no system.text_log here").WaitForAsync();

        visitor.Complaints.ShouldBeEmpty();
        visitor.Requests.Where(asked => asked.Scheme is "http" or "https").ShouldAllBe(asked => asked.Authority == running.Process.Address.Authority);
    }

    [Fact]
    public async Task A_server_that_does_not_listen_is_told_so_before_it_is_saved()
    {
        var running = await shared.StartedAsync();
        await using var visitor = await chromium.NewVisitorAsync();
        var page = visitor.Page;
        await People.SignInAsync(page, running, await running.Api.NewProjectAsync("House servers"));
        var address = running.Process.Address.GetLeftPart(UriPartial.Authority);

        await page.OpenAsync($"{address}/house/new");
        await page.GetByLabel("Name").FillAsync("Nowhere");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save", Exact = true }).ClickAsync();
        await page.GetByText("Give the address of at least one node").WaitForAsync();

        await page.GetByLabel("Nodes, one a line").FillAsync("http://127.0.0.1:1");
        await page.GetByRole(AriaRole.Button, new() { Name = "Try the connection" }).ClickAsync();
        await page.GetByText("It cannot be reached").WaitForAsync();
    }
}
