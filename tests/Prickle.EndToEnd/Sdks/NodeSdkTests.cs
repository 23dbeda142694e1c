using Prickle.EndToEnd.Product;

namespace Prickle.EndToEnd.Sdks;

/// <summary>The Node.js SDK as npm delivers it, in a real Node.js.</summary>
public sealed class NodeSdkTests(SharedProduct shared)
{
    [Fact]
    public async Task What_a_back_end_sends_before_it_ends_is_stored()
    {
        var running = await shared.StartedAsync();
        var project = await running.Api.NewProjectAsync("posthog-node");

        await CustomerProgram.RunAsync(
            "node", Path.Combine(Repository.Root, "tests", "Prickle.EndToEnd", "Sdks", "node-session.mjs"),
            running.Process.Address.GetLeftPart(UriPartial.Authority), project.Token);

        var events = await running.Store.WaitForEventsAsync(project.Id, 4);
        events.Select(stored => stored.Name).Order(StringComparer.Ordinal)
            .ShouldBe(["$create_alias", "$groupidentify", "$identify", "plan changed"]);
        events.ShouldAllBe(stored => stored.Property("$lib") == "posthog-node" && stored.Property("$lib_version") == "5.70.0");
        var change = events.Single(stored => stored.Name == "plan changed");
        change.Property("plan").ShouldBe("team");
        change.Groups[0].ShouldBe("acme");

        var person = (await running.Api.GetAsync($"/api/projects/{project.Id}/persons?distinct_id=account-7"))
            .GetProperty("results").EnumerateArray().ShouldHaveSingleItem();
        person.GetProperty("distinct_ids").EnumerateArray().Select(id => id.GetString()).ShouldBe(["account-7", "user-1"], ignoreOrder: true);
        person.GetProperty("properties").GetProperty("email").GetString().ShouldBe("user-1@example.com");
        var groups = await running.Store.QueryAsync(
            $"SELECT key, toJSONString(properties) AS properties FROM prickle.groups FINAL WHERE project_id = {project.Id}",
            row => (row.GetProperty("key").GetString(), row.GetProperty("properties").GetString()));
        groups.ShouldBe([("acme", """{"name":"Acme"}""")]);
    }
}
