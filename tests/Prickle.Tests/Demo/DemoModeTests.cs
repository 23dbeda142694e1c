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
            var told = new LeafpileStory(DemoProcess.Size, end).Tell().SelectMany(day => day).ToList();
            people = told.Select(item => item.Visitor.Index).Distinct().Count();
            told.Count.ShouldBeGreaterThan(100);
            people.ShouldBeGreaterThan(10);
            first.ShouldBe(told.ToDictionary(item => item.Uuid, item => item.Name), ignoreOrder: true);
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

    // Those of the story: what the previews of the demo tell is told once they are made.
    static async Task<Dictionary<Guid, string>> EventsAsync(DemoProcess demo) =>
        (await demo.ListAsync("events")).Where(item => item.GetProperty("event").GetString() is not { } name
                || !(name.StartsWith("$feature_preview", StringComparison.Ordinal) || name == "$feature_enrollment_update"))
            .ToDictionary(item => item.GetProperty("uuid").GetGuid(), item => item.GetProperty("event").GetString()!);
}
