using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Playwright;
using Prickle.EndToEnd.Browsers;
using Prickle.EndToEnd.Product;

namespace Prickle.EndToEnd.Messages;

/// <summary>An automation speaks to a person on the customer's page, in a real browser.</summary>
public sealed class InAppMessageTests(SharedProduct shared, Chromium chromium)
{
    [Fact]
    public async Task A_message_of_an_automation_is_shown_once_and_what_the_person_does_is_stored()
    {
        var running = await shared.StartedAsync();
        var project = await running.Api.NewProjectAsync("In-app messages");
        await using var site = await CustomerSite.StartAsync();
        await using var visitor = await chromium.NewVisitorAsync();
        var page = visitor.Page;
        const string Hostile = "<img src=x onerror=document.title='lost'>";
        await PublishAsync(running, project, "signed up", new { style = "banner", title = "Welcome {{ person.properties.name }}", body = Hostile, position = "top" });
        await PublishAsync(running, project, "tried", new { style = "modal", title = "Ready for more?", body = "Two lines\nof text", button_text = "See plans", button_url = "/pages/plans" });
        site.Publish("plans", "", "<h1>Plans</h1>");
        // The strictest policy that lets the script run: no inline styles, no HTML from strings.
        var host = running.Process.Address.GetLeftPart(UriPartial.Authority);
        var policy = $"default-src 'none'; script-src {host}; connect-src {host}; img-src data:; require-trusted-types-for 'script'";
        var home = site.Publish("home",
            $"""<meta http-equiv="Content-Security-Policy" content="{policy}"><script src="{host}/static/messages.js?token={project.Token}" data-distinct-id="anna" async></script>""",
            "<main>The customer's own page</main>");

        await running.Api.CaptureAsync(project, ("anna", "signed up"));
        await WaitsAsync(running, project, "anna");
        await page.GotoAsync(home);
        var banner = page.GetByRole(AriaRole.Region, new() { Name = "Welcome anna" });
        await Assertions.Expect(banner).ToContainTextAsync(Hostile);
        await Assertions.Expect(page.GetByRole(AriaRole.Status)).ToContainTextAsync("Welcome anna");
        // Placed and coloured by the sheet, without an inline style.
        (await banner.EvaluateAsync<string>("one => getComputedStyle(one).position")).ShouldBe("fixed");
        await banner.GetByRole(AriaRole.Button, new() { Name = "Close" }).ClickAsync();
        await Assertions.Expect(banner).ToHaveCountAsync(0);
        var closed = (await running.Store.WaitForEventsAsync(project.Id, 1, "event = '$in_app_message_closed'")).ShouldHaveSingleItem();
        closed.DistinctId.ShouldBe("anna");
        closed.Properties.GetProperty("$message_title").GetString().ShouldBe("Welcome anna");
        (await running.Store.WaitForEventsAsync(project.Id, 1, "event = '$in_app_message_shown'")).ShouldHaveSingleItem();

        // Nothing of it after it was seen: the page asks, and is told so.
        var asked = page.WaitForResponseAsync(response => response.Url.EndsWith("/api/messages", StringComparison.Ordinal));
        await page.ReloadAsync();
        (await (await asked).JsonAsync())!.Value.GetProperty("messages").GetArrayLength().ShouldBe(0);
        await Assertions.Expect(page.Locator("prickle-messages")).ToHaveCountAsync(0);

        await running.Api.CaptureAsync(project, ("anna", "tried"));
        await WaitsAsync(running, project, "anna");
        await page.ReloadAsync();
        var dialog = page.GetByRole(AriaRole.Dialog, new() { Name = "Ready for more?" });
        var link = dialog.GetByRole(AriaRole.Link, new() { Name = "See plans" });
        await Assertions.Expect(link).ToBeFocusedAsync();
        // Round and round, never out of the dialog.
        await page.Keyboard.PressAsync("Tab");
        await Assertions.Expect(dialog.GetByRole(AriaRole.Button, new() { Name = "Close" })).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("Tab");
        await Assertions.Expect(link).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("Enter");
        await page.GetByRole(AriaRole.Heading, new() { Name = "Plans" }).WaitForAsync();
        (await running.Store.WaitForEventsAsync(project.Id, 1, "event = '$in_app_message_clicked'")).ShouldHaveSingleItem().DistinctId.ShouldBe("anna");
        (await running.Store.EventsAsync(project.Id, "event = '$in_app_message_closed'")).Count.ShouldBe(1);
        visitor.Complaints.ShouldBeEmpty();
    }

