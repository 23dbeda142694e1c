using System.Globalization;
using Prickle.Accounts;

namespace Prickle.Insights.Trends;

/// <summary>
/// A formula over series: letters, numbers, + - * / % **, parentheses, a minus in front. What divides by zero is 0.
/// </summary>
sealed class Formula
{
    const int Longest = 500;
    const int Deepest = 50;

    readonly string _text;
    readonly HashSet<int> _series = [];
    Func<double[], double> _evaluate = _ => 0;
    int _at;
    int _depth;

    Formula(string text) => _text = text;

    /// <summary>Indexes of the series that it names.</summary>
    public IReadOnlySet<int> Series => _series;

    /// <summary>Its value; what is no number is 0.</summary>
    public double Evaluate(double[] values) => _evaluate(values) is var value && double.IsFinite(value) ? value : 0;

    /// <summary>Reads a formula over so many series.</summary>
    public static Outcome<Formula> Read(string text, int series)
    {
        if (text.Trim() is not { Length: > 0 and <= Longest })
        {
            return Refusal.Invalid("formula", $"A formula has 1 to {Longest} characters, such as A / B * 100.");
        }
        var formula = new Formula(text);
        try
        {
            formula._evaluate = formula.Sum();
            formula.SkipSpace();
            if (formula._at < text.Length)
            {
                throw formula.Wrong($"'{text[formula._at]}' is not expected");
            }
        }
        catch (FormatException wrong)
        {
            return Refusal.Invalid("formula", wrong.Message);
        }
        return formula._series.FirstOrDefault(index => index >= series, -1) is >= 0 and var missing
            ? Refusal.Invalid("formula", $"The formula {text} names {(char)('A' + missing)}, and there is no such series.")
            : formula;
    }

    Func<double[], double> Sum()
    {
        var left = Product();
        while (Take('+', '-') is { } sign)
        {
            var (one, other) = (left, Product());
            left = sign == '+' ? values => one(values) + other(values) : values => one(values) - other(values);
        }
        return left;
    }

    Func<double[], double> Product()
    {
        var left = Signed();
        while (!Ahead("**") && Take('*', '/', '%') is { } sign)
        {
            var (one, other) = (left, Signed());
            left = sign switch
            {
                '*' => values => one(values) * other(values),
                '/' => values => other(values) is var divisor && divisor == 0 ? 0 : one(values) / divisor,
                _ => values => other(values) is var divisor && divisor == 0 ? 0 : one(values) % divisor,
            };
        }
        return left;
    }

    Func<double[], double> Signed()
    {
        Enter();
        var result = Take('-', '+') switch
        {
            '-' when Signed() is var inner => values => -inner(values),
            '+' => Signed(),
            _ => Power(),
        };
        _depth--;
        return result;
    }

    // Binds from the right, and closer than a minus before it: -2 ** 2 is -4.
    Func<double[], double> Power()
    {
        var one = Operand();
        SkipSpace();
        if (!Ahead("**"))
        {
            return one;
        }
        _at += 2;
        var other = Signed();
        return values => Math.Pow(one(values), other(values));
    }

    Func<double[], double> Operand()
    {
        SkipSpace();
        if (_at >= _text.Length)
        {
            throw Wrong("it ends too early");
        }
        var character = _text[_at];
        if (character == '(')
        {
            _at++;
            Enter();
            var inner = Sum();
            _depth--;
            return Take(')') is null ? throw Wrong("a parenthesis is not closed") : inner;
        }
        return char.IsAsciiDigit(character) || character == '.' ? Number() : Letter();
    }

    Func<double[], double> Number()
    {
        var start = _at;
        while (_at < _text.Length && (char.IsAsciiDigit(_text[_at]) || _text[_at] == '.'))
        {
            _at++;
        }
        return double.TryParse(_text.AsSpan(start, _at - start), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
            ? _ => number
            : throw Wrong($"'{_text[start.._at]}' is no number");
    }

    Func<double[], double> Letter()
    {
        var start = _at;
        while (_at < _text.Length && (char.IsLetterOrDigit(_text[_at]) || _text[_at] == '_'))
        {
            _at++;
        }
        var name = _text[start.._at];
        if (name.Length == 0)
        {
            throw Wrong($"'{_text[start]}' is not expected");
        }
        SkipSpace();
        if (_at < _text.Length && _text[_at] == '(')
        {
            throw Wrong($"there are no functions such as {name}(); only + - * / % ** and parentheses");
        }
        if (name.Length > 1 || char.ToUpperInvariant(name[0]) is not (>= 'A' and <= 'Z' and var letter))
        {
            throw Wrong($"'{name}' is no series; they are called A, B, C …");
        }
        var index = letter - 'A';
        _series.Add(index);
        return values => values[index];
    }

    void Enter()
    {
        if (++_depth > Deepest)
        {
            throw Wrong($"it is more than {Deepest} levels deep");
        }
    }

    char? Take(params ReadOnlySpan<char> any)
    {
        SkipSpace();
        return _at < _text.Length && any.Contains(_text[_at]) ? _text[_at++] : null;
    }

    bool Ahead(string what)
    {
        SkipSpace();
        return string.CompareOrdinal(_text, _at, what, 0, what.Length) == 0;
    }

    void SkipSpace()
    {
        while (_at < _text.Length && char.IsWhiteSpace(_text[_at]))
        {
            _at++;
        }
    }

    FormatException Wrong(string why) => new($"The formula {_text} cannot be read: {why}.");
}
