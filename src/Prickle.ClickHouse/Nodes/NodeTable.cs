using System.Globalization;
using System.Text.Json;

namespace Prickle.ClickHouse.Nodes;

/// <summary>What a node answered: named columns and rows.</summary>
public sealed class NodeTable
{
    readonly Dictionary<string, int> _places;
    readonly JsonElement _rows;

    internal NodeTable(JsonElement answer)
    {
        var columns = answer.GetProperty("meta").EnumerateArray()
            .Select(column => new NodeColumn(column.GetProperty("name").GetString()!, column.GetProperty("type").GetString()!)).ToArray();
        Columns = columns;
        _places = new Dictionary<string, int>(columns.Length);
        for (var place = 0; place < columns.Length; place++)
        {
            _places.TryAdd(columns[place].Name, place);
        }
        _rows = answer.GetProperty("data");
        if (answer.TryGetProperty("statistics", out var statistics))
        {
            RowsRead = NumberOf(statistics, "rows_read");
            BytesRead = NumberOf(statistics, "bytes_read");
        }
    }

    NodeTable() => (_places, Columns) = ([], []);

    /// <summary>The answer of a statement that gives no rows.</summary>
    public static NodeTable Empty { get; } = new();

    /// <summary>In the order of the statement.</summary>
    public IReadOnlyList<NodeColumn> Columns { get; }

    /// <summary>How many rows there are.</summary>
    public int Count => _rows.ValueKind == JsonValueKind.Array ? _rows.GetArrayLength() : 0;

    /// <summary>Rows that the server read for it; 0 where it does not say.</summary>
    public long RowsRead { get; }

    /// <summary>Bytes that the server read for it, uncompressed; 0 where it does not say.</summary>
    public long BytesRead { get; }

    /// <summary>The rows, in the order of the answer.</summary>
    public IEnumerable<NodeRow> Rows
    {
        get
        {
            if (_rows.ValueKind == JsonValueKind.Array)
            {
                foreach (var row in _rows.EnumerateArray())
                {
                    yield return new NodeRow(this, row);
                }
            }
        }
    }

    internal int PlaceOf(string column) =>
        _places.TryGetValue(column, out var place) ? place : throw new ArgumentException($"The answer has no column {column}.", nameof(column));

    static long NumberOf(JsonElement statistics, string name) =>
        statistics.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number) ? number : 0;
}

/// <summary>A column of an answer.</summary>
/// <param name="Name">As the statement calls it.</param>
/// <param name="Type">ClickHouse's name of its type.</param>
public sealed record NodeColumn(string Name, string Type);

/// <summary>A row of an answer. Numbers may come as JSON numbers or as text (64 bits are quoted by default): both are read.</summary>
public readonly struct NodeRow
{
    readonly NodeTable _table;
    readonly JsonElement _cells;

    internal NodeRow(NodeTable table, JsonElement cells) => (_table, _cells) = (table, cells);

    /// <summary>The cell as it came.</summary>
    public JsonElement this[string column] => _cells[_table.PlaceOf(column)];

    /// <summary>The cell as it came, by place.</summary>
    public JsonElement this[int place] => _cells[place];

    /// <summary>As text; empty for null.</summary>
    public string Text(string column) => TextOf(this[column]);

    /// <summary>As a whole number; 0 for null or what is none. Beyond 63 bits it is the largest.</summary>
    public long Number(string column) => NumberOf(this[column]);

    /// <summary>As a number; 0 for null, NaN and infinity, which JSON has not.</summary>
    public double Real(string column) =>
        double.TryParse(TextOf(this[column]), NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && double.IsFinite(value) ? value : 0;

    /// <summary>Whether a number is not 0, or a boolean true.</summary>
    public bool Flag(string column) => this[column].ValueKind == JsonValueKind.True || NumberOf(this[column]) != 0;

    /// <summary>An array as texts; empty for null.</summary>
    public string[] Texts(string column) => this[column] is { ValueKind: JsonValueKind.Array } array ? [.. array.EnumerateArray().Select(TextOf)] : [];

    /// <summary>An array as whole numbers; empty for null.</summary>
    public long[] Numbers(string column) => this[column] is { ValueKind: JsonValueKind.Array } array ? [.. array.EnumerateArray().Select(NumberOf)] : [];

    /// <summary>A column of seconds since 1970, which means the same in every zone; null for 0.</summary>
    public DateTimeOffset? Moment(string column) => Number(column) is > 0 and < 253_402_300_800 and var seconds ? DateTimeOffset.FromUnixTimeSeconds(seconds) : null;

    static string TextOf(JsonElement cell) => cell.ValueKind switch
    {
        JsonValueKind.String => cell.GetString()!,
        JsonValueKind.Null => "",
        _ => cell.GetRawText(),
    };

    static long NumberOf(JsonElement cell)
    {
        var text = TextOf(cell);
        return long.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out var whole) ? whole
            : ulong.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out _) ? long.MaxValue
            : double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var real) && Math.Abs(real) < 9e18 ? (long)real : 0;
    }
}
