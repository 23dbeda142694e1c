using Microsoft.Playwright;
using Prickle.EndToEnd.Browsers;
using Prickle.EndToEnd.Product;

namespace Prickle.EndToEnd.Dashboards;

/// <summary>The files that a dashboard is saved as from its menu.</summary>
public sealed class DashboardExportTests(SharedProduct shared, Chromium chromium)
{
    readonly DashboardWorld _world = new(shared);

    [Theory]
    [InlineData("Save as picture (PNG)", "The picture is being drawn", "Board.png", "\u0089PNG")]
    [InlineData("Save as PDF", "The PDF is being drawn", "Board.pdf", "%PDF")]
    public async Task The_menu_saves_the_dashboard_as_a_file_and_says_that_it_is_being_drawn(string item, string notice, string name, string begins)
    {
        await using var visitor = await chromium.NewVisitorAsync();
        var (page, project, address) = await _world.BeginAsync(visitor, item);
        var id = await _world.NewDashboardAsync(project, DashboardWorld.Insight("Lookers", DashboardWorld.Lookers), """{"kind":"text","body":"# Why"}""");
        await DashboardWorld.OpenAsync(page, $"{address}/dashboards/{id}");
        await DashboardWorld.NumberAsync(page, "Lookers", "3");

        await page.GetByRole(AriaRole.Button, new() { Name = "More", Exact = true }).First.ClickAsync();
        var saved = await page.RunAndWaitForDownloadAsync(
            async () =>
            {
                await page.GetByRole(AriaRole.Button, new() { Name = item, Exact = true }).ClickAsync();
                await page.GetByText(notice).WaitForAsync();
            },
            // The first picture loads what it is drawn with.
            new() { Timeout = 60_000 });

        saved.SuggestedFilename.ShouldBe(name);
        var file = await File.ReadAllBytesAsync(await saved.PathAsync(), TestContext.Current.CancellationToken);
        System.Text.Encoding.Latin1.GetString(file, 0, 4).ShouldBe(begins);
        await Assertions.Expect(page.GetByText(notice)).ToHaveCountAsync(0);
        visitor.Complaints.ShouldBeEmpty();
    }
}
