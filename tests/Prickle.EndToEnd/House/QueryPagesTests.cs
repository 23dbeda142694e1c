using System.Net.Http.Json;
using Microsoft.Playwright;
using Prickle.EndToEnd.Browsers;
using Prickle.EndToEnd.Product;

namespace Prickle.EndToEnd.House;

/// <summary>From what is slow to why, and from what runs to its end: statements in a real browser, on the engine that the product brings.</summary>
public sealed class QueryPagesTests(SharedProduct shared, Chromium chromium)
{
    const string Engine = "00000000-0000-0000-0000-0000000c11c4";

    [Fact]
    public async Task A_slow_statement_is_found_opened_and_explained()
    {
        var running = await shared.StartedAsync();
        var project = await running.Api.NewProjectAsync("House queries");
        using var captured = await running.Http.PostAsJsonAsync(new Uri("/i/v0/e/", UriKind.Relative), new { api_key = project.Token, @event = "planted 8", distinct_id = "gardener" });
        captured.EnsureSuccessStatusCode();
        await running.Store.WaitForEventsAsync(project.Id, 1);
        var name = $"seed_{Guid.CreateVersion7():n}";
        foreach (var value in (int[])[3, 5, 8])
        {
            await running.Store.QueryAsync($"SELECT count() AS {name}, uniq(distinct_id) FROM prickle.events WHERE project_id = {project.Id} AND event = 'planted {value}'", row => row.ToString());
        }
        await ListedAsync(running, name);
        await using var visitor = await chromium.NewVisitorAsync();
        var page = visitor.Page;
        await People.SignInAsync(page, running, project);
        var address = running.Process.Address.GetLeftPart(UriPartial.Authority);

        await page.OpenAsync($"{address}/house/{Engine}/queries?range=1h");
        await page.GetByRole(AriaRole.Searchbox).FillAsync(name);
        var found = page.GetByRole(AriaRole.Row).Filter(new() { HasText = name });
        await Assertions.Expect(found).ToHaveCountAsync(1);
        await Assertions.Expect(found).ToContainTextAsync("WHERE project_id = ? AND event = ?");
        await found.ClickAsync();

        // Three calls, each with its own values.
        await page.ArrivedAsync(url => url.Contains("/queries/", StringComparison.Ordinal));
        await page.GetByText("Calls", new() { Exact = true }).First.WaitForAsync();
        await page.GetByText("planted 8").First.WaitForAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Article)).ToHaveCountAsync(3);

        // Why: the steps of the plan, down to the table and what its indexes left of it.
        await page.GetByRole(AriaRole.Tab, new() { Name = "Plan" }).ClickAsync();
        await page.GetByText("ReadFromMergeTree").First.WaitForAsync();
        await page.GetByText("prickle.events").First.WaitForAsync();
        await page.GetByRole(AriaRole.Tab, new() { Name = "Flame graph" }).ClickAsync();
        await page.GetByText("There is no system.trace_log").WaitForAsync();
        visitor.Complaints.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_statement_of_an_insight_leads_back_to_it_and_to_who_looked_at_it()
    {
        var running = await shared.StartedAsync();
        var project = await running.Api.NewProjectAsync("House origins");
        // Names with digits count as values where statements are told apart.
        var name = string.Concat($"{Guid.CreateVersion7():n}".Select(digit => (char)('a' + Convert.ToInt32($"{digit}", 16))));
        var insight = await running.Api.PostAsync($"/api/projects/{project.Id}/insights", new
        {
            name = "Diggers by day",
            query = new
            {
                kind = "TrendsQuery",
                series = new[] { new { kind = "EventsNode", @event = "dug" } },
                properties = new[] { new { key = $"arrayExists({name} -> length({name}) > 0, [event])", type = "hogql" } },
            },
        });
        await using var visitor = await chromium.NewVisitorAsync();
        var page = visitor.Page;
        var address = await People.SignInAsync(page, running, project);
        await page.OpenAsync($"{address}/insights/{insight.GetProperty("short_id").GetString()}");
        await page.GetByText("Diggers by day").First.WaitForAsync();
        await ListedAsync(running, name);

        await page.OpenAsync($"{running.Process.Address.GetLeftPart(UriPartial.Authority)}/house/{Engine}/queries?range=1h&kind=Select");
        await page.GetByRole(AriaRole.Searchbox).FillAsync(name);
        // The list shows the beginning of a statement, and the name stands further on.
        var found = page.Locator("tbody tr");
        await Assertions.Expect(found).ToHaveCountAsync(1);
        await found.ClickAsync();
        await page.GetByRole(AriaRole.Tab, new() { Name = "Asked by" }).ClickAsync();
        var asker = page.GetByRole(AriaRole.Listitem).Filter(new() { HasText = "Diggers by day" });
        await Assertions.Expect(asker).ToContainTextAsync("in House origins, for owner");
        await asker.GetByRole(AriaRole.Link, new() { Name = "Diggers by day" }).ClickAsync();
        await page.ArrivedAsync(url => url.Contains("/insights/", StringComparison.Ordinal));
        visitor.Complaints.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_statement_is_written_with_help_and_run()
    {
        var running = await shared.StartedAsync();
        await using var visitor = await chromium.NewVisitorAsync();
        var page = visitor.Page;
        await People.SignInAsync(page, running, await running.Api.NewProjectAsync("House console"));

        await page.OpenAsync($"{running.Process.Address.GetLeftPart(UriPartial.Authority)}/house/{Engine}/console");
        await page.GetByText("tables. Reads as").WaitForAsync();
        await page.Locator(".monaco-editor").First.ClickAsync();
        // The database was completed by nobody; its tables are.
        await page.Keyboard.TypeAsync("SELECT dummy + 41 AS answer FROM system.on", new() { Delay = 30 });
        await page.Locator(".suggest-widget").GetByText("one", new() { Exact = true }).First.WaitForAsync();
        await page.Keyboard.PressAsync("Enter");
        await page.Keyboard.PressAsync("Control+Enter");
        var answer = page.GetByRole(AriaRole.Region, new() { Name = "Answer" });
        await answer.GetByText("41", new() { Exact = true }).WaitForAsync();

        // What was run is kept, and comes back into the editor.
        await page.Keyboard.PressAsync("Control+A");
        await page.Keyboard.InsertTextAsync("SELECT nothing");
        await page.Keyboard.PressAsync("Escape");
        await page.GetByRole(AriaRole.Button, new() { Name = "Run" }).ClickAsync();
        await page.GetByRole(AriaRole.Alert).GetByText("Code 47").WaitForAsync();
        await page.GetByRole(AriaRole.Button).Filter(new() { HasText = "FROM system.one" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Run" }).ClickAsync();
        await answer.GetByText("41", new() { Exact = true }).WaitForAsync();
        visitor.Complaints.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_statement_that_runs_is_ended_and_seen_to_be_gone()
    {
        var running = await shared.StartedAsync();
        var name = $"endless_{Guid.CreateVersion7():n}";
        using var stop = new CancellationTokenSource();
        var engine = running.Process.Engine!;
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = new Uri($"http://127.0.0.1:{engine.Port}/"), Timeout = TimeSpan.FromMinutes(2) };
        http.DefaultRequestHeaders.Add("X-ClickHouse-Key", engine.Secret);
        var statement = http.PostAsync(new Uri($"?query_id={name}", UriKind.Relative), new StringContent("SELECT count() FROM numbers(1000000000000) WHERE NOT ignore(sipHash64(number))"), stop.Token);
        await using var visitor = await chromium.NewVisitorAsync();
        var page = visitor.Page;
        await People.SignInAsync(page, running, await running.Api.NewProjectAsync("House running"));
        var address = running.Process.Address.GetLeftPart(UriPartial.Authority);

        await page.OpenAsync($"{address}/house/{Engine}/running");
        var found = page.GetByRole(AriaRole.Row).Filter(new() { HasText = name });
        await Assertions.Expect(found).ToHaveCountAsync(1);
        await found.ClickAsync();
        var panel = page.Locator(".side-panel").Filter(new() { HasText = name });
        await panel.GetByRole(AriaRole.Button, new() { Name = "End it" }).ClickAsync();
        // It is asked before anything is done.
        statement.IsCompleted.ShouldBeFalse();
        await page.Locator(".mud-dialog").GetByRole(AriaRole.Button, new() { Name = "End it" }).ClickAsync();

        var kills = page.GetByLabel("Statements that are being ended");
        await Assertions.Expect(kills).ToContainTextAsync(name);
        await Assertions.Expect(kills).ToContainTextAsync("gone");
        await Assertions.Expect(found).ToHaveCountAsync(0);
        using var answer = await statement;
        (await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).ShouldContain("394");
        await kills.GetByRole(AriaRole.Button, new() { Name = "Close" }).ClickAsync();
        await Assertions.Expect(kills).ToHaveCountAsync(0);
        visitor.Complaints.ShouldBeEmpty();
    }

    // What was read of the log a moment ago is shown to everybody who asks.
    static Task ListedAsync(Running running, string name) => Eventually.HoldsAsync("the statement is in the list", async () =>
    {
        await running.Store.QueryAsync("SYSTEM FLUSH LOGS", row => row.ToString());
        var listed = await running.Api.GetAsync($"/api/organizations/@current/house/servers/{Engine}/queries?range=1h&kind=select&search={name}");
        return listed.GetProperty("results").GetArrayLength() == 1;
    }, TimeSpan.FromMinutes(1));
}
