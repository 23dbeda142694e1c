using Prickle.Dashboards.Tiles;

namespace Prickle.Tests.Dashboards;

public sealed class MarkdownTextTests
{
    [Fact]
    public void Headings_emphasis_tables_and_links_are_shown() =>
        MarkdownText.ToHtml("# A\n\n**b** [c](https://example.com)\n\n| d |\n|---|\n| e |").ShouldSatisfyAllConditions(
            html => html.ShouldContain("<h1>A</h1>"),
            html => html.ShouldContain("<strong>b</strong>"),
            html => html.ShouldContain("<a href=\"https://example.com\" rel=\"noopener noreferrer\">c</a>"),
            html => html.ShouldContain("<td>e</td>"));

    [Theory]
    [InlineData("<script>alert(1)</script>", "<script")]
    [InlineData("<img src=x onerror=alert(1)>", "<img")]
    [InlineData("[a](javascript:alert(1))", "javascript:")]
    [InlineData("![a](data:text/html;base64,AAAA)", "data:")]
    [InlineData("<iframe src='https://example.com'></iframe>", "<iframe")]
    [InlineData("<style>body{display:none}</style>", "<style")]
    public void What_could_do_harm_is_not(string markdown, string harm) => MarkdownText.ToHtml(markdown).ShouldNotContain(harm);
}
