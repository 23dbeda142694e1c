using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Playwright;
using Prickle.EndToEnd.Browsers;
using Prickle.EndToEnd.Product;

namespace Prickle.EndToEnd.Dashboards;

/// <summary>A project in which five people looked at something, and dashboards over it.</summary>
sealed class DashboardWorld(SharedProduct shared)
{
    /// <summary>How many looked within a week, as one number: 3.</summary>
    public const string Lookers = """{"kind":"TrendsQuery","series":[{"kind":"EventsNode","event":"looked","math":"dau"}],"dateRange":{"date_from":"-7d"},"trendsFilter":{"display":"BoldNumber"}}""";

    // Three looked within the last week, a fourth nineteen days ago.
    static readonly (string Who, int DaysAgo)[] Looked = [("ada", 3), ("ada", 2), ("grace", 3), ("barbara", 3), ("dora", 19)];

    /// <summary>A tile of an insight that is made with it.</summary>
    public static string Insight(string name, string query) => $$$"""{"kind":"insight","new_insight":{"name":"{{{name}}}","query":{{{query}}}}}""";

    /// <summary>Opens a dashboard and waits until its grid hears what is done with it.</summary>
    public static async Task OpenAsync(IPage page, string address)
    {
        await page.OpenAsync(address);
        await page.Locator(".tile-grid[data-ready]").WaitForAsync();
    }

    public static Task NumberAsync(IPage page, string tile, string number) =>
        page.GetByRole(AriaRole.Region, new() { Name = tile }).Locator(".big-numbers").GetByText(number, new() { Exact = true }).WaitForAsync();

    /// <summary>A project of its own, and its owner before it.</summary>
    public async Task<(IPage Page, TestProject Project, string Address)> BeginAsync(Visitor visitor, string name)
    {
        var (running, project) = await CapturedAsync(name);
        await visitor.Page.SetViewportSizeAsync(1440, 900);
        return (visitor.Page, project, await People.SignInAsync(visitor.Page, running, project));
    }

    /// <summary>The same, before somebody who may only look.</summary>
    public async Task<(IPage Page, TestProject Project, string Address)> InviteViewerAsync(Visitor visitor)
    {
        var (running, project) = await CapturedAsync("Looked at");
        await visitor.Page.SetViewportSizeAsync(1440, 900);
        return (visitor.Page, project, await People.JoinAsViewerAsync(visitor.Page, running, project));
    }

    public async Task<int> NewDashboardAsync(TestProject project, params string[] tiles) =>
        (await SendAsync("POST", $"/api/projects/{project.Id}/dashboards", $$"""{"name":"Board","tiles":[{{string.Join(',', tiles)}}]}""")).GetProperty("id").GetInt32();

    /// <summary>The link of a dashboard with the lookers on it.</summary>
    public async Task<string> NewLinkAsync(string name, string link)
    {
        var (running, project) = await CapturedAsync(name);
        var id = await NewDashboardAsync(project, Insight("Lookers", Lookers));
        var made = await SendAsync("POST", $"/api/projects/{project.Id}/dashboards/{id}/share", link);
        return new Uri(running.Process.Address, made.GetProperty("path").GetString()).ToString();
    }

    public async Task<JsonElement> SendAsync(string method, string path, string? body = null)
    {
        var running = await shared.StartedAsync();
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", running.Api.PersonalApiKey);
        request.Content = body is null ? null : new StringContent(body, MediaTypeHeaderValue.Parse("application/json"));
        using var response = await running.Http.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        response.IsSuccessStatusCode.ShouldBeTrue(text);
        return JsonElement.Parse(text);
    }

    async Task<(Running Running, TestProject Project)> CapturedAsync(string name)
    {
        var running = await shared.StartedAsync();
        var project = await running.Api.NewProjectAsync(name);
        var today = DateTimeOffset.UtcNow.Date;
        using var captured = await running.Http.PostAsJsonAsync(new Uri("/batch/", UriKind.Relative), new
        {
            api_key = project.Token,
            batch = Looked.Select(one => new
            {
                @event = "looked",
                distinct_id = one.Who,
                timestamp = new DateTimeOffset(today.AddDays(-one.DaysAgo).AddHours(9), TimeSpan.Zero),
            }),
        });
        captured.StatusCode.ShouldBe(HttpStatusCode.OK);
        await running.Store.WaitForEventsAsync(project.Id, Looked.Length);
        return (running, project);
    }
}
