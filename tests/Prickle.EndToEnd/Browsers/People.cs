using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Prickle.EndToEnd.Product;

namespace Prickle.EndToEnd.Browsers;

/// <summary>Those who use the product in a browser.</summary>
static class People
{
    const string Password = "four unrelated words here";

    /// <summary>The owner, who may do everything; gives the address of the project.</summary>
    public static async Task<string> SignInAsync(IPage page, Running running, TestProject project)
    {
        await SendAsync(page, running.Process.Address, "owner@example.com");
        return new Uri(running.Process.Address, $"/project/{project.Id}").ToString();
    }

    /// <summary>Somebody who may look at one project and change nothing in it; joins by an invitation.</summary>
    public static async Task<string> JoinAsViewerAsync(IPage page, Running running, TestProject project)
    {
        var invitation = await running.Api.PostAsync("/api/organizations/@current/invitations", new { role = "viewer", project_ids = (int[])[project.Id] });
        await page.GotoAsync(new Uri(running.Process.Address, new Uri(invitation.GetProperty("link").GetString()!).PathAndQuery).ToString());
        await page.GetByLabel("Your e-mail").FillAsync($"viewer-{project.Id}@example.com");
        await page.GetByLabel("Your name").FillAsync("Vera");
        await page.GetByLabel("Password").FillAsync(Password);
        await page.GetByRole(AriaRole.Button, new() { Name = "Make an account and join" }).ClickAsync();
        await LeftAsync(page, "/invite/");
        return new Uri(running.Process.Address, $"/project/{project.Id}").ToString();
    }

    /// <summary>Opens a page of the product and waits until it hears: prerendered, it looks ready and hears nothing.</summary>
    public static async Task OpenAsync(this IPage page, string address)
    {
        await page.GotoAsync(address);
        await HeardAsync(page);
    }

    /// <summary>Loads the page anew, and waits likewise.</summary>
    public static async Task OpenAgainAsync(this IPage page)
    {
        await page.ReloadAsync();
        await HeardAsync(page);
    }

    /// <summary>Waits until the address is such a one. A page may move on while it loads: the end of its loading is not waited for.</summary>
    public static async Task ArrivedAsync(this IPage page, Func<string, bool> isReached)
    {
        // Looked at again and again: a wait for the next navigation misses one that came between the look and the wait.
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (!isReached(page.Url))
        {
            if (deadline.IsCancellationRequested)
            {
                throw new TimeoutException($"The page is still at {page.Url}.");
            }
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>Chooses an event or an action where one can be chosen.</summary>
    public static async Task ChooseAsync(IPage page, string label, string name)
    {
        await page.GetByRole(AriaRole.Button, new() { NameRegex = new Regex($"^{Regex.Escape(label)}: ") }).First.ClickAsync();
        await page.GetByLabel("Search events and actions").FillAsync(name);
        await page.Locator(".entities .offer", new() { HasText = name }).First.ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = $"{label}: {name}", Exact = true }).WaitForAsync();
    }

    /// <summary>Waits until a list has its rows.</summary>
    public static Task ListedAsync(IPage page) => page.Locator("table[aria-busy='false']").First.WaitForAsync();

    static async Task LeftAsync(IPage page, string path)
    {
        await page.ArrivedAsync(url => !url.Contains(path, StringComparison.Ordinal));
        await HeardAsync(page);
    }

    static Task HeardAsync(IPage page) => Assertions.Expect(page.Locator("[data-prerendered]")).ToHaveCountAsync(0, new() { Timeout = 60_000 });

    static async Task SendAsync(IPage page, Uri address, string email)
    {
        await page.GotoAsync(new Uri(address, "/sign-in").ToString());
        await page.FillAsync("input[type=email]", email);
        await page.FillAsync("input[type=password]", Password);
        await page.ClickAsync("button[type=submit]");
        await LeftAsync(page, "/sign-in");
    }
}
