using Microsoft.Playwright;
using Prickle.EndToEnd.Browsers;

[assembly: AssemblyFixture(typeof(Chromium))]

namespace Prickle.EndToEnd.Browsers;

/// <summary>One real browser for all tests, Debian's own; each test has a profile to itself.</summary>
public sealed class Chromium : IAsyncLifetime
{
    readonly SemaphoreSlim starting = new(1, 1);
    IPlaywright? playwright;
    IBrowser? browser;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    /// <summary>A fresh visitor.</summary>
    internal async Task<Visitor> NewVisitorAsync()
    {
        await starting.WaitAsync();
        try
        {
            playwright ??= await Playwright.CreateAsync();
            // Met as soon as it is there; five seconds are too few where other work keeps the machine busy.
            Assertions.SetDefaultExpectTimeout(30_000);
            browser ??= await playwright.Chromium.LaunchAsync(new()
            {
                ExecutablePath = "/usr/bin/chromium",
                Headless = true,
                Args =
                [
                    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
                    "--disable-component-update", "--disable-sync",
                    // The SDKs leave robots out; a visitor's browser does not say that it is driven. The name is given here
                    // because a context's own does not hold while a page is left.
                    "--disable-blink-features=AutomationControlled",
                    "--user-agent=Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36",
                ],
            });
        }
        finally
        {
            starting.Release();
        }
        return await Visitor.ArriveAsync(browser);
    }

    public async ValueTask DisposeAsync()
    {
        if (browser is not null)
        {
            await browser.DisposeAsync();
        }
        playwright?.Dispose();
        starting.Dispose();
    }
}

/// <summary>A visitor with one page, and what the browser said and asked for meanwhile.</summary>
sealed class Visitor : IAsyncDisposable
{
    readonly IBrowserContext context;

    Visitor(IBrowserContext context, IPage page)
    {
        this.context = context;
        Page = page;
        page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning")
            {
                Complaints.Add($"{message.Type}: {message.Text} ({message.Location})");
            }
        };
        page.PageError += (_, error) => Complaints.Add($"uncaught: {error}");
        context.Request += (_, request) => Requests.Add(new Uri(request.Url));
        context.Response += (_, response) =>
        {
            if (response.Status >= 400)
            {
                Complaints.Add($"{response.Status} for {response.Url}");
            }
        };
    }

    public IPage Page { get; }

    /// <summary>Errors and warnings of the console, uncaught exceptions, and answers of 400 and above.</summary>
    public List<string> Complaints { get; } = [];

    /// <summary>Every address that was asked for, beacons included.</summary>
    public List<Uri> Requests { get; } = [];

    public static async Task<Visitor> ArriveAsync(IBrowser browser)
    {
        var context = await browser.NewContextAsync();
        context.SetDefaultTimeout(60_000);
        return new Visitor(context, await context.NewPageAsync());
    }

    public ValueTask DisposeAsync() => context.DisposeAsync();
}
