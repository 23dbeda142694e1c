using System.Text.Json;
using Microsoft.Playwright;
using Prickle.EndToEnd.Product;
using Prickle.EndToEnd.Sdks;

namespace Prickle.EndToEnd.Browsers;

/// <summary>The browser SDK as npm delivers it, in a real browser, on a page of another origin.</summary>
public sealed class BrowserSdkTests(SharedProduct shared, Chromium chromium)
{
    const string Old = "posthog-js-old";
    const string Middle = "posthog-js-middle";
    const string Newest = "posthog-js";

    [Theory]
    [InlineData(Old)]
    [InlineData(Middle)]
    [InlineData(Newest)]
    public Task A_visit_by_the_snippet_is_stored_as_it_happened(string package) => VisitAsync(package, "snippet", (product, site, project) =>
        Guide.Code("Web page", product, project).Replace(ScriptOf(product), ScriptOf(package, product, site), StringComparison.Ordinal));

    [Theory]
    [InlineData(Old)]
    [InlineData(Middle)]
    [InlineData(Newest)]
    public Task A_visit_by_the_npm_module_is_stored_as_it_happened(string package) => VisitAsync(package, "module", (product, site, project) => $$"""
        <script type="module">
          import posthog from "{{site.Origin}}npm/{{package}}/dist/module.js";
          posthog.init("{{project.Token}}", { api_host: "{{product.Address.GetLeftPart(UriPartial.Authority)}}", person_profiles: "identified_only" });
          window.posthog = posthog;
        </script>
        """);

    static string ScriptOf(ProductProcess product) => new Uri(product.Address, "/static/array.js").ToString();

    // The product serves the newest version itself; a page with an older one has it among its own files.
    static string ScriptOf(string package, ProductProcess product, CustomerSite site) =>
        package == Newest ? ScriptOf(product) : new Uri(site.Origin, $"/npm/{package}/dist/array.js").ToString();

    async Task VisitAsync(string package, string install, Func<ProductProcess, CustomerSite, TestProject, string> head)
    {
        var running = await shared.StartedAsync();
        await using var site = await CustomerSite.StartAsync();
        await using var visitor = await chromium.NewVisitorAsync();
        var project = await running.Api.NewProjectAsync($"{package} {install}");
        var home = site.Publish("home", head(running.Process, site, project),
            """<main id="shop"><button id="buy" class="primary big" data-plan="team">Buy now</button></main>""");

        await ActAsync(visitor.Page, home, elsewhere: site.Publish("elsewhere", "", "Nothing here"));

        var events = await running.Store.WaitForEventsAsync(project.Id, 5);
        events.Select(stored => stored.Name).Order(StringComparer.Ordinal)
            .ShouldBe(["$autocapture", "$identify", "$pageleave", "$pageview", "bought"]);
        events.Select(stored => stored.Uuid).ShouldBeUnique();
        events.Select(stored => stored.SessionId).Distinct().ShouldHaveSingleItem().ShouldNotBeEmpty();
        events.ShouldAllBe(stored => stored.Property("$lib_version") == VersionOf(package));
        var pageview = events.Single(stored => stored.Name == "$pageview");
        pageview.Property("$current_url").ShouldBe(home);
        events.Single(stored => stored.Name == "bought").Properties.GetProperty("cart").GetProperty("items").GetInt32().ShouldBe(3);

        await ShouldBeOnePersonAsync(running, project, anonymousId: pageview.DistinctId);
        await ShouldHaveElementsAsync(running, project, events.Single(stored => stored.Name == "$autocapture").Uuid);
        visitor.Complaints.ShouldBeEmpty();
        visitor.Requests.Where(address => address.Scheme is "http" or "https" or "ws" or "wss")
            .Select(address => address.GetLeftPart(UriPartial.Authority)).Distinct()
            .ShouldBe([site.Origin.GetLeftPart(UriPartial.Authority), running.Process.Address.GetLeftPart(UriPartial.Authority)], ignoreOrder: true);
    }

    static async Task ActAsync(IPage page, string home, string elsewhere)
    {
        // Autocapture waits for the remote configuration: the page is used when everything was fetched.
        await page.GotoAsync(home, new() { WaitUntil = WaitUntilState.NetworkIdle });
        await page.EvaluateAsync("posthog.capture('bought', { plan: 'team', cart: { items: 3 } })");
        await page.ClickAsync("#buy");
        // Sent at once, packed in the background: who leaves before that is not identified.
        await page.RunAndWaitForResponseAsync(
            () => page.EvaluateAsync("posthog.identify('user-1', { email: 'user-1@example.com' })"),
            response => response.Url.Contains("/e/", StringComparison.Ordinal));
        await page.GotoAsync(elsewhere);
    }

    static async Task ShouldBeOnePersonAsync(Running running, TestProject project, string anonymousId)
    {
        var persons = await running.Api.GetAsync($"/api/projects/{project.Id}/persons?distinct_id=user-1");
        var person = persons.GetProperty("results").EnumerateArray().ShouldHaveSingleItem();
        person.GetProperty("distinct_ids").EnumerateArray().Select(id => id.GetString())
            .ShouldBe([anonymousId, "user-1"], ignoreOrder: true);
        person.GetProperty("is_identified").GetBoolean().ShouldBeTrue();
        person.GetProperty("properties").GetProperty("email").GetString().ShouldBe("user-1@example.com");

        // What the visitor did before being known is that person's too.
        var id = person.GetProperty("id").GetGuid();
        await Eventually.HoldsAsync($"all five events belong to person {id}", async () =>
            (await running.Api.GetAsync($"/api/projects/{project.Id}/events?person_id={id}")).GetProperty("results").GetArrayLength() == 5,
            seen: async () => string.Join('\n', await running.Store.EventsAsync(project.Id)));
    }

    static async Task ShouldHaveElementsAsync(Running running, TestProject project, Guid click)
    {
        var stored = await running.Api.GetAsync($"/api/projects/{project.Id}/events/{click}");
        var elements = stored.GetProperty("elements").EnumerateArray().ToList();
        elements.Select(element => element.GetProperty("tag_name").GetString()).ShouldBe(["button", "main", "body"]);
        elements[0].GetProperty("text").GetString().ShouldBe("Buy now");
        var attributes = elements[0].GetProperty("attributes");
        attributes.GetProperty("attr__id").GetString().ShouldBe("buy");
        attributes.GetProperty("attr__class").GetString().ShouldBe("primary big");
        attributes.GetProperty("attr__data-plan").GetString().ShouldBe("team");
    }

    static string VersionOf(string package) => JsonElement.Parse(
        File.ReadAllText(Path.Combine(Repository.NodeModules, package, "package.json"))).GetProperty("version").GetString()!;
}