    [Fact]
    public async Task Escape_closes_a_modal_and_of_two_tabs_one_shows_it()
    {
        var running = await shared.StartedAsync();
        var project = await running.Api.NewProjectAsync("Two tabs");
        await using var site = await CustomerSite.StartAsync();
        await using var visitor = await chromium.NewVisitorAsync();
        var page = visitor.Page;
        var other = await page.Context.NewPageAsync();
        await PublishAsync(running, project, "signed up", new { style = "modal", title = "Hello" });
        var host = running.Process.Address.GetLeftPart(UriPartial.Authority);
        var home = site.Publish("home", $"""<script src="{host}/static/messages.js" data-token="{project.Token}" data-distinct-id="bert" async></script>""", "<button autofocus>Own</button>");
        await running.Api.CaptureAsync(project, ("bert", "signed up"));
        await WaitsAsync(running, project, "bert");

        // Both have it in their lists before one of them says that it shows it.
        IPage[] tabs = [page, other];
        var lists = 0;
        var ready = new TaskCompletionSource();
        foreach (var tab in tabs)
        {
            await tab.RouteAsync("**/api/messages", async route =>
            {
                var answer = await route.FetchAsync();
                if (Interlocked.Increment(ref lists) == 2)
                {
                    ready.SetResult();
                }
                await ready.Task;
                await route.FulfillAsync(new() { Response = answer });
            });
        }
        var claims = tabs.Select(tab => tab.WaitForResponseAsync(response => response.Url.EndsWith("/api/messages/seen", StringComparison.Ordinal))).ToArray();
        await Task.WhenAll(tabs.Select(tab => tab.GotoAsync(home)));
        var firsts = await Task.WhenAll((await Task.WhenAll(claims)).Select(async response => (await response.JsonAsync())!.Value.GetProperty("first").GetBoolean()));
        firsts.Count(isFirst => isFirst).ShouldBe(1);
        var (shows, shownNot) = firsts[0] ? (page, other) : (other, page);
        var dialog = shows.GetByRole(AriaRole.Dialog, new() { Name = "Hello" });
        await Assertions.Expect(dialog).ToBeVisibleAsync();
        await Assertions.Expect(shownNot.Locator("prickle-messages")).ToHaveCountAsync(0);

        await shows.Keyboard.PressAsync("Escape");
        await Assertions.Expect(dialog).ToHaveCountAsync(0);
        (await running.Store.WaitForEventsAsync(project.Id, 1, "event = '$in_app_message_closed'")).ShouldHaveSingleItem();
        visitor.Complaints.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("posthog-js-old")]
    [InlineData("posthog-js-middle")]
    [InlineData("posthog-js")]
    public async Task A_page_with_posthog_js_alone_shows_it_as_a_site_app(string package)
    {
        var running = await shared.StartedAsync();
        var made = await running.Api.PostAsync("/api/projects", new { name = "Site app", messages_site_app = true });
        var project = new TestProject(made.GetProperty("id").GetInt32(), made.GetProperty("api_token").GetString()!);
        await using var site = await CustomerSite.StartAsync();
        await using var visitor = await chromium.NewVisitorAsync();
        var page = visitor.Page;
        await PublishAsync(running, project, "signed up", new { style = "toast", title = "Welcome {{ person.properties.name }}" });
        await running.Api.CaptureAsync(project, ("clara", "signed up"));
        await WaitsAsync(running, project, "clara");

        await page.GotoAsync(site.Publish("home", $$"""
            <script type="module">
              import posthog from "{{site.Origin}}npm/{{package}}/dist/module.js";
              posthog.init("{{project.Token}}", {
                api_host: "{{running.Process.Address.GetLeftPart(UriPartial.Authority)}}", opt_in_site_apps: true, bootstrap: { distinctID: "clara", isIdentifiedID: true },
              });
            </script>
            """, "<main>The customer's own page</main>"));

        var toast = page.GetByRole(AriaRole.Region, new() { Name = "Welcome clara" });
        await Assertions.Expect(toast).ToBeVisibleAsync();
        await toast.GetByRole(AriaRole.Button, new() { Name = "Close" }).ClickAsync();
        (await running.Store.WaitForEventsAsync(project.Id, 1, "event = '$in_app_message_closed'")).ShouldHaveSingleItem().DistinctId.ShouldBe("clara");
        visitor.Complaints.ShouldBeEmpty();
    }

    static async Task PublishAsync(Running running, TestProject project, string trigger, object fields)
    {
        var automations = $"/api/projects/{project.Id}/automations";
        var made = await running.Api.PostAsync(automations, new
        {
            name = $"On {trigger}",
            definition = new
            {
                trigger = new { type = "event", events = new[] { trigger } },
                steps = new[] { new { type = "destination", id = "tell", kind = "in_app_message", fields } },
            },
        });
        await running.Api.SendAsync($"{automations}/{made.GetProperty("id")}/publish");
    }

    /// <summary>Waits until the run has got there: the page asks once, when it is opened.</summary>
    static Task WaitsAsync(Running running, TestProject project, string distinctId) => Eventually.HoldsAsync(
        "a message waits",
        async () =>
        {
            using var content = new StringContent(new JsonObject { ["token"] = project.Token, ["distinct_id"] = distinctId }.ToJsonString());
            using var response = await running.Http.PostAsync(new Uri("/api/messages", UriKind.Relative), content);
            return JsonElement.Parse(await response.Content.ReadAsStringAsync()).GetProperty("messages").GetArrayLength() > 0;
        },
        TimeSpan.FromSeconds(60));
}
