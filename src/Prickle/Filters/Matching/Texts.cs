using System.Globalization;
using System.Text.Json;

namespace Prickle.Filters.Matching;

/// <summary>A JSON value as the store gives it back: the texts that a filter compares.</summary>
static class Texts
{
    /// <summary>Whether the store keeps anything of it: not null, not an object of nothing.</summary>
    public static bool IsSet(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Undefined or JsonValueKind.Null => false,
        JsonValueKind.Object => value.EnumerateObject().Any(member => IsSet(member.Value)),
        _ => true,
    };

    public static IEnumerable<string> Of(JsonElement value) => value.ValueKind == JsonValueKind.Array
        ? value.EnumerateArray().Select(IsOfNumbers(value) ? (Func<JsonElement, string?>)MemberOfNumbers : Member).OfType<string>()
        : Scalar(value) is { } text ? [text] : [];

    // Among numbers, and with nothing else beside them, true and false are stored as numbers too.
    static bool IsOfNumbers(JsonElement list)
    {
        var (hasNumber, hasBoolean) = (false, false);
        foreach (var member in list.EnumerateArray())
        {
            switch (member.ValueKind)
            {
                case JsonValueKind.Number:
                    hasNumber = true;
                    break;
                case JsonValueKind.True or JsonValueKind.False:
                    hasBoolean = true;
                    break;
                default:
                    return false;
            }
        }
        return hasNumber && hasBoolean;
    }

    static string? MemberOfNumbers(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.True => "1",
        JsonValueKind.False => "0",
        _ => Member(value),
    };

    // The store takes a list apart as whole numbers where it can, which know no negative zero.
    static string? Member(JsonElement value) => value.ValueKind == JsonValueKind.Number && Scalar(value) == "-0" ? "0" : Scalar(value);

    static string? Scalar(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString(),
        JsonValueKind.True => "true",
        JsonValueKind.False => "false",
        JsonValueKind.Number => Number(value.GetRawText()),
        _ => null,
    };

    static string Number(string raw)
    {
        if (raw.AsSpan().IndexOfAny('.', 'e', 'E') < 0)
        {
            return long.TryParse(raw, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole)
                ? whole.ToString(CultureInfo.InvariantCulture)
                : ulong.TryParse(raw, NumberStyles.None, CultureInfo.InvariantCulture, out var large)
                    ? large.ToString(CultureInfo.InvariantCulture)
                    : Written(double.Parse(raw, CultureInfo.InvariantCulture));
        }
        return Written(double.Parse(raw, CultureInfo.InvariantCulture));
    }

    /// <summary>The shortest digits that read back as the number, without an exponent from 1e-6 to below 1e21.</summary>
    static string Written(double number)
    {
        if (number == 0)
        {
            return double.IsNegative(number) ? "-0" : "0";
        }
        var (digits, exponent) = Split(Math.Abs(number).ToString("R", CultureInfo.InvariantCulture));
        var sign = number < 0 ? "-" : "";
        var point = digits.Length + exponent;
        if (point > 21 || point <= -6)
        {
            var rest = digits.Length > 1 ? "." + digits[1..] : "";
            return string.Create(CultureInfo.InvariantCulture, $"{sign}{digits[0]}{rest}e{point - 1}");
        }
        return sign + (point <= 0 ? "0." + new string('0', -point) + digits
            : point >= digits.Length ? digits + new string('0', point - digits.Length)
            : digits[..point] + "." + digits[point..]);
    }

    /// <summary>Digits without zeros around them, and the power of ten of the last.</summary>
    static (string Digits, int Exponent) Split(string written)
    {
        var at = written.IndexOf('E', StringComparison.Ordinal);
        var exponent = at < 0 ? 0 : int.Parse(written.AsSpan(at + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        var mantissa = at < 0 ? written : written[..at];
        var point = mantissa.IndexOf('.', StringComparison.Ordinal);
        var digits = mantissa.Replace(".", "", StringComparison.Ordinal);
        exponent -= point < 0 ? 0 : mantissa.Length - point - 1;
        var trimmed = digits.TrimEnd('0');
        return (trimmed.TrimStart('0'), exponent + digits.Length - trimmed.Length);
    }
}
