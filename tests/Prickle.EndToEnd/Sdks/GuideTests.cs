using Prickle.EndToEnd.Product;

namespace Prickle.EndToEnd.Sdks;

/// <summary>What docs/sdks.md tells people to paste does what it says. (The page's snippet is held by the browser tests.)</summary>
public sealed class GuideTests(SharedProduct shared)
{
    [Fact]
    public Task The_code_for_Node_stores_its_event() => ShouldStoreAsync("Node.js", async code =>
    {
        // Below the repository, so that Node finds its packages.
        var folder = Directory.CreateDirectory(Path.Combine(Repository.Root, "artifacts", "guide"));
        var program = Path.Combine(folder.FullName, $"{Guid.NewGuid():N}.mjs");
        await File.WriteAllTextAsync(program, code);
        try
        {
            await CustomerProgram.RunAsync("node", program);
        }
        finally
        {
            File.Delete(program);
        }
    });

    [Fact]
    public Task The_command_for_curl_stores_its_event() => ShouldStoreAsync("curl", code => CustomerProgram.RunAsync("sh", "-c", code));

    async Task ShouldStoreAsync(string heading, Func<string, Task> run)
    {
        var running = await shared.StartedAsync();
        var project = await running.Api.NewProjectAsync($"guide for {heading}");

        await run(Guide.Code(heading, running.Process, project));

        var stored = (await running.Store.WaitForEventsAsync(project.Id, 1)).Single();
        (stored.Name, stored.DistinctId, stored.Property("plan")).ShouldBe(("signed up", "user-1", "team"));
    }
}
