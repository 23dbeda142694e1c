using System.Globalization;
using System.Text;

namespace Prickle.Insights.Funnels;

/// <summary>
/// Actors that were found outside the store, as rows of a statement. They stand in it as base64 of tab-separated lines: no
/// value can mean anything to the parser, and a statement may be longer than a parameter.
/// </summary>
sealed class ActorList(string structure)
{
    readonly StringBuilder _lines = new();

    public int Count { get; private set; }

    public void Add(params ReadOnlySpan<string> values)
    {
        Count++;
        for (var at = 0; at < values.Length; at++)
        {
            _lines.Append(values[at]).Append(at == values.Length - 1 ? '\n' : '\t');
        }
    }

    /// <summary>A table expression with the columns of the structure.</summary>
    public string Table() => Count == 0
        ? $"null('{structure}')"
        : $"format(TSV, '{structure}', base64Decode('{Convert.ToBase64String(Encoding.UTF8.GetBytes(_lines.ToString()))}'))";

    public static string Text(string value) => value
        .Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\t", "\\t", StringComparison.Ordinal)
        .Replace("\n", "\\n", StringComparison.Ordinal).Replace("\r", "\\r", StringComparison.Ordinal).Replace("\0", "\\0", StringComparison.Ordinal);

    public static string Texts(IEnumerable<string> values) =>
        "[" + string.Join(',', values.Select(value => "'" + Text(value).Replace("'", "\\'", StringComparison.Ordinal) + "'")) + "]";

    public static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);
}
