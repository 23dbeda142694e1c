using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Prickle.Rendering;

namespace Prickle.Tests.Rendering;

public sealed class TemplateRendererTests
{
    static readonly TemplateRenderer Renderer = new(TimeProvider.System);

    static string Render(string template, string variables = "{}", TextEscape escape = TextEscape.None) =>
        Renderer.Render(template, JsonNode.Parse(variables)!.AsObject(), escape);

    [Theory]
    [InlineData("Hello {{ person.properties.name }}", "Hello Ada")]
    [InlineData("Hello {{ person.properties.surname }}", "Hello ")]
    [InlineData("Hello {{ person.properties.surname | default: 'you' }}", "Hello you")]
    [InlineData("Hello {{ nobody.there.at_all }}", "Hello ")]
    [InlineData("{% if person.properties.age > 30 %}grown{% else %}young{% endif %}", "grown")]
    [InlineData("{% for tag in person.properties.tags %}[{{ tag | upcase }}]{% endfor %}", "[A][B]")]
    [InlineData("{{ person.properties.tags }}", """["a","b"]""")]
    [InlineData("{{ person.properties.address }}", """{"city":"Zürich","no":7}""")]
    [InlineData("{{ person.properties.age | plus: 1 }}", "37")]
    [InlineData("{{ person.properties['$browser'] }}", "Firefox")]
    [InlineData("{% capture x %}<{{ person.properties.name }}>{% endcapture %}{{ x }}{{ x }}", "<Ada><Ada>")]
    [InlineData("{% liquid assign n = 2\necho n %}", "2")]
    [InlineData("No places at all", "No places at all")]
    public void Values_come_into_their_places(string template, string expected) => Render(
        template, """{"person":{"properties":{"name":"Ada","age":36,"tags":["a","b"],"address":{"city":"Zürich","no":7},"$browser":"Firefox"}}}""").ShouldBe(expected);

    [Theory]
    [InlineData(TextEscape.Html, """<b a='x'>"&"</b>""", "&lt;b a=&#39;x&#39;&gt;&quot;&amp;&quot;&lt;/b&gt;")]
    [InlineData(TextEscape.Slack, "<!channel> & <@U1>", "&lt;!channel&gt; &amp; &lt;@U1&gt;")]
    [InlineData(TextEscape.Markdown, "@team <img src=x> see #12", "@\u200Bteam &lt;img src=x&gt; see #\u200B12")]
    [InlineData(TextEscape.Markdown, "ada@example.com *bold* [a](b)", "ada@example.com \\*bold\\* \\[a\\](b)")]
    [InlineData(TextEscape.Url, "a/b?c=d&e=ü", "a%2Fb%3Fc%3Dd%26e%3D%C3%BC")]
    public void What_a_visitor_typed_stays_a_value(TextEscape escape, string value, string expected)
    {
        var variables = new JsonObject { ["v"] = value }.ToJsonString();
        Render("{{ v }}", variables, escape).ShouldBe(expected);
        Render("{% liquid echo v %}", variables, escape).ShouldBe(expected);
        Render("{% if true %}{% for i in (1..1) %}{{ v }}{% endfor %}{% endif %}", variables, escape).ShouldBe(expected);
        Render("{% case 1 %}{% when 1 %}{{ v }}{% endcase %}", variables, escape).ShouldBe(expected);
        Render("{% unless false %}{{ v }}{% endunless %}", variables, escape).ShouldBe(expected);
        Render("{% capture c %}{{ v }}{% endcapture %}{{ c }}", variables, escape).ShouldBe(expected);
        Render("{{ v | escape }}", variables, escape).ShouldBe(expected);
    }

    [Theory]
    [InlineData("""{"text":"{{ v }}"}""", "say \"hi\"\\\n", "say \"hi\"\\\n")]
    [InlineData("""{"text":{{ v }}}""", "say \"hi\"", "say \"hi\"")]
    [InlineData("""{"text":"{% capture c %}a {{ v }}{% endcapture %}{{ c }}"}""", "\",\"x\":\"", "a \",\"x\":\"")]
    [InlineData("""{"text":"{{ v | json }}"}""", "\"", "\"")]
    [InlineData("""{"text":"\"{{ v }}\""}""", "a", "\"a\"")]
    public void Json_stays_the_json_that_was_meant(string template, string value, string expected)
    {
        var made = JsonElement.Parse(Render(template, new JsonObject { ["v"] = value }.ToJsonString(), TextEscape.Json));
        made.EnumerateObject().Count().ShouldBe(1);
        made.GetProperty("text").GetString().ShouldBe(expected);
    }

