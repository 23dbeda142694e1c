using System.Net.Http.Json;
using Microsoft.Playwright;
using Prickle.EndToEnd.Browsers;
using Prickle.EndToEnd.Product;

namespace Prickle.EndToEnd.Sql;

/// <summary>The SQL console in a real browser, under the product's own policy of what a page may load.</summary>
public sealed class SqlConsoleTests(SharedProduct shared, Chromium chromium)
{
    // A million million pairs: it runs until it is stopped.
    const string Forever = "SELECT max(sipHash64(a.number + b.number)) FROM numbers(100000) AS a CROSS JOIN numbers(10000000) AS b";

    [Fact]
    public async Task A_statement_is_typed_completed_run_mended_and_cancelled()
    {
        var running = await shared.StartedAsync();
        var project = await running.Api.NewProjectAsync("SQL console");
        using var captured = await running.Http.PostAsJsonAsync(new Uri("/i/v0/e/", UriKind.Relative), new
        {
            api_key = project.Token,
            @event = "planted",
            distinct_id = "gardener",
            properties = new Dictionary<string, object> { ["vegetable"] = "carrot" },
        });
        captured.EnsureSuccessStatusCode();
        await running.Store.WaitForEventsAsync(project.Id, 1);
        await using var visitor = await chromium.NewVisitorAsync();
        var page = visitor.Page;
        var address = await People.SignInAsync(page, running, project);

        await page.OpenAsync($"{address}/sql");
        await page.Locator(".schema").GetByText("properties.vegetable", new() { Exact = true }).WaitForAsync();

        // Typed, the property from what was captured, and run by the keyboard.
        await page.Locator(".monaco-editor").First.ClickAsync();
        await page.Keyboard.TypeAsync("SELECT properties.veg", new() { Delay = 30 });
        await page.Locator(".suggest-widget").GetByText("vegetable").First.WaitForAsync();
        await page.Keyboard.PressAsync("Enter");
        await page.Keyboard.InsertTextAsync(" AS found, NULL AS nothing FROM events");
        await page.Keyboard.PressAsync("Control+Enter");
        var table = page.GetByRole(AriaRole.Region, new() { Name = "Result" });
        await table.GetByText("carrot").WaitForAsync();
        await table.GetByText("NULL", new() { Exact = true }).WaitForAsync();
        await page.ArrivedAsync(url => url.Contains("query=SELECT", StringComparison.Ordinal));

        // A mistake is marked where it stands.
        await ReplaceAsync(page, "SELECT nope FROM events");
        await page.Keyboard.PressAsync("Control+Enter");
        await page.GetByRole(AriaRole.Alert).GetByText("Line 1, column 8").WaitForAsync();
        await page.Locator(".monaco-editor .squiggly-error").WaitForAsync();

        // What runs on and on is seen to run, and stopped.
        await ReplaceAsync(page, Forever);
        await page.Keyboard.PressAsync("Control+Enter");
        await page.GetByText(new System.Text.RegularExpressions.Regex("rows? read( of about|,)")).First.WaitForAsync();
        (await RunningAsync(running)).ShouldBeTrue();
        await page.GetByRole(AriaRole.Button, new() { Name = "Cancel" }).ClickAsync();
        await page.GetByText("The statement was cancelled.").WaitForAsync();
        await Eventually.GetAsync("the engine runs it no more", async () => await RunningAsync(running) ? null : "gone");

        visitor.Complaints.ShouldBeEmpty();
        visitor.Requests.Where(address => address.Scheme is "http" or "https")
            .ShouldAllBe(address => address.Authority == running.Process.Address.Authority);
    }

    [Fact]
    public async Task A_statement_with_filters_is_kept_as_an_insight_and_opened_with_its_answer()
    {
        await using var visitor = await chromium.NewVisitorAsync();
        var page = visitor.Page;
        var address = await PlantedAsync(page, "SQL insights");

        await page.OpenAsync($"{address}/insights");
        await page.GetByLabel("New insight of a kind").ClickAsync();
        await page.Locator("a[href$='sql?insight=new']").ClickAsync();
        await page.Locator(".monaco-editor").First.ClickAsync();
        await page.Keyboard.InsertTextAsync("SELECT toString(properties.vegetable) AS found, count() FROM events WHERE {filters} GROUP BY found ORDER BY found");
        await FilterAsync(page, "lettuce");
        await page.GetByRole(AriaRole.Button, new() { Name = "Run" }).ClickAsync();
        var table = page.GetByRole(AriaRole.Region, new() { Name = "Result" });
        await table.GetByText("lettuce").WaitForAsync();
        (await table.GetByText("carrot").CountAsync()).ShouldBe(0);

        await page.GetByRole(AriaRole.Button, new() { Name = "Save insight" }).ClickAsync();
        await page.GetByLabel("Name", new() { Exact = true }).FillAsync("Salad");
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await page.GetByRole(AriaRole.Heading, new() { Name = "Salad", Level = 1 }).WaitForAsync();
        await page.OpenAsync($"{address}/insights");
        await page.GetByRole(AriaRole.Link, new() { Name = "Salad" }).ClickAsync();
        await table.GetByText("lettuce").WaitForAsync();
        (await table.GetByText("carrot").CountAsync()).ShouldBe(0);
        visitor.Complaints.ShouldBeEmpty();
    }

