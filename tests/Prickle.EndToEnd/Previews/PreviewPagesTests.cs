using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Prickle.EndToEnd.Browsers;
using Prickle.EndToEnd.Product;

namespace Prickle.EndToEnd.Previews;

/// <summary>Previews in a real browser: made, promoted, and chosen by people; the hosted page without a script; the product's own.</summary>
public sealed class PreviewPagesTests(SharedProduct shared, Chromium chromium)
{
    // A PNG of one pixel.
    static readonly byte[] Pixel = Convert.FromBase64String(
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==");

    [Fact]
    public async Task A_preview_is_made_with_nothing_but_a_name_promoted_and_people_come_and_go()
    {
        await using var visitor = await chromium.NewVisitorAsync();
        var running = await shared.StartedAsync();
        var project = await running.Api.NewProjectAsync("Preview pages");
        var page = visitor.Page;
        var address = await People.SignInAsync(page, running, project);

        await page.OpenAsync($"{address}/previews");
        await page.GetByText("No previews yet").WaitForAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Make the first preview" }).ClickAsync();
        await page.GetByLabel("Name, as people see it").FillAsync("New nav");
        await page.GetByLabel("How visitors see it").GetByRole(AriaRole.Heading, new() { Name = "New nav" }).WaitForAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await page.GetByRole(AriaRole.Heading, new() { Name = "New nav", Level = 1 }).WaitForAsync();
        await page.GetByText("Nobody sees a draft").WaitForAsync();
        (await IsOnAsync(running, project, "anna", "new-nav")).ShouldBeFalse();

        await page.GetByRole(AriaRole.Button, new() { Name = "Promote to …" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "beta Nearly there" }).ClickAsync();
        await page.GetByText("New nav is in beta now").WaitForAsync();
        await page.GetByText("moved it from draft to beta").WaitForAsync();
        await EnrollAsync(running, project, "anna", "new-nav");
        await Eventually.HoldsAsync("anna has it", () => IsOnAsync(running, project, "anna", "new-nav"), seen: () => Task.FromResult(running.Process.Log));

        await page.OpenAgainAsync();
        await page.GetByRole(AriaRole.Row, new() { Name = "anna" }).GetByText("in the widget").WaitForAsync();
        await page.GetByLabel("Distinct id of whom to add").FillAsync("bert");
        await page.GetByRole(AriaRole.Button, new() { Name = "Add", Exact = true }).ClickAsync();
        await page.GetByRole(AriaRole.Row, new() { Name = "bert" }).GetByText("by hand").WaitForAsync();
        (await IsOnAsync(running, project, "bert", "new-nav")).ShouldBeTrue();
        await page.GetByRole(AriaRole.Button, new() { Name = "Remove bert" }).ClickAsync();
        await page.GetByRole(AriaRole.Tab, new() { Name = "On 1" }).WaitForAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Undo" }).ClickAsync();
        await page.GetByRole(AriaRole.Tab, new() { Name = "On 2" }).WaitForAsync();
        (await IsOnAsync(running, project, "bert", "new-nav")).ShouldBeTrue();

        // Ending says whom it concerns before it does.
        await page.GetByRole(AriaRole.Button, new() { Name = "End it" }).ClickAsync();
        var question = page.GetByRole(AriaRole.Dialog);
        await question.GetByText("It is switched off for the 2 people who switched it on.").WaitForAsync();
        await question.GetByRole(AriaRole.Button, new() { Name = "Cancel" }).ClickAsync();

        await page.GetByRole(AriaRole.Link, new() { Name = "Previews" }).First.ClickAsync();
        var row = page.GetByRole(AriaRole.Row, new() { Name = "New nav" });
        await row.GetByText("beta", new() { Exact = true }).WaitForAsync();
        await row.GetByRole(AriaRole.Cell, new() { Name = "2", Exact = true }).WaitForAsync();
        visitor.Complaints.ShouldBeEmpty();
    }

    [Fact]
    public async Task What_is_wrong_is_said_at_the_field_screenshots_show_at_once_and_a_viewer_changes_nothing()
    {
        await using var visitor = await chromium.NewVisitorAsync();
        var running = await shared.StartedAsync();
        var project = await running.Api.NewProjectAsync("Preview fields");
        var page = visitor.Page;
        var address = await People.SignInAsync(page, running, project);
        await page.OpenAsync($"{address}/previews/new");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await page.GetByRole(AriaRole.Alert).GetByText("A preview needs a name").WaitForAsync();
        await page.GetByLabel("Name, as people see it").FillAsync("Dark mode");
        await page.GetByLabel("Seats").FillAsync("2");
        await page.GetByLabel("Only some").CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await page.GetByText("Say who: by a condition, or by a code.").WaitForAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Make a code" }).ClickAsync();
        await Assertions.Expect(page.GetByLabel("Or whoever has one of these invite codes")).ToHaveValueAsync(new Regex("^[a-z0-9]{5}-[a-z0-9]{5}$"));
        await page.GetByLabel("Screenshots", new() { Exact = true }).SetInputFilesAsync(
        [
            new FilePayload { Name = "dark.png", MimeType = "image/png", Buffer = Pixel }, new FilePayload { Name = "light.png", MimeType = "image/png", Buffer = Pixel },
        ]);
        await page.GetByLabel("What screenshot 1 shows").FillAsync("A dark page");
        await page.GetByRole(AriaRole.Button, new() { Name = "Remove screenshot 2" }).ClickAsync();
        await Assertions.Expect(page.Locator(".beside img")).ToHaveCountAsync(1);
        await page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await page.GetByRole(AriaRole.Heading, new() { Name = "Dark mode", Level = 1 }).WaitForAsync();
        await page.GetByAltText("A dark page").WaitForAsync();
        await page.GetByText("whoever has the invite code").WaitForAsync();

        // Somebody is quicker: the second to save is told, and loses nothing unseen.
        await page.GetByRole(AriaRole.Link, new() { Name = "Edit" }).ClickAsync();
        await page.GetByLabel("Description").FillAsync("Easy on the eyes");
        var id = (await running.Api.GetAsync($"/api/projects/{project.Id}/early_access_feature")).GetProperty("results")[0].GetProperty("id").GetGuid();
        await SendAsync(running, HttpMethod.Patch, $"/api/projects/{project.Id}/early_access_feature/{id}", new { description = "Dark", version = 1 });
        await page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await page.GetByText("Somebody changed the preview meanwhile").WaitForAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Read it again, without what I wrote" }).ClickAsync();
        await Assertions.Expect(page.GetByLabel("Description")).ToHaveValueAsync("Dark");

        await using var looking = await chromium.NewVisitorAsync();
        var viewed = await People.JoinAsViewerAsync(looking.Page, running, project);
        await looking.Page.OpenAsync($"{viewed}/previews");
        await looking.Page.GetByRole(AriaRole.Row, new() { Name = "Dark mode" }).ClickAsync();
        await looking.Page.GetByText("Nobody has it on").WaitForAsync();
        foreach (var name in (string[])["Promote to …", "End it", "Delete", "Link for one person", "Add"])
        {
            (await looking.Page.GetByRole(AriaRole.Button, new() { Name = name, Exact = true }).CountAsync()).ShouldBe(0, name);
        }
        visitor.Complaints.ShouldBeEmpty();
    }

    [Fact]
    public async Task Compact_tables_are_switched_on_at_once_and_stay_on_wherever_one_signs_in()
    {
        await using var visitor = await chromium.NewVisitorAsync();
        var running = await shared.StartedAsync();
        var project = await running.Api.NewProjectAsync("Own previews");
        var page = visitor.Page;
        var address = await People.SignInAsync(page, running, project);
        await page.OpenAsync($"{address}/events");
        var compact = page.Locator(".frame[data-compact]");
        await Assertions.Expect(compact).ToHaveCountAsync(0);
        await page.GetByRole(AriaRole.Button, new() { Name = "Account" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Previews", Exact = true }).ClickAsync();
        var dialog = page.GetByRole(AriaRole.Dialog);
        var toggle = dialog.GetByRole(AriaRole.Switch, new() { Name = "Compact tables" });
        await toggle.CheckAsync();
        await Assertions.Expect(compact).ToHaveCountAsync(1);
        await dialog.GetByRole(AriaRole.Button, new() { Name = "I want this" }).ClickAsync();
        await dialog.GetByText("it is switched on for you when it is there").WaitForAsync();

        await page.OpenAgainAsync();
        await Assertions.Expect(compact).ToHaveCountAsync(1);
        // The palette opens the same.
        await page.Keyboard.PressAsync("Control+k");
        await page.GetByLabel("Search or jump to").Last.FillAsync("previews");
        await page.GetByRole(AriaRole.Option, new() { Name = "what is coming in Prickle" }).ClickAsync();
        await toggle.UncheckAsync();
        await Assertions.Expect(compact).ToHaveCountAsync(0);
        await dialog.GetByLabel("Why did you switch it off?").FillAsync("My eyes");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Send" }).ClickAsync();
        await dialog.GetByText("that is written down").WaitForAsync();
        await page.OpenAsync(new Uri(running.Process.Address, "/organization/activity").ToString());
        await page.GetByRole(AriaRole.Row, new() { Name = "Compact tables (preview of Prickle)" }).First.ClickAsync();
        await page.GetByText("My eyes").WaitForAsync();
        visitor.Complaints.ShouldBeEmpty();
    }

    [Fact]
    public async Task Without_JavaScript_somebody_switches_on_and_off_and_their_reason_shows_on_the_page()
    {
        await using var visitor = await chromium.NewVisitorAsync();
        var running = await shared.StartedAsync();
        var project = await running.Api.NewProjectAsync("Hosted page");
        await MakeAsync(running, project, """{"name":"Calm mode","description":"Fewer things that move.","stage":"beta"}""");
        var page = visitor.Page;
        var address = await People.SignInAsync(page, running, project);
        await page.OpenAsync($"{address}/previews");
        await page.GetByRole(AriaRole.Row, new() { Name = "Calm mode" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Link for one person" }).ClickAsync();
        await page.GetByRole(AriaRole.Dialog).GetByLabel("Distinct id").FillAsync("carla");
        await page.GetByRole(AriaRole.Button, new() { Name = "Make the link" }).ClickAsync();
        var link = await page.GetByRole(AriaRole.Dialog).Locator("pre").InnerTextAsync();

        await using var context = await page.Context.Browser!.NewContextAsync(new() { JavaScriptEnabled = false });
        var plain = await context.NewPageAsync();
        await plain.GotoAsync(link);
        await plain.GetByRole(AriaRole.Button, new() { Name = "Switch on" }).ClickAsync();
        await plain.GetByText("Calm mode is on for you.").WaitForAsync();
        (await IsOnAsync(running, project, "carla", "calm-mode")).ShouldBeTrue();
        await plain.GetByText("Switch off", new() { Exact = true }).ClickAsync();
        await plain.GetByLabel("Why? You need not say.").FillAsync("It was too calm");
        await plain.GetByRole(AriaRole.Button, new() { Name = "Switch it off" }).ClickAsync();
        await plain.GetByText("Calm mode is off for you. Thank you for saying why.").WaitForAsync();
        (await IsOnAsync(running, project, "carla", "calm-mode")).ShouldBeFalse();

        await page.OpenAgainAsync();
        await page.GetByText("It was too calm").WaitForAsync();
        await page.GetByRole(AriaRole.Tab, new() { Name = "Switched off 1" }).ClickAsync();
        await page.GetByRole(AriaRole.Row, new() { Name = "carla" }).GetByText("on the hosted page").WaitForAsync();
        await Eventually.HoldsAsync("carla is counted", async () =>
        {
            await page.OpenAgainAsync();
            return await page.GetByText("of 1 who had switched it on").CountAsync() == 1;
        });
        visitor.Complaints.ShouldBeEmpty();
    }

    [Fact]
    public async Task Every_button_of_the_hosted_page_works_without_JavaScript()
    {
        await using var visitor = await chromium.NewVisitorAsync();
        var running = await shared.StartedAsync();
        var project = await running.Api.NewProjectAsync("Hosted buttons");
        // The first event that names a company makes the type.
        using var sent = await running.Http.PostAsJsonAsync("/capture/", new Dictionary<string, object>
        {
            ["api_key"] = project.Token,
            ["event"] = "$groupidentify",
            ["distinct_id"] = "dora",
            ["properties"] = new Dictionary<string, object> { ["$group_type"] = "company", ["$group_key"] = "acme", ["$group_set"] = new { } },
        });
        await Eventually.HoldsAsync("the type of group is there", async () =>
            (await running.Api.GetAsync($"/api/projects/{project.Id}/groups_types")).GetArrayLength() == 1);
        var empty = await LinkAsync(running, project, new { distinct_id = "dora" });

        await using var context = await visitor.Page.Context.Browser!.NewContextAsync(new() { JavaScriptEnabled = false });
        var page = await context.NewPageAsync();
        await page.GotoAsync(empty);
        await page.GetByText("There is nothing to try at this moment").WaitForAsync();
        await page.GotoAsync(empty[..^8]);
        await page.GetByText("This link cannot be used").WaitForAsync();

        await MakeAsync(running, project, """{"name":"Thought","stage":"concept"}""");
        await MakeAsync(running, project, """{"name":"Tight","stage":"beta","seat_limit":1}""");
        await MakeAsync(running, project, """{"name":"Shared","stage":"beta","group_type_index":0}""");
        await EnrollAsync(running, project, "first", "tight");
        await page.GotoAsync(await LinkAsync(running, project, new
        {
            distinct_id = "dora",
            groups = new { company = "acme" },
            admin_of = (string[])["company"],
        }));

        var thought = page.GetByRole(AriaRole.Region, new() { Name = "Thought" });
        await thought.GetByRole(AriaRole.Button, new() { Name = "Just tell me" }).ClickAsync();
        await thought.GetByText("You will hear of Thought here.").WaitForAsync();
        await thought.GetByRole(AriaRole.Button, new() { Name = "Switch it on when it is there" }).ClickAsync();
        await thought.GetByText("Thought will be switched on for you when it is there.").WaitForAsync();
        await thought.GetByRole(AriaRole.Button, new() { Name = "Never mind" }).ClickAsync();
        await thought.GetByText("That is forgotten.").WaitForAsync();

        var tight = page.GetByRole(AriaRole.Region, new() { Name = "Tight" });
        await tight.GetByText("All seats are taken.").WaitForAsync();
        await tight.GetByRole(AriaRole.Button, new() { Name = "Get in line" }).ClickAsync();
        await tight.GetByText("You are number 1 in line for Tight.").WaitForAsync();
        await tight.GetByRole(AriaRole.Button, new() { Name = "Leave the line" }).ClickAsync();
        await tight.GetByText("Tight is off for you.").WaitForAsync();

        var group = page.GetByRole(AriaRole.Region, new() { Name = "Shared" });
        await group.GetByRole(AriaRole.Button, new() { Name = "Switch on for everybody in acme" }).ClickAsync();
        await group.GetByText("Shared is on for everybody in acme.").WaitForAsync();
        (await IsOnAsync(running, project, "emil", "shared", """{"company":"acme"}""")).ShouldBeTrue();
        await group.GetByRole(AriaRole.Button, new() { Name = "Switch off for everybody in acme" }).ClickAsync();
        await group.GetByText("Shared is off for everybody in acme.").WaitForAsync();
        (await IsOnAsync(running, project, "emil", "shared", """{"company":"acme"}""")).ShouldBeFalse();
    }

    static Task MakeAsync(Running running, TestProject project, string settings) =>
        running.Api.PostAsync($"/api/projects/{project.Id}/early_access_feature", JsonElement.Parse(settings));

    static async Task<string> LinkAsync(Running running, TestProject project, object whom) =>
        (await SendAsync(running, HttpMethod.Post, $"/api/projects/{project.Id}/early_access_feature/links", whom)).GetProperty("url").GetString()!;

    static async Task<JsonElement> SendAsync(Running running, HttpMethod method, string path, object body)
    {
        using var request = new HttpRequestMessage(method, path) { Content = JsonContent.Create(body) };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", running.Api.PersonalApiKey);
        using var answer = await running.Http.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        answer.IsSuccessStatusCode.ShouldBeTrue(text);
        return JsonElement.Parse(text);
    }

    static async Task EnrollAsync(Running running, TestProject project, string distinctId, string flag)
    {
        using var answer = await running.Http.PostAsJsonAsync("/api/previews/enroll", new { token = project.Token, distinct_id = distinctId, flag, enabled = true });
        answer.IsSuccessStatusCode.ShouldBeTrue(await answer.Content.ReadAsStringAsync());
    }

    static async Task<bool> IsOnAsync(Running running, TestProject project, string distinctId, string flag, string groups = "")
    {
        using var content = new StringContent($$"""{"token":"{{project.Token}}","distinct_id":"{{distinctId}}"{{(groups.Length == 0 ? "" : $",\"groups\":{groups}")}} }""");
        using var answer = await running.Http.PostAsync("/flags/?v=2", content);
        return JsonElement.Parse(await answer.Content.ReadAsStringAsync()).GetProperty("flags").GetProperty(flag).GetProperty("enabled").GetBoolean();
    }
}
