using System.Collections.Frozen;
using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Fluid;
using Fluid.Parser;
using Fluid.Values;

namespace Prickle.Rendering.Liquid;

/// <summary>Liquid as it is offered here: no files, no way around escaping, and bounds for all that a template does.</summary>
sealed partial class LiquidLanguage
{
    const int MostSteps = 10_000;

    // Deeper ones would take the stack of the machine, which nothing can catch.
    const int DeepestBlocks = 50;
    const int LongestTag = 2_000;

    static readonly FrozenSet<string> Tags = FrozenSet.Create(
        StringComparer.Ordinal, "assign", "break", "capture", "case", "comment", "continue", "echo", "for", "if", "liquid", "raw", "unless", "#");

    static readonly FrozenSet<string> Filters = FrozenSet.Create(
        StringComparer.Ordinal, "abs", "append", "at_least", "at_most", "base64_decode", "base64_encode", "capitalize", "ceil", "compact", "concat", "date", "default",
        "divided_by", "downcase", "escape", "escape_once", "find", "first", "floor", "format_date", "handleize", "has", "join", "json", "last", "lstrip",
        "map", "md5", "minus", "modulo", "plus", "prepend", "reject", "remove", "remove_first", "remove_last", "replace", "replace_first", "replace_last", "reverse",
        "round", "rstrip", "sha1", "sha256", "size", "slice", "sort", "sort_natural", "split", "strip", "strip_html", "strip_newlines", "sum", "time_zone", "times",
        "truncate", "truncatewords", "uniq", "upcase", "url_decode", "url_encode", "where");

    readonly FluidParser _parser = new(new FluidParserOptions { AllowFunctions = false, AllowParentheses = false, AllowLiquidTag = true });
    readonly TemplateOptions _options;

    public LiquidLanguage(TimeProvider time)
    {
        foreach (var tag in _parser.RegisteredTags.Keys.Except(Tags).ToList())
        {
            _parser.RegisteredTags.Remove(tag);
        }
        _options = new TemplateOptions
        {
            MaxSteps = MostSteps,
            MaxRecursion = DeepestBlocks,
            ModelNamesComparer = StringComparer.Ordinal,
            CultureInfo = CultureInfo.InvariantCulture,
            TimeZone = TimeZoneInfo.Utc,
            Now = time.GetUtcNow,
        };
        // What goes out is escaped in any case: escaping by hand would do it twice.
        _options.Filters.AddFilter("escape", static (input, _, _) => new ValueTask<FluidValue>(input));
        _options.Filters.AddFilter("escape_once", static (input, _, _) => new ValueTask<FluidValue>(input));
        _options.Filters.AddFilter("json", static (input, _, context) => new ValueTask<FluidValue>(
            Channel.Of(context).IsJson ? input : new StringValue(JsonValues.Text(input, context))));
        foreach (var name in Filters)
        {
            if (!_options.Filters.TryGetValue(name, out var filter))
            {
                throw new InvalidOperationException($"Liquid has no filter {name}");
            }
            _options.Filters.AddFilter(name, Bounded.Of(name, filter));
        }
    }

    public TemplateContext ContextOf(JsonObject variables, Channel channel)
    {
        var context = new TemplateContext(_options);
        foreach (var (name, value) in variables)
        {
            context.SetValue(name, JsonValues.ValueOf(value));
        }
        channel.EnterInto(context);
        return context;
    }

    public ParsedTemplate Parse(string text)
    {
        if (!text.Contains("{{", StringComparison.Ordinal) && !text.Contains("{%", StringComparison.Ordinal))
        {
            return new ParsedTemplate(new FluidTemplate([]), TooLong(text), [], IsPlain: true);
        }
        if ((TooLong(text) ?? TooDeep(text)) is { } bound)
        {
            return Failed(bound);
        }
        if (!_parser.TryParse(text, out var template, out var error))
        {
            return Failed(Sentence(error));
        }
        var reader = new TemplateReader();
        reader.VisitTemplate(template);
        return reader.Filters.Find(filter => !Filters.Contains(filter)) is { } unknown
            ? Failed($"{PlaceOf(text, unknown)}: there is no filter {unknown}.")
            : new ParsedTemplate(new ChannelRewriter().VisitTemplate(template), null, reader.Variables, IsPlain: false);
    }

    static ParsedTemplate Failed(string problem) => new(null, problem, [], IsPlain: false);

    static string? TooLong(string text) => text.Length > TemplateRenderer.LongestTemplate ? $"A template has at most {TemplateRenderer.LongestTemplate} characters." : null;

    static string? TooDeep(string text)
    {
        var depth = 0;
        foreach (Match tag in Tag().Matches(text))
        {
            if (tag.Length > LongestTag)
            {
                return $"{PlaceAt(text, tag.Index)}: a tag has at most {LongestTag} characters.";
            }
            depth += tag.Groups["name"].Value switch
            {
                "if" or "unless" or "case" or "for" or "capture" or "comment" or "raw" => 1,
                ['e', 'n', 'd', ..] => -1,
                _ => 0,
            };
            if (depth > DeepestBlocks)
            {
                return $"{PlaceAt(text, tag.Index)}: blocks stand within one another at most {DeepestBlocks} deep.";
            }
        }
        return null;
    }

    // "Unknown tag 'x' at (1:4)" and an extract of the source.
    static string Sentence(string error)
    {
        var line = error.Split('\n')[0].Trim();
        return Position().Match(line) is { Success: true } match
            ? $"Line {match.Groups["line"].Value}, column {match.Groups["column"].Value}: {LowerFirst(match.Groups["what"].Value.Trim().TrimEnd('.'))}."
            : $"Line 1, column 1: {LowerFirst(line.TrimEnd('.'))}.";
    }

    static string LowerFirst(string text) => text.Length > 0 ? char.ToLowerInvariant(text[0]) + text[1..] : "it cannot be read";

    static string PlaceOf(string text, string filter) =>
        Regex.Match(text, $@"\|\s*{Regex.Escape(filter)}\b", RegexOptions.None, TimeSpan.FromSeconds(1)) is { Success: true } match ? PlaceAt(text, match.Index) : PlaceAt(text, 0);

    static string PlaceAt(string text, int index)
    {
        var before = text.AsSpan(0, index);
        return string.Create(CultureInfo.InvariantCulture, $"Line {before.Count('\n') + 1}, column {index - before.LastIndexOf('\n')}");
    }

    [GeneratedRegex(@"\{\{.*?(?:\}\}|\z)|\{%-?\s*(?<name>\w*).*?(?:%\}|\z)", RegexOptions.Singleline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Tag();

    [GeneratedRegex(@"^(?<what>.*?)\s*at \((?<line>\d+):(?<column>\d+)\)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Position();
}
