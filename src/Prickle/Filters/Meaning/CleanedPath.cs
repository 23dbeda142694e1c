using System.Text.RegularExpressions;

namespace Prickle.Filters.Meaning;

/// <summary>
/// The path of an address without what differs between visits: no host, no query, no fragment, no slash at the end, and
/// <c>:id</c> where a number or a UUID stands.
/// </summary>
static partial class CleanedPath
{
    /// <summary>What is before the path.</summary>
    public const string HostPattern = "^[a-zA-Z][a-zA-Z0-9+.-]*://[^/?#]*";

    public const string TailPattern = "[?#].*$";

    public const string IdPattern =
        "^([0-9]+|[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12})$";

    public static string Of(string address)
    {
        var path = Tail.Replace(Host.Replace(address, ""), "");
        path = string.Join('/', path.Split('/').Select(segment => Id.IsMatch(segment) ? ":id" : segment)).TrimEnd('/');
        return path.Length == 0 ? "/" : path;
    }

    /// <summary>The same in the store.</summary>
    public static string Sql(string text)
    {
        var path = $"replaceRegexpOne(replaceRegexpOne({text}, '{HostPattern}', ''), '(?s){TailPattern}', '')";
        var segments = $"arrayMap(segment -> if(match(segment, '{IdPattern}'), ':id', segment), splitByChar('/', ifNull({path}, '')))";
        var trimmed = $"replaceRegexpOne(arrayStringConcat({segments}, '/'), '/+$', '')";
        return $"if({text} IS NULL, NULL, if({trimmed} = '', '/', {trimmed}))";
    }

    [GeneratedRegex("^[a-zA-Z][a-zA-Z0-9+.-]*://[^/?#]*")]
    static partial Regex Host { get; }

    [GeneratedRegex("[?#].*", RegexOptions.Singleline)]
    static partial Regex Tail { get; }

    [GeneratedRegex("^(?:[0-9]+|[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12})\\z")]
    static partial Regex Id { get; }
}
