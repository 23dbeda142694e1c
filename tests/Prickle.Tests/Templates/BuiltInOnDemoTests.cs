using Prickle.Demo.Story;
using Prickle.Tests.Demo;

namespace Prickle.Tests.Templates;

/// <summary>Whoever tries the product on the demo sees what templates are for: none of their tiles is empty there.</summary>
public sealed class BuiltInOnDemoTests : IDisposable
{
    readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("templates-demo-");

    [Fact]
    public async Task Each_template_that_comes_with_the_product_fills_every_tile_on_the_demo_untouched()
    {
        await using var demo = await DemoProcess.StartedAsync(_folder.FullName, new StorySize(Days: 90, People: 200, Companies: 8));
        var templates = (await demo.ListAsync("dashboard_templates")).Select(template => template.GetProperty("key").GetString()!).ToList();
        templates.Count.ShouldBe(10);
        var empty = new List<string>();
        foreach (var key in templates)
        {
            foreach (var tile in (await demo.PostAsync($"dashboard_templates/{key}/dry_run", "{}")).EnumerateArray())
            {
                if (tile.GetProperty("problem").GetString() is { } problem)
                {
                    empty.Add($"{key}, {tile.GetProperty("name").GetString()}: {problem}");
                }
            }
            var made = await demo.PostAsync($"dashboard_templates/{key}/dashboards", "{}");
            foreach (var tile in made.GetProperty("tiles").EnumerateArray().Where(tile => tile.GetProperty("kind").GetString() == "insight"))
            {
                // An error would not be a success.
                await demo.PostAsync($"dashboards/{made.GetProperty("id")}/tiles/{tile.GetProperty("id")}/answer", "{}");
            }
        }
        empty.ShouldBeEmpty();
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
