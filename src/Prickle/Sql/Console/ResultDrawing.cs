using System.Text.Json;
using Prickle.Ui.Charts;
using Prickle.Ui.Values;

namespace Prickle.Sql.Console;

/// <summary>The rows of an answer as a chart.</summary>
static class ResultDrawing
{
    public const int MostPoints = 1000;

    /// <summary>The column that is most likely the axis: a time, else a text, else the first.</summary>
    public static int AxisOf(SqlAnswer answer) =>
        Enumerable.Range(0, answer.Columns.Count).OrderBy(column => ColumnKind.IsTime(answer.Types[column]) ? 0 : ColumnKind.IsNumber(answer.Types[column]) ? 2 : 1)
            .ThenBy(column => column).FirstOrDefault();

    /// <summary>The columns that are drawn at first.</summary>
    public static IEnumerable<int> SeriesOf(SqlAnswer answer, int axis) =>
        Enumerable.Range(0, answer.Columns.Count).Where(column => column != axis && ColumnKind.IsNumber(answer.Types[column])).Take(4);

    /// <summary>Null when there is nothing to draw.</summary>
    public static SeriesChart? Of(SqlAnswer answer, int axis, IReadOnlyList<int> columns, SeriesShape shape)
    {
        var rows = answer.Results.Take(MostPoints).ToList();
        return columns.Count == 0 || rows.Count == 0 ? null : new SeriesChart
        {
            Title = string.Join(", ", columns.Select(column => answer.Columns[column])),
            Unit = ValueUnit.Number(),
            Shape = shape,
            CategoryName = answer.Columns[axis],
            Categories = [.. rows.Select((row, index) => new ChartCategory($"{index}", row[axis].ValueKind == JsonValueKind.Null ? "NULL" : row[axis].ToString()))],
            Series = [.. columns.Select(column => new ChartSeries(answer.Columns[column], answer.Columns[column], [.. rows.Select(row => Number(row[column]))]))],
        };
    }

    static double? Number(JsonElement cell) => cell.ValueKind == JsonValueKind.Number ? cell.GetDouble() : null;
}
