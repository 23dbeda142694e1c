using System.Globalization;
using System.Text.RegularExpressions;

namespace Prickle.Shell;

/// <summary>Where the pages of a project are: the project stands in every address, so that a copied link is complete.</summary>
public static partial class ProjectAddress
{
    /// <summary>The address of a page of a project; the project's home without a path.</summary>
    public static string Of(int projectId, string path = "") =>
        string.Create(CultureInfo.InvariantCulture, $"/project/{projectId}{(path.Length == 0 ? "" : "/")}{path}");

    /// <summary>The project of an address (relative to the root, with or without a slash before it), if it has one.</summary>
    public static int? ProjectOf(string relativeAddress) =>
        Pattern.Match(relativeAddress) is { Success: true } match
        && int.TryParse(match.Groups[1].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var id)
            ? id
            : null;

    [GeneratedRegex(@"^/?project/(\d+)(?:[/?#]|\z)")]
    static partial Regex Pattern { get; }
}
