using System.Text.Json;
using Prickle.Pictures;
using Prickle.Sql.Console;
using Prickle.Ui.Charts;

namespace Prickle.Sql;

/// <summary>The rows of a statement as they are shown on dashboards: as the chart that the query asks for, or as a table.</summary>
public static class SqlAnswerPicture
{
    // Cells of a table are cut to their column anyway.
    const int MostCharacters = 200;

    /// <param name="display">line, area, bar or stacked_bar (or the field's ActionsLineGraph and its like); anything else is a table.</param>
    public static PictureContent Of(SqlAnswer answer, string title, string? display) => ChartOf(answer, display) is { } chart
        ? new ChartContent(chart with { Title = title })
        : new RowsContent(
            answer.Columns, [.. answer.Results.Select(row => (IReadOnlyList<string>)[.. row.EnumerateArray().Select(Shown)])],
            [.. answer.Types.Select(ColumnKind.IsNumber)], answer.LimitApplied is not null);

    /// <summary>The chart; null for a table.</summary>
    public static SeriesChart? ChartOf(SqlAnswer answer, string? display) =>
        ShapeOf(display) is { } shape && answer.Columns.Count > 0 && ResultDrawing.AxisOf(answer) is var axis
            ? ResultDrawing.Of(answer, axis, [.. ResultDrawing.SeriesOf(answer, axis)], shape) : null;

    static SeriesShape? ShapeOf(string? display) => display switch
    {
        "line" or "ActionsLineGraph" => SeriesShape.Line,
        "area" or "ActionsAreaGraph" => SeriesShape.Area,
        "bar" or "ActionsBar" => SeriesShape.Bar,
        "stacked_bar" or "ActionsStackedBar" => SeriesShape.StackedBar,
        _ => null,
    };

    static string Shown(JsonElement cell) => cell.ValueKind == JsonValueKind.Null ? "NULL"
        : cell.ToString() is { Length: > MostCharacters } text ? text[..MostCharacters] : cell.ToString();
}
