using System.Collections.Frozen;
using System.Reflection;
using System.Text.Json;

namespace Prickle.Templates.BuiltIn;

/// <summary>The templates that come with the product, every version of each: the JSON files beside this one.</summary>
static class BuiltInTemplates
{
    public static readonly IReadOnlyList<KnownTemplate> All = [.. Read().OrderBy(known => known.Template.Key, StringComparer.Ordinal).ThenBy(known => known.Template.Version)];

    /// <summary>The newest version of each, featured ones first.</summary>
    public static readonly IReadOnlyList<KnownTemplate> Newest =
    [
        .. All.GroupBy(known => known.Template.Key).Select(versions => versions.Last())
            .OrderByDescending(known => known.Template.Featured).ThenBy(known => known.Template.Name, StringComparer.Ordinal),
    ];

    public static readonly FrozenSet<string> Keys = All.Select(known => known.Template.Key).ToFrozenSet();

    static IEnumerable<KnownTemplate> Read()
    {
        var assembly = typeof(BuiltInTemplates).Assembly;
        foreach (var name in assembly.GetManifestResourceNames().Where(name => name.EndsWith(".template.json", StringComparison.Ordinal)))
        {
            using var file = assembly.GetManifestResourceStream(name)!;
            yield return new KnownTemplate(
                JsonSerializer.Deserialize<DashboardTemplate>(file, TemplateJson.Options) ?? throw new InvalidOperationException($"{name} is empty."),
                TemplateScope.BuiltIn, null, null);
        }
    }
}
