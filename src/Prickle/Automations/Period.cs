using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Prickle.Automations;

/// <summary>A length of time as people write it: <c>90s</c>, <c>10m</c>, <c>2h</c>, <c>1h30m</c>, <c>3d</c>, <c>2w</c>.</summary>
[JsonConverter(typeof(Converter))]
public readonly record struct Period(TimeSpan Length)
{
    /// <summary>A year and a day.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromDays(366);

    static readonly (char Letter, TimeSpan Unit)[] Units =
    [
        ('w', TimeSpan.FromDays(7)), ('d', TimeSpan.FromDays(1)), ('h', TimeSpan.FromHours(1)), ('m', TimeSpan.FromMinutes(1)), ('s', TimeSpan.FromSeconds(1)),
    ];

    /// <summary>Reads such a text. Units go from the longest to the shortest, each at most once; parts may be fractions.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out Period period)
    {
        period = default;
        var rest = (text ?? "").AsSpan().Trim();
        var (sum, last) = (TimeSpan.Zero, -1);
        while (rest.Length > 0)
        {
            var digits = rest.IndexOfAnyExcept("0123456789.");
            var unit = digits > 0 ? UnitOf(rest[digits]) : -1;
            if (digits <= 0 || unit <= last || !double.TryParse(rest[..digits], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
                || number * Units[unit].Unit.TotalSeconds > Longest.TotalSeconds)
            {
                return false;
            }
            (sum, last) = (sum + (number * Units[unit].Unit), unit);
            rest = rest[(digits + 1)..].TrimStart();
        }
        period = new Period(sum);
        return last >= 0 && sum <= Longest;
    }

    static int UnitOf(char letter) => Array.FindIndex(Units, unit => unit.Letter == char.ToLowerInvariant(letter));

    /// <inheritdoc />
    public override string ToString()
    {
        if (Length == TimeSpan.Zero)
        {
            return "0s";
        }
        var (text, rest) = ("", Length);
        foreach (var (letter, unit) in Units)
        {
            var whole = Math.Floor(rest / unit);
            if (letter == 's' ? rest > TimeSpan.Zero : whole >= 1)
            {
                text += string.Create(CultureInfo.InvariantCulture, $"{(letter == 's' ? rest / unit : whole):0.###}{letter}");
                rest -= whole * unit;
            }
        }
        return text;
    }

    /// <summary>In words: "2 hours", "1 day and 12 hours".</summary>
    public string Words
    {
        get
        {
            string[] names = ["week", "day", "hour", "minute", "second"];
            var (parts, rest) = (new List<string>(), Length);
            for (var index = 0; index < Units.Length; index++)
            {
                var whole = (long)Math.Floor(rest / Units[index].Unit);
                if (whole > 0)
                {
                    parts.Add(string.Create(CultureInfo.InvariantCulture, $"{whole} {names[index]}{(whole == 1 ? "" : "s")}"));
                    rest -= whole * Units[index].Unit;
                }
            }
            return parts.Count == 0 ? "no time" : string.Join(" and ", parts);
        }
    }

    sealed class Converter : JsonConverter<Period>
    {
        public override Period Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            reader.TokenType == JsonTokenType.String && TryParse(reader.GetString(), out var period)
                ? period : throw new JsonException("A time is written as 90s, 10m, 2h, 1h30m, 3d or 2w, a year at most.");

        public override void Write(Utf8JsonWriter writer, Period value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
    }
}
