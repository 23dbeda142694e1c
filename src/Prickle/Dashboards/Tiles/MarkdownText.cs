using Ganss.Xss;
using Markdig;

namespace Prickle.Dashboards.Tiles;

/// <summary>Markdown that people wrote, as HTML that does no harm.</summary>
public static class MarkdownText
{
    static readonly MarkdownPipeline Pipeline = new MarkdownPipelineBuilder()
        .DisableHtml().UsePipeTables().UseTaskLists().UseAutoLinks().UseEmphasisExtras().UseListExtras().Build();

    static readonly HtmlSanitizer Sanitizer = Make();

    /// <summary>Tags of text, links to http, https, mailto and within the product; no scripts, styles, frames or handlers.</summary>
    public static string ToHtml(string markdown) => Sanitizer.Sanitize(Markdown.ToHtml(markdown, Pipeline));

    static HtmlSanitizer Make()
    {
        var sanitizer = new HtmlSanitizer();
        sanitizer.AllowedTags.Clear();
        sanitizer.AllowedTags.UnionWith(
        [
            "h1", "h2", "h3", "h4", "h5", "h6", "p", "br", "hr", "a", "img", "ul", "ol", "li", "blockquote", "pre", "code", "em", "strong", "del", "ins", "sub", "sup",
            "mark", "table", "thead", "tbody", "tr", "th", "td", "input",
        ]);
        sanitizer.AllowedAttributes.Clear();
        sanitizer.AllowedAttributes.UnionWith(["href", "title", "alt", "src", "start", "type", "checked", "disabled"]);
        sanitizer.AllowedCssProperties.Clear();
        sanitizer.AllowedSchemes.Clear();
        sanitizer.AllowedSchemes.UnionWith(["http", "https", "mailto"]);
        sanitizer.PostProcessNode += (_, node) =>
        {
            if (node.Node is AngleSharp.Html.Dom.IHtmlAnchorElement link)
            {
                link.SetAttribute("rel", "noopener noreferrer");
            }
            // The only field that a text has is the box of a task list, which nobody fills in here.
            else if (node.Node is AngleSharp.Html.Dom.IHtmlInputElement field)
            {
                field.SetAttribute("type", "checkbox");
                field.SetAttribute("disabled", "");
            }
        };
        return sanitizer;
    }
}
