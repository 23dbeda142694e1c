using System.Net.Http.Json;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Prickle.EndToEnd.Browsers;
using Prickle.EndToEnd.Product;

namespace Prickle.EndToEnd.Insights;

/// <summary>Questions built from nothing in a real browser, down to the people behind a number.</summary>
public sealed class InsightEditorTests(SharedProduct shared, Chromium chromium)
{
    // Days of their own, and questions that name them: no midnight comes between.
    const string Period = """ "dateRange":{"date_from":"2025-03-03","date_to":"2025-03-09"} """;

    // Three look, two of them sign up, one of these pays; Ada comes back the day after.
    static readonly (string Who, string What, string At)[] Happened =
    [
        ("ada", "looked", "2025-03-05T09:00:00Z"), ("ada", "signed_up", "2025-03-05T10:00:00Z"), ("ada", "paid", "2025-03-05T11:00:00Z"),
        ("ada", "looked", "2025-03-06T09:00:00Z"),
        ("grace", "looked", "2025-03-05T09:00:00Z"), ("grace", "signed_up", "2025-03-05T12:00:00Z"),
        ("barbara", "looked", "2025-03-05T09:00:00Z"),
    ];

    [Fact]
    public async Task A_trend_is_built_opened_to_its_people_who_become_a_cohort_and_saved()
    {
        await using var visitor = await chromium.NewVisitorAsync();
        var (page, project, address) = await BeginAsync(visitor, "Trend");
        await page.OpenAsync($"{address}/insights");
        await page.GetByRole(AriaRole.Link, new() { Name = "New insight" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Event or action of A: $pageview" }).WaitForAsync();
        await page.OpenAsync(Asking(address, """{"kind":"TrendsQuery","series":[{"kind":"EventsNode","event":"$pageview"}],""" + Period + "}"));
        await ChooseAsync(page, "Event or action of A", "looked");
        await page.GetByLabel("What of A").SelectOptionAsync("dau");
        var values = page.GetByRole(AriaRole.Region, new() { Name = "Values by series" });
        // On the 5th all three looked, the day after Ada alone: 3 and 1, together 4.
        await values.GetByRole(AriaRole.Button, new() { Name = "3", Exact = true }).WaitForAsync();
        await Assertions.Expect(values.Locator("tbody td").First).ToHaveTextAsync("4");

        await values.GetByRole(AriaRole.Button, new() { Name = "3", Exact = true }).ClickAsync();
        var panel = page.GetByRole(AriaRole.Dialog);
        await panel.GetByText("3 persons").WaitForAsync();
        await panel.GetByRole(AriaRole.Button, new() { Name = "Save as cohort" }).ClickAsync();
        await panel.GetByLabel("Name of the cohort").FillAsync("Lookers");
        await panel.GetByRole(AriaRole.Button, new() { Name = "Save", Exact = true }).ClickAsync();
        await Assertions.Expect(panel.GetByRole(AriaRole.Status)).ToHaveTextAsync("Saved: Lookers, 3 persons.");
        await panel.GetByLabel("Name of the cohort").PressAsync("Escape");
        await panel.WaitForAsync(new() { State = WaitForSelectorState.Hidden });

        await page.GetByRole(AriaRole.Button, new() { Name = "Save", Exact = true }).ClickAsync();
        await page.GetByLabel("Name", new() { Exact = true }).FillAsync("People who look");
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await page.GetByRole(AriaRole.Heading, new() { Name = "People who look", Level = 1 }).WaitForAsync();
        await page.OpenAsync($"{address}/insights");
        await page.GetByRole(AriaRole.Link, new() { Name = "People who look" }).ClickAsync();
        await values.GetByRole(AriaRole.Button, new() { Name = "3", Exact = true }).WaitForAsync();
        visitor.Complaints.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_funnel_is_built_and_opened_to_those_who_were_lost()
    {
        await using var visitor = await chromium.NewVisitorAsync();
        var (page, _, address) = await BeginAsync(visitor, "Funnel");
        // A new funnel has a second step, and says that it waits for it.
        await page.OpenAsync($"{address}/insights/new?kind=Funnel");
        await page.GetByRole(AriaRole.Heading, new() { Name = "Choose the event or action of step 2" }).WaitForAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Button, new() { Name = "Save", Exact = true })).ToBeDisabledAsync();
        await page.OpenAsync(Asking(address, """{"kind":"FunnelsQuery","series":[{"kind":"EventsNode","event":"$pageview"},{"kind":"EventsNode","event":""}],""" + Period + "}"));
        await ChooseAsync(page, "Event or action of 1", "looked");
        await ChooseAsync(page, "Event or action of 2", "signed_up");
        // Two of three, and one of three was lost.
        await page.GetByLabel("signed_up: 2 persons came through, 66.7 % of the first step").WaitForAsync();
        await page.GetByLabel("1 persons were lost before signed_up, 33.3 % of the step before").ClickAsync();
        await page.GetByRole(AriaRole.Dialog).GetByText("1 person", new() { Exact = true }).WaitForAsync();
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Link, new() { Name = "barbara" }).WaitForAsync();
        visitor.Complaints.ShouldBeEmpty();
    }

