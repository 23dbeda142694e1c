using System.Net;
using System.Text.Json;
using Prickle.Tests.Accounts;
using Prickle.Tests.Engine;

namespace Prickle.Tests.House.Operations;

/// <summary>Writes, starts and watches operations by the API, as a program of the owner does.</summary>
sealed class OperationDesk(HouseHost house, Guid server)
{
    string Path => $"{house.Servers}/{server}/operations";

    /// <summary>Writes a ready-made operation, and drafts it; gives its id.</summary>
    public async Task<string> DraftAsync(string template, Dictionary<string, string> fields) =>
        await DraftAsync(await house.Client.PostAsync($"{Path}/templates/{template}", fields).JsonAsync());

    public async Task<string> DraftAsync(object definition) => (await house.Client.PostAsync(Path, definition).JsonAsync(HttpStatusCode.Created)).Text("id");

    public Task<JsonElement> PlanAsync(string id) => ActAsync(id, "plan");

    /// <summary>Makes the dry run, approves it and starts it.</summary>
    public async Task<JsonElement> StartAsync(string id)
    {
        var planned = await PlanAsync(id);
        planned.Text("state").ShouldBe("planned");
        return await house.Client.PostAsync($"{Path}/{id}/approve", new { hash = planned.Text("hash") }).JsonAsync();
    }

    public Task<JsonElement> ActAsync(string id, string action, HttpStatusCode expected = HttpStatusCode.OK) => house.Client.PostAsync($"{Path}/{id}/{action}", new { }).JsonAsync(expected);

    public Task<JsonElement> PutAsync(string id, string what, object body) => house.Client.PutAsync($"{Path}/{id}/{what}", body).JsonAsync();

    public Task<JsonElement> GetAsync(string id) => house.GetAsync($"{Path}/{id}");

    /// <summary>Waits until it is in a state; says what it is in where it does not come to be.</summary>
    public async Task<JsonElement> UntilAsync(string id, string state)
    {
        JsonElement operation = default;
        try
        {
            await Eventually.IsTrueAsync(async () => (operation = await GetAsync(id)).Text("state") == state || (operation.Text("state") is "failed" or "rollback_failed" && state is not "rollback_failed"));
        }
        catch (OperationCanceledException)
        {
            // Said below.
        }
        operation.Text("state").ShouldBe(state, $"{operation.GetProperty("detail")} {operation.GetProperty("progress")}");
        return operation;
    }

    public async Task<IReadOnlyList<JsonElement>> EventsAsync(string id) => [.. (await house.GetAsync($"{Path}/{id}/events?limit=500")).GetProperty("results").EnumerateArray()];
}
