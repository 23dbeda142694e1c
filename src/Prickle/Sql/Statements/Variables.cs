using System.Globalization;
using System.Text.Json;

namespace Prickle.Sql.Statements;

/// <summary>The variables of a statement as typed parameters.</summary>
sealed class Variables
{
    const int LongestText = 100_000;
    readonly Dictionary<string, (string Type, string Text)> _values = new(StringComparer.Ordinal);

    /// <summary>Reads the values; the refusal names the one that does not fit.</summary>
    public static SqlOutcome<Variables> Read(IEnumerable<SqlVariable> variables)
    {
        var read = new Variables();
        foreach (var variable in variables)
        {
            var value = variable.Value is { ValueKind: not (JsonValueKind.Null or JsonValueKind.Undefined) } given ? given : variable.Default;
            if (value is not { ValueKind: not (JsonValueKind.Null or JsonValueKind.Undefined) } present)
            {
                continue;
            }
            if (Bind(variable.Type, present) is not { } bound)
            {
                return new SqlRefusal(SqlRefusalReason.InvalidVariable,
                    $"The variable {variable.Name} takes {Words(variable.Type)}, not {Shown(present)}.");
            }
            if (bound.Text.Length > LongestText)
            {
                return new SqlRefusal(SqlRefusalReason.InvalidVariable, $"The value of the variable {variable.Name} is too long.");
            }
            read._values[variable.Name] = bound;
        }
        return read;
    }

    /// <summary>The ClickHouse type of a variable that has a value.</summary>
    public string? TypeOf(string name) => _values.TryGetValue(name, out var value) ? value.Type : null;

    /// <summary>The parameters of a statement that uses these variables.</summary>
    public IEnumerable<(string Name, string Text)> Parameters(IReadOnlyList<string> used) =>
        used.Select((name, index) => (StatementReader.ParameterName(index), _values[name].Text));

    static (string Type, string Text)? Bind(SqlVariableType type, JsonElement value) => type switch
    {
        SqlVariableType.Number => Number(value),
        SqlVariableType.Boolean => Boolean(value),
        SqlVariableType.Date => value.ValueKind == JsonValueKind.String ? Date(value.GetString()!) : null,
        SqlVariableType.List => List(value),
        _ => value.ValueKind is JsonValueKind.String ? ("String", ParameterText.Escaped(value.GetString()!))
            : value.ValueKind is JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False ? ("String", ParameterText.Escaped(value.ToString()))
            : null,
    };

    static (string, string)? Number(JsonElement value)
    {
        var text = value.ValueKind is JsonValueKind.Number or JsonValueKind.String ? value.ToString().Trim() : "";
        return long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole)
                ? ("Int64", whole.ToString(CultureInfo.InvariantCulture))
            : double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number)
                ? ("Float64", number.ToString("R", CultureInfo.InvariantCulture))
            : null;
    }

    static (string, string)? Boolean(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.True => ("Bool", "true"),
        JsonValueKind.False => ("Bool", "false"),
        JsonValueKind.String when bool.TryParse(value.GetString(), out var parsed) => ("Bool", parsed ? "true" : "false"),
        _ => null,
    };

    static (string, string)? Date(string text)
    {
        if (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
        {
            return ("Date32", day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
        }
        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var moment)
            ? ("DateTime64(6, 'UTC')", moment.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss.ffffff", CultureInfo.InvariantCulture))
            : null;
    }

    static (string, string)? List(JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.Array || value.EnumerateArray().Any(item => item.ValueKind is not (JsonValueKind.String or JsonValueKind.Number)))
        {
            return null;
        }
        var items = value.EnumerateArray().ToList();
        return items.Count > 0 && items.All(item => item.ValueKind == JsonValueKind.Number)
            ? ("Array(Float64)", ParameterText.Of(items.Select(item => item.GetDouble()).ToArray()))
            : ("Array(String)", ParameterText.Of(items.Select(item => item.ToString()).ToArray()));
    }

    static string Words(SqlVariableType type) => type switch
    {
        SqlVariableType.Number => "a number",
        SqlVariableType.Boolean => "true or false",
        SqlVariableType.Date => "a date such as 2026-03-01",
        SqlVariableType.List => "a list of texts or numbers",
        _ => "a text",
    };

    static string Shown(JsonElement value) => value.ToString() is { Length: > 40 } text ? text[..40] + "…" : value.ToString();
}
