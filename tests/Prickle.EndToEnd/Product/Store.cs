using System.Text;
using System.Text.Json;

namespace Prickle.EndToEnd.Product;

/// <summary>What the analytical store holds, read past the product. Rows are counted as they lie there: no FINAL, no DISTINCT.</summary>
sealed class Store(ProductProcess product) : IDisposable
{
    readonly HttpClient http = new(new SocketsHttpHandler { UseProxy = false }) { Timeout = TimeSpan.FromSeconds(30) };

    /// <summary>The events of a project, oldest first.</summary>
    public Task<List<StoredEvent>> EventsAsync(int projectId, string where = "1") => QueryAsync(
        $"""
        SELECT uuid, event, timestamp, distinct_id, person_id, person_profile, session_id, elements_chain,
               [group_0, group_1] AS groups, toJSONString(properties) AS properties
        FROM prickle.events WHERE project_id = {projectId} AND ({where}) ORDER BY timestamp, uuid
        """,
        StoredEvent.Read);

    /// <summary>Waits until a project has so many ingestion warnings, which follow their events; checks their reasons.</summary>
    public async Task WaitForWarningsAsync(int projectId, string[] reasons)
    {
        var found = await Eventually.GetAsync(
            $"project {projectId} has the warnings {string.Join(", ", reasons)}",
            async () => await WarningsAsync(projectId) is { } warnings && warnings.Count >= reasons.Length ? warnings : null);
        found.ShouldBe(reasons);
    }

    /// <summary>Waits until so many events of a project are stored, and gives them; more than that is a failure.</summary>
    public async Task<List<StoredEvent>> WaitForEventsAsync(int projectId, int count, string where = "1", TimeSpan? deadline = null)
    {
        var found = await Eventually.GetAsync(
            $"{count} events of project {projectId} are stored",
            async () => await EventsAsync(projectId, where) is { } events && events.Count >= count ? events : null,
            deadline,
            async () => $"There are: {string.Join(", ", (await EventsAsync(projectId, where)).Select(stored => stored.Name))}\n{product.Log}");
        found.Count.ShouldBe(count);
        return found;
    }

    Task<List<string>> WarningsAsync(int projectId) => QueryAsync(
        $"SELECT reason FROM prickle.ingestion_warnings WHERE project_id = {projectId} ORDER BY timestamp",
        row => row.GetProperty("reason").GetString()!);

    /// <summary>Rows of any query.</summary>
    public async Task<List<T>> QueryAsync<T>(string sql, Func<JsonElement, T> read)
    {
        var engine = product.Engine ?? throw new InvalidOperationException($"The engine does not run:\n{product.Log}");
        using var request = new HttpRequestMessage(HttpMethod.Post,
            $"http://127.0.0.1:{engine.Port}/?default_format=JSONEachRow&output_format_json_quote_64bit_integers=0");
        request.Headers.Add("X-ClickHouse-Key", engine.Secret);
        request.Content = new StringContent(sql, Encoding.UTF8);
        using var response = await http.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        response.IsSuccessStatusCode.ShouldBeTrue(text);
        return [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => read(JsonElement.Parse(line)))];
    }

    public void Dispose() => http.Dispose();
}

/// <summary>One row of events.</summary>
sealed record StoredEvent(
    Guid Uuid, string Name, string Timestamp, string DistinctId, Guid PersonId, bool HasProfile, string SessionId, string ElementsChain,
    IReadOnlyList<string> Groups, JsonElement Properties)
{
    public static StoredEvent Read(JsonElement row) => new(
        row.GetProperty("uuid").GetGuid(),
        Text(row, "event"),
        Text(row, "timestamp"),
        Text(row, "distinct_id"),
        row.GetProperty("person_id").GetGuid(),
        row.GetProperty("person_profile").GetBoolean(),
        Text(row, "session_id"),
        Text(row, "elements_chain"),
        [.. row.GetProperty("groups").EnumerateArray().Select(key => key.GetString()!)],
        JsonElement.Parse(Text(row, "properties")));

    /// <summary>The text of a property, or null.</summary>
    public string? Property(string name) => Properties.TryGetProperty(name, out var value) ? value.ToString() : null;

    static string Text(JsonElement row, string name) => row.GetProperty(name).GetString()!;
}
