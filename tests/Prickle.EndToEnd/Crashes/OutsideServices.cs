using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Prickle.Tests.Mail;

namespace Prickle.EndToEnd.Crashes;

/// <summary>
/// A customer's server, Slack, GitHub and a mail server, which outlive the product. They keep everything that comes, twice where it
/// comes twice, and answer a moment after they have it: a product that dies in between does not learn that it arrived.
/// </summary>
sealed partial class OutsideServices : IAsyncDisposable
{
    static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(20);

    readonly WebApplication _app;
    readonly ConcurrentQueue<string> _posts = new();
    readonly ConcurrentQueue<string> _issues = new();

    OutsideServices(WebApplication app) => _app = app;

    public Uri Address { get; private set; } = null!;

    public MailServer Mail { get; } = MailServer.Start();

    /// <summary>What came to the customer's server, by its key: it knows a message by that, as the header asks it to.</summary>
    public ConcurrentDictionary<string, string> Hooks { get; } = new();

    /// <summary>The key of each message in Slack's channel, the oldest first.</summary>
    public IReadOnlyList<string> Posts => [.. _posts];

    /// <summary>The hidden mark of each issue, the oldest first.</summary>
    public IReadOnlyList<string> Issues => [.. _issues.Select(body => Mark().Match(body).Value)];

    /// <summary>Whom each mail is to.</summary>
    public IReadOnlyList<string> MailedTo => [.. Mail.Mails.Select(mail => mail.To.ToString())];

    public static async Task<OutsideServices> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var services = new OutsideServices(app);
        app.MapPost("/", services.TakeAsync);
        app.MapPost("/slack/chat.postMessage", services.PostAsync);
        app.MapGet("/slack/conversations.history", services.HistoryAsync);
        app.MapPost("/github/repos/shop/shop/issues", services.OpenIssueAsync);
        app.MapGet("/github/repos/shop/shop/issues", services.IssuesAsync);
        await app.StartAsync();
        services.Address = new Uri(app.Urls.First());
        return services;
    }

    async Task TakeAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body);
        Hooks.TryAdd(context.Request.Headers["Idempotency-Key"].ToString(), await reader.ReadToEndAsync());
    }

    async Task PostAsync(HttpContext context)
    {
        var message = (await JsonNode.ParseAsync(context.Request.Body))!;
        _posts.Enqueue(message["metadata"]!["event_payload"]!["key"]!.GetValue<string>());
        await Task.Delay(Moment);
        await context.Response.WriteAsJsonAsync(new { ok = true, channel = "C1", ts = "1.0" });
    }

    Task HistoryAsync(HttpContext context) => context.Response.WriteAsJsonAsync(new
    {
        ok = true,
        messages = Posts.Reverse().Take(int.Parse(context.Request.Query["limit"].ToString(), CultureInfo.InvariantCulture))
            .Select(key => new { ts = "1.0", metadata = new { event_payload = new { key } } }),
    });

    async Task OpenIssueAsync(HttpContext context)
    {
        var issue = (await JsonNode.ParseAsync(context.Request.Body))!;
        _issues.Enqueue(issue["body"]!.GetValue<string>());
        await Task.Delay(Moment);
        await WriteAsync(context, StatusCodes.Status201Created, IssueOf(issue["body"]!.GetValue<string>(), _issues.Count));
    }

    Task IssuesAsync(HttpContext context)
    {
        int Number(string name) => int.Parse(context.Request.Query[name].ToString(), CultureInfo.InvariantCulture);
        var newest = _issues.Select(IssueOf).Reverse().Skip((Number("page") - 1) * Number("per_page")).Take(Number("per_page"));
        return WriteAsync(context, StatusCodes.Status200OK, new JsonArray([.. newest]));
    }

    static JsonNode IssueOf(string body, int index) => new JsonObject { ["number"] = index + 1, ["html_url"] = "https://github.com/shop/shop/issues/1", ["body"] = body };

    static Task WriteAsync(HttpContext context, int status, JsonNode body)
    {
        (context.Response.StatusCode, context.Response.ContentType) = (status, "application/json; charset=utf-8");
        return context.Response.WriteAsync(body.ToJsonString());
    }

    [GeneratedRegex("<!-- prickle:[0-9a-f]+ -->")]
    private static partial Regex Mark();

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        await Mail.DisposeAsync();
    }
}
