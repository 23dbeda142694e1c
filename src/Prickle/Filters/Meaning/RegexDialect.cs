using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Prickle.Filters.Meaning;

/// <summary>
/// The regular expressions that the store (RE2) and .NET both know, read so that both mean the same: classes are ASCII, a dot
/// is any character and the dollar sign the end. What one of them lacks is refused in words.
/// </summary>
sealed class RegexDialect
{
    const int Longest = 1000;
    const int MostRepeated = 1000;
    const int MostKept = 2000;

    const string AnyCharacter = @"(?:[^\uD800-\uDFFF]|[\uD800-\uDBFF][\uDC00-\uDFFF])";
    const string WordEdge = "(?:(?<![0-9A-Za-z_])(?=[0-9A-Za-z_])|(?<=[0-9A-Za-z_])(?![0-9A-Za-z_]))";
    const string NoWordEdge = "(?:(?<![0-9A-Za-z_])(?![0-9A-Za-z_])|(?<=[0-9A-Za-z_])(?=[0-9A-Za-z_]))";

    static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(200);
    static readonly ConcurrentDictionary<string, (Regex? Regex, string? Problem)> Known = new();

    readonly string _pattern;
    readonly StringBuilder _translated = new();
    readonly HashSet<string> _names = [];
    long _repeated = 1;
    bool _looksAround;
    int _at;

    RegexDialect(string pattern) => _pattern = pattern;

    public static bool TryRead(string pattern, [NotNullWhen(true)] out Regex? regex, [NotNullWhen(false)] out string? problem)
    {
        if (Known.Count > MostKept)
        {
            Known.Clear();
        }
        (regex, problem) = Known.GetOrAdd(pattern, Read);
        return regex is not null;
    }

    static (Regex? Regex, string? Problem) Read(string pattern)
    {
        if (pattern.Length > Longest)
        {
            return (null, $"it is longer than {Longest} characters");
        }
        var dialect = new RegexDialect(pattern);
        try
        {
            dialect.Translate();
            var options = RegexOptions.CultureInvariant | RegexOptions.Singleline
                | (dialect._looksAround ? RegexOptions.None : RegexOptions.NonBacktracking);
            return (new Regex(dialect._translated.ToString(), options, Patience), null);
        }
        catch (RegexDialectException refused)
        {
            return (null, refused.Message);
        }
        catch (Exception exception) when (exception is ArgumentException or NotSupportedException)
        {
            return (null, "it cannot be read");
        }
    }

    void Translate()
    {
        while (_at < _pattern.Length)
        {
            var letter = _pattern[_at++];
            switch (letter)
            {
                case '\\':
                    Escape(isInClass: false);
                    break;
                case '[':
                    Class();
                    break;
                case '(':
                    Group();
                    break;
                case '{':
                    Repeat();
                    break;
                case '.':
                    _translated.Append(AnyCharacter);
                    break;
                case '$':
                    _translated.Append(@"\z");
                    break;
                default:
                    Literal(letter);
                    break;
            }
        }
    }

    void Literal(char letter)
    {
        if (char.IsHighSurrogate(letter) && _at < _pattern.Length)
        {
            _translated.Append("(?:").Append(letter).Append(_pattern[_at++]).Append(')');
            return;
        }
        _translated.Append(letter);
    }

    void Escape(bool isInClass)
    {
        if (_at >= _pattern.Length)
        {
            throw new RegexDialectException("it ends in a backslash");
        }
        var letter = _pattern[_at++];
        _translated.Append(letter switch
        {
            'd' => isInClass ? "0-9" : "[0-9]",
            'w' => isInClass ? "0-9A-Za-z_" : "[0-9A-Za-z_]",
            's' => isInClass ? @"\t\n\f\r\x20" : @"[\t\n\f\r\x20]",
            'D' when !isInClass => Except("0-9"),
            'W' when !isInClass => Except("0-9A-Za-z_"),
            'S' when !isInClass => Except(@"\t\n\f\r\x20"),
            'b' when !isInClass => LookAround(WordEdge),
            'B' when !isInClass => LookAround(NoWordEdge),
            'A' when !isInClass => @"\A",
            'z' when !isInClass => @"\z",
            't' or 'n' or 'r' or 'f' or 'v' or 'a' => $"\\{letter}",
            'x' => Hexadecimal(),
            'p' or 'P' => Category(letter, isInClass),
            _ when char.IsAsciiLetterOrDigit(letter) || letter > 127 => throw new RegexDialectException($"\\{letter} is not known"),
            _ => $"\\{letter}",
        });
    }

    string LookAround(string translated)
    {
        _looksAround = true;
        return translated;
    }

