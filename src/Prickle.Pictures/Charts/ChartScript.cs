using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Xml;
using Jint;
using Jint.Native;
using Prickle.Pictures.Typefaces;
using Prickle.Ui.Charts.Options;

namespace Prickle.Pictures.Charts;

/// <summary>
/// The chart library of browsers, run without one. Heavy (some forty megabytes) and slow to begin, so it is kept while
/// pictures are asked for. One caller at a time.
/// </summary>
sealed class ChartScript : IDisposable
{
    /// <summary>A chart takes well below a second, a first map six; what takes this long even on a busy machine never ends.</summary>
    static readonly TimeSpan Longest = TimeSpan.FromMinutes(1);

    // What a chart may take in all, most of it given back at once. The map of the world takes the most.
    const long MostBytes = 4L << 30;

    /// <summary>Ends the script between two steps when nobody waits for it any more.</summary>
    sealed class Stop : Constraint
    {
        public CancellationToken Token { get; set; }

        public override void Check() => Token.ThrowIfCancellationRequested();

        public override void Reset()
        {
        }
    }

    readonly Engine _engine;
    readonly JsValue _draw;
    readonly Stop _stop = new();
    Palette _palette = null!;

    /// <param name="measure">How wide a text is in a font as style sheets write it: "600 12px body".</param>
    public ChartScript(Func<string, TextStyle, double> measure)
    {
        _engine = new Engine(options =>
        {
            options.LimitRecursion(2_000).LimitMemory(MostBytes).TimeoutInterval(Longest);
            options.Constraints.Constraints.Add(_stop);
            options.EnableModules(new ChartModules());
        });
        _engine.SetValue("measure", new Func<string, string, double>((text, font) => measure(text, StyleOf(font))));
        _engine.SetValue("themed", new Func<string, string>(text => _palette.Themed(text)));
        _engine.SetValue("world", new Func<string>(WorldAtlas.Thinned));
        // Without a page nothing is drawn twice, so nothing needs to be drawn later.
        _engine.SetValue("setTimeout", new Func<JsValue, JsValue, int>((_, _) => 0));
        _engine.SetValue("clearTimeout", new Action<JsValue>(_ => { }));
        _draw = _engine.Modules.Import("chart-script.js").Get("draw");
    }

    /// <summary>The chart as SVG, and where its annotations stand.</summary>
    public ChartSvg Draw(ChartPlan plan, int width, int height, Palette palette, CancellationToken cancellationToken)
    {
        _palette = palette;
        _stop.Token = cancellationToken;
        var drawn = _engine.Invoke(_draw, plan.Option.ToJsonString(), width, height).AsString();
        var chart = JsonSerializer.Deserialize<ChartSvg>(drawn, JsonSerializerOptions.Web)!;
        return chart with { Svg = Readable(chart.Svg) };
    }

    // Names come from outside, and may hold what no XML may: controls, and halves of letters.
    static string Readable(string svg)
    {
        var text = new StringBuilder(svg.Length);
        foreach (var rune in svg.EnumerateRunes())
        {
            text.Append(rune.IsBmp && !XmlConvert.IsXmlChar((char)rune.Value) ? "" : rune.ToString());
        }
        return text.ToString();
    }

    /// <summary>A font as style sheets write it; of several families the first counts.</summary>
    public static TextStyle StyleOf(string font)
    {
        var (size, weight) = (12f, 400);
        foreach (var word in font.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (word.EndsWith("px", StringComparison.Ordinal) && float.TryParse(word.AsSpan(0, word.Length - 2), CultureInfo.InvariantCulture, out var pixels))
            {
                size = pixels;
            }
            else
            {
                weight = WeightOf(word) ?? weight;
            }
        }
        return new(size, weight, default, font.Contains("heading", StringComparison.Ordinal) ? Family.Heading : Family.Body);
    }

    public static int? WeightOf(string word) => word switch
    {
        "bold" => 700,
        "normal" => 400,
        _ => int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var weight) && weight is >= 100 and <= 900 ? weight : null,
    };

    public void Dispose() => _engine.Dispose();
}

/// <summary>A chart that was drawn.</summary>
sealed record ChartSvg(string Svg, IReadOnlyList<ChartMark> Marks);

/// <summary>Where one or several annotations stand.</summary>
sealed record ChartMark(float X, int Count);
