using Microsoft.Playwright;
using Prickle.EndToEnd.Browsers;
using Prickle.EndToEnd.Product;

namespace Prickle.EndToEnd.Dashboards;

/// <summary>A dashboard behind a link, for people who are not signed in.</summary>
public sealed class SharedDashboardTests(SharedProduct shared, Chromium chromium)
{
    readonly DashboardWorld _world = new(shared);

    [Fact]
    public async Task Whoever_has_the_link_sees_every_tile_and_loses_it_when_the_link_is_stopped()
    {
        await using var owner = await chromium.NewVisitorAsync();
        var (page, project, address) = await _world.BeginAsync(owner, "Shared");
        var id = await _world.NewDashboardAsync(project, DashboardWorld.Insight("Lookers", DashboardWorld.Lookers), """{"kind":"text","body":"For the **board**"}""",
            """{"kind":"insight","new_insight":{"name":"Rows","query":{"kind":"SqlQuery","query":"SELECT count() AS looks FROM events"}}}""");
        await page.OpenAsync($"{address}/dashboards/{id}");
        await page.GetByRole(AriaRole.Button, new() { Name = "Share", Exact = true }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Make a link" }).ClickAsync();
        var link = await page.GetByLabel("Link, shown this once").InputValueAsync();

        await using var stranger = await chromium.NewVisitorAsync();
        await stranger.Page.OpenAsync(link);
        await stranger.Page.GetByRole(AriaRole.Heading, new() { Name = "Board", Level = 1 }).WaitForAsync();
        await DashboardWorld.NumberAsync(stranger.Page, "Lookers", "3");
        await stranger.Page.Locator(".markdown strong", new() { HasText = "board" }).WaitForAsync();
        // Ada looked twice, Grace, Barbara and Dora once.
        await stranger.Page.GetByRole(AriaRole.Region, new() { Name = "Rows" }).GetByText("5", new() { Exact = true }).WaitForAsync();
        await Assertions.Expect(stranger.Page.GetByRole(AriaRole.Navigation)).ToHaveCountAsync(0);
        await Assertions.Expect(stranger.Page.Locator("a[href*='/project/']")).ToHaveCountAsync(0);
        stranger.Complaints.ShouldBeEmpty();

        await page.GetByRole(AriaRole.Button, new() { Name = "Stop the link" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Make a link" }).WaitForAsync();
        var gone = await stranger.Page.GotoAsync(link);
        gone!.Status.ShouldBe(404);
        await stranger.Page.GetByText("This link leads nowhere, has ended or was stopped.").WaitForAsync();
        owner.Complaints.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_password_is_asked_once_in_a_tab()
    {
        await using var visitor = await chromium.NewVisitorAsync();
        var link = await _world.NewLinkAsync("Behind a password", """{"password":"three apples"}""");
        var page = visitor.Page;
        await page.OpenAsync(link);
        await page.GetByLabel("Password").FillAsync("two apples");
        await page.GetByRole(AriaRole.Button, new() { Name = "Open" }).ClickAsync();
        await page.GetByText("That is not the password.").WaitForAsync();
        await page.GetByLabel("Password").FillAsync("three apples");
        await page.GetByRole(AriaRole.Button, new() { Name = "Open" }).ClickAsync();
        await DashboardWorld.NumberAsync(page, "Lookers", "3");

        await page.OpenAgainAsync();
        await DashboardWorld.NumberAsync(page, "Lookers", "3");
        visitor.Complaints.ShouldBeEmpty();
    }

    [Fact]
    public async Task Another_site_shows_it_within_a_page_of_its_own()
    {
        await using var visitor = await chromium.NewVisitorAsync();
        var link = await _world.NewLinkAsync("Embedded", "{}");
        await using var site = await CustomerSite.StartAsync();

        await visitor.Page.GotoAsync(site.Publish("intranet", "", $"""<iframe src="{link}?embed&theme=dark" width="900" height="600"></iframe>"""));

        var frame = visitor.Page.FrameLocator("iframe");
        await frame.GetByRole(AriaRole.Region, new() { Name = "Lookers" }).GetByText("3", new() { Exact = true }).WaitForAsync();
        await Assertions.Expect(frame.GetByText("Made with Prickle")).ToHaveCountAsync(0);
        await Assertions.Expect(frame.Locator("html")).ToHaveAttributeAsync("data-theme", "dark");
        // No other page of the product can be framed.
        var signIn = await visitor.Page.Context.APIRequest.GetAsync(new Uri(new Uri(link), "/sign-in").ToString());
        signIn.Headers["x-frame-options"].ShouldBe("SAMEORIGIN");
    }
}
