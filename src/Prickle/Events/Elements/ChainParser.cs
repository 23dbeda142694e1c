using System.Globalization;
using System.Text.RegularExpressions;

namespace Prickle.Events.Elements;

/// <summary>
/// Reads <c>a.btn.primary:attr__href="/x"text="Go; \"now\""nth-child="1";div:…</c>. Elements and quotes cannot be found by
/// splitting: texts hold semicolons and escaped quotes, class names hold colons.
/// </summary>
sealed partial class ChainParser
{
    readonly string _chain;
    int _at;

    ChainParser(string chain) => _chain = chain;

    public static IReadOnlyList<Element> Parse(string chain)
    {
        var parser = new ChainParser(chain);
        var elements = new List<Element>();
        while (parser._at < chain.Length)
        {
            if (parser.ReadElement() is { } element)
            {
                elements.Add(element);
            }
        }
        return elements;
    }

    Element? ReadElement()
    {
        var head = ReadHead();
        var attributes = new SortedDictionary<string, string>(StringComparer.Ordinal);
        while (_at < _chain.Length && _chain[_at] != ';')
        {
            var equals = _chain.IndexOf("=\"", _at, StringComparison.Ordinal);
            if (equals < 0)
            {
                _at = _chain.Length;
                break;
            }
            var name = _chain[_at..equals];
            _at = equals + 2;
            attributes[name] = ReadValue();
        }
        // Over the semicolon.
        _at++;
        return head.Length == 0 ? null : Build(head, attributes);
    }

    /// <summary>The tag and its classes, up to the colon that begins the attributes.</summary>
    string ReadHead()
    {
        var quote = _chain.IndexOf("=\"", _at, StringComparison.Ordinal);
        var semicolon = _chain.IndexOf(';', _at);
        var end = semicolon >= 0 && (quote < 0 || semicolon < quote) ? semicolon : quote < 0 ? _chain.Length : quote;
        var head = _chain[_at..end];
        var colon = FirstAttribute.Match(head) is { Success: true } known ? known.Index : head.LastIndexOf(':');
        _at = colon < 0 ? end : _at + colon + 1;
        return colon < 0 ? head : head[..colon];
    }

    /// <summary>
    /// Up to the closing quote. Quotes within are escaped but backslashes are not, so <c>\"</c> may also be a text's last
    /// backslash and its end: which one it was shows in whether the rest makes sense.
    /// </summary>
    string ReadValue()
    {
        var start = _at;
        var closing = Unescaped.Match(_chain, start);
        if (!closing.Success || !Continuation.IsMatch(_chain, closing.Index + 1))
        {
            closing = BackslashAtTheEnd.Match(_chain, start) is { Success: true } other ? other : closing;
        }
        var end = closing.Success ? closing.Index : _chain.Length;
        _at = Math.Min(end + 1, _chain.Length);
        return Unescape(_chain[start..end]);
    }

    static Element Build(string head, SortedDictionary<string, string> attributes)
    {
        var names = head.Split('.', StringSplitOptions.RemoveEmptyEntries);
        return new Element(
            names is [var tag, ..] ? tag : "",
            Take(attributes, "text"),
            Take(attributes, "href") ?? attributes.GetValueOrDefault("attr__href"),
            Take(attributes, "attr_id") ?? attributes.GetValueOrDefault("attr__id"),
            names is [_, .. var classes] ? classes : [],
            Number(Take(attributes, "nth-child")),
            Number(Take(attributes, "nth-of-type")),
            attributes);
    }

    static string? Take(SortedDictionary<string, string> attributes, string name) =>
        attributes.Remove(name, out var value) ? value : null;

    static int? Number(string? text) =>
        int.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out var number) ? number : null;

    static string Unescape(string text) => text.Replace("\\\"", "\"", StringComparison.Ordinal);

    [GeneratedRegex(@":(?=attr_|href\z|nth-child\z|nth-of-type\z|text\z)")]
    static partial Regex FirstAttribute { get; }

    [GeneratedRegex(@"(?<!\\)""")]
    static partial Regex Unescaped { get; }

    [GeneratedRegex("""(?<=\\)"(?=\z|;|[\w\-:@.]+=")""")]
    static partial Regex BackslashAtTheEnd { get; }

    [GeneratedRegex("""\G(?:\z|;|[\w\-:@.]+=")""")]
    static partial Regex Continuation { get; }
}
