using System.Text.Json;
using Bunit;
using Microsoft.Extensions.DependencyInjection;
using Prickle.Accounts;
using Prickle.Actions;
using Prickle.Insights;
using Prickle.Insights.Browsing;
using Prickle.Tests.Insights.Editing;
using Prickle.Tests.Ui;

namespace Prickle.Tests.Insights.Browsing;

/// <summary>What home shows of insights, for a newcomer and for somebody who was here before.</summary>
public sealed class HomeInsightsTests : KitTest, IClassFixture<EditorHost>
{
    readonly EditorHost _host;

    public HomeInsightsTests(EditorHost host)
    {
        _host = host;
        Services.AddSingleton(host.Host.Get<SavedInsights>()).AddSingleton(host.Host.Get<IActionDirectory>());
        SetRendererInfo(new("Server", isInteractive: true));
    }

    [Fact]
    public async Task Favourites_come_first_then_what_was_looked_at_here_then_what_was_changed()
    {
        var home = Show();
        home.WaitForAssertion(() => home.Find("h2").TextContent.ShouldBe("What to do next"));
        home.FindAll(".card b").Select(card => card.TextContent).ShouldBe(["Ask a question", "Name what people do", "Gather people"]);

        var changed = await SaveAsync("Changed", "{\"kind\":\"SqlQuery\",\"query\":\"SELECT 1\"}");
        var visited = await SaveAsync("Visited");
        await SaveAsync("Loved", favorited: true);
        // One that is gone, and one that was looked at in this browser.
        home = Show("gone", visited);

        home.WaitForAssertion(() => home.FindAll(".card b").Select(card => card.TextContent).ShouldBe(["Loved", "Visited", "Changed"]));
        home.FindAll(".card .muted").Select(why => why.TextContent).ShouldBe(["Favourite · Trends", "You looked at it lately · Trends", "Changed · SQL"]);
        // A statement is looked at in the console.
        home.FindAll("a.card")[2].GetAttribute("href").ShouldEndWith($"/sql?insight={changed}");
        home.FindAll("a.card")[1].GetAttribute("href").ShouldEndWith($"/insights/{visited}");
    }

    async Task<string> SaveAsync(string name, string query = "{\"kind\":\"TrendsQuery\",\"series\":[{\"kind\":\"EventsNode\"}]}", bool favorited = false) =>
        (await _host.Host.Get<SavedInsights>().CreateAsync(
            _host.Grant, new InsightDraft { Name = name, Query = JsonElement.Parse(query), Favorited = favorited }, Xunit.TestContext.Current.CancellationToken))
        .ShouldBeOfType<Outcome<SavedInsight>.Done>().Value.ShortId;

    IRenderedComponent<HomeInsights> Show(params string[] visited)
    {
        JSInterop.SetupModule(HomeInsights.Module).Setup<string[]>("visited", _ => true).SetResult(visited);
        return Render<HomeInsights>(parameters => parameters.Add(home => home.ProjectId, _host.Grant.ProjectId));
    }
}
