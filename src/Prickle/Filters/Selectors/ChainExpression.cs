using System.Text;

namespace Prickle.Filters.Selectors;

/// <summary>
/// A path of a selector as a regular expression over a whole chain. It describes every element of the chain, so that
/// nothing inside a text can be taken for an element: quotes are escaped there, semicolons are not. The store's engine
/// (RE2) takes time in proportion to the chain, whatever the expression.
/// </summary>
static class ChainExpression
{
    // A value may end in a backslash, which is not escaped: the quote after it closes then, as what follows shows.
    const string Value = """(?:\\"|[^"])*""";
    const string Pairs = $"(?:(?:attr_[^\"=]*|href|nth-child|nth-of-type|text)=\"{Value}\")*";
    const string AnyElement = $"[^;\"]+(?::{Pairs})?";
    const string AnyTag = """[^.;"]+""";
    const string AnyClasses = """(?:\.[^.;"]+)*""";

    public static string Of(SelectorPath path)
    {
        var expression = new StringBuilder("^(?:").Append(AnyElement).Append(";)*");
        // The chain goes outwards, selectors are written inwards.
        for (var at = path.Compounds.Count - 1; at >= 0; at--)
        {
            expression.Append(Of(path.Compounds[at]));
            if (at > 0)
            {
                expression.Append(';');
                if (!path.IsChild[at - 1])
                {
                    expression.Append("(?:").Append(AnyElement).Append(";)*");
                }
            }
        }
        return expression.Append("(?:;").Append(AnyElement).Append(")*$").ToString();
    }

    static string Of(SelectorCompound compound)
    {
        var tag = compound.Tag is null ? AnyTag : Escape(compound.Tag);
        var head = compound.Classes.Count == 0
            ? tag + AnyClasses
            : AnyOrder(compound.Classes.Select(name => $@"{AnyClasses}\.{Escape(name)}"), tag, AnyClasses);
        var pairs = compound.Pairs.Count == 0
            ? $"(?::{Pairs})?"
            : AnyOrder(compound.Pairs.Select(pair => Pairs + Of(pair)), ":", Pairs);
        return head + pairs;
    }

    static string AnyOrder(IEnumerable<string> parts, string before, string after) =>
        before + "(?:" + string.Join('|', Orders([.. parts]).Select(order => string.Concat(order))) + ")" + after;

    static IEnumerable<IEnumerable<string>> Orders(IReadOnlyList<string> parts) => parts.Count <= 1
        ? [parts]
        : parts.SelectMany((part, index) => Orders([.. parts.Where((_, other) => other != index)]).Select(rest => rest.Prepend(part)));

    static string Of(PairCondition condition)
    {
        var wanted = EscapeValue(condition.Value);
        var value = condition.Operator switch
        {
            "" => Value,
            "=" => wanted,
            "~=" => $@"(?:{Value}[ \t\n\r\f])?{wanted}(?:[ \t\n\r\f]{Value})?",
            "|=" => $"{wanted}(?:-{Value})?",
            "^=" => wanted + Value,
            "$=" => Value + wanted,
            "*=" => Value + wanted + Value,
            _ => throw new ArgumentOutOfRangeException(nameof(condition), condition.Operator, "Not an operator of attributes."),
        };
        // By CSS's rule an empty part is in nothing.
        return SelectorMatcher.IsNever(condition)
            ? @"[^\x00-\x{10FFFF}]"
            : $"(?:{string.Join('|', condition.Names.Select(Escape))})=\"{value}\"";
    }

    /// <summary>A text as it stands in the chain, taken literally.</summary>
    static string EscapeValue(string value) => Escape(value.Replace("\"", "\\\"", StringComparison.Ordinal));

    static string Escape(string text)
    {
        var escaped = new StringBuilder(text.Length + 8);
        foreach (var character in text)
        {
            if (@"\.+*?()|[]{}^$".Contains(character, StringComparison.Ordinal))
            {
                escaped.Append('\\');
            }
            escaped.Append(character);
        }
        return escaped.ToString();
    }
}
