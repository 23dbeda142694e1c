using System.Text;
using System.Text.Json;
using Prickle.EndToEnd.Product;

namespace Prickle.EndToEnd.Capture;

/// <summary>What events say about who is who, from the request to the API.</summary>
public sealed class MergeTests(SharedProduct shared)
{
    [Fact]
    public async Task Two_people_who_are_both_known_are_brought_together_by_a_dangerous_merge_and_by_nothing_else()
    {
        var running = await shared.StartedAsync();
        var project = await running.Api.NewProjectAsync("dangerous merge");
        // Both have logged in: an identify does not merge them, and a warning says so.
        await SendAsync(running, project, """
            {"event":"$identify","distinct_id":"work","properties":{"$anon_distinct_id":"visitor-1","$set":{"plan":"pro","city":"Oslo"}}},
            {"event":"$identify","distinct_id":"home","properties":{"$anon_distinct_id":"visitor-2","$set":{"plan":"free","name":"Ada"}}},
            {"event":"$identify","distinct_id":"work","properties":{"$anon_distinct_id":"home"}}
            """);
        await running.Store.WaitForEventsAsync(project.Id, 3);
        await running.Store.WaitForWarningsAsync(project.Id, ["MergeRefused"]);
        (await PersonOfAsync(running, project, "home")).GetProperty("id").GetGuid()
            .ShouldNotBe((await PersonOfAsync(running, project, "work")).GetProperty("id").GetGuid());

        await SendAsync(running, project, """{"event":"$merge_dangerously","distinct_id":"work","properties":{"alias":"home"}}""");
        await running.Store.WaitForEventsAsync(project.Id, 4);

        var merged = await PersonOfAsync(running, project, "home");
        merged.GetProperty("distinct_ids").EnumerateArray().Select(id => id.GetString()).ShouldBe(["work", "visitor-1", "home", "visitor-2"], ignoreOrder: true);
        // The values of the one that stays win, the other's fill the holes.
        var properties = merged.GetProperty("properties");
        properties.GetProperty("plan").GetString().ShouldBe("pro");
        properties.GetProperty("city").GetString().ShouldBe("Oslo");
        properties.GetProperty("name").GetString().ShouldBe("Ada");
        // All four events are that person's, those from before as well.
        var id = merged.GetProperty("id").GetGuid();
        await Eventually.HoldsAsync($"all four events belong to person {id}", async () =>
            (await running.Api.GetAsync($"/api/projects/{project.Id}/events?person_id={id}")).GetProperty("results").GetArrayLength() == 4);
    }

    static async Task<JsonElement> PersonOfAsync(Running running, TestProject project, string distinctId) =>
        (await running.Api.GetAsync($"/api/projects/{project.Id}/persons?distinct_id={distinctId}")).GetProperty("results").EnumerateArray().ShouldHaveSingleItem();

    static async Task SendAsync(Running running, TestProject project, string events)
    {
        using var body = new StringContent($$"""{"api_key":"{{project.Token}}","batch":[{{events}}]}""", Encoding.UTF8, "application/json");
        using var response = await running.Http.PostAsync("/batch/", body);
        response.EnsureSuccessStatusCode();
    }
}
