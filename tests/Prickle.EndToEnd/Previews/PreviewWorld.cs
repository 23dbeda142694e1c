using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Playwright;
using Prickle.EndToEnd.Browsers;
using Prickle.EndToEnd.Product;
using Prickle.EndToEnd.Sdks;

namespace Prickle.EndToEnd.Previews;

/// <summary>A customer who offers previews: their project, their site, and a visitor in front of it.</summary>
sealed class PreviewWorld : IAsyncDisposable
{
    readonly Running running;
    readonly CustomerSite site;

    PreviewWorld(Running running, CustomerSite site, Visitor visitor, TestProject project) =>
        (this.running, this.site, Visitor, Project) = (running, site, visitor, project);

    public Visitor Visitor { get; }

    public IPage Page => Visitor.Page;

    public TestProject Project { get; }

    public Store Store => running.Store;

    /// <summary>Where the product is, as pages write it.</summary>
    public string Host => running.Process.Address.GetLeftPart(UriPartial.Authority);

    string Previews => $"/api/projects/{Project.Id}/early_access_feature";

    public static async Task<PreviewWorld> StartAsync(SharedProduct shared, Chromium chromium, bool isSiteApp = false)
    {
        var running = await shared.StartedAsync();
        var project = await running.Api.PostAsync("/api/projects", new { name = "Previews", previews_site_app = isSiteApp });
        var visitor = await chromium.NewVisitorAsync();
        return new PreviewWorld(running, await CustomerSite.StartAsync(), visitor,
            new TestProject(project.GetProperty("id").GetInt32(), project.GetProperty("api_token").GetString()!));
    }

    /// <summary>Makes a preview, and gives its id.</summary>
    public async Task<Guid> OfferAsync(object preview) => (await running.Api.PostAsync(Previews, preview)).GetProperty("id").GetGuid();

    /// <summary>A flag that is on for this share of the visitors.</summary>
    public Task RollOutAsync(string key, int percentage) => running.Api.PostAsync($"/api/projects/{Project.Id}/feature_flags",
        new { key, filters = new { groups = new[] { new { rollout_percentage = percentage } } } });

    public async Task MoveAsync(Guid id, string stage)
    {
        using var content = JsonContent.Create(new { stage });
        await SendAsync(HttpMethod.Patch, $"{Previews}/{id}", content, HttpStatusCode.OK);
    }

    public async Task AddPictureAsync(Guid id, byte[] png, string alt)
    {
        using var content = new ByteArrayContent(png);
        content.Headers.ContentType = new MediaTypeHeaderValue("image/png");
        await SendAsync(HttpMethod.Post, $"{Previews}/{id}/screenshots?alt={Uri.EscapeDataString(alt)}", content, HttpStatusCode.Created);
    }

    /// <summary>Signed words of the customer's server about who somebody is.</summary>
    public async Task<string> SignAsync(object who)
    {
        using var content = JsonContent.Create(who);
        return (await SendAsync(HttpMethod.Post, $"{Previews}/links", content, HttpStatusCode.OK)).GetProperty("identity").GetString()!;
    }

    public Task<JsonElement> AskAsync(Guid id, string what = "") => running.Api.GetAsync($"{Previews}/{id}{what}");

    /// <summary>Puts a page on the customer's site, and gives its address.</summary>
    public string Publish(string head, string body = "<main>The customer's own page</main>") => site.Publish("home", head, body);

    /// <summary>The widget, as a page places it.</summary>
    public string Widget(string attributes = "") =>
        $"""<script src="{Host}/static/previews.js" data-token="{Project.Token}" {attributes} async></script>""";

    /// <summary>posthog-js as a build brings it: there after the page's other scripts. Counts the answers about flags.</summary>
    public string PostHog(string package, string options = "") => $$"""
        <script type="module">
          import posthog from "{{site.Origin}}npm/{{package}}/dist/module.js";
          window.answers = 0;
          posthog.init("{{Project.Token}}", { api_host: "{{Host}}", person_profiles: "identified_only", {{options}} });
          posthog.onFeatureFlags(() => { window.answers++; });
          window.posthog = posthog;
        </script>
        """;

    /// <summary>posthog-js as the guide has pages paste it: a place-holder until its script is there.</summary>
    public string Snippet => Guide.Code("Web page", running.Process, Project);

    public ILocator Opener => Page.GetByRole(AriaRole.Button, new() { Name = "Previews", Exact = true });

    public ILocator Dialog => Page.GetByRole(AriaRole.Dialog, new() { Name = "Feature previews" });

    public ILocator Card(string name) => Dialog.GetByRole(AriaRole.Article, new() { Name = name, Exact = true });

    /// <summary>A switch that shows what the server has kept: a card is busy until it is answered.</summary>
    public ILocator Switch(string name) => Dialog.Locator("article:not([aria-busy])").GetByRole(AriaRole.Switch, new() { Name = name, Exact = true });

    public static Task IsOnAsync(ILocator toggle, bool isOn) =>
        Assertions.Expect(toggle).ToHaveAttributeAsync("aria-checked", isOn ? "true" : "false");

    public static Task ShowsAsync(ILocator place, string text) => Assertions.Expect(place).ToContainTextAsync(text);

    public static Task IsThereAsync(ILocator place) => Assertions.Expect(place).ToBeVisibleAsync();

    /// <summary>Waits until the page's flags have been answered, and says what one is.</summary>
    public async Task<bool?> FlagAsync(string key)
    {
        await Page.WaitForFunctionAsync("() => window.answers > 0");
        return await Page.EvaluateAsync<bool?>("key => posthog.isFeatureEnabled(key)", key);
    }

    /// <summary>Waits until the page's flag is such.</summary>
    public Task FlagBecomesAsync(string key, bool isOn) =>
        Page.WaitForFunctionAsync("([key, isOn]) => window.posthog?.isFeatureEnabled(key) === isOn", new object[] { key, isOn });

    async Task<JsonElement> SendAsync(HttpMethod method, string path, HttpContent content, HttpStatusCode expected)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", running.Api.PersonalApiKey);
        using var response = await running.Http.SendAsync(request);
        var body = await response.Content.ReadAsStringAsync();
        response.StatusCode.ShouldBe(expected, body);
        return JsonElement.Parse(body);
    }

    public async ValueTask DisposeAsync()
    {
        await Visitor.DisposeAsync();
        await site.DisposeAsync();
    }
}