    static string Except(string inner) => $@"(?:[^{inner}\uD800-\uDFFF]|[\uD800-\uDBFF][\uDC00-\uDFFF])";

    string Hexadecimal()
    {
        if (_at + 2 > _pattern.Length || _pattern.AsSpan(_at, 2).ContainsAnyExcept("0123456789abcdefABCDEF"))
        {
            throw new RegexDialectException("\\x takes two hexadecimal digits");
        }
        _at += 2;
        return $"\\x{_pattern.AsSpan(_at - 2, 2)}";
    }

    string Category(char letter, bool isInClass)
    {
        var end = _at < _pattern.Length && _pattern[_at] == '{' ? _pattern.IndexOf('}', _at) : _at;
        var name = end < 0 || end >= _pattern.Length ? "" : _pattern[_at..(end + 1)].Trim('{', '}');
        if (name.Length is 0 or > 2 || !name.All(char.IsAsciiLetter) || (letter == 'P' && isInClass))
        {
            throw new RegexDialectException($"\\{letter} takes a category such as {{L}} or {{Nd}}");
        }
        _at = end + 1;
        return $"\\{letter}{{{name}}}";
    }

    void Class()
    {
        var start = _translated.Length;
        var isNegated = Take('^');
        _translated.Append(isNegated ? "(?:[^" : "[");
        var isFirst = true;
        while (true)
        {
            if (_at >= _pattern.Length)
            {
                throw new RegexDialectException("a bracket is not closed");
            }
            var letter = _pattern[_at++];
            if (letter == ']' && !isFirst)
            {
                break;
            }
            isFirst = false;
            if (letter == '\\')
            {
                Escape(isInClass: true);
            }
            else if (char.IsSurrogate(letter) || (letter == '[' && _at < _pattern.Length && _pattern[_at] is ':' or '.' or '='))
            {
                throw new RegexDialectException("a bracket holds something that only one of the engines knows");
            }
            else
            {
                // Else .NET takes it as the class to leave out.
                _translated.Append(letter is '[' or ']' ? $"\\{letter}" : letter.ToString());
            }
        }
        _translated.Append(isNegated ? @"\uD800-\uDFFF]|[\uD800-\uDBFF][\uDC00-\uDFFF])" : "]");
        if (_translated.Length == start)
        {
            throw new RegexDialectException("a bracket is empty");
        }
    }

    void Group()
    {
        _translated.Append('(');
        if (!Take('?'))
        {
            return;
        }
        if (Take(':'))
        {
            _translated.Append("?:");
            return;
        }
        var isNamed = Take('P');
        if (Take('<'))
        {
            var end = _pattern.IndexOf('>', _at);
            var name = end < 0 ? "" : _pattern[_at..end];
            if (name.Length == 0 || !name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter == '_') || char.IsAsciiDigit(name[0]) || !_names.Add(name))
            {
                throw new RegexDialectException("it looks around, or a group's name cannot be used");
            }
            _at = end + 1;
            _translated.Append(CultureInfo.InvariantCulture, $"?<{name}>");
            return;
        }
        var close = _pattern.IndexOfAny([':', ')'], _at);
        var flags = close < 0 ? "" : _pattern[_at..close];
        if (isNamed || flags.Length == 0 || flags.Any(flag => flag is not ('i' or 's')))
        {
            throw new RegexDialectException("it looks around, or sets an option other than (?i)");
        }
        _at = close + 1;
        _translated.Append('?').Append(flags).Append(_pattern[close]);
    }

    void Repeat()
    {
        var end = _pattern.IndexOf('}', _at);
        var counts = end < 0 ? [] : _pattern[_at..end].Split(',');
        if (counts is not ([_] or [_, _]) || counts[0].Length == 0 || counts.Any(count => !count.All(char.IsAsciiDigit)))
        {
            _translated.Append(@"\{");
            return;
        }
        var most = counts.Where(count => count.Length > 0).Max(count => count.Length > 4 ? MostRepeated + 1 : int.Parse(count, CultureInfo.InvariantCulture));
        // The store counts what is repeated within what is repeated.
        _repeated *= Math.Max(1, most);
        if (_repeated > MostRepeated)
        {
            throw new RegexDialectException($"it repeats something more than {MostRepeated} times");
        }
        _translated.Append(_pattern, _at - 1, end - _at + 2);
        _at = end + 1;
    }

    bool Take(char letter)
    {
        if (_at >= _pattern.Length || _pattern[_at] != letter)
        {
            return false;
        }
        _at++;
        return true;
    }

    sealed class RegexDialectException(string problem) : Exception(problem);
}
