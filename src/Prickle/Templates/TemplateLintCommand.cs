using System.Text.Json;

namespace Prickle.Templates;

/// <summary>Checks files of templates without a server: for those who write templates in a repository of their own.</summary>
public static class TemplateLintCommand
{
    /// <summary>Writes a line for each problem, <c>FILE: PATH: what is wrong</c>; gives 0 when there is none, else 1.</summary>
    public static async Task<int> RunAsync(TemplateBook templates, IReadOnlyList<string> files, TextWriter output)
    {
        var count = 0;
        foreach (var file in files)
        {
            foreach (var problem in await ProblemsAsync(templates, file))
            {
                await output.WriteLineAsync(problem.Path.Length > 0 ? $"{file}: {problem.Path}: {problem.Message}" : $"{file}: {problem.Message}");
                count++;
            }
        }
        await output.WriteLineAsync(count == 0 ? $"{files.Count} templates, no problems" : $"{files.Count} templates, {count} problems");
        return count == 0 ? 0 : 1;
    }

    static async Task<IReadOnlyList<TemplateProblem>> ProblemsAsync(TemplateBook templates, string file)
    {
        try
        {
            if (new FileInfo(file).Length > TemplateJson.LargestBytes)
            {
                return [new("", $"A template has at most {TemplateJson.LargestBytes / 1024:N0} KiB.")];
            }
            return templates.Lint(JsonElement.Parse(await File.ReadAllBytesAsync(file)));
        }
        catch (JsonException failure)
        {
            return [new("", $"It is not JSON (line {failure.LineNumber + 1}).")];
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return [new("", "It cannot be read.")];
        }
    }
}
