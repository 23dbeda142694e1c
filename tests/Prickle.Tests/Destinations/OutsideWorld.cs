using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Prickle.Destinations;
using Prickle.Tests.Mail;

namespace Prickle.Tests.Destinations;

/// <summary>Slack, GitHub, a customer's server and a mail server at once: what each kind that leaves the product is told about where it goes.</summary>
sealed class OutsideWorld : IAsyncDisposable
{
    /// <summary>In every secret of every connection.</summary>
    public const string Secret = "Zq7-unmistakable-secret";

    readonly ConcurrentQueue<(string Channel, string Key)> _posts = new();
    readonly ConcurrentQueue<string> _issues = new();
    readonly ConcurrentDictionary<string, int> _hooks = new();

    OutsideWorld(MailServer mail) => Mail = mail;

    public FakeServer Server { get; private set; } = null!;

    public MailServer Mail { get; }

    /// <summary>Answers all of it, in place of what the world would say.</summary>
    public Func<HttpContext, Task>? Instead { get; set; }

    public static async Task<OutsideWorld> StartAsync()
    {
        var world = new OutsideWorld(MailServer.Start());
        world.Server = await FakeServer.StartAsync(world.AnswerAsync);
        return world;
    }

    /// <summary>A connection of a kind to this world; null for kinds that have none.</summary>
    public Dictionary<string, string>? ConnectionOf(DestinationKind kind) => kind.Key switch
    {
        "slack" => new() { ["token"] = $"xoxb-{Secret}", ["api_url"] = Server.Address },
        "slack_webhook" => new() { ["url"] = $"{Server.Address}/hook/{Secret}" },
        "github" => new() { ["token"] = Secret, ["api_url"] = Server.Address },
        "webhook" => new() { ["secret"] = Secret, ["secret_headers"] = $"X-Key: {Secret}" },
        "email" => new() { ["host"] = "127.0.0.1", ["port"] = $"{Mail.Port}", ["encryption"] = "off", ["from"] = "a@shop.example" },
        _ => null,
    };

    /// <summary>A message of a kind that can be sent.</summary>
    public Dictionary<string, string> MessageOf(DestinationKind kind) => kind.Key switch
    {
        "slack" => new() { ["channel"] = "C1", ["text"] = "Hi {{ person.name }}" },
        "slack_webhook" => new() { ["text"] = "Hi {{ person.name }}" },
        "github" => new() { ["repository"] = "a/b", ["title"] = "Hi {{ person.name }}", ["body"] = "There" },
        "webhook" => new() { ["url"] = $"{Server.Address}/in", ["body"] = """{"who":"{{ person.name }}"}""" },
        "email" => new() { ["to"] = "ada@example.com", ["subject"] = "Hi", ["body"] = "<p>{{ person.name }}</p>" },
        _ => kind.Message.ToDictionary(field => field.Name, field => field.Default),
    };

    /// <summary>What has come of all that was sent by a kind.</summary>
    public int EffectsOf(DestinationKind kind) => kind.Key switch
    {
        "slack" => _posts.Count,
        "github" => _issues.Count,
        "webhook" => _hooks.Keys.Count(key => key.Length > 0),
        "email" => Mail.Mails.Count,
        _ => 0,
    };

    async Task AnswerAsync(FakeRequest request, HttpContext context)
    {
        if (Instead is { } instead)
        {
            await instead(context);
            return;
        }
        var echo = new JsonObject { ["path"] = request.Path, ["body"] = request.Body, ["headers"] = new JsonObject(request.Headers.Select(header => KeyValuePair.Create<string, JsonNode?>(header.Key, header.Value))) };
        switch (request)
        {
            case { Path: "/chat.postMessage" }:
                _posts.Enqueue((request.Json.GetProperty("channel").GetString()!, request.Json.GetProperty("metadata").GetProperty("event_payload").GetProperty("key").GetString()!));
                await FakeServer.WriteAsync(context, 200, new JsonObject { ["ok"] = true, ["channel"] = "C1", ["ts"] = "1.0", ["echo"] = echo }.ToJsonString());
                break;
            case { Path: "/conversations.history" }:
                await FakeServer.WriteAsync(context, 200, new JsonObject
                {
                    ["ok"] = true,
                    ["messages"] = new JsonArray([.. _posts.Select(post => new JsonObject { ["ts"] = "1.0", ["metadata"] = new JsonObject { ["event_payload"] = new JsonObject { ["key"] = post.Key } } })]),
                }.ToJsonString());
                break;
            case { Method: "GET" } when request.Path.EndsWith("/issues", StringComparison.Ordinal):
                await FakeServer.WriteAsync(context, 200, new JsonArray([.. _issues.Select(text => new JsonObject { ["number"] = 1, ["html_url"] = "https://github.com/a/b/issues/1", ["body"] = text })]).ToJsonString());
                break;
            case { Method: "POST" } when request.Path.EndsWith("/issues", StringComparison.Ordinal):
                _issues.Enqueue(request.Json.GetProperty("body").GetString()!);
                await FakeServer.WriteAsync(context, 201, new JsonObject { ["number"] = 1, ["html_url"] = $"https://github.com/a/b/issues/1", ["echo"] = echo }.ToJsonString());
                break;
            default:
                _hooks.AddOrUpdate(request.Headers.GetValueOrDefault("Idempotency-Key") ?? "", 1, (_, count) => count + 1);
                await FakeServer.WriteAsync(context, 200, echo.ToJsonString());
                break;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        await Mail.DisposeAsync();
    }
}
