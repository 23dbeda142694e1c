using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Encodings.Web;
using Fluid;
using Fluid.Values;

namespace Prickle.Rendering.Liquid;

/// <summary>Where a text goes, and so how values come into it.</summary>
sealed class Channel(TextEscape escape, int longest, CancellationToken patience)
{
    const string Name = "$channel";

    public int Longest => longest;

    public BoundedOutput Output { get; } = new(longest, escape is TextEscape.Json or TextEscape.SlackJson);

    /// <summary>How many captures this is within.</summary>
    public int Captures { get; set; }

    public bool EscapesLate => IsJson || escape == TextEscape.None;

    public bool IsJson => escape is TextEscape.Json or TextEscape.SlackJson;

    /// <exception cref="OperationCanceledException">The time is over.</exception>
    public void CheckTime() => patience.ThrowIfCancellationRequested();

    public static Channel Of(TemplateContext context) => (Channel)context.AmbientValues[Name];

    public void EnterInto(TemplateContext context) => context.AmbientValues[Name] = this;

    public string TextOf(FluidValue value, TemplateContext context)
    {
        CheckTime();
        if (value is StringValue { Encode: false })
        {
            return value.ToStringValue();
        }
        if (IsJson && Captures == 0 && !Output.IsInString)
        {
            var json = JsonValues.Text(value, context);
            // Ampersands and brackets stand within strings alone.
            return escape == TextEscape.SlackJson ? Slack(json) : json;
        }
        var text = Plain(value, context);
        return Captures > 0 && EscapesLate ? text : Escaped(text);
    }

    static string Plain(FluidValue value, TemplateContext context) => value.Type switch
    {
        FluidValues.Nil or FluidValues.Empty or FluidValues.Blank => "",
        FluidValues.Array or FluidValues.Dictionary or FluidValues.Object => JsonValues.Text(value, context),
        FluidValues.Number => value.ToNumberValue().ToString(CultureInfo.InvariantCulture),
        _ => value.ToStringValue(),
    };

    string Escaped(string text) => escape switch
    {
        TextEscape.Html => WebUtility.HtmlEncode(text),
        TextEscape.Json => JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode(text),
        TextEscape.SlackJson => JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode(Slack(text)),
        TextEscape.Slack => Slack(text),
        TextEscape.Markdown => Markdown(text),
        TextEscape.Url => Uri.EscapeDataString(text),
        _ => text,
    };

    static string Slack(string text) => text
        .Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal).Replace(">", "&gt;", StringComparison.Ordinal);

    // A zero-width space takes the meaning from @somebody and #12, which GitHub looks for after all else; in addresses of mail
    // there is none, so that they can be copied.
    static string Markdown(string text)
    {
        const char ZeroWidth = '\u200B';
        var escaped = new StringBuilder(text.Length + 16);
        for (var index = 0; index < text.Length; index++)
        {
            var character = text[index];
            switch (character)
            {
                case '&':
                    escaped.Append("&amp;");
                    break;
                case '<':
                    escaped.Append("&lt;");
                    break;
                case '>':
                    escaped.Append("&gt;");
                    break;
                case '\\' or '`' or '*' or '_' or '[' or ']' or '|' or '~' or '!':
                    escaped.Append('\\').Append(character);
                    break;
                case '#':
                    escaped.Append(character).Append(ZeroWidth);
                    break;
                case '@' when index == 0 || !char.IsAsciiLetterOrDigit(text[index - 1]):
                    escaped.Append(character).Append(ZeroWidth);
                    break;
                default:
                    escaped.Append(character);
                    break;
            }
        }
        return escaped.ToString();
    }
}
