using System.Text.RegularExpressions;

namespace Prickle.Ui.Values;

/// <summary>Statements in the pieces that are coloured.</summary>
static partial class SqlText
{
    /// <summary>Everything, in order: the class of a piece (keyword, text, number, parameter, comment; null is none) and the piece.</summary>
    public static IEnumerable<(string? Kind, string Text)> Split(string sql)
    {
        var place = 0;
        foreach (Match match in Piece.Matches(sql))
        {
            if (match.Index > place)
            {
                yield return (null, sql[place..match.Index]);
            }
            yield return (Names.First(name => match.Groups[name].Success), match.Value);
            place = match.Index + match.Length;
        }
        if (place < sql.Length)
        {
            yield return (null, sql[place..]);
        }
    }

    static readonly string[] Names = ["comment", "text", "parameter", "number", "keyword"];

    [GeneratedRegex(@"(?<comment>--[^\n]*|/\*.*?\*/)|(?<text>'(?:[^'\\]|\\.|'')*')|(?<parameter>\{\w+:[^}]+\})|(?<number>\b\d+(?:\.\d+)?\b)|\b(?<keyword>SELECT|FROM|WHERE|PREWHERE|AND|OR|NOT|IN|GROUP|ORDER|BY|LIMIT|OFFSET|AS|WITH|JOIN|LEFT|INNER|ANY|ASOF|GLOBAL|ARRAY|ON|USING|UNION|ALL|DISTINCT|HAVING|CASE|WHEN|THEN|ELSE|END|BETWEEN|LIKE|ILIKE|IS|NULL|OVER|PARTITION|INTERVAL|SETTINGS|ASC|DESC|FINAL)\b", RegexOptions.Singleline | RegexOptions.IgnoreCase)]
    static partial Regex Piece { get; }
}
