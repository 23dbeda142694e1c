using System.Text.Json;
using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using Prickle.Accounts;
using Prickle.Actions;
using Prickle.Insights;
using Prickle.Insights.Browsing;
using Prickle.Tests.Insights.Editing;
using Prickle.Tests.Ui;

namespace Prickle.Tests.Insights.Browsing;

public sealed class InsightsPageTests : KitTest, IClassFixture<EditorHost>
{
    readonly EditorHost _host;

    public InsightsPageTests(EditorHost host)
    {
        _host = host;
        Services.AddSingleton(host.Host.Get<SavedInsights>()).AddSingleton(host.Host.Get<IActionDirectory>());
        SetRendererInfo(new("Server", isInteractive: true));
    }

    [Fact]
    public async Task Nothing_kept_offers_every_kind_and_what_is_kept_is_listed_favoured_and_taken_back()
    {
        var cancel = Xunit.TestContext.Current.CancellationToken;
        var page = Show("");
        page.WaitForAssertion(() => page.FindAll(".gallery b").Select(kind => kind.TextContent).ShouldBe(["Trends", "Funnel", "Retention", "Paths", "Stickiness", "Lifecycle"]));
        page.FindAll(".gallery a")[1].GetAttribute("href").ShouldEndWith("/insights/new?kind=Funnel");

        var insights = _host.Host.Get<SavedInsights>();
        InsightQuery[] questions = [new TrendsQuery { Series = [new EventsNode { Event = "paid", Math = "dau" }] }, new FunnelsQuery { Series = [new EventsNode { Event = "looked" }, new EventsNode { Event = "paid" }] }];
        foreach (var question in questions)
        {
            (await insights.CreateAsync(_host.Grant, new InsightDraft { Query = JsonSerializer.SerializeToElement(question, InsightJson.Options) }, cancel)).ShouldBeOfType<Outcome<SavedInsight>.Done>();
        }
        page = Show("");
        page.WaitForAssertion(() => page.FindAll("tbody b").Select(name => name.TextContent).ShouldBe(["Funnel: looked → paid", "paid, unique users"], ignoreOrder: true));
        page = Show("?kind=TrendsQuery");
        page.WaitForAssertion(() => page.FindAll("tbody b").Select(name => name.TextContent).ShouldBe(["paid, unique users"]));
        page.Find("button[aria-label='Favourite: paid, unique users']").Click();
        page.WaitForAssertion(() => page.Find("button[aria-label='Favourite: paid, unique users']").GetAttribute("aria-pressed").ShouldBe("true"));

        var trend = (await insights.ListAsync(_host.Grant.ProjectId, new InsightListFilter { FavoritesOnly = true }, 10, 0, cancel)).Insights.ShouldHaveSingleItem();
        await insights.DeleteAsync(_host.Grant, trend.ShortId, cancel);
        page = Show($"?deleted={trend.ShortId}");
        page.WaitForAssertion(() => page.Find(".undo span").TextContent.ShouldBe("“paid, unique users” was deleted."));
        page.Find(".undo button").Click();
        page.WaitForAssertion(() => Services.GetRequiredService<NavigationManager>().Uri.ShouldEndWith($"/insights/{trend.ShortId}"));
        (await insights.FindAsync(_host.Grant.ProjectId, trend.ShortId, cancel))!.Deleted.ShouldBeFalse();
    }

    IRenderedComponent<InsightsPage> Show(string query)
    {
        Services.GetRequiredService<NavigationManager>().NavigateTo($"/project/{_host.Grant.ProjectId}/insights{query}");
        return Render<InsightsPage>(parameters => parameters.Add(page => page.ProjectId, _host.Grant.ProjectId).AddCascadingValue(_host.Grant));
    }
}
