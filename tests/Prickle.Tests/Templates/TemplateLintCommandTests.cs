using Microsoft.Extensions.DependencyInjection;
using Prickle.Templates;
using Prickle.Tests.Accounts;

namespace Prickle.Tests.Templates;

public sealed class TemplateLintCommandTests(SharedAccounts shared) : IDisposable
{
    readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("lint-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Each_problem_of_each_file_is_a_line_with_its_place()
    {
        var good = Write("good", """{"schema":1,"key":"good","name":"Good","tiles":[{"id":"words","name":"Words","kind":"text","body":"Hello","layouts":{"sm":{"x":0,"y":0,"w":6,"h":4},"xs":{"x":0,"y":0,"w":1,"h":4}}}]}""");
        var unknown = Write("unknown", """{"schema":1,"key":"bad","name":"Bad","tiles":[{"id":"bought","name":"Bought","layouts":{"sm":{"x":0,"y":0,"w":6,"h":8},"xs":{"x":0,"y":0,"w":1,"h":8}},"query":{"kind":"TrendsQuery","series":[{"kind":"EventsNode","event":"{BUY}"}]}}]}""");
        var text = Write("text", "not json");
        var templates = (await shared.StartedAsync()).Services.GetRequiredService<TemplateBook>();

        using var said = new StringWriter();
        (await TemplateLintCommand.RunAsync(templates, [good], said)).ShouldBe(0);
        said.ToString().TrimEnd().ShouldBe("1 templates, no problems");

        using var wrong = new StringWriter();
        (await TemplateLintCommand.RunAsync(templates, [unknown, text, Path.Combine(_folder.FullName, "nowhere")], wrong)).ShouldBe(1);
        var lines = wrong.ToString().TrimEnd().Split('\n');
        lines[0].ShouldStartWith($"{unknown}: $.tiles[0].query.series[0].event: ");
        lines[1].ShouldBe($"{text}: It is not JSON (line 1).");
        lines[2].ShouldEndWith("nowhere: It cannot be read.");
        lines[3].ShouldBe("3 templates, 3 problems");
    }

    string Write(string name, string text)
    {
        var file = Path.Combine(_folder.FullName, $"{name}.template.json");
        File.WriteAllText(file, text);
        return file;
    }
}
