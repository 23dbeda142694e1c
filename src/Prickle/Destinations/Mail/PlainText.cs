using System.Text;
using System.Text.RegularExpressions;
using AngleSharp.Dom;
using AngleSharp.Html.Parser;

namespace Prickle.Destinations.Mail;

/// <summary>What a mail in HTML says to those who read none.</summary>
static partial class PlainText
{
    const int Deepest = 100;

    public static string Of(string html)
    {
        var text = new StringBuilder();
        Write(new HtmlParser().ParseDocument(html).Body!, text, 0);
        return Blank().Replace(text.ToString(), "\n\n").Trim();
    }

    static void Write(INode node, StringBuilder text, int depth)
    {
        if (node is IText words)
        {
            text.Append(Space().Replace(words.Data, " "));
            return;
        }
        if (node is not IElement element || depth > Deepest || element.LocalName is "script" or "style" or "head" or "title")
        {
            return;
        }
        var isBlock = element.LocalName is "p" or "div" or "h1" or "h2" or "h3" or "h4" or "ul" or "ol" or "table" or "tr" or "blockquote" or "section";
        text.Append(isBlock ? "\n\n" : element.LocalName switch { "br" => "\n", "li" => "\n- ", "td" => " ", "img" => element.GetAttribute("alt") ?? "", _ => "" });
        foreach (var child in element.ChildNodes)
        {
            Write(child, text, depth + 1);
        }
        if (element.LocalName == "a" && element.GetAttribute("href") is { Length: > 0 } address && address != element.TextContent.Trim())
        {
            text.Append($" ({address})");
        }
        text.Append(isBlock ? "\n\n" : "");
    }

    [GeneratedRegex(@"[ \t]*\n[ \t]*\n\s*", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Blank();

    [GeneratedRegex(@"\s+", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Space();
}
