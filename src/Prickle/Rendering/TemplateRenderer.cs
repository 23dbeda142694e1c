using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Fluid;
using Prickle.Rendering.Liquid;

namespace Prickle.Rendering;

/// <summary>
/// Fills templates in Liquid. Values are escaped for where the text goes, without a way around it; what a template may cost is
/// bounded; and what goes wrong in one is a sentence for its owner.
/// </summary>
public sealed class TemplateRenderer
{
    /// <summary>In characters.</summary>
    public const int LongestTemplate = 50_000;

    const int MostKept = 2_000;
    static readonly TimeSpan LongestTime = TimeSpan.FromSeconds(1);

    readonly LiquidLanguage _language;

    // By text: many messages share few templates. Cleared when it is full, which a product in use is not.
    readonly ConcurrentDictionary<string, ParsedTemplate> _parsed = new(StringComparer.Ordinal);

    public TemplateRenderer(TimeProvider time) => _language = new LiquidLanguage(time);

    /// <summary>What is wrong with a template, with line and column; null when nothing is.</summary>
    public string? ProblemOf(string template) => Parsed(template).Problem;

    /// <summary>What it names: <c>person.properties.email</c>. What it sets by itself is not among them.</summary>
    public IReadOnlyList<string> VariablesOf(string template) => Parsed(template).Variables;

    /// <exception cref="TemplateException">It cannot be rendered, or only beyond what it may cost.</exception>
    public string Render(string template, JsonObject variables, TextEscape escape, int longest = 100_000) =>
        TryRender(template, variables, escape, longest, out var text, out var problem) ? text : throw new TemplateException(problem!);

    /// <param name="longest">In characters, of what comes out.</param>
    /// <param name="text">What came out; empty when it failed.</param>
    /// <param name="problem">Why it failed, in one sentence for the template's owner.</param>
    public bool TryRender(string template, JsonObject variables, TextEscape escape, int longest, out string text, out string? problem)
    {
        text = "";
        var parsed = Parsed(template);
        problem = parsed.Problem;
        if (parsed.Template is not { } liquid)
        {
            return false;
        }
        if (parsed.IsPlain)
        {
            text = template;
        }
        else if (!TryFill(liquid, variables, escape, longest, out text, out problem))
        {
            return false;
        }
        if (text.Length > longest)
        {
            (text, problem) = ("", $"It became longer than {longest} characters.");
            return false;
        }
        return true;
    }

    bool TryFill(IFluidTemplate liquid, JsonObject variables, TextEscape escape, int longest, out string text, out string? problem)
    {
        // A timer of the machine and no clock that tests set: this is about what the processor does.
        using var patience = new CancellationTokenSource(LongestTime);
        var channel = new Channel(escape, longest, patience.Token);
        try
        {
            // Nothing in it waits for anything.
            liquid.RenderAsync(channel.Output, NullEncoder.Default, _language.ContextOf(variables, channel)).AsTask().GetAwaiter().GetResult();
            (text, problem) = (channel.Output.ToString(), null);
            return true;
        }
        catch (TemplateException failure)
        {
            (text, problem) = ("", failure.Message);
        }
        catch (OperationCanceledException)
        {
            (text, problem) = ("", $"It took longer than {LongestTime.TotalSeconds:0} s.");
        }
        catch (Exception)
        {
            // The edge of somebody's program: what it tripped over may be made of values, and is not told on.
            (text, problem) = ("", "It cannot be filled in with these values, or takes too many steps.");
        }
        return false;
    }

    ParsedTemplate Parsed(string template)
    {
        if (_parsed.TryGetValue(template, out var known))
        {
            return known;
        }
        if (_parsed.Count >= MostKept)
        {
            _parsed.Clear();
        }
        return _parsed[template] = _language.Parse(template);
    }
}
