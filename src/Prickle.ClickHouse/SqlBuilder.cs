using System.Globalization;

namespace Prickle.ClickHouse;

/// <summary>
/// The parameters of a statement, and the conditions of its WHERE clause. Values never become part of the text: each
/// method that takes one gives the placeholder to write in its place. Not thread-safe.
/// </summary>
public sealed class SqlBuilder
{
    readonly List<string> _conditions = [];
    readonly List<(string Name, object Value)> _parameters = [];

    /// <summary>What to send along with the statement.</summary>
    public IReadOnlyList<(string Name, object Value)> Parameters => _parameters;

    /// <summary>The conditions, joined; "1" when there is none.</summary>
    public string Where => _conditions.Count == 0 ? "1" : string.Join("\n  AND ", _conditions);

    /// <summary>Adds a condition to <see cref="Where"/>.</summary>
    public void And(string condition) => _conditions.Add(condition);

    /// <summary>Adds a value and gives the placeholder for it.</summary>
    /// <param name="type">ClickHouse's type of the value, such as <c>Array(String)</c>.</param>
    /// <param name="value">The value, in a .NET type that the driver writes as that type.</param>
    public string Value(string type, object value)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"p{_parameters.Count}");
        _parameters.Add((name, value));
        return $"{{{name}:{type}}}";
    }

    /// <summary>A text.</summary>
    public string Text(string value) => Value("String", value);

    /// <summary>A list of texts.</summary>
    public string Texts(IEnumerable<string> values) => Value("Array(String)", values.ToArray());

    /// <summary>The id of a project, in the type of its column.</summary>
    public string Project(int id) => Value("UInt32", (uint)id);

    /// <summary>A UUID.</summary>
    public string Uuid(Guid id) => Value("UUID", id);

    /// <summary>A whole number.</summary>
    public string Number(long number) => Value("Int64", number);

    /// <summary>A number.</summary>
    public string Real(double number) => Value("Float64", number);

    /// <summary>A moment, to the microsecond of the store.</summary>
    public string Moment(DateTimeOffset at) =>
        $"fromUnixTimestamp64Micro({Number((at.UtcTicks - DateTimeOffset.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond)}, 'UTC')";
}
