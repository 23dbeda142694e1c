using Microsoft.Playwright;
using Prickle.EndToEnd.Browsers;
using Prickle.EndToEnd.Product;

namespace Prickle.EndToEnd.House;

/// <summary>An operation from its form to its end and back, in a real browser, on the engine that the product brings.</summary>
public sealed class OperationPagesTests(SharedProduct shared, Chromium chromium)
{
    const string Server = "00000000-0000-0000-0000-0000000c11c4";
    const int Rows = 30_000;

    // Copying and comparing take their time where other work keeps the machine busy.
    static readonly LocatorWaitForOptions Patiently = new() { Timeout = 120_000 };

    [Fact]
    public async Task A_sorting_key_is_changed_by_a_form_and_changed_back()
    {
        var running = await shared.StartedAsync();
        await RunAsync(running, "CREATE DATABASE burrow");
        await RunAsync(running, "CREATE TABLE burrow.visits (at DateTime, person UInt32, page String) ENGINE = MergeTree PARTITION BY toYYYYMM(at) ORDER BY at");
        await RunAsync(running, $"INSERT INTO burrow.visits SELECT toDateTime('2026-01-01 00:00:00', 'UTC') + number * 240, number % 1000, concat('/page/', toString(number % 7)) FROM numbers({Rows})");
        await using var visitor = await chromium.NewVisitorAsync();
        var page = visitor.Page;
        await People.SignInAsync(page, running, await running.Api.NewProjectAsync("Operations"));
        var address = $"{running.Process.Address.GetLeftPart(UriPartial.Authority)}/house/{Server}/operations";

        await page.OpenAsync(address);
        await page.GetByRole(AriaRole.Link, new() { Name = "New operation" }).First.ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Change the sorting key" }).ClickAsync();

        // The form: what there is to choose comes from the server, and what the table is like stands beside it.
        await ChooseAsync(page, "Database", "burrow");
        await ChooseAsync(page, "Table", "visits");
        await page.GetByText("toYYYYMM(at)").WaitForAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Write it" }).ClickAsync();
        await page.GetByText("Sort by: something is expected here.").WaitForAsync();
        await page.GetByLabel("Sort by").FillAsync("person, at");
        await page.GetByRole(AriaRole.Button, new() { Name = "Write it" }).ClickAsync();

        // Tried dry, then approved.
        await page.ArrivedAsync(url => url.StartsWith($"{address}/", StringComparison.Ordinal) && !url.Contains("/new", StringComparison.Ordinal));
        await page.GetByRole(AriaRole.Button, new() { Name = "Dry run" }).ClickAsync();
        await page.GetByRole(AriaRole.Heading, new() { Name = "The dry run" }).WaitForAsync(Patiently);
        await page.GetByText("Everything above can be undone for 7 days after it is done").WaitForAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Approve and start" }).ClickAsync();
        await page.GetByRole(AriaRole.Dialog).GetByText("6 steps on Prickle's engine, 1 node").WaitForAsync();
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Approve and start" }).ClickAsync();

        // Everything is copied and compared, and nothing is in its place before somebody says so.
        var go = page.GetByRole(AriaRole.Button, new() { Name = "Go", Exact = true });
        await go.WaitForAsync(Patiently);
        (await SortingKeyAsync(running)).ShouldBe("at");
        await go.ClickAsync();
        await page.GetByText("done, old tables kept").WaitForAsync(Patiently);
        (await SortingKeyAsync(running)).ShouldBe("person, at");
        (await CountAsync(running, "burrow.visits")).ShouldBe(Rows);
        var kept = (await ReadAsync(running, "SELECT name AS value FROM system.tables WHERE database = 'burrow' AND name LIKE 'visits_old_%'")).ShouldHaveSingleItem();
        (await CountAsync(running, $"burrow.{kept}")).ShouldBe(Rows);
        await page.GetByText("the chain is whole").WaitForAsync();

        // The old table waits; undone from there, everything is as it was.
        await page.GetByRole(AriaRole.Link, new() { Name = "All operations" }).ClickAsync();
        await page.GetByRole(AriaRole.Heading, new() { Name = "Waits to be dropped" }).WaitForAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = $"burrow.{kept}" }).ClickAsync();
        // The list has a button of that name too.
        await page.ArrivedAsync(url => url.StartsWith($"{address}/", StringComparison.Ordinal));
        await page.GetByText("the chain is whole").WaitForAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Undo", Exact = true }).ClickAsync();
        await page.GetByRole(AriaRole.Dialog).GetByText("The same way back").WaitForAsync();
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Undo", Exact = true }).ClickAsync();
        await page.GetByText("none of 6 steps").WaitForAsync(Patiently);
        (await SortingKeyAsync(running)).ShouldBe("at");
        (await CountAsync(running, "burrow.visits")).ShouldBe(Rows);
        (await ReadAsync(running, "SELECT name AS value FROM system.tables WHERE database = 'burrow'")).ShouldBe(["visits"]);

        visitor.Complaints.ShouldBeEmpty();
    }

    [Fact]
    public async Task Own_steps_are_told_what_is_wrong_with_them_before_they_are_kept()
    {
        var running = await shared.StartedAsync();
        await using var visitor = await chromium.NewVisitorAsync();
        var page = visitor.Page;
        await People.SignInAsync(page, running, await running.Api.NewProjectAsync("Own steps"));

        await page.OpenAsync($"{running.Process.Address.GetLeftPart(UriPartial.Authority)}/house/{Server}/operations/new?template=own");
        var definition = page.GetByLabel("Definition");
        await definition.FillAsync("""{ "title": "Two at once", "steps": [ { "kind": "statement", "sql": "DROP TABLE a.b; DROP TABLE a.c", "done_when": "SELECT 1" } ] }""");
        await page.GetByRole(AriaRole.Button, new() { Name = "Write it" }).ClickAsync();
        await page.GetByText("Step 1: Write one statement").WaitForAsync();

        await definition.FillAsync("""{ "title": "One", "steps": [ { "kind": "assert", "sql": "SELECT 1", "timeout_seconds": 10 } ] }""");
        await page.GetByRole(AriaRole.Button, new() { Name = "Write it" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Dry run" }).WaitForAsync();
        await page.GetByRole(AriaRole.Heading, new() { Name = "One" }).WaitForAsync();
        visitor.Complaints.ShouldBeEmpty();
    }

    static async Task ChooseAsync(IPage page, string label, string name)
    {
        await page.GetByRole(AriaRole.Button, new() { Name = $"{label}: choose" }).ClickAsync();
        await page.GetByLabel($"Search: {label}").FillAsync(name);
        await page.GetByRole(AriaRole.Option).Filter(new() { HasText = name }).First.ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = $"{label}: {name}", Exact = true }).WaitForAsync();
    }

    static Task RunAsync(Running running, string sql) => running.Store.QueryAsync(sql, row => row.ToString());

    static Task<List<string>> ReadAsync(Running running, string sql) => running.Store.QueryAsync(sql, row => row.GetProperty("value").ToString());

    static async Task<string> SortingKeyAsync(Running running) =>
        (await ReadAsync(running, "SELECT sorting_key AS value FROM system.tables WHERE database = 'burrow' AND name = 'visits'")).ShouldHaveSingleItem();

    static async Task<long> CountAsync(Running running, string table) => long.Parse((await ReadAsync(running, $"SELECT count() AS value FROM {table}")).ShouldHaveSingleItem(), System.Globalization.CultureInfo.InvariantCulture);
}
