using System.Globalization;

namespace Prickle.Sql.Statements;

/// <summary>Values as ClickHouse reads them from <c>param_name</c>: the fields of its tab-separated format.</summary>
static class ParameterText
{
    public static string Of(object value) => value switch
    {
        string text => Escaped(text),
        bool truth => truth ? "true" : "false",
        DateTimeOffset moment => moment.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss.ffffff", CultureInfo.InvariantCulture),
        DateTime moment => moment.ToString("yyyy-MM-dd HH:mm:ss.ffffff", CultureInfo.InvariantCulture),
        DateOnly day => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        System.Collections.IEnumerable items => $"[{string.Join(',', items.Cast<object>().Select(Item))}]",
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => throw new ArgumentException($"A parameter cannot be a {value.GetType().Name}.", nameof(value)),
    };

    public static string Escaped(string text) => text
        .Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\t", "\\t", StringComparison.Ordinal)
        .Replace("\n", "\\n", StringComparison.Ordinal).Replace("\r", "\\r", StringComparison.Ordinal).Replace("\0", "\\0", StringComparison.Ordinal);

    static string Item(object value) =>
        value is string or Guid or DateTimeOffset or DateOnly
            ? $"'{Of(value).Replace("'", "\\'", StringComparison.Ordinal)}'"
            : Of(value);
}
