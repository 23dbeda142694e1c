using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Prickle.EndToEnd.Browsers;
using Prickle.EndToEnd.Product;

namespace Prickle.EndToEnd.Ui;

/// <summary>How the installation is doing, as its operator sees it.</summary>
public sealed partial class StatusPageTests(SharedProduct shared, Chromium chromium)
{
    [Fact]
    public async Task The_page_shows_events_flowing_the_engine_at_work_and_what_the_tables_hold()
    {
        await using var visitor = await chromium.NewVisitorAsync();
        var running = await shared.StartedAsync();
        var project = await running.Api.NewProjectAsync("status");
        using var content = new StringContent($$"""{"api_key":"{{project.Token}}","event":"sent","distinct_id":"ada"}""");
        using var sent = await running.Http.PostAsync("/e/", content);
        sent.EnsureSuccessStatusCode();
        await running.Store.WaitForEventsAsync(project.Id, 1);
        var page = visitor.Page;
        await People.SignInAsync(page, running, project);

        await page.OpenAsync(new Uri(running.Process.Address, "/status").ToString());

        await page.GetByText("Events flow", new() { Exact = true }).WaitForAsync();
        await page.GetByText("Answers", new() { Exact = true }).WaitForAsync();
        await page.GetByText($"running, process {running.Process.Engine!.ProcessId}").WaitForAsync();
        await page.GetByText(running.Process.DataFolder, new() { Exact = true }).WaitForAsync();
        // Other tests store events meanwhile: what the page says lies between what was there before and after it was read.
        var row = page.Locator("tr", new() { Has = page.GetByRole(AriaRole.Cell, new() { Name = "events", Exact = true }) });
        var rows = long.Parse(Separators().Replace(await row.Locator("td").Nth(1).InnerTextAsync(), ""), CultureInfo.InvariantCulture);
        rows.ShouldBeInRange(1, (await running.Store.QueryAsync("SELECT sum(rows) AS n FROM system.parts WHERE database = 'prickle' AND table = 'events'", one => one.GetProperty("n").GetInt64())).Single());
        visitor.Complaints.ShouldBeEmpty();
    }

    [GeneratedRegex("[^0-9]")]
    private static partial Regex Separators();
}
