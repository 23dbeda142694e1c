using System.Text.RegularExpressions;

namespace Prickle.Filters.Sql;

/// <summary>
/// The tags, texts and addresses of the elements in a chain, by the same expressions in the store and in memory. Pairs are
/// read from left to right, so that what looks like one within a value is none.
/// </summary>
static partial class ElementChain
{
    public static readonly IReadOnlyList<string> Keys = ["tag_name", "text", "href", "selector"];

    /// <summary>A list of texts over the column <c>elements_chain</c>.</summary>
    public static string Sql(string key) => key switch
    {
        "tag_name" => "arrayFilter(tag -> tag != '', arrayMap(head -> extract(head, '^([^.:=]+)'), "
            + """splitByChar(';', replaceRegexpAll(elements_chain, '="(?:[^"\\\\]|\\\\.)*"', '='))))""",
        "text" => Values("(^|:)text$"),
        "href" => Values("(^|:)(attr__)?href$"),
        _ => throw new ArgumentOutOfRangeException(nameof(key), key, "Not a key of elements."),
    };

    public static IEnumerable<string> Of(string key, string chain) => key switch
    {
        "tag_name" => Value.Replace(chain, "=").Split(';').Select(head => Tag.Match(head).Value).Where(tag => tag.Length > 0),
        "text" => Pairs(chain, name => TextName.IsMatch(name) && !Attribute.IsMatch(name)),
        "href" => Pairs(chain, name => AddressName.IsMatch(name) && !OtherAttribute(name)),
        _ => throw new ArgumentOutOfRangeException(nameof(key), key, "Not a key of elements."),
    };

    // A head may hold colons, and so may an attribute's name: what is behind "attr_" belongs to it.
    static string Values(string name) =>
        """arrayMap(pair -> replaceAll(pair[2], '\\"', '"'), arrayFilter(pair -> """
        + $"match(pair[1], '{name}') AND NOT match(replaceRegexpOne(pair[1], '(^|:)attr__href$', ''), '(^|:)attr_'), "
        + """extractAllGroupsVertical(elements_chain, '([^"=;]*)="((?:[^"\\\\]|\\\\.)*)"')))""";

    static IEnumerable<string> Pairs(string chain, Func<string, bool> isWanted) =>
        Pair.Matches(chain).Where(pair => isWanted(pair.Groups[1].Value))
            .Select(pair => pair.Groups[2].Value.Replace("\\\"", "\"", StringComparison.Ordinal));

    static bool OtherAttribute(string name) => Attribute.IsMatch(OwnAddress.Replace(name, ""));

    [GeneratedRegex("=\"(?:[^\"\\\\]|\\\\.)*\"", RegexOptions.Singleline)]
    static partial Regex Value { get; }

    [GeneratedRegex("([^\"=;]*)=\"((?:[^\"\\\\]|\\\\.)*)\"", RegexOptions.Singleline)]
    static partial Regex Pair { get; }

    [GeneratedRegex("^[^.:=]+")]
    static partial Regex Tag { get; }

    [GeneratedRegex("(?:^|:)text\\z")]
    static partial Regex TextName { get; }

    [GeneratedRegex("(?:^|:)(?:attr__)?href\\z")]
    static partial Regex AddressName { get; }

    [GeneratedRegex("(?:^|:)attr__href\\z")]
    static partial Regex OwnAddress { get; }

    [GeneratedRegex("(?:^|:)attr_")]
    static partial Regex Attribute { get; }
}
