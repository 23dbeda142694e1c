using System.Globalization;

namespace Prickle.Ui.Values;

/// <summary>How a number is to be read.</summary>
public enum UnitStyle
{
    /// <summary>Things counted: 1,234.</summary>
    Count,

    /// <summary>Any number: 12.5.</summary>
    Number,

    /// <summary>A part of one: 0.425 is 42.5 %.</summary>
    Share,

    /// <summary>A span, in seconds.</summary>
    Seconds,

    /// <summary>An amount of money, in whole units of the currency.</summary>
    Money,

    /// <summary>A size, in bytes.</summary>
    Bytes,
}

/// <summary>The unit of a number, and how it is written. `drawing/format.js` writes the same in the browser.</summary>
/// <param name="Name">What is counted, in the plural: "visitors".</param>
/// <param name="Symbol">Sign or code of the currency: "$", "CHF".</param>
public sealed record ValueUnit(UnitStyle Style, string Name = "", string Symbol = "")
{
    static readonly string[] Thousands = ["", "K", "M", "B", "T"];
    static readonly string[] Sizes = ["B", "KB", "MB", "GB", "TB", "PB"];

    /// <summary>Written for a value that is not there.</summary>
    public const string Nothing = "–";

    /// <summary>Things counted.</summary>
    public static ValueUnit Count(string name = "") => new(UnitStyle.Count, name);

    /// <summary>Any number.</summary>
    public static ValueUnit Number(string name = "") => new(UnitStyle.Number, name);

    /// <summary>Parts of one, shown as percentages.</summary>
    public static ValueUnit Share(string name = "") => new(UnitStyle.Share, name);

    /// <summary>Spans in seconds.</summary>
    public static ValueUnit Seconds(string name = "") => new(UnitStyle.Seconds, name);

    /// <summary>Money of one currency.</summary>
    public static ValueUnit Money(string symbol) => new(UnitStyle.Money, "", symbol);

    /// <summary>Sizes in bytes.</summary>
    public static ValueUnit Bytes(string name = "") => new(UnitStyle.Bytes, name);

    /// <summary>For axes and tight places: "1.2K", "42 %", "3.5 min", "$1.2K".</summary>
    public string Short(double? value)
    {
        if (value is not { } number || !double.IsFinite(number))
        {
            return Nothing;
        }
        var (sign, size) = (number < 0 ? "−" : "", Math.Abs(number));
        return sign + Style switch
        {
            UnitStyle.Share => Text(size * 100, "0.#") + " %",
            UnitStyle.Seconds => ShortSpan(size),
            UnitStyle.Money => Before + Scaled(size, 1000, Thousands, ""),
            UnitStyle.Bytes => Scaled(size, 1024, Sizes, " "),
            _ => Scaled(size, 1000, Thousands, ""),
        };
    }

    /// <summary>With every digit that means something: "1,234", "42.35 %", "3 min 20 s", "$1,234.50".</summary>
    public string Full(double? value)
    {
        if (value is not { } number || !double.IsFinite(number))
        {
            return Nothing;
        }
        var (sign, size) = (number < 0 ? "−" : "", Math.Abs(number));
        return sign + Style switch
        {
            UnitStyle.Share => Text(size * 100, "#,0.##") + " %",
            UnitStyle.Seconds => FullSpan(size),
            UnitStyle.Money => Before + Text(size, size == Math.Floor(size) ? "#,0" : "#,0.00"),
            UnitStyle.Bytes => Scaled(size, 1024, Sizes, " "),
            _ => Text(size, "#,0.##"),
        };
    }

    /// <summary>As <see cref="Full"/>, with what is counted behind it: "1,234 visitors".</summary>
    public string Named(double? value) => Name.Length == 0 || value is null ? Full(value) : $"{Full(value)} {Name}";

    string Before => Symbol.Length > 1 ? Symbol + " " : Symbol;

    // Rounding comes before the choice of the step: 999,950 is "1M", never "1000K".
    static string Scaled(double size, double step, string[] names, string gap)
    {
        var index = 0;
        while (index < names.Length - 1 && Math.Round(size, Digits(size), MidpointRounding.AwayFromZero) >= step)
        {
            size /= step;
            index++;
        }
        return Text(size, size >= 100 ? "0" : size >= 10 || index > 0 ? "0.#" : "0.##") + gap + names[index];
    }

    static int Digits(double size) => size >= 100 ? 0 : 1;

    static string ShortSpan(double seconds) => seconds switch
    {
        0 => "0 s",
        < 0.9995 => Text(seconds * 1000, "0") + " ms",
        < 59.95 => Text(seconds, "0.#") + " s",
        < 3597 => Text(seconds / 60, "0.#") + " min",
        < 86220 => Text(seconds / 3600, "0.#") + " h",
        _ => Text(seconds / 86400, "0.#") + " d",
    };

    static string FullSpan(double seconds)
    {
        if (seconds < 59.5)
        {
            return ShortSpan(seconds);
        }
        var whole = (long)Math.Round(seconds, MidpointRounding.AwayFromZero);
        return whole switch
        {
            < 3600 => Pair(whole / 60, "min", whole % 60, "s"),
            < 86400 => Pair(whole / 3600, "h", whole % 3600 / 60, "min"),
            _ => Pair(whole / 86400, "d", whole % 86400 / 3600, "h"),
        };
    }

    static string Pair(long large, string largeUnit, long small, string smallUnit) =>
        small == 0 ? $"{large} {largeUnit}" : $"{large} {largeUnit} {small} {smallUnit}";

    // Rounded once, to what the format shows: 2.345 is 2.3, though by way of 2.35 it would be 2.4.
    static string Text(double value, string format) => Math
        .Round(value, format.IndexOf('.', StringComparison.Ordinal) is >= 0 and var point ? format.Length - point - 1 : 0, MidpointRounding.AwayFromZero)
        .ToString(format, CultureInfo.InvariantCulture);
}
