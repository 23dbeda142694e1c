using System.Net.Http.Json;
using Microsoft.Playwright;
using Prickle.EndToEnd.Browsers;
using Prickle.EndToEnd.Product;

namespace Prickle.EndToEnd.Events;

/// <summary>The list of events, filtered by an expression that somebody wrote in the filter bar.</summary>
public sealed class EventFilterTests(SharedProduct shared, Chromium chromium)
{
    [Fact]
    public async Task A_list_is_filtered_by_a_SQL_expression_which_stands_in_the_address_and_is_mended_where_it_is_wrong()
    {
        var running = await shared.StartedAsync();
        var project = await running.Api.NewProjectAsync("Filtered by SQL");
        using var captured = await running.Http.PostAsJsonAsync(new Uri("/batch/", UriKind.Relative), new
        {
            api_key = project.Token,
            // 2 × 3, 5 × 5 and 30 × 1: two come to more than 20.
            batch = new[] { ("small order", 2, 3), ("square order", 5, 5), ("single order", 30, 1) }.Select(order => new
            {
                @event = order.Item1,
                distinct_id = "buyer",
                properties = new { price = order.Item2, count = order.Item3 },
            }),
        });
        captured.EnsureSuccessStatusCode();
        await running.Store.WaitForEventsAsync(project.Id, 3);
        await using var visitor = await chromium.NewVisitorAsync();
        var page = visitor.Page;
        var address = await People.SignInAsync(page, running, project);

        await page.OpenAsync($"{address}/events");
        await ShownAsync(page, "small order", "square order", "single order");
        await WriteAsync(page, "toFloat64OrZero(toString(properties.price)) * toFloat64OrZero(toString(properties.count)) > 20");
        await ShownAsync(page, "square order", "single order");
        await page.ArrivedAsync(url => url.Contains("properties=", StringComparison.Ordinal));

        // A copied link shows the same, and the chip says what it is filtered by.
        var link = page.Url;
        await page.GotoAsync("about:blank");
        await page.OpenAsync(link);
        await ShownAsync(page, "square order", "single order");
        var chip = page.GetByRole(AriaRole.Button, new() { NameRegex = new("^Change the filter: SQL: toFloat64OrZero") });
        await chip.ClickAsync();
        await page.GetByLabel("SQL expression that is true or false for each event").FillAsync("properties.price = (SELECT 1 FROM system.one)");
        await page.GetByRole(AriaRole.Button, new() { Name = "Apply" }).ClickAsync();
        await page.GetByRole(AriaRole.Alert).WaitForAsync();
        await Assertions.Expect(page.Locator("table")).ToHaveCountAsync(0);

        await page.GetByRole(AriaRole.Button, new() { Name = "Remove the filter on SQL" }).ClickAsync();
        await ShownAsync(page, "small order", "square order", "single order");
        visitor.Complaints.ShouldBeEmpty();
    }

    static async Task WriteAsync(IPage page, string expression)
    {
        await page.GetByRole(AriaRole.Group, new() { Name = "Filters" }).GetByText("Filter", new() { Exact = true }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "SQL expression" }).ClickAsync();
        await page.GetByLabel("SQL expression that is true or false for each event").FillAsync(expression);
        await page.GetByRole(AriaRole.Button, new() { Name = "Add filter" }).ClickAsync();
    }

    static async Task ShownAsync(IPage page, params string[] events)
    {
        await Assertions.Expect(page.Locator("table[aria-busy='false'] tbody tr")).ToHaveCountAsync(events.Length);
        foreach (var name in events)
        {
            await page.GetByRole(AriaRole.Cell, new() { Name = name }).WaitForAsync();
        }
    }
}
