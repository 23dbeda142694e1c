using System.Text.Json;
using Bunit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Prickle.Accounts;
using Prickle.Insights;
using Prickle.Insights.Sharing;
using Prickle.Storage;
using Prickle.Tests.Insights.Editing;
using Prickle.Tests.Ui;

namespace Prickle.Tests.Insights.Sharing;

public sealed class SharedInsightPageTests : KitTest, IClassFixture<EditorHost>
{
    readonly EditorHost _host;

    public SharedInsightPageTests(EditorHost host)
    {
        _host = host;
        Services.AddSingleton(new SharedInsights(host.Host.Get<IDbContextFactory<PrickleDatabase>>(), host.Host.Get<ProjectDirectory>(), new Answers()));
        SetRendererInfo(new("Server", isInteractive: true));
    }

    [Fact]
    public async Task A_link_shows_the_chart_to_anybody_until_it_is_stopped()
    {
        var cancel = Xunit.TestContext.Current.CancellationToken;
        var insights = _host.Host.Get<SavedInsights>();
        var question = JsonSerializer.SerializeToElement<InsightQuery>(new TrendsQuery { Series = [new EventsNode { Event = "$pageview" }] }, InsightJson.Options);
        var saved = (await insights.CreateAsync(_host.Grant, new InsightDraft { Name = "Views", Description = "Of the site", Query = question }, cancel)).ShouldBeOfType<Outcome<SavedInsight>.Done>().Value;
        var secret = (await insights.ShareAsync(_host.Grant, saved.ShortId, cancel)).ShouldBeOfType<Outcome<string>.Done>().Value;

        var page = Render<SharedInsightPage>(parameters => parameters.Add(p => p.Token, secret));
        page.WaitForAssertion(() => page.Find("h1").TextContent.ShouldBe("Views"));
        page.Find(".page-header .label").TextContent.Trim().ShouldBe("Of the site");
        page.FindAll(".chart").Count.ShouldBe(1);
        page.FindAll("a").ShouldBeEmpty("nothing else is reached from here");

        await insights.UnshareAsync(_host.Grant, saved.ShortId, cancel);
        var stopped = Render<SharedInsightPage>(parameters => parameters.Add(p => p.Token, secret));
        stopped.WaitForAssertion(() => stopped.Find(".empty-state h2").TextContent.ShouldBe("There is nothing to show"));
    }
}