    [Fact]
    public async Task Filters_are_kept_in_a_saved_query_and_come_back_with_it()
    {
        await using var visitor = await chromium.NewVisitorAsync();
        var page = visitor.Page;
        var address = await PlantedAsync(page, "Saved filters");
        await page.OpenAsync($"{address}/sql");
        await page.Locator(".monaco-editor").First.ClickAsync();
        await page.Keyboard.InsertTextAsync("SELECT toString(properties.vegetable) AS found, count() FROM events WHERE {filters} GROUP BY found ORDER BY found");
        await FilterAsync(page, "lettuce");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save", Exact = true }).ClickAsync();
        await page.GetByText("The variables and the filters are kept").WaitForAsync();
        await page.GetByLabel("Name", new() { Exact = true }).FillAsync("Salad");
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await page.GetByRole(AriaRole.Heading, new() { Name = "Salad", Level = 1 }).WaitForAsync();
        var kept = page.Url;
        kept.ShouldNotContain("filters");

        // Opened from the list, it has its filters; what is chosen over them stands in the address.
        await page.OpenAsync($"{address}/sql");
        await page.GetByRole(AriaRole.Tab, new() { Name = "Saved" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Salad" }).First.ClickAsync();
        await page.GetByRole(AriaRole.Heading, new() { Name = "Salad", Level = 1 }).WaitForAsync();
        var table = page.GetByRole(AriaRole.Region, new() { Name = "Result" });
        await RunAsync(page);
        await table.GetByText("lettuce").WaitForAsync();
        (await table.GetByText("carrot").CountAsync()).ShouldBe(0);
        page.Url.ShouldBe(kept);

        await Filters(page).GetByRole(AriaRole.Button, new() { NameRegex = new("^Remove") }).ClickAsync();
        await RunAsync(page);
        await table.GetByText("carrot").WaitForAsync();
        await page.ArrivedAsync(url => url.Contains("filters=", StringComparison.Ordinal));
        await page.GetByText("changed since").WaitForAsync();
        await page.OpenAgainAsync();
        await page.Locator(".monaco-editor").First.WaitForAsync();
        await RunAsync(page);
        await table.GetByText("carrot").WaitForAsync();
        visitor.Complaints.ShouldBeEmpty();
    }

    /// <summary>Two lettuces and a carrot, and the owner before the project.</summary>
    async Task<string> PlantedAsync(IPage page, string name)
    {
        var running = await shared.StartedAsync();
        var project = await running.Api.NewProjectAsync(name);
        using var captured = await running.Http.PostAsJsonAsync(new Uri("/batch/", UriKind.Relative), new
        {
            api_key = project.Token,
            batch = new[] { "lettuce", "lettuce", "carrot" }.Select(vegetable => new
            {
                @event = "planted",
                distinct_id = "gardener",
                properties = new Dictionary<string, object> { ["vegetable"] = vegetable },
            }),
        });
        captured.EnsureSuccessStatusCode();
        await running.Store.WaitForEventsAsync(project.Id, 3);
        return await People.SignInAsync(page, running, project);
    }

    static ILocator Filters(IPage page) => page.GetByRole(AriaRole.Group, new() { Name = "What {filters} stands for" });

    static async Task FilterAsync(IPage page, string vegetable)
    {
        await Filters(page).GetByText("Filter", new() { Exact = true }).ClickAsync();
        await page.GetByText("vegetable", new() { Exact = true }).Last.ClickAsync();
        await page.GetByPlaceholder("Search or type a value").FillAsync(vegetable);
        await page.GetByRole(AriaRole.Button, new() { Name = "Add filter" }).ClickAsync();
    }

    static Task RunAsync(IPage page) => page.GetByRole(AriaRole.Button, new() { Name = "Run" }).ClickAsync();

    static async Task ReplaceAsync(IPage page, string text)
    {
        await page.Locator(".monaco-editor").First.ClickAsync();
        await page.Keyboard.PressAsync("Control+A");
        await page.Keyboard.InsertTextAsync(text);
        await page.Keyboard.PressAsync("Escape");
    }

    static async Task<bool> RunningAsync(Running running) =>
        (await running.Store.QueryAsync(
            "SELECT 1 AS one FROM system.processes WHERE query LIKE '%sipHash64(a.number%' AND query NOT LIKE '%system.processes%'", row => row)).Count > 0;
}
