using System.Text.RegularExpressions;
using Prickle.EndToEnd.Product;

namespace Prickle.EndToEnd.Sdks;

/// <summary>The code that docs/sdks.md tells people to paste, filled in for a project.</summary>
static class Guide
{
    const string Host = "http://localhost:8000";
    const string Token = "phc_…";

    /// <summary>The first code below a heading.</summary>
    public static string Code(string heading, ProductProcess product, TestProject project)
    {
        var guide = File.ReadAllText(Path.Combine(Repository.Root, "docs", "sdks.md"));
        var code = Regex.Match(guide, $@"^## {Regex.Escape(heading)}\n.*?^```\w+\n(.*?)^```", RegexOptions.Singleline | RegexOptions.Multiline);
        code.Success.ShouldBeTrue($"docs/sdks.md has code below '{heading}'");
        code.Value.ShouldContain(Host);
        code.Value.ShouldContain(Token);
        return code.Groups[1].Value
            .Replace(Host, product.Address.GetLeftPart(UriPartial.Authority), StringComparison.Ordinal)
            .Replace(Token, project.Token, StringComparison.Ordinal);
    }
}
