using Microsoft.Playwright;
using Prickle.EndToEnd.Browsers;
using Prickle.EndToEnd.Dashboards;
using Prickle.EndToEnd.Product;

namespace Prickle.EndToEnd.Ui;

/// <summary>What somebody does with a page that is seen and does not hear yet.</summary>
public sealed class PrerenderedPageTests(SharedProduct shared, Chromium chromium)
{
    [Fact]
    public async Task A_button_clicked_before_the_page_hears_is_clicked_once_it_does()
    {
        await using var visitor = await chromium.NewVisitorAsync();
        var world = new DashboardWorld(shared);
        var (page, _, address) = await world.BeginAsync(visitor, "Early");
        var clicked = new TaskCompletionSource();
        await page.RouteAsync("**/_blazor/negotiate**", async route =>
        {
            await clicked.Task;
            await route.ContinueAsync();
        });

        await page.GotoAsync($"{address}/dashboards");
        await page.Locator("[data-prerendered]").WaitForAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "New dashboard" }).ClickAsync();
        clicked.SetResult();

        await page.GetByRole(AriaRole.Button, new() { Name = "Blank dashboard" }).WaitForAsync();
        visitor.Complaints.ShouldBeEmpty();
    }
}
