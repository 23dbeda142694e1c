using System.Globalization;

namespace Prickle.Events.Filtering;

/// <summary>Conditions of a WHERE clause with their parameters. Values never become part of the text.</summary>
sealed class Sql
{
    readonly List<string> _conditions = [];
    readonly List<(string Name, object Value)> _parameters = [];

    public IReadOnlyList<(string Name, object Value)> Parameters => _parameters;

    /// <summary>The conditions, joined; "1" when there is none.</summary>
    public string Where => _conditions.Count == 0 ? "1" : string.Join("\n  AND ", _conditions);

    public void And(string condition) => _conditions.Add(condition);

    /// <summary>Adds a value and gives the placeholder for it.</summary>
    public string Value(string type, object value)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"p{_parameters.Count}");
        _parameters.Add((name, value));
        return $"{{{name}:{type}}}";
    }

    public string Text(string value) => Value("String", value);

    public string Texts(IEnumerable<string> values) => Value("Array(String)", values.ToArray());

    public string Project(int id) => Value("UInt32", (uint)id);

    public string Uuid(Guid id) => Value("UUID", id);

    public string Number(long number) => Value("Int64", number);

    /// <summary>A moment, to the microsecond of the store.</summary>
    public string Moment(DateTimeOffset at) =>
        $"fromUnixTimestamp64Micro({Number((at.UtcTicks - DateTimeOffset.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond)}, 'UTC')";
}