    [Fact]
    public void An_object_in_json_is_json_and_within_a_string_a_text()
    {
        const string Variables = """{"o":{",":":1,","n":1.50,"t":true},"a":[1,"x"],"nothing":null}""";
        var made = JsonElement.Parse(Render("""{"o":{{ o }},"a":{{ a | json }},"n":{{ nothing }},"m":{{ missing }},"s":"{{ o }}"}""", Variables, TextEscape.Json));
        made.GetProperty("o").GetProperty("t").GetBoolean().ShouldBeTrue();
        made.GetProperty("a")[1].GetString().ShouldBe("x");
        made.GetProperty("n").ValueKind.ShouldBe(JsonValueKind.Null);
        made.GetProperty("m").ValueKind.ShouldBe(JsonValueKind.Null);
        JsonElement.Parse(made.GetProperty("s").GetString()!).GetProperty(",").GetString().ShouldBe(":1,");
        made.EnumerateObject().Count().ShouldBe(5);
    }

    [Theory]
    [InlineData("{{ x", "Line 1, column")]
    [InlineData("a\n{% if x %}b", "Line 2, column")]
    [InlineData("a\n  {{ x | raw }}", "Line 2, column 8: there is no filter raw.")]
    [InlineData("{% include 'secrets' %}", "Line 1, column")]
    [InlineData("{% render 'secrets' %}", "Line 1, column")]
    [InlineData("{% wrong %}", "Line 1, column")]
    [InlineData("{{ a.b(1) }}", "Line 1, column")]
    public void A_template_that_is_wrong_is_told_with_its_place(string template, string begins)
    {
        var problem = Renderer.ProblemOf(template).ShouldNotBeNull();
        problem.ShouldStartWith(begins);
        problem.ShouldEndWith(".");
        problem.ShouldNotContain("\n");
        Should.Throw<TemplateException>(() => Render(template)).Message.ShouldBe(problem);
    }

    [Fact]
    public void A_template_tells_what_it_names() =>
        Renderer.VariablesOf("{% assign n = event.properties.plan %}{{ n }} {{ person.properties['$email'] | append: project.name }} {% for i in steps.a.items %}{{ i.x }}{{ forloop.index }}{% endfor %}")
            .ShouldBe(["event.properties.plan", "person.properties.$email", "project.name", "steps.a.items"], ignoreOrder: true);

    [Theory]
    [InlineData("{% for i in (1..9999) %}{% for j in (1..9999) %}{% assign k = j %}{% endfor %}{% endfor %}")]
    [InlineData("{% for i in (1..2000000000) %}x{% endfor %}")]
    [InlineData("{% assign x = 'aaaaaaaaaa' %}{% for i in (1..60) %}{% assign x = x | append: x %}{% endfor %}{{ x | size }}")]
    [InlineData("{% for i in (1..9000) %}{{ 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa' }}{% endfor %}")]
    [InlineData("{% capture x %}{% for i in (1..9000) %}aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa{% endfor %}{% endcapture %}")]
    [InlineData("{{ 1 | divided_by: 0 }}")]
    [InlineData("{{ 'x' | date: 'nonsense' | times: 'y' | slice: 99999999999999999999 }}")]
    public async Task What_a_template_costs_is_bounded(string template)
    {
        var rendering = Task.Run(() => Renderer.TryRender(template, [], TextEscape.None, 100_000, out var text, out var problem) ? text : problem, TestContext.Current.CancellationToken);
        var said = await rendering.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
        said.ShouldNotBeNull();
        said.ShouldNotContain("Exception");
        said.Length.ShouldBeLessThanOrEqualTo(100_000);
    }

    [Fact]
    public void Deep_and_long_templates_are_refused_before_they_are_read()
    {
        Renderer.ProblemOf(string.Concat(Enumerable.Repeat("{% if a %}", 5_000)))!.ShouldContain("50 deep");
        Renderer.ProblemOf("{{ a" + string.Concat(Enumerable.Repeat(" | upcase", 1_000)) + " }}")!.ShouldContain("2000 characters");
        Renderer.ProblemOf(new string('a', 60_000))!.ShouldContain("50000 characters");
        Renderer.TryRender("{{ a }}", new JsonObject { ["a"] = new string('x', 60) }, TextEscape.None, 50, out _, out var problem).ShouldBeFalse();
        problem.ShouldBe("It became longer than 50 characters.");
    }

    [Fact]
    public void Many_templates_are_forgotten_and_read_again()
    {
        for (var number = 0; number < 3_000; number++)
        {
            Render(string.Create(CultureInfo.InvariantCulture, $"{number} {{{{ v }}}}"), """{"v":1}""").ShouldBe($"{number} 1");
        }
    }
}