    [Fact]
    public async Task Retention_is_built_opened_and_its_link_shows_the_same_elsewhere()
    {
        await using var visitor = await chromium.NewVisitorAsync();
        var (page, _, address) = await BeginAsync(visitor, "Retention");
        await page.OpenAsync(Asking(address, """{"kind":"RetentionQuery",""" + Period + "}"));
        await ChooseAsync(page, "Those who did", "looked");
        await ChooseAsync(page, "and came back to do", "looked");
        // Of three who began on the 5th, Ada came back on the next day.
        var cell = page.GetByRole(AriaRole.Button, new() { NameRegex = new Regex("Day 1: 1 of 3 persons, 33.3 %") });
        await cell.ClickAsync();
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Link, new() { Name = "ada" }).WaitForAsync();
        var link = page.Url;
        link.ShouldContain("q=");
        await page.GotoAsync("about:blank");
        await page.OpenAsync(link);
        await cell.WaitForAsync();
        visitor.Complaints.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_stranger_with_the_link_sees_a_shared_insight_and_nothing_else()
    {
        await using var visitor = await chromium.NewVisitorAsync();
        var (_, project, address) = await BeginAsync(visitor, "Shared");
        var running = await shared.StartedAsync();
        var saved = await running.Api.PostAsync($"/api/projects/{project.Id}/insights", new
        {
            name = "People who look",
            query = new
            {
                kind = "TrendsQuery",
                series = (object[])[new { kind = "EventsNode", @event = "looked" }],
                dateRange = new { date_from = "2025-03-03", date_to = "2025-03-09" },
                trendsFilter = new { display = "BoldNumber" },
            },
        });
        var link = await running.Api.SendAsync($"/api/projects/{project.Id}/insights/{saved.GetProperty("short_id").GetString()}/share");

        await using var stranger = await chromium.NewVisitorAsync();
        var page = stranger.Page;
        await page.OpenAsync(new Uri(running.Process.Address, link.GetProperty("path").GetString()!).ToString());
        await page.GetByRole(AriaRole.Heading, new() { Name = "People who look", Level = 1 }).WaitForAsync();
        // Ada twice, Grace and Barbara once each.
        await page.GetByText("4", new() { Exact = true }).WaitForAsync();
        stranger.Complaints.ShouldBeEmpty();

        // The circuit that shows it shows them no page of the project.
        await page.EvaluateAsync($"Blazor.navigateTo('{new Uri(address).PathAndQuery}')");
        await page.GetByRole(AriaRole.Heading, new() { Name = "People who look", Level = 1 }).WaitForAsync(new() { State = WaitForSelectorState.Detached });
        await Assertions.Expect(page.GetByText("Events per hour")).ToHaveCountAsync(0);
        await Assertions.Expect(page.GetByText("Shared", new() { Exact = true })).ToHaveCountAsync(0);
    }

    async Task<(IPage Page, TestProject Project, string Address)> BeginAsync(Visitor visitor, string name)
    {
        var running = await shared.StartedAsync();
        var project = await running.Api.NewProjectAsync(name);
        using var captured = await running.Http.PostAsJsonAsync(new Uri("/batch/", UriKind.Relative), new
        {
            api_key = project.Token,
            batch = Happened.Select(one => new
            {
                @event = one.What,
                distinct_id = one.Who,
                timestamp = one.At,
                properties = new Dictionary<string, object> { ["$set"] = new { name = one.Who } },
            }),
        });
        captured.EnsureSuccessStatusCode();
        await running.Store.WaitForEventsAsync(project.Id, Happened.Length);
        var page = visitor.Page;
        return (page, project, await People.SignInAsync(page, running, project));
    }

    static string Asking(string address, string question) => $"{address}/insights/new?q={Uri.EscapeDataString(question)}";

    static async Task ChooseAsync(IPage page, string label, string name)
    {
        // Prerendered, the page looks ready and hears nothing; once it has an answer, or a refusal, it is.
        await page.Locator("section[aria-busy='false']").First.WaitForAsync();
        await page.GetByRole(AriaRole.Button, new() { NameRegex = new Regex($"^{Regex.Escape(label)}: ") }).ClickAsync();
        await page.GetByLabel("Search events and actions").FillAsync(name);
        await page.Locator(".entities .offer", new() { HasText = name }).First.ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = $"{label}: {name}", Exact = true }).WaitForAsync();
    }
}
