using System.Globalization;
using Prickle.ClickHouse.Nodes;
using Prickle.Ui.Charts;
using Prickle.Ui.Values;

namespace Prickle.House.Overview;

/// <summary>A chart that the server itself defines, in <c>system.dashboards</c> (since 24.x): drawn as its version words it.</summary>
sealed record ServerChart(string Dashboard, string Title, string Sql)
{
    public static readonly SystemQuery<ServerChart> Question = new(
        capabilities => capabilities.Has("dashboards")
            ? "SELECT dashboard, title, query FROM system.dashboards"
            : new SystemStatement.Missing("system.dashboards", "Servers define charts of their own since 24.x; the ones above are Prickle's and need none."),
        row => new ServerChart(row.Text("dashboard"), row.Text("title"), row.Text("query")));

    /// <summary>The chart's own statement over a range. Its parameters are the ones that the server's page gives.</summary>
    public NodeStatement Statement(OverviewRange range, DateTimeOffset now) => new(Sql)
    {
        Values =
        [
            ("seconds", range.Span.TotalSeconds.ToString("0", CultureInfo.InvariantCulture)),
            ("rounding", range.Step.TotalSeconds.ToString("0", CultureInfo.InvariantCulture)),
            ("from", Text(now - range.Span)), ("to", Text(now)),
        ],
        Deadline = TimeSpan.FromSeconds(20),
        Settings = [("max_execution_time", "20")],
    };

    /// <summary>The answer as a chart: a time, an optional label, a value. Null where it has another form, or no rows.</summary>
    public SeriesChart? Draw(NodeTable table, TimeZoneInfo zone)
    {
        if (table.Columns.Count < 2 || table.Count == 0)
        {
            return null;
        }
        var label = table.Columns.Count > 2 ? table.Columns.ToList().FindIndex(column => column.Type.Contains("String", StringComparison.Ordinal)) : -1;
        var value = Enumerable.Range(1, table.Columns.Count - 1).First(place => place != label);
        var (time, figure) = (table.Columns[0].Name, table.Columns[value].Name);
        var rows = table.Rows.Select(row => (At: row.Moment(time), Label: label < 0 ? Title : row.Text(table.Columns[label].Name), Value: row.Real(figure)))
            .Where(row => row.At is not null).ToList();
        var starts = rows.Select(row => row.At!.Value).Distinct().Order().ToList();
        return new SeriesChart
        {
            Title = Title,
            Unit = ValueUnit.Number(),
            Shape = SeriesShape.Line,
            Categories = TimeAxis.Categories(starts, ChartInterval.Minute, zone),
            Series = [.. rows.GroupBy(row => row.Label).Take(8).Select(line => new ChartSeries(line.Key, line.Key, StepValues.Over(line.Select(row => (row.At!.Value, row.Value)), starts)))],
        };
    }

    static string Text(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
}
