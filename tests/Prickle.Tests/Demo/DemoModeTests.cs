using Prickle.Demo.Story;

namespace Prickle.Tests.Demo;

public sealed class DemoModeTests : IDisposable
{
    readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("demo-mode-");

    [Fact]
    public async Task An_empty_folder_is_filled_once_however_often_the_demo_starts()
    {
        Dictionary<Guid, string> first;
        DateTimeOffset end;
        int people;
        await using (var demo = await DemoProcess.StartedAsync(_folder.FullName))
        {
            first = await EventsAsync(demo);
            end = demo.File.End;
            var story = new LeafpileStory(DemoProcess.Size, end).Tell().SelectMany(day => day).ToList();
            var told = story.ToDictionary(item => item.Uuid, item => item.Name);
            people = story.Select(item => item.Visitor.Index).Distinct().Count();
            told.Count.ShouldBeGreaterThan(100);
            first.ShouldBe(told, ignoreOrder: true);
            (await demo.ListAsync("persons")).Count.ShouldBe(people);
            demo.File.IsComplete.ShouldBeTrue();
        }

        await using (var again = await DemoProcess.StartedAsync(_folder.FullName))
        {
            again.File.End.ShouldBe(end);
            (await EventsAsync(again)).ShouldBe(first, ignoreOrder: true);
            // As if the first start had been killed when all but the last word was said.
            (again.File with { IsComplete = false }).Write(_folder.FullName);
        }

        await using (var resumed = await DemoProcess.StartedAsync(_folder.FullName))
        {
            resumed.File.IsComplete.ShouldBeTrue();
            (await EventsAsync(resumed)).ShouldBe(first, ignoreOrder: true);
            (await resumed.ListAsync("persons")).Count.ShouldBe(people);
        }
    }

    public void Dispose() => _folder.Delete(recursive: true);

    static async Task<Dictionary<Guid, string>> EventsAsync(DemoProcess demo) =>
        (await demo.ListAsync("events")).ToDictionary(item => item.GetProperty("uuid").GetGuid(), item => item.GetProperty("event").GetString()!);
}
