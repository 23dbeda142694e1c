using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Prickle.Benchmarks.Processes;

namespace Prickle.Benchmarks.Automations;

/// <summary>Makes automations and events by way of the API.</summary>
sealed class AutomationWorld(HttpClient http, Product product, Uri receiver)
{
    const int BatchSize = 50;
    const int Senders = 8;

    public void SignIn() => http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", product.PersonalApiKey);

    /// <summary>The step that tells the receiver since when.</summary>
    object Tell(string id) => new { type = "destination", id, kind = "webhook", fields = new { url = receiver.ToString(), body = "{{ event.properties.at }}" } };

    /// <summary>Begun by one event and a condition, with one message.</summary>
    public Task<int> PublishAsync(string trigger, CancellationToken cancellationToken) => PublishAsync(trigger, [Tell("tell")], cancellationToken);

    /// <summary>The same after a pause.</summary>
    public Task<int> PublishPausingAsync(string trigger, string pause, CancellationToken cancellationToken) =>
        PublishAsync(trigger, [new { type = "pause", id = "wait", @for = pause, next = "tell" }, Tell("tell")], cancellationToken);

    async Task<int> PublishAsync(string trigger, object[] steps, CancellationToken cancellationToken)
    {
        var filters = new { type = "AND", values = new[] { new { key = "amount", @operator = "gt", value = "10", type = "event" } } };
        var made = await PostAsync("automations", new { name = trigger, definition = new { trigger = new { type = "event", events = new[] { trigger }, filters }, steps } }, cancellationToken);
        var id = made.GetProperty("id").GetInt32();
        await PostAsync($"automations/{id}/publish", new { }, cancellationToken);
        return id;
    }

    /// <summary>Bodies of fifty events each, of which a part are named so that an automation fits.</summary>
    /// <param name="names">Gives the name of an event by its number.</param>
    public IReadOnlyList<Func<byte[]>> Bodies(int events, string who, Func<int, string> names) =>
    [
        .. Enumerable.Range(0, events).Chunk(BatchSize).Select(chunk => (Func<byte[]>)(() =>
        {
            // The moment is that of sending.
            var at = (DateTimeOffset.UtcNow - DateTimeOffset.UnixEpoch).TotalMilliseconds;
            return JsonSerializer.SerializeToUtf8Bytes(new
            {
                api_key = product.ProjectToken,
                batch = chunk.Select(number => new
                {
                    @event = names(number),
                    distinct_id = $"{who}-{number % 5000}",
                    properties = new Dictionary<string, object>
                    {
                        ["at"] = at, ["amount"] = 20 + (number % 7), ["$current_url"] = "https://shop.test/checkout", ["$lib"] = "web", ["$browser"] = "Firefox", ["step"] = number % 11,
                        ["plan"] = "pro", ["seats"] = number % 50, ["$screen_height"] = 900, ["$screen_width"] = 1440,
                    },
                }),
            });
        })),
    ];

    public async Task SendAsync(IReadOnlyList<Func<byte[]>> bodies, CancellationToken cancellationToken) =>
        await Parallel.ForEachAsync(bodies, new ParallelOptions { MaxDegreeOfParallelism = Senders, CancellationToken = cancellationToken }, async (body, token) => await SendAsync(body, token));

    /// <summary>One body after another at a steady rate.</summary>
    public async Task SendSteadilyAsync(IReadOnlyList<Func<byte[]>> bodies, TimeSpan each, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(each);
        foreach (var body in bodies)
        {
            await timer.WaitForNextTickAsync(cancellationToken);
            await SendAsync(body, cancellationToken);
        }
    }

    async Task SendAsync(Func<byte[]> body, CancellationToken cancellationToken)
    {
        using var content = new ByteArrayContent(body());
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        using var reply = await http.PostAsync(new Uri(product.Address, "batch/"), content, cancellationToken);
        reply.EnsureSuccessStatusCode();
    }

    /// <summary>Waits until so many events of a name are stored, by the product's own answer.</summary>
    public async Task StoredAsync(string who, int count, CancellationToken cancellationToken)
    {
        while (true)
        {
            var answer = await PostAsync("query", new { query = new { kind = "SqlQuery", query = $"SELECT count() FROM events WHERE startsWith(distinct_id, '{who}-') AND not startsWith(event, '$automation')" } }, cancellationToken);
            if (answer.GetProperty("results")[0][0].GetInt64() >= count)
            {
                return;
            }
            await Task.Delay(TimeSpan.FromMilliseconds(50), cancellationToken);
        }
    }

    async Task<JsonElement> PostAsync(string path, object body, CancellationToken cancellationToken)
    {
        using var reply = await http.PostAsJsonAsync(new Uri(product.Address, $"api/projects/@current/{path}"), body, cancellationToken);
        var text = await reply.Content.ReadAsStringAsync(cancellationToken);
        return reply.IsSuccessStatusCode ? JsonElement.Parse(text) : throw new InvalidOperationException($"{path}: {(int)reply.StatusCode} {text}");
    }
}
